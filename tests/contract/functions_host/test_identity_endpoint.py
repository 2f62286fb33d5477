"""The managed identity endpoint, asked by azure-identity itself."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError, ManagedIdentityCredential

from sandbox import identity_endpoint
from sandbox.config import Config
from sandbox.people import APP, AZURE_AUDIENCES, read_token
from tests.contract.functions_host.harness import ROOT, own_config


@pytest.fixture(scope="module")
def endpoint(
    sandbox_config: Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Config]:
    """The endpoint as a process of its own."""
    config = own_config(sandbox_config, tmp_path_factory.mktemp("identity"))
    command = [sys.executable, "-m", "sandbox.identity_endpoint", "--state", config.state]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("identity endpoint: http://127.0.0.1:")
        try:
            yield config
        finally:
            process.terminate()


@pytest.fixture
def app_settings(endpoint: Config, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment in which the app finds the endpoint."""
    settings = identity_endpoint.app_settings(endpoint)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings


def _ask(settings: dict[str, str], header: str | None = None, **query: str) -> requests.Response:
    secret = settings["IDENTITY_HEADER"] if header is None else header
    return requests.get(
        settings["IDENTITY_ENDPOINT"],
        params={"api-version": "2019-08-01", "resource": "https://ml.azure.com", **query},
        headers={"X-IDENTITY-HEADER": secret},
        timeout=20,
    )


@pytest.mark.parametrize("audience", AZURE_AUDIENCES)
def test_the_credential_of_azure_identity_gets_the_apps_token(
    endpoint: Config,
    app_settings: dict[str, str],
    audience: str,
) -> None:
    assert app_settings
    with ManagedIdentityCredential() as credential:
        token = credential.get_token(f"{audience}/.default")

    assert read_token(token.token, (audience,), endpoint.signing_key) == APP
    assert token.expires_on > time.time() + 3600


def test_a_slash_at_the_end_of_the_resource_makes_no_difference(
    endpoint: Config,
    app_settings: dict[str, str],
) -> None:
    answer = _ask(app_settings, resource="https://ml.azure.com/").json()

    audience = ("https://ml.azure.com",)
    assert read_token(answer["access_token"], audience, endpoint.signing_key) == APP
    assert answer["token_type"] == "Bearer"


def test_a_wrong_header_gets_no_token(
    app_settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")

    assert _ask(app_settings, header="").status_code == 401
    with (
        ManagedIdentityCredential() as credential,
        pytest.raises((ClientAuthenticationError, CredentialUnavailableError)),
    ):
        credential.get_token("https://ml.azure.com/.default")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"api-version": "2017-09-01"}, "the api-version must be 2019-08-01"),
        ({"resource": ""}, "the resource is missing"),
        ({"client_id": "somebody"}, "no identity with that client_id"),
    ],
)
def test_a_bad_question_is_400_with_its_reason(
    app_settings: dict[str, str],
    query: dict[str, str],
    message: str,
) -> None:
    answer = _ask(app_settings, **query)

    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_the_apps_own_client_id_is_taken(app_settings: dict[str, str]) -> None:
    assert _ask(app_settings, client_id=APP.oid).json()["client_id"] == APP.oid
