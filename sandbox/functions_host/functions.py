"""What the host knows of a function: its name, its trigger, its output bindings.

Must not know the worker that found them, nor how a trigger is served.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

HTTP: Final = "httpTrigger"
EVENT_GRID: Final = "eventGridTrigger"
QUEUE: Final = "queueTrigger"
TIMER: Final = "timerTrigger"

#: What this host serves. Azure has more; an app that needs another is refused at the start.
TRIGGERS: Final = frozenset({HTTP, EVENT_GRID, QUEUE, TIMER})
OUTPUTS: Final = frozenset({"http", "queue", "eventGrid"})


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """One binding of a function, as its decorator said it."""

    #: The parameter's name, or `$return`.
    name: str
    #: `httpTrigger`, `queue`, ...
    kind: str
    #: The binding's own properties (`queueName`, `route`, ...), app settings resolved.
    settings: Mapping[str, Any]

    def text(self, key: str, default: str = "") -> str:
        """Return a property as text; `default` when it is absent or null."""
        value = self.settings.get(key)
        return default if value is None else str(value)


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """One function of the app."""

    #: The worker's id of the function.
    id: str
    name: str
    trigger: Binding
    outputs: tuple[Binding, ...] = ()

    def output(self, name: str) -> Binding:
        """Return the output binding of the parameter `name`."""
        return next(binding for binding in self.outputs if binding.name == name)
