"""Models of a few bytes in the development registry, and requests about them in a given state. Never asserts."""

import time
from pathlib import Path
from typing import Any, Final

import requests

from sandbox.azureml.client import ml_client, quietly
from sandbox.demo.people_at_work import SOURCE
from sandbox.people import PEOPLE
from sandbox.running import Sandbox
from tests.e2e.conftest import Client

_PATIENCE: Final = 90.0


def offered(running: Sandbox, name: str, folder: Path, **tags: str) -> str:
    """Register a model in the development registry as its author; return its id."""
    from azure.ai.ml.entities import Model

    files = folder / name
    files.mkdir()
    (files / "weights.bin").write_bytes(name.encode() * 100)
    said = {"owner": "team", "r2": "0.9", "rmse": "2", **tags}
    client = ml_client(running.config, PEOPLE["author"], registry=SOURCE)
    with quietly(running.config):
        client.models.create_or_update(Model(name=name, version="1", path=str(files), tags=said))
    return f"azureml://registries/{SOURCE}/models/{name}/versions/1"


def asked(running: Sandbox, asset: str) -> dict[str, Any]:
    """Ask for a promotion; return the request once its files were read."""
    client = Client(running, "requester")
    answer = client.call("POST", "/api/promotions", json={"asset": asset, "reason": "For a test."})
    answer.raise_for_status()
    return until(running, answer.json()["id"], lambda request: bool(request["digest"]))


def pending(running: Sandbox, asset: str) -> dict[str, Any]:
    """Ask, post the evidence that the strict policy requires; return the request that waits for people."""
    request = asked(running, asset)
    body = {"name": "performance-test", "outcome": "passed", "digest": request["digest"]}
    path = f"/api/promotions/{request['id']}/evidence"
    Client(running, "evidence").call("POST", path, json=body).raise_for_status()
    return until(running, request["id"], lambda request: request["state"] == "pending")


def decision(running: Sandbox, role: str, request: dict[str, Any]) -> requests.Response:
    """Approve a request as it stands there."""
    return Client(running, role).call(
        "POST",
        f"/api/promotions/{request['id']}/decisions",
        json={"verdict": "approve", "digest": request["digest"]},
        headers={"If-Match": f'"{request["revision"]}"'},
    )


def until(running: Sandbox, request_id: str, reached: Any) -> dict[str, Any]:  # noqa: ANN401 -- a question to a request
    """Return a request once it is as wanted.

    Raises:
        TimeoutError: it never was; says how it was last.
    """
    client, deadline = Client(running, "reader"), time.monotonic() + _PATIENCE
    request: dict[str, Any] = {}
    while time.monotonic() < deadline:
        request = client.call("GET", f"/api/promotions/{request_id}").json()
        if reached(request):
            return request
        time.sleep(0.2)
    raise TimeoutError(f"not reached within {_PATIENCE} s: {request}")
