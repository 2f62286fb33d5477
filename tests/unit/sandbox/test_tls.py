"""The sandbox's certificates: accepted by strict clients, renewed in time, private."""

import datetime as dt
import http.server
import ssl
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from sandbox import resolver, tls
from sandbox.config import Config, create
from tests.serving import serving


class Quiet(http.server.BaseHTTPRequestHandler):
    """Answers every GET with 204 and logs nothing."""

    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return create(tmp_path)


@pytest.fixture
def port(config: Config) -> Iterator[int]:
    """The port of an HTTPS server that uses the sandbox's certificate."""
    resolver.install()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    server.socket = tls.server_context(config).wrap_socket(server.socket, server_side=True)
    with serving(server):
        yield server.server_port


def get(config: Config, address: str) -> int:
    context = ssl.create_default_context(cafile=config.ca_bundle)
    assert context.verify_flags & ssl.VERIFY_X509_STRICT
    with urllib.request.urlopen(address, context=context) as answer:  # noqa: S310 - https, loopback
        status: int = answer.status
    return status


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "stdevws.blob.localhost", "devstoreaccount1.blob.localhost"],
)
def test_a_strict_client_accepts_the_sandboxes_names(config: Config, port: int, host: str) -> None:
    assert get(config, f"https://{host}:{port}/") == 204


def test_a_name_outside_the_sandbox_is_not_spoken_for(config: Config, port: int) -> None:
    with pytest.raises(urllib.error.URLError, match="Hostname mismatch"):
        get(config, f"https://other.example.localhost:{port}/")


def test_the_key_is_readable_by_its_owner_alone(config: Config) -> None:
    tls.ensure(config)

    mode = stat.S_IMODE((config.certificate_folder / "server.key").stat().st_mode)
    assert mode == 0o600


def test_fit_certificates_are_kept(config: Config) -> None:
    tls.ensure(config)
    before = config.ca_bundle.read_bytes()

    tls.ensure(config)

    assert config.ca_bundle.read_bytes() == before


def test_certificates_near_their_end_are_renewed(config: Config) -> None:
    tls.ensure(config)
    before = config.ca_bundle.read_bytes()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=340)

    tls.ensure(config, now=later)

    assert config.ca_bundle.read_bytes() != before
    authority = x509.load_pem_x509_certificate(config.ca_bundle.read_bytes())
    assert authority.not_valid_after_utc > later + dt.timedelta(days=300)


@pytest.mark.parametrize("name", ["ca.pem", "server.pem", "server.key"])
@pytest.mark.parametrize("damage", [b"", b"not a certificate", None])
def test_damaged_or_missing_files_are_made_again(
    config: Config,
    name: str,
    damage: bytes | None,
) -> None:
    tls.ensure(config)
    path = config.certificate_folder / name
    path.unlink() if damage is None else path.write_bytes(damage)

    context = tls.server_context(config)

    assert context.cert_store_stats()["x509"] >= 0
    assert path.read_bytes().startswith(b"-----BEGIN ")


def test_a_certificate_that_lacks_an_account_is_made_again(config: Config, tmp_path: Path) -> None:
    other = create(tmp_path)
    tls.ensure(other)
    before = other.ca_bundle.read_bytes()
    keys = {**other.account_keys, "stnew": other.signing_key}
    grown = Config(
        **{
            name: getattr(other, name)
            for name in Config.__struct_fields__
            if name != "account_keys"
        },
        account_keys=keys,
    )

    tls.ensure(grown)

    assert config.certificate_folder == other.certificate_folder
    assert other.ca_bundle.read_bytes() != before
