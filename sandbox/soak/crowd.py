"""The people and machines of a soak: who registers, who approves, who kills. Each in a thread of its own.

Knows public interfaces and the sandbox's parts; must not look into the app.
"""

import datetime as dt
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests

from sandbox.azureml.client import ml_client, quietly
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID, Config
from sandbox.demo.people_at_work import SOURCE
from sandbox.people import APP_AUDIENCE, PEOPLE, issue_token
from sandbox.running import Sandbox

_TIMEOUT: Final = 60
_TOPIC: Final = (
    f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}/providers"
    "/Microsoft.MachineLearningServices/workspaces/dev-mlops-workspace"
)


def register(config: Config, names: list[str], folder: Path) -> None:
    """Register a small model of its own under each name in the source registry."""
    from azure.ai.ml.entities import Model

    client = ml_client(config, PEOPLE["author"], registry=SOURCE)
    tags = {"owner": "soak", "r2": "0.9", "rmse": "1"}
    for name in names:
        model = folder / name
        model.mkdir(parents=True, exist_ok=True)
        (model / "weights.csv").write_text(_weights(name))
        (model / "card.txt").write_text(name)
        with quietly(config):
            client.models.create_or_update(
                Model(name=name, version="1", path=str(model), tags=tags),
            )


def _weights(name: str) -> str:
    # Numbers as text: the shipped policy's scan lets no bytes pass that it does not know.
    numbers = random.Random(name)  # noqa: S311 -- repeatable
    return "".join(f"{numbers.random()}\n" for _ in range(1_000))


def announce(config: Config, names: list[str]) -> None:
    """Tell Event Grid that the models were registered, each twice."""
    events = [_event(name) for name in names]
    for _ in range(2):
        answer = requests.post(
            config.system_topic_endpoint,
            json=events,
            headers={"aeg-sas-key": config.topic_key},
            timeout=_TIMEOUT,
        )
        answer.raise_for_status()


@dataclass
class Approver:
    """Approves whatever waits, and tries again when the app is away."""

    config: Config
    stop: threading.Event = field(default_factory=threading.Event)
    approved: int = 0

    def __post_init__(self) -> None:
        """Sign in."""
        now = dt.datetime.now(dt.UTC)
        token = issue_token(PEOPLE["approver"], APP_AUDIENCE, self.config.signing_key, now=now)
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def work(self) -> None:
        """Approve until told to stop."""
        while not self.stop.wait(0.3):
            try:
                for request in self.items("pending"):
                    self._approve(request)
            except (requests.RequestException, KeyError):
                # The host was killed in this moment; the request will still be there.
                continue

    def items(self, state: str) -> list[dict[str, Any]]:
        """Return every request in a state.

        Raises:
            requests.RequestException: the app is away.
        """
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            query = {"state": state, "limit": "200", **({"cursor": cursor} if cursor else {})}
            page = self.get("/api/promotions", **query)
            found += page["items"]
            cursor = page["next_cursor"] or ""
            if not cursor:
                return found

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Return the JSON object of an address."""
        answer = self._session.get(self.config.functions_url + path, params=query, timeout=_TIMEOUT)
        answer.raise_for_status()
        page: dict[str, Any] = answer.json()
        return page

    def _approve(self, request: dict[str, Any]) -> None:
        answer = self._session.post(
            f"{self.config.functions_url}/api/promotions/{request['id']}/decisions",
            json={"verdict": "approve", "digest": request["digest"]},
            headers={"If-Match": f'"{request["revision"]}"'},
            timeout=_TIMEOUT,
        )
        self.approved += answer.status_code == requests.codes.ok


@dataclass
class Killer:
    """Kills the Functions host at random moments and starts it again; restarts Azurite, if asked to."""

    sandbox: Sandbox
    kills: int
    azurite_restarts: int
    seed: int
    done: int = 0

    def work(self) -> None:
        """Kill as often as asked for."""
        draw = random.Random(self.seed)  # noqa: S311 -- repeatable
        restarts = set(draw.sample(range(self.kills), min(self.azurite_restarts, self.kills)))
        for number in range(self.kills):
            time.sleep(draw.uniform(0.1, 2.5))
            self.sandbox.host.kill()
            if number in restarts:
                self.sandbox.azurite.stop()
                time.sleep(draw.uniform(0.1, 1.0))
                self.sandbox.azurite.start()
            self.sandbox.host.launch()
            self.sandbox.host.wait()
            self.done += 1


def _event(name: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "topic": _TOPIC,
        "subject": f"models/{name}:1",
        "eventType": "Microsoft.MachineLearningServices.ModelRegistered",
        "eventTime": dt.datetime.now(dt.UTC).isoformat(),
        "data": {"ModelName": name, "ModelVersion": "1", "ModelTags": {}, "ModelProperties": {}},
        "dataVersion": "",
    }
