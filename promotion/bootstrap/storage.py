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

    if settings.connection_string:
        return TableServiceClient.from_connection_string(
            settings.connection_string,
            transport=_transport(),
        )
    address = _address(settings, "table")
    return TableServiceClient(address, credential=identity(), transport=_transport())


def queues(settings: StorageSettings, identity: Identity) -> Any:  # noqa: ANN401 -- imported when made
    """Return a QueueServiceClient."""
    from azure.storage.queue import QueueServiceClient

    if settings.connection_string:
        return QueueServiceClient.from_connection_string(
            settings.connection_string,
            transport=_transport(),
        )
    address = _address(settings, "queue")
    return QueueServiceClient(address, credential=identity(), transport=_transport())


def blobs(settings: StorageSettings, identity: Identity) -> Any:  # noqa: ANN401 -- imported when made
    """Return a BlobServiceClient."""
    from azure.storage.blob import BlobServiceClient

    if settings.connection_string:
        return BlobServiceClient.from_connection_string(
            settings.connection_string,
            transport=_transport(),
        )
    address = _address(settings, "blob")
    return BlobServiceClient(address, credential=identity(), transport=_transport())


@functools.cache
def _transport() -> Any:  # noqa: ANN401 -- imported when made
    """Return the transport that all clients of the account share."""
    import requests
    from azure.core.pipeline.transport import RequestsTransport
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=_CONNECTIONS)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return RequestsTransport(session=session, session_owner=False)


def _address(settings: StorageSettings, service: str) -> str:
    return f"https://{settings.account}.{service}.{settings.suffix}"
