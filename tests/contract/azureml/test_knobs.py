"""The test's knobs: refusals, short signatures, no credentials; only with the master key."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
type Caller = Callable[[Identity | None], Calls]


@pytest.fixture
def author(calls_of: Caller) -> Calls:
    """Who may write the development registry."""
    return calls_of(PEOPLE["author"])


def test_the_next_calls_are_refused_and_then_served(author: Calls) -> None:
    fault = {"path": "/registries/[^/]+/models$", "method": "GET", "status": 429, "times": 2}
    author.admin("POST", "sandbox/faults", {**fault, "retry_after": 7})
    url = author.registry(DEV, "/models")
    answers = [author.get(url) for _ in range(3)]

    assert [one.status_code for one in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert author.get(author.registry(DEV, "/data")).status_code == 200


def test_the_sdk_tries_again_when_it_is_refused_for_a_while(
    author: Calls, sdk: "Callable[..., MLClient]", name: str
) -> None:
    client = sdk(PEOPLE["author"], registry=DEV)
    fault = {"path": f"/environments/{name}", "status": 503, "times": 2, "retry_after": 0}
    author.admin("POST", "sandbox/faults", fault)

    assert list(client.environments.list(name=name)) == []
    assert author.admin("GET", "sandbox/knobs").json()["faults"] == []


def test_a_signature_can_be_made_to_expire_soon(author: Calls, name: str) -> None:
    author.admin("PATCH", "sandbox/knobs", {"sas_lifetime": 1})
    answer = author.write_reference(DEV, "models", name, "1").json()
    uri = answer["blobReferenceForConsumption"]["credential"]["sasUri"]
    url = f"{uri}&restype=container&comp=list"
    time.sleep(2.1)

    refused = author.get(url, headers={"Authorization": None})
    assert refused.status_code == 403


def test_a_signature_lives_eight_hours_and_began_ten_minutes_ago(author: Calls, name: str) -> None:
    answer = author.write_reference(DEV, "models", name, "1").json()
    query = parse_qs(urlsplit(answer["blobReferenceForConsumption"]["credential"]["sasUri"]).query)
    start, end = (_seconds(query[one][0]) for one in ("st", "se"))

    assert end - start == (8 * 60 + 10) * 60
    assert abs(time.time() - 600 - start) < 60


def test_references_can_come_without_credentials(author: Calls, name: str) -> None:
    author.admin("PATCH", "sandbox/knobs", {"no_credentials": True})
    answer = author.write_reference(DEV, "models", name, "1").json()

    reference = answer["blobReferenceForConsumption"]
    assert reference["credential"] == {"credentialType": "NoCredentials"}
    assert reference["blobUri"].startswith("https://localhost:")


def test_the_knobs_need_the_master_key(author: Calls) -> None:
    url = f"{author.config.azureml_url}sandbox/knobs"

    assert author.get(url).status_code == 401
    assert author.get(url, headers={"x-sandbox-key": "wrong"}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "sandbox/faults", {"path": "("}),
        ("POST", "sandbox/faults", {"status": 200}),
        ("POST", "sandbox/faults", {"times": 0}),
        ("POST", "sandbox/faults", {"unknown": 1}),
        ("POST", "sandbox/operation-faults", {"asset": "["}),
        ("PATCH", "sandbox/knobs", {"operation_delay": -1}),
        ("PATCH", "sandbox/knobs", {"unknown": 1}),
    ],
)
def test_a_knob_that_cannot_be_turned_so_is_told(
    author: Calls, method: str, path: str, body: dict[str, Any]
) -> None:
    assert author.admin(method, path, body).status_code == 400


def _seconds(text: str) -> float:
    return time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
