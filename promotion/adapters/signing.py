"""ECDSA on P-256 with a private key in this process. Knows no envelope.

For the sandbox, whose key is made at random beside its state; production signs in Key Vault.
"""

from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from promotion.domain.errors import BrokenError
from promotion.wire.public_keys import ALGORITHM, keyid_of, pem_of


class LocalSigner:
    """Signs with a private key that this process holds."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.keyid = keyid_of(key.public_key())
        self.public_key = pem_of(key.public_key())

    @classmethod
    def generated(cls) -> Self:
        """Return a signer with a new random key."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Return a signer with the private key of a PEM text.

        Raises:
            BrokenError: it holds no unencrypted private key on P-256.
        """
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            # Not shown: what is wrong may be most of a key.
            raise _no_key() from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise _no_key()
        return cls(key)

    @property
    def pem(self) -> bytes:
        """The private key, to be kept where only its owner reads."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        """Return the signature in DER."""
        return self._key.sign(message, ALGORITHM)


def _no_key() -> BrokenError:
    return BrokenError(
        "There is no private key on P-256 where PROMOTION_SIGNING_KEY_FILE points.",
        "Make one: openssl ecparam -name prime256v1 -genkey -noout -out key.pem",
    )
