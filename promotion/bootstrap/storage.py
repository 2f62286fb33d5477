"""Clients of the app's storage account: by connection string on one machine, by identity in Azure."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from promotion.settings import StorageSettings

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

type Identity = Callable[[], "TokenCredential"]
type Make = Callable[[StorageSettings, Identity], Any]


def tables(settings: StorageSettings, identity: Identity) -> Any:  # noqa: ANN401 -- imported when made
    """Return a TableServiceClient."""
    from azure.data.tables import TableServiceClient

    if settings.connection_string:
        return TableServiceClient.from_connection_string(settings.connection_string)
    return TableServiceClient(_address(settings, "table"), credential=identity())


def queues(settings: StorageSettings, identity: Identity) -> Any:  # noqa: ANN401 -- imported when made
    """Return a QueueServiceClient."""
    from azure.storage.queue import QueueServiceClient

    if settings.connection_string:
        return QueueServiceClient.from_connection_string(settings.connection_string)
    return QueueServiceClient(_address(settings, "queue"), credential=identity())


def blobs(settings: StorageSettings, identity: Identity) -> Any:  # noqa: ANN401 -- imported when made
    """Return a BlobServiceClient."""
    from azure.storage.blob import BlobServiceClient

    if settings.connection_string:
        return BlobServiceClient.from_connection_string(settings.connection_string)
    return BlobServiceClient(_address(settings, "blob"), credential=identity())


def _address(settings: StorageSettings, service: str) -> str:
    return f"https://{settings.account}.{service}.{settings.suffix}"
