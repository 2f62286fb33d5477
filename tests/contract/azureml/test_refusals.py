"""What the service refuses: strangers, malformed requests, unknown places and routes."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sandbox import people
from sandbox.people import AZURE_AUDIENCES, PEOPLE, Identity, issue_token
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.wire import check

pytestmark = pytest.mark.azurite

DEV = "dev-mlops-registry"
type Caller = Callable[[Identity | None], Calls]


@pytest.fixture
def author(calls_of: Caller) -> Calls:
    """Who may write the development registry and workspace."""
    return calls_of(PEOPLE["author"])


def error_of(answer: Any) -> dict[str, Any]:  # noqa: ANN401 - requests.Response, of any body
    """Return the error an answer carries, once it is marked as one."""
    assert answer.headers["x-ms-response-type"] == "error"
    error: dict[str, Any] = answer.json()["error"]
    return error


def test_every_answer_says_whether_it_is_an_error(author: Calls, name: str) -> None:
    good = author.put_version(DEV, f"/environments/{name}/versions/1", {"image": "an/image:1"})
    answers = {
        "discovery": f"{author.config.azureml_url}registrymanagement/v1.0/registries/{DEV}/discovery",
        "workspace": author.workspace(),
        "data plane": author.registry(DEV, "/models"),
        "operation": good.headers["Location"],
    }

    for where, url in answers.items():
        assert author.get(url).headers["x-ms-response-type"] == "standard", where
    assert good.headers["x-ms-response-type"] == "standard"
    assert author.get(author.registry("none")).headers["x-ms-response-type"] == "error"


def test_without_a_token_nothing_is_told(calls_of: Caller) -> None:
    nobody = calls_of(None)

    for url in (nobody.workspace(), nobody.registry(DEV, "/models"), nobody.operations("/x")):
        answer = nobody.get(url)
        assert answer.status_code == 401
        assert error_of(answer)["code"] == "InvalidAuthenticationToken"


@pytest.mark.parametrize("flaw", ["another key", "another audience", "expired", "no token at all"])
def test_a_token_that_is_not_ours_is_refused(flaw: str, calls_of: Caller) -> None:
    calls, now = calls_of(None), dt.datetime.now(dt.UTC)
    key = "another key, of thirty-two bytes or more" if flaw == "another key" else None
    audience = "api://other" if flaw == "another audience" else AZURE_AUDIENCES[0]
    when = now - dt.timedelta(days=30) if flaw == "expired" else now
    token = issue_token(PEOPLE["author"], audience, key or calls.config.signing_key, now=when)
    header = "Bearer" if flaw == "no token at all" else f"Bearer {token}"

    answer = calls.get(calls.workspace(), headers={"Authorization": header})

    assert answer.status_code == 401
    assert token not in answer.text


def test_who_may_read_one_registry_sees_no_other_place(
    calls_of: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = msgspec.structs.replace(PEOPLE["reader"], reads=frozenset({"prod-mlops-registry"}))
    monkeypatch.setitem(people._BY_OID, narrow.oid, narrow)
    reader = calls_of(narrow)
    discovery = f"{reader.config.azureml_url}registrymanagement/v1.0/registries/{DEV}/discovery"

    assert reader.get(reader.registry("prod-mlops-registry", "/models")).status_code == 200
    assert reader.get(reader.registry(DEV, "/models")).status_code == 401
    assert reader.get(reader.workspace("/models")).status_code == 403
    check("discovery.refused", reader.get(discovery))


@pytest.mark.parametrize(
    ("verb", "rest", "body"),
    [
        ("PUT", "/models/n/versions/1", b"{not json"),
        ("PUT", "/models/n/versions/1", b"[]"),
        ("PUT", "/models/n/versions/1", b""),
        ("PUT", "/models/n/versions/1", b'{"properties": 3}'),
        ("PUT", "/models/n/versions/1", b'{"properties": {}}'),
        ("PUT", "/models/n/versions/1", b'{"properties": {"modelUri": 3}}'),
        ("PUT", "/models/n/versions/1", b'{"properties": {"modelUri": "https://elsewhere/c/m"}}'),
        ("PUT", "/models/n/versions/1", b'{"properties": {"modelUri": "azureml://registries/dev-mlops-registry/models/n/versions/2"}}'),
        ("PUT", "/environments/n/versions/1", b'{"properties": {"image": "i", "tags": []}}'),
        ("PUT", "/environments/n/versions/1", b'{"properties": {"image": "i", "tags": {"a": {}}}}'),
        ("PUT", "/environments/n/versions/1", b'{"properties": {"image": "i", "isArchived": "yes"}}'),
        ("PUT", "/environments/n/versions/1", b'{"properties": {"image": "i", "condaFile": "a: [b"}}'),
        ("PUT", "/environments/n/versions/1", b'{"properties": {"image": "i", "build": {"contextUri": "u"}}}'),
        ("PUT", "/environments/n/versions/1", b'{"properties": {"build": []}}'),
        ("PUT", "/data/n/versions/1", b'{"properties": {"dataUri": "https://x/y/z", "dataType": "cube"}}'),
        ("PUT", "/components/n/versions/1", b'{"properties": {"componentSpec": "text"}}'),
        ("PUT", "/models/.hidden/versions/1", b'{"properties": {}}'),
        ("PUT", "/models/n/versions/a%20b", b'{"properties": {}}'),
        ("PUT", "/models/n%7Cm/versions/1", b'{"properties": {}}'),
        ("PUT", "/tempdatarefs/n/versions/1", b"{}"),
        ("PUT", "/tempdatarefs/n/versions/1", b'{"temporaryDataReferenceType": "TemporaryBlobReference", "assetId": "azureml://registries/dev-mlops-registry/models/other/versions/1"}'),
        ("POST", "/datarefs/n/versions/1", b'{"assetId": "azureml://registries/dev-mlops-registry/models/n/versions/1"}'),
        ("POST", "/import", b'{"properties": {"referenceType": "Id"}}'),
        ("POST", "/import", b'{"properties": {"referenceType": "Name"}}'),
        ("POST", "/import", b'{"properties": {"referenceType": "Id", "destinationName": "n", "destinationVersion": "1", "sourceAssetId": "azureml://registries/dev-mlops-registry/models/n/versions/1"}}'),
        ("GET", "/models?$top=0", b""),
        ("GET", "/models?$orderBy=size", b""),
        ("GET", "/models?$skip=%ff", b""),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_a_bad_request(
    author: Calls, verb: str, rest: str, body: bytes
) -> None:
    answer = author.send(verb, author.registry(DEV, rest), data=body)

    assert answer.status_code == 400, answer.text
    assert error_of(answer)["code"] == "UserError"


def test_a_body_without_end_is_refused(author: Calls, name: str) -> None:
    url = author.registry(DEV, f"/models/{name}/versions/1")

    assert author.put(url, data=b" " * (5 * 1024 * 1024)).status_code == 413


def test_a_description_larger_than_a_table_row_is_refused(author: Calls, name: str) -> None:
    properties = {"image": "an/image:1", "description": "x" * 600_000}

    assert (
        author.put_version(DEV, f"/environments/{name}/versions/1", properties).status_code == 413
    )


def test_a_description_of_several_hundred_kilobytes_is_kept(author: Calls, name: str) -> None:
    properties = {"image": "an/image:1", "description": "ß" + "x" * 300_000}
    path = f"/environments/{name}/versions/1"
    author.wait(author.put_version(DEV, path, properties))

    kept = author.get(author.registry(DEV, path)).json()["properties"]["description"]
    assert kept == properties["description"]


def test_an_unknown_place_is_not_found(author: Calls) -> None:
    stranger = author.workspace().replace("mlops-sandbox", "another-group")

    for url in (author.registry("nobodys", "/models"), author.workspace(name="none"), stranger):
        answer = author.get(url)
        assert (answer.status_code, error_of(answer)["code"]) == (404, "ResourceNotFound")


def test_an_unknown_datastore_is_not_found(author: Calls) -> None:
    assert author.get(author.workspace("/datastores/other")).status_code == 404


def test_an_unknown_route_is_told_and_logged(
    author: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "sandbox.azureml.middleware"):
        answer = author.get(author.registry(DEV, "/featuresets"))

    assert answer.status_code == 404
    assert "/featuresets" in error_of(answer)["message"]
    paths = [vars(record).get("path", "") for record in caplog.records]
    assert any("/featuresets" in path for path in paths)


def test_a_route_with_another_verb_is_not_allowed(author: Calls) -> None:
    assert author.post(author.registry(DEV, "/models")).status_code == 405
