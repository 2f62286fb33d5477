"""Azure ML as the settings describe it: which cloud, how patient, where receipts of copies are kept."""

from typing import TYPE_CHECKING

from promotion.adapters.azureml import (
    AzureMLRegistries,
    BlobReceipts,
    CloudSettings,
    CopySettings,
)
from promotion.settings import Settings

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.storage.blob import BlobServiceClient

#: Name of a cloud that is described by `PROMOTION_CLOUD_METADATA`.
_OWN_CLOUD = "own"
#: Container of what this app copied; nobody else may write to it.
_RECEIPTS = "receipts"


def registries(
    settings: Settings,
    credential: "TokenCredential",
    blobs: "BlobServiceClient",
) -> AzureMLRegistries:
    """Return the registries of the cloud that the settings name."""
    metadata = settings.cloud_metadata
    cloud = CloudSettings.of(_OWN_CLOUD, metadata) if metadata else CloudSettings()
    receipts = BlobReceipts(blobs.get_container_client(_RECEIPTS))
    receipts.prepare()
    return AzureMLRegistries(
        credential,
        cloud,
        receipts=receipts,
        settings=CopySettings(share=settings.share_from_workspaces),
        polling_interval=settings.azureml_poll_seconds,
    )
