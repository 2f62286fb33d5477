"""Models put straight into registries of a sandbox, and waiting for requests. Knows public interfaces only."""

import time
from typing import Any, Final

import requests
from azure.storage.blob import BlobServiceClient

from sandbox.people import APP, PEOPLE
from sandbox.running import Sandbox
from tests.contract.azureml.calls import Calls
from tests.e2e.conftest import Client

ABSENT: Final = "a" * 26
FILES: Final = {"MLmodel": b"flavors: {}\n", "notes.txt": b"Trained on the new quarter.\n"}

DEV: Final = "dev-mlops-registry"
PROD: Final = "prod-mlops-registry"


def registered(
    sandbox: Sandbox,
    name: str,
    *,
    version: str = "1",
    registry: str = DEV,
    r2: str = "0.93",
    content: bytes = FILES["notes.txt"],
) -> str:
    """Create a model version in a registry, with no workspace and no event; return its id.

    `content` is that of its `notes.txt`.

    Only the app's identity may write to production: as it, one can do what nobody should.
    """
    calls = Calls(sandbox.config, PEOPLE["author"] if registry == DEV else APP)
    try:
        reference = calls.write_reference(registry, "models", name, version)
        uri = _uploaded(sandbox, reference, content)
        path = f"/models/{name}/versions/{version}"
        answer = calls.wait(calls.put_version(registry, path, _properties(uri, r2)))
        if not answer.ok:
            raise RuntimeError(f"The version was not created: {answer.text[:300]}")
    finally:
        calls.close()
    return f"azureml://registries/{registry}{path}"


def until(client: Client, request_id: str, state: str, *, seconds: float = 90) -> dict[str, Any]:
    """Return the request once it is in a state, or as it is after that time."""
    deadline = time.monotonic() + seconds
    while True:
        found: dict[str, Any] = client.call("GET", f"/api/promotions/{request_id}").json()
        if found.get("state") == state or time.monotonic() > deadline:
            return found
        time.sleep(0.3)


def _uploaded(sandbox: Sandbox, reference: requests.Response, content: bytes) -> str:
    uri: str = reference.json()["blobReferenceForConsumption"]["blobUri"]
    host, _, container = uri.partition("://")[2].partition("/")
    accounts = {port: account for account, port in sandbox.config.ports.accounts.items()}
    account = accounts[int(host.rpartition(":")[2])]
    text = sandbox.config.connection_string(account)
    with BlobServiceClient.from_connection_string(text) as service:
        for path, written in {**FILES, "notes.txt": content}.items():
            blob = service.get_blob_client(container, f"upload/model/{path}")
            blob.upload_blob(written)
    return f"{uri}/upload/model"


def _properties(uri: str, r2: str) -> dict[str, Any]:
    return {
        "description": "Made by a test.",
        "tags": {"owner": "team-fares", "r2": r2, "rmse": "3.1"},
        "properties": {},
        "isAnonymous": False,
        "isArchived": False,
        "modelType": "custom_model",
        "modelUri": uri,
        "flavors": {},
    }
