"""Signing through azure-keyvault-keys against a stand-in for the vault, over TLS and with its challenge."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from promotion.adapters.key_vault import KeyVaultSigner
from promotion.domain.errors import BrokenError, RetryableError
from promotion.wire.public_keys import PublicKey, keyid_of
from sandbox import tls
from sandbox.config import Config
from tests.serving import serving


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Identity:
    """The app's identity; remembers for what it was asked."""

    def __init__(self) -> None:
        self.scopes: set[str] = set()

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        self.scopes |= set(scopes)
        return AccessToken("a-token", 2**40)


@dataclass
class Vault:
    """One key, which signs what it is shown; `status` is answered instead when it is set."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    url: str = ""
    status: int = 200
    shown: list[bytes] = field(default_factory=list)

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        """Return what the service answers: the public key, or a signature as RFC 7518 has it."""
        if not path.partition("?")[0].endswith("/sign"):
            numbers = self.key.public_key().public_numbers()
            x, y = (encoded(each.to_bytes(32)) for each in (numbers.x, numbers.y))
            return {"key": {"kid": f"{self.url}", "kty": "EC", "crv": "P-256", "x": x, "y": y}}
        digest = decoded(json.loads(body)["value"])
        self.shown.append(digest)
        der = self.key.sign(digest, ec.ECDSA(utils.Prehashed(SHA256())))
        r, s = utils.decode_dss_signature(der)
        return {"kid": self.url, "value": encoded(r.to_bytes(32) + s.to_bytes(32))}


def handler(vault: Vault) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") != "Bearer a-token":
                self._send(401, {})
            elif vault.status != 200:
                self._send(vault.status, {"error": {"code": "Refused", "message": "No."}})
            else:
                self._send(200, vault.answer(self.path, body))

        def _send(self, status: int, content: dict[str, Any]) -> None:
            shown = json.dumps(content).encode()
            self.send_response(status)
            if status == 401:
                resource = f"https://{self.headers['Host'].removeprefix('vault.')}"
                asked = f'Bearer authorization="{resource}/tenant", resource="{resource}"'
                self.send_header("WWW-Authenticate", asked)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(shown)))
            self.end_headers()
            self.wfile.write(shown)

        do_GET = do_POST = _answer  # noqa: N815 -- the base class looks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
            """Say nothing."""

    return Handler


@pytest.fixture
def vault(
    sandbox_config: Config,
    certificates: None,
    localhost_names: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Vault]:
    """A vault at an address of the form that the SDK accepts."""
    assert (certificates, localhost_names) == (None, None)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox_config.ca_bundle))
    vault = Vault()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(vault))
    server.socket = tls.server_context(sandbox_config).wrap_socket(server.socket, server_side=True)
    vault.url = f"https://vault.blob.localhost:{server.server_port}/keys/promotion/v1"
    with serving(server):
        yield vault


def test_what_the_vault_signs_verifies_under_its_public_key(vault: Vault) -> None:
    identity = Identity()
    signer = KeyVaultSigner(vault.url, identity)

    signature = signer.sign(b"message")

    assert signer.keyid == keyid_of(vault.key.public_key())
    assert PublicKey(signer.public_key.encode())(signer.keyid, signature, b"message")
    assert all(scope.endswith("/.default") for scope in identity.scopes)


def test_the_vault_sees_a_hash_and_no_message(vault: Vault) -> None:
    KeyVaultSigner(vault.url, Identity()).sign(b"message")

    assert [len(each) for each in vault.shown] == [32]


def test_a_missing_role_is_waited_for_and_named(vault: Vault) -> None:
    vault.status = 403

    with pytest.raises(RetryableError, match="Key Vault Crypto User"):
        KeyVaultSigner(vault.url, Identity()).sign(b"message")


def test_a_role_that_is_taken_away_later_is_named_as_well(vault: Vault) -> None:
    signer = KeyVaultSigner(vault.url, Identity())
    assert signer.keyid
    vault.status = 403

    with pytest.raises(RetryableError, match="Key Vault Crypto User"):
        signer.sign(b"message")


def test_a_key_that_is_not_there_says_which_setting_is_wrong(vault: Vault) -> None:
    vault.status = 404

    with pytest.raises(BrokenError, match="PROMOTION_SIGNING_KEY"):
        KeyVaultSigner(vault.url, Identity()).sign(b"message")


@pytest.mark.parametrize("address", ["https://vault.example/", "nonsense"])
def test_an_address_that_is_no_keys_is_refused(address: str) -> None:
    with pytest.raises(BrokenError, match="PROMOTION_SIGNING_KEY"):
        KeyVaultSigner(address, Identity()).sign(b"message")
