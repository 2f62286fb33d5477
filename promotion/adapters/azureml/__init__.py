"""Azure ML registries and workspaces: reads manifests, copies server-side, creates versions.

azure-ai-ml is loaded by the one function that creates versions, and nowhere else: importing this
package does not import it.
"""

from promotion.adapters.azureml.cloud import CLOUDS, CloudSettings
from promotion.adapters.azureml.receipts import BlobReceipts, MemoryReceipts, Receipts
from promotion.adapters.azureml.registries import AzureMLRegistries
from promotion.adapters.azureml.settings import CopySettings

__all__ = [
    "CLOUDS",
    "AzureMLRegistries",
    "BlobReceipts",
    "CloudSettings",
    "CopySettings",
    "MemoryReceipts",
    "Receipts",
]
