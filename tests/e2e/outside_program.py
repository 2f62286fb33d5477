"""A program that knows nothing of this repository but the ready file: what a user's own script would do.

`python outside_program.py READY_FILE FOLDER` promotes a model of its own; prints the digest's first letters.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import requests
from azure.core.credentials import AccessToken

READY: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
FOLDER = Path(sys.argv[2])
NAME = "outside-model"

os.environ["REQUESTS_CA_BUNDLE"] = READY["azureml"]["ca_bundle"]


class Token:
    """A bearer token that is there already."""

    def __init__(self, role: str) -> None:
        self._token = READY["azureml"]["tokens"][role]

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        """Return it."""
        return AccessToken(self._token, int(time.time()) + 3600)


def registry(role: str, name: str) -> Any:  # noqa: ANN401 -- the SDK's client
    """Return a plain client of a registry."""
    from azure.ai.ml import MLClient

    return MLClient(
        Token(role),
        registry_name=name,
        cloud="outside",
        cloud_metadata=READY["azureml"]["cloud_metadata"],
        polling_interval=1,
    )


def call(role: str, method: str, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 -- passed on
    """Call the app as one of its people."""
    headers = {**READY["people"][role], **options.pop("headers", {})}
    url = READY["functions_url"] + path
    return requests.request(method, url, headers=headers, timeout=60, **options)


def wait_for(state: str) -> dict[str, Any]:
    """Return the request of the model once it is in a state."""
    items: list[dict[str, Any]] = []
    for _ in range(300):
        items = call("reader", "GET", "/api/promotions", params={"name": NAME}).json()["items"]
        if items and items[0]["state"] == state:
            found: dict[str, Any] = items[0]
            return found
        time.sleep(0.2)
    raise SystemExit(f"never {state}: {items}")


def main() -> None:
    """Register, announce, approve, read back."""
    from azure.ai.ml.entities import Model

    source = FOLDER / "model"
    source.mkdir(parents=True)
    (source / "weights.csv").write_text(f"{os.urandom(25_000).hex()}\n")
    tags = {"owner": "outside", "r2": "0.9", "rmse": "2"}
    registry("author", "dev-mlops-registry").models.create_or_update(
        Model(name=NAME, version="1", path=str(source), tags=tags),
    )
    workspace = (
        f"/subscriptions/{READY['azureml']['subscription_id']}"
        f"/resourceGroups/{READY['azureml']['resource_group']}"
        "/providers/Microsoft.MachineLearningServices/workspaces/dev-mlops-workspace"
    )
    event = {
        "id": "1",
        "topic": workspace,
        "subject": f"models/{NAME}:1",
        "eventType": "Microsoft.MachineLearningServices.ModelRegistered",
        "eventTime": "2026-03-01T12:00:00Z",
        "data": {"modelName": NAME, "modelVersion": "1"},
        "dataVersion": "2",
    }
    answer = requests.post(
        READY["event_grid_webhook"],
        json=[event],
        headers={"aeg-event-type": "Notification"},
        timeout=60,
    )
    answer.raise_for_status()
    pending = wait_for("pending")
    decided = call(
        "approver",
        "POST",
        f"/api/promotions/{pending['id']}/decisions",
        json={"verdict": "approve", "digest": pending["digest"], "comment": "From outside."},
        headers={"If-Match": f'"{pending["revision"]}"'},
    )
    decided.raise_for_status()
    wait_for("promoted")
    registry("reader", "prod-mlops-registry").models.download(NAME, "1", download_path=str(FOLDER))
    (copied,) = (path for path in FOLDER.rglob("weights.csv") if source not in path.parents)
    if copied.read_bytes() != (source / "weights.csv").read_bytes():
        raise SystemExit("not the same bytes")
    print(f"promoted {pending['digest']}")


if __name__ == "__main__":
    main()
