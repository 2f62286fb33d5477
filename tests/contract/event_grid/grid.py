"""Event Grid in this process, and the ways a publisher or a test reaches it."""

import contextlib
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from azure.storage.blob import ContainerClient

from sandbox.config import Config
from sandbox.event_grid.server import build
from sandbox.event_grid.storage import DEAD_LETTER_CONTAINER
from tests.contract.event_grid.receiver import listening, until


def model_registered(name: str = "taxi-fare", version: int = 1) -> dict[str, Any]:
    """Return a registration as a workspace's event, in Event Grid's schema."""
    return {
        "topic": "/subscriptions/s/resourceGroups/g/providers/"
        "Microsoft.MachineLearningServices/workspaces/dev-mlops-workspace",
        "subject": f"models/{name}:{version}",
        "eventType": "Microsoft.MachineLearningServices.ModelRegistered",
        "eventTime": "2026-03-01T12:00:00.1234567Z",
        "id": f"{name}-{version}",
        "data": {"ModelName": name, "ModelVersion": version, "ModelTags": {}},
        "dataVersion": "2",
        "metadataVersion": "1",
    }


@dataclass
class Grid:
    """A running Event Grid and the ways to reach it."""

    config: Config
    session: aiohttp.ClientSession
    app: web.Application

    @property
    def url(self) -> str:
        """Base address."""
        return f"http://127.0.0.1:{self.config.ports.event_grid}"

    async def publish(self, *events: object, status: int = 200) -> str:
        """Publish to the system topic as the local Azure ML service does; return the answer."""
        body = json.dumps(list(events)).encode()
        return await self.publish_bytes(body, status=status)

    async def publish_bytes(self, body: bytes, *, status: int = 200) -> str:
        """Publish a raw body to the system topic."""
        headers = {"aeg-sas-key": self.config.topic_key, "Content-Type": "application/json"}
        url = self.config.system_topic_endpoint
        async with self.session.post(url, data=io.BytesIO(body), headers=headers) as answer:
            text = await answer.text()
            assert answer.status == status, text
            return text

    async def admin(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - a JSON document, shaped by its path
        """Call the administrative door; return the JSON answer, None for 204."""
        headers = {"x-sandbox-key": self.config.master_key}
        url = f"{self.url}/sandbox/{path}"
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            text = await answer.text()
            assert answer.ok, text
            return json.loads(text) if text else None

    async def deliveries(self, state: str) -> list[dict[str, Any]]:
        """Return the deliveries in a state."""
        found = await self.admin("GET", f"deliveries?state={state}")
        items: list[dict[str, Any]] = found["items"]
        return items

    async def subscribe(self, **settings: object) -> None:
        """Change the app's subscription and wait until its receiver agreed."""
        name = str(settings.setdefault("name", "on-model-registered"))
        await self.admin("PUT", f"subscriptions/{name}", {"topic": "system", **settings})
        await self.until_agreed(name)

    async def until_agreed(self, name: str = "on-model-registered") -> None:
        """Wait until the subscription's receiver agreed."""

        async def agreed() -> bool:
            items = (await self.admin("GET", "subscriptions"))["items"]
            return any(each["agreed"] for each in items if each["name"] == name)

        await until(agreed)


@contextlib.asynccontextmanager
async def running_grid(config: Config) -> AsyncIterator[Grid]:
    """Event Grid in this process."""
    app = build(config)
    async with listening(app, config.ports.event_grid), aiohttp.ClientSession() as http:
        yield Grid(config, http, app)


def dead_letters(config: Config) -> dict[str, list[dict[str, Any]]]:
    """Return the dead letters: path -> content."""
    with ContainerClient.from_connection_string(
        config.connection_string(),
        DEAD_LETTER_CONTAINER,
    ) as client:
        names = list(client.list_blob_names())
        return {name: json.loads(client.download_blob(name).readall()) for name in names}
