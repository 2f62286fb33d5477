"""Keys: what a vault answers becomes the same key and signature; what is no key is refused."""

import pytest
from azure.keyvault.keys import JsonWebKey
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from promotion.adapters.key_vault import der_of, public_of
from promotion.adapters.signing import LocalSigner
from promotion.domain.errors import BrokenError, InvalidError
from promotion.wire.public_keys import PublicKey, keyid_of


def coordinates(signer: LocalSigner) -> tuple[bytes, bytes]:
    key = load_pem_private_key(signer.pem, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    numbers = key.public_key().public_numbers()
    return numbers.x.to_bytes(32), numbers.y.to_bytes(32)


def test_the_vaults_form_of_a_key_is_the_same_key() -> None:
    signer = LocalSigner.generated()
    x, y = coordinates(signer)

    key = public_of(JsonWebKey(kty="EC", crv="P-256", x=x, y=y))

    assert keyid_of(key) == signer.keyid


def test_the_vaults_form_of_a_signature_verifies() -> None:
    signer = LocalSigner.generated()
    r, s = decode_dss_signature(signer.sign(b"message"))

    signature = der_of(r.to_bytes(32) + s.to_bytes(32))

    assert PublicKey(signer.public_key.encode())(signer.keyid, signature, b"message")


def test_a_key_on_another_curve_is_refused() -> None:
    with pytest.raises(BrokenError, match="P-256"):
        public_of(JsonWebKey(kty="EC", crv="P-384", x=b"1", y=b"2"))


def test_only_its_own_signature_under_its_own_name_counts() -> None:
    signer, other = LocalSigner.generated(), LocalSigner.generated()
    key = PublicKey(signer.public_key.encode())

    assert key(signer.keyid, signer.sign(b"message"), b"message")
    assert not key(signer.keyid, other.sign(b"message"), b"message")
    assert not key(other.keyid, signer.sign(b"message"), b"message")
    assert not key(signer.keyid, signer.sign(b"message"), b"another")
    assert not key(signer.keyid, b"nonsense", b"message")


def test_a_private_key_comes_back_from_its_file() -> None:
    signer = LocalSigner.generated()

    assert LocalSigner.from_pem(signer.pem).keyid == signer.keyid


@pytest.mark.parametrize("pem", [b"", b"nonsense", LocalSigner.generated().public_key.encode()])
def test_what_is_no_private_key_is_refused_without_being_shown(pem: bytes) -> None:
    with pytest.raises(BrokenError) as refusal:
        LocalSigner.from_pem(pem)

    assert "PROMOTION_SIGNING_KEY_FILE" in str(refusal.value)


def test_a_private_key_on_another_curve_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP384R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(BrokenError, match="P-256"):
        LocalSigner.from_pem(pem)


def test_a_public_key_of_another_kind_is_refused() -> None:
    pem = (
        rsa.generate_private_key(65537, 2048)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )

    with pytest.raises(InvalidError, match="P-256"):
        PublicKey(pem)
