"""The app's own identity: a managed identity, or what a developer is signed in with."""

from typing import TYPE_CHECKING

from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

from promotion.settings import Settings

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential


def credential(settings: Settings) -> "TokenCredential":
    """Return the credential of the identity that the settings name.

    With a client id it is that identity or nothing: a deployment that lost it must not go on as another.
    """
    if settings.client_id:
        return ManagedIdentityCredential(client_id=settings.client_id)
    return DefaultAzureCredential()
