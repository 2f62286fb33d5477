"""Files of registry assets through the HTTPS front, as the SDK asks for them, as Azure answers."""

from collections.abc import Callable, Iterator

import pytest
import requests

from sandbox.people import PEOPLE, Identity
from tests.contract.azureml.calls import Calls
from tests.contract.azureml.test_wire_registry import DEV, make_model
from tests.contract.azureml.wire import check

pytestmark = pytest.mark.azurite

VERSION = {"x-ms-version": "2024-05-04"}


@pytest.fixture
def author(calls_of: Callable[[Identity | None], Calls]) -> Calls:
    """Who may write the development registry."""
    return calls_of(PEOPLE["author"])


@pytest.fixture
def session(author: Calls) -> Iterator[requests.Session]:
    """A session without a token: the signature in the address is all the storage wants."""
    with requests.Session() as made:
        made.trust_env = False
        made.verify = str(author.config.ca_bundle)
        made.headers.update(VERSION)
        yield made


def signed(author: Calls, name: str, rest: str = "", query: str = "") -> str:
    """Return an address in the model's container with a read signature."""
    read = author.get(author.registry(DEV, f"/models/{name}/versions/1")).json()
    uri = read["properties"]["modelUri"]
    answer = author.read_reference(DEV, f"/models/{name}/versions/1", uri).json()
    base, _, sas = answer["blobReferenceForConsumption"]["credential"]["sasUri"].partition("?")
    return f"{base}{rest}?{query}{sas}"


def test_a_blob_that_is_not_there_is_not_found(
    author: Calls, session: requests.Session, name: str
) -> None:
    answer = author.write_reference(DEV, "models", name, "1").json()
    base, _, sas = answer["blobReferenceForConsumption"]["credential"]["sasUri"].partition("?")

    check("blob.head.missing", session.head(f"{base}/model/MLmodel?{sas}", timeout=30))


def test_an_upload_is_confirmed_by_metadata(
    author: Calls, session: requests.Session, name: str
) -> None:
    answer = author.write_reference(DEV, "models", name, "1").json()
    base, _, sas = answer["blobReferenceForConsumption"]["credential"]["sasUri"].partition("?")
    session.put(
        f"{base}/MLmodel?{sas}", data=b"x", headers={"x-ms-blob-type": "BlockBlob"}, timeout=30
    )
    confirmation = {"x-ms-meta-upload_status": "completed"}
    url = f"{base}/MLmodel?comp=metadata&{sas}"

    check("blob.metadata", session.put(url, headers=confirmation, timeout=30))


def test_a_folder_is_no_blob(author: Calls, session: requests.Session, name: str) -> None:
    author.wait(make_model(author, name))

    check("blob.head.folder", session.head(signed(author, name, "/model/"), timeout=30))


def test_a_folder_is_listed(author: Calls, session: requests.Session, name: str) -> None:
    author.wait(make_model(author, name))
    query = "restype=container&comp=list&prefix=model%2F&delimiter=%2F&"

    check("blob.list", session.get(signed(author, name, query=query), timeout=30))


def test_a_file_is_read_by_range(author: Calls, session: requests.Session, name: str) -> None:
    author.wait(make_model(author, name))
    part = {"x-ms-range": "bytes=0-33554431"}

    check(
        "blob.range",
        session.get(signed(author, name, "/model/MLmodel"), headers=part, timeout=30),
    )


def test_a_read_signature_does_not_write(
    author: Calls, session: requests.Session, name: str
) -> None:
    author.wait(make_model(author, name))
    url = signed(author, name, "/model/other")
    refused = session.put(url, data=b"x", headers={"x-ms-blob-type": "BlockBlob"}, timeout=30)

    assert refused.status_code == 403


def test_replicas_take_turns_and_their_files_have_no_md5(
    author: Calls, session: requests.Session, name: str
) -> None:
    author.wait(make_model(author, name))
    url = author.registry(DEV, f"/models/{name}/versions/1")
    uris = [author.get(url).json()["properties"]["modelUri"] for _ in range(4)]
    heads = {}
    for uri in uris[:2]:
        answer = author.read_reference(DEV, f"/models/{name}/versions/1", uri).json()
        base, _, sas = answer["blobReferenceForConsumption"]["credential"]["sasUri"].partition("?")
        heads[uri] = session.head(f"{base}/model/MLmodel?{sas}", timeout=30)

    assert uris[0] == uris[2] != uris[1] == uris[3]
    first, second = heads.values()
    assert first.status_code == second.status_code == 200
    assert first.headers["ETag"] != second.headers["ETag"]
    assert [("Content-MD5" in one.headers) for one in (first, second)] == [True, False]
