"""What makes the trail provable: the signing key and the place of the anchors, as the settings name them."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from promotion.bootstrap import storage
from promotion.domain.errors import BrokenError
from promotion.settings import Settings

if TYPE_CHECKING:
    from promotion.ports import Anchors, Signer


def signer(settings: Settings, identity: storage.Identity) -> "Signer | None":
    """Return the key of a vault, a key of this machine, or none.

    Raises:
        BrokenError: the file that was named is no key.
    """
    if settings.proving.key:
        from promotion.adapters.key_vault import KeyVaultSigner

        return KeyVaultSigner(settings.proving.key, identity())
    if not settings.proving.key_file:
        return None
    from promotion.adapters.signing import LocalSigner

    try:
        pem = Path(settings.proving.key_file).read_bytes()
    except OSError as error:
        raise BrokenError(
            f"The signing key cannot be read: {error.strerror}.",
            "Check PROMOTION_SIGNING_KEY_FILE.",
        ) from error
    return LocalSigner.from_pem(pem)


def anchors(settings: Settings, identity: storage.Identity) -> "Anchors":
    """Return the append blob, in its own account and under its own identity when they are named."""
    from promotion.adapters.anchors import BlobAnchors

    proving = settings.proving
    place = settings.storage
    if proving.anchor_account:
        place = msgspec.structs.replace(place, connection_string="", account=proving.anchor_account)
    if proving.anchor_client_id:
        from promotion.bootstrap.identity import credential

        own = msgspec.structs.replace(settings, client_id=proving.anchor_client_id)
        service = storage.blobs(place, lambda: credential(own))
    else:
        service = storage.blobs(place, identity)
    return BlobAnchors(service, container=proving.anchor_container)
