"""Public keys on P-256: their names, their PEM, and the check of a signature. Knows no private key."""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from promotion.domain.errors import InvalidError

#: How everything here is signed.
ALGORITHM: Final = ec.ECDSA(hashes.SHA256())


class PublicKey:
    """Verifies with one public key; what another key signed does not count."""

    def __init__(self, pem: bytes) -> None:
        """Read the key.

        Raises:
            InvalidError: the text holds no public key on P-256.
        """
        try:
            key = load_pem_public_key(pem)
        except ValueError as error:
            raise InvalidError("This is no public key.", "Give a PEM file.") from error
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise InvalidError("The public key is not one on P-256.", "Give the app's own key.")
        self._key = key
        self.keyid = keyid_of(key)

    def __call__(self, keyid: str, signature: bytes, message: bytes) -> bool:
        """Whether this key signed the message."""
        if keyid != self.keyid:
            return False
        try:
            self._key.verify(signature, message, ALGORITHM)
        except InvalidSignature:
            return False
        return True


def keyid_of(key: ec.EllipticCurvePublicKey) -> str:
    """Return the SHA-256 of the key's DER form."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def pem_of(key: ec.EllipticCurvePublicKey) -> str:
    """Return the key in PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
