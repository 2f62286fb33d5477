"""Which hosts get the app's token: Azure's own, as the cloud and its discovery name them.

Lists and operations are gone on with at addresses that an answer holds (`nextLink`, `Location`), on other
hosts than the first one's: an answer must not choose who gets a token that opens all that the app may do.
Knows hosts only.
"""

import threading
from typing import Any, Final, override

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from promotion.domain.errors import BrokenError

#: A host's siblings count as the same service below a domain of so many parts: `api.azureml.ms`.
_PARTS: Final = 3


class KnownHosts(SansIOHTTPPolicy[Any, Any]):
    """A step of a pipeline that lets no request to other hosts pass; safe to use from several threads."""

    def __init__(self, *addresses: str) -> None:
        self._hosts: frozenset[str] = frozenset()
        self._adding = threading.Lock()
        for address in addresses:
            self.trust(address)

    def trust(self, address: str) -> None:
        """Let requests to the host of an address pass, to hosts below it, and to its siblings."""
        host = _host(address)
        domain = host.partition(".")[2]
        siblings = {domain} if domain.count(".") + 1 >= _PARTS else set()
        # Two threads that add at once would lose one's host, and nobody adds it again.
        with self._adding:
            self._hosts |= {host, *siblings}

    @override
    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Refuse a request to another host.

        Raises:
            BrokenError: its host is none of them.
        """
        host = _host(request.http_request.url)
        if not any(host == known or host.endswith(f".{known}") for known in self._hosts):
            raise BrokenError(
                f"The service led to {host[:200]!r}, which is no host of this cloud; nothing was sent there.",
                "If it is one of Azure ML's, report this; if not, have Azure support look at it.",
            )


def _host(address: str) -> str:
    # Read as the transport reads it: two readings of one address are a way around this.
    try:
        return (parse_url(address).host or "").lower()
    except LocationParseError:
        return ""
