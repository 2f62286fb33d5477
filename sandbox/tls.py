"""The sandbox's own certificate authority and the one certificate all its HTTPS servers share.

Knows which names the sandbox is reached by; must not know what is served under them. The
certificates satisfy RFC 5280 as OpenSSL checks it under X509_V_FLAG_X509_STRICT, which Python 3.13
switches on by default (key usage, critical basic constraints, key identifiers).
"""

import datetime as dt
import fcntl
import ipaddress
import os
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.config import Config

_LIFETIME: Final = dt.timedelta(days=365)
_RENEW_BEFORE: Final = dt.timedelta(days=30)
# Clocks of containers and virtual machines lag behind each other.
_CLOCK_SKEW: Final = dt.timedelta(hours=1)
_ADDRESSES: Final = ("127.0.0.1", "::1")


def names(config: Config) -> tuple[str, ...]:
    """Return the DNS names the sandbox's servers answer to.

    Wildcards alone would do for most clients, but some refuse one directly under a name without a
    dot (`*.localhost`), so that the names of the storage accounts are listed one by one.
    """
    accounts = (f"{account}.blob.localhost" for account in sorted(config.account_keys))
    return ("localhost", "*.localhost", "*.blob.localhost", *accounts)


def ensure(config: Config, *, now: dt.datetime | None = None) -> None:
    """Make the authority and the servers' certificate, unless there are fit ones.

    Writes ca.pem, server.pem and server.key (0600) into the certificate folder. New ones are made
    when a file is missing, unreadable, near its end, or lacks a name. Safe to call from several
    processes at once.

    Args:
        config: names and folder.
        now: the current time; the clock's when left out.
    """
    now = now or dt.datetime.now(dt.UTC)
    folder = config.certificate_folder
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / "lock"):
        if not _fit(folder, names(config), now):
            _make(folder, names(config), now)


def server_context(config: Config) -> ssl.SSLContext:
    """Return the TLS settings of a server of the sandbox; makes the certificates when needed."""
    ensure(config)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(
        config.certificate_folder / "server.pem",
        config.certificate_folder / "server.key",
    )
    return context


def _fit(folder: Path, wanted: Iterable[str], now: dt.datetime) -> bool:
    try:
        authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        server = x509.load_pem_x509_certificate((folder / "server.pem").read_bytes())
        key = serialization.load_pem_private_key((folder / "server.key").read_bytes(), None)
        san = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        server.verify_directly_issued_by(authority)
    except Exception:  # noqa: BLE001 - whatever is wrong with the files, new ones are the answer
        return False
    lasting = all(c.not_valid_after_utc - now > _RENEW_BEFORE for c in (authority, server))
    named = set(wanted) <= set(san.get_values_for_type(x509.DNSName))
    return lasting and named and key.public_key() == server.public_key()


def _make(folder: Path, wanted: Iterable[str], now: dt.datetime) -> None:
    ca_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _authority(ca_key, now)
    server = _server(server_key, wanted, authority, ca_key, now)
    # The authority's key is not kept: with it, anyone who reads it could speak for any name.
    _write(folder / "server.key", _key_pem(server_key))
    _write(folder / "server.pem", server.public_bytes(serialization.Encoding.PEM))
    _write(folder / "ca.pem", authority.public_bytes(serialization.Encoding.PEM))


def _authority(key: ec.EllipticCurvePrivateKey, now: dt.datetime) -> x509.Certificate:
    # A new name with every key: a client that still holds an older authority says so plainly.
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    name = _name(f"Sandbox authority {identifier.digest.hex()[:12]}")
    builder = (
        _builder(name, name, key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(identifier, critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _server(
    key: ec.EllipticCurvePrivateKey,
    wanted: Iterable[str],
    authority: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    now: dt.datetime,
) -> x509.Certificate:
    alternatives = x509.SubjectAlternativeName(
        [
            *(x509.DNSName(name) for name in wanted),
            *(x509.IPAddress(ipaddress.ip_address(address)) for address in _ADDRESSES),
        ],
    )
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        _builder(_name("localhost"), authority.subject, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(alternatives, critical=False)
        .add_extension(own, critical=False)
        .add_extension(issuer, critical=False)
    )
    return builder.sign(ca_key, hashes.SHA256())


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: dt.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _LIFETIME)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    new.replace(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
