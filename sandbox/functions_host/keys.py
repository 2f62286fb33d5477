"""Function keys: which key a request shows, and what it opens. Must not know routes."""

import hmac
from typing import Final

from aiohttp import web

from sandbox.config import Config

_HEADER: Final = "x-functions-key"
_QUERY: Final = "code"


class Keys:
    """The keys of one sandbox."""

    def __init__(self, config: Config) -> None:
        self._function = config.function_key
        self._master = config.master_key
        self._event_grid = config.event_grid_system_key

    def opens_function(self, request: web.Request, level: str) -> bool:
        """Whether the request may call an HTTP function of an authorization level.

        Args:
            request: what came in.
            level: `ANONYMOUS`, `FUNCTION` or `ADMIN`, as the binding's `authLevel` says.
        """
        match level.upper():
            case "ANONYMOUS":
                return True
            case "FUNCTION":
                return _shows(request, self._function, self._master)
            case _:
                return self.opens_admin(request)

    def opens_admin(self, request: web.Request) -> bool:
        """Whether the request shows the master key."""
        return _shows(request, self._master)

    def opens_event_grid(self, request: web.Request) -> bool:
        """Whether the request shows the system key of the Event Grid webhook, or the master key."""
        return _shows(request, self._event_grid, self._master)


def _shows(request: web.Request, *accepted: str) -> bool:
    shown = request.headers.get(_HEADER) or request.query.get(_QUERY, "")
    return any(hmac.compare_digest(shown.encode(), key.encode()) for key in accepted)
