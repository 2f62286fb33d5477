"""Clients of the app's storage account: by connection string on one machine, by identity in Azure."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from promotion.ports import Evidence
from promotion.settings import StorageSettings

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

#: Connections kept to each of the account's services, for all threads of the process.
_CONNECTIONS: Final = 32
#: Where a person waits: three tries to reach the account within some ten seconds. The SDK's own waits
#: (a minute and a half for blobs) are for work that nobody looks at. Blobs and queues wait
#: `initial_backoff` + `increment_base` seconds, give or take the range; tables twice the factor, once.
_ATTENDED: Final = {
    "retry_connect": 2,
    "retry_read": 2,
    "initial_backoff": 1,
    "increment_base": 1,
    "random_jitter_range": 1,
    "retry_backoff_factor": 0.8,
}
_SECONDS_TO_CONNECT: Final = 3
#: What azure-storage-blob waits with a transport of its own; one that is handed in waits five minutes for each.
_USUAL: Final = {"connection_timeout": 20, "read_timeout": 60}

type Identity = Callable[[], "TokenCredential"]
type Make = Callable[[StorageSettings, Identity], Any]


class LateEvidence:
    """Evidence that is opened when it is first used: few rows are too large for themselves.

    Without it, the first event in a process would load blob storage's client for nothing.
    """

    def __init__(self, opened: Callable[[], Evidence]) -> None:
        """Use what `opened` returns; it is asked each time."""
        self._opened = opened

    def put(self, content: bytes) -> str:
        """Keep the content."""
        return self._opened().put(content)

    def get(self, reference: str) -> bytes:
        """Return the content."""
        return self._opened().get(reference)


def tables(settings: StorageSettings, identity: Identity) -> Any:  # noqa: ANN401 -- imported when made
    """Return a TableServiceClient."""
    from azure.data.tables import TableServiceClient

    return _client(TableServiceClient, "table", settings, identity)


def queues(settings: StorageSettings, identity: Identity) -> Any:  # noqa: ANN401 -- imported when made
    """Return a QueueServiceClient."""
    from azure.storage.queue import QueueServiceClient

    return _client(QueueServiceClient, "queue", settings, identity)


def blobs(settings: StorageSettings, identity: Identity) -> Any:  # noqa: ANN401 -- imported when made
    """Return a BlobServiceClient."""
    from azure.storage.blob import BlobServiceClient

    return _client(BlobServiceClient, "blob", settings, identity)


def _client(kind: Any, service: str, settings: StorageSettings, identity: Identity) -> Any:  # noqa: ANN401 -- as above
    options: dict[str, Any] = {"transport": _transport(attended=settings.attended)}
    if settings.attended:
        options |= _ATTENDED
    if settings.connection_string:
        return kind.from_connection_string(settings.connection_string, **options)
    address = f"https://{settings.account}.{service}.{settings.suffix}"
    return kind(address, credential=identity(), **options)


@functools.cache
def _transport(*, attended: bool) -> Any:  # noqa: ANN401 -- imported when made
    """Return the transport that all clients of the account share."""
    import requests
    from azure.core.pipeline.transport import RequestsTransport
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=_CONNECTIONS)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    waits = _USUAL | ({"connection_timeout": _SECONDS_TO_CONNECT} if attended else {})
    return RequestsTransport(session=session, session_owner=False, **waits)
