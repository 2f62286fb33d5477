"""Signs with a key that never leaves Azure Key Vault (ES256). Knows no envelope."""

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError, ResourceNotFoundError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from promotion.domain.errors import BrokenError, RetryableError
from promotion.wire.public_keys import keyid_of, pem_of

if TYPE_CHECKING:
    from azure.keyvault.keys import KeyVaultKey
    from azure.keyvault.keys.crypto import CryptographyClient

_ROLE: Final = "Give the app's identity the role Key Vault Crypto User on the key."
_P256: Final = "P-256"


class KeyVaultSigner:
    """A key of a vault, at one version: what was signed stays verifiable when the key is rotated."""

    def __init__(self, key_url: str, credential: TokenCredential) -> None:
        """Use the key at `https://{vault}.vault.azure.net/keys/{name}/{version}`."""
        self._url = key_url
        self._credential = credential

    @property
    def keyid(self) -> str:
        """SHA-256 of the public key's DER form."""
        return keyid_of(self._public)

    @property
    def public_key(self) -> str:
        """The public key in PEM."""
        return pem_of(self._public)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message in DER; the vault sees its SHA-256 alone.

        Raises:
            RetryableError: the vault is away, throttles, or the role is missing.
        """
        from azure.keyvault.keys.crypto import SignatureAlgorithm  # noqa: PLC0415 -- where it is used

        digest = hashlib.sha256(message).digest()
        try:
            done = self._client.sign(SignatureAlgorithm.es256, digest)
        except AzureError as error:
            raise _meaning(error) from error
        return der_of(done.signature)

    @cached_property
    def _client(self) -> "CryptographyClient":
        from azure.keyvault.keys.crypto import CryptographyClient  # noqa: PLC0415 -- as above

        return CryptographyClient(self._key, self._credential)

    @cached_property
    def _key(self) -> "KeyVaultKey":
        from azure.keyvault.keys import KeyClient, KeyVaultKeyIdentifier  # noqa: PLC0415 -- as above

        try:
            place = KeyVaultKeyIdentifier(self._url)
            with KeyClient(place.vault_url, self._credential) as client:
                return client.get_key(place.name, place.version)
        except AzureError as error:
            raise _meaning(error) from error
        except ValueError as error:
            raise BrokenError(
                "PROMOTION_SIGNING_KEY is not the address of a Key Vault key.",
                "Write https://{vault}.vault.azure.net/keys/{name}/{version}.",
            ) from error

    @cached_property
    def _public(self) -> ec.EllipticCurvePublicKey:
        return public_of(self._key.key)


def der_of(raw: bytes) -> bytes:
    """Return the DER form of a signature as the vault gives it (RFC 7518, 3.4: r and s, 32 bytes each)."""
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


def public_of(key: Any) -> ec.EllipticCurvePublicKey:  # noqa: ANN401 -- a JsonWebKey, whose fields have no types
    """Return the public half of a vault's key.

    Raises:
        BrokenError: it is not one on P-256.
    """
    if getattr(key.crv, "value", key.crv) != _P256:
        raise BrokenError(
            "The key that PROMOTION_SIGNING_KEY names is not one on P-256.",
            "Create it with: az keyvault key create --kty EC --curve P-256 --ops sign verify",
        )
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(key.x), int.from_bytes(key.y), ec.SECP256R1()
    )
    return numbers.public_key()


def _meaning(error: AzureError) -> RetryableError | BrokenError:
    if isinstance(error, ResourceNotFoundError):
        return BrokenError(
            "There is no key at the address in PROMOTION_SIGNING_KEY.",
            "Set it to the key's identifier, version included, and retry the request.",
        )
    return RetryableError(f"Key Vault did not sign: {type(error).__name__}.", _ROLE)
