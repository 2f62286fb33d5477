"""How the tests publish facts: Azure's own publisher, and raw requests for what it would not send."""

import io
from typing import Any, Final

from azure.core.credentials import AzureKeyCredential
from azure.core.messaging import CloudEvent
from azure.eventgrid.aio import EventGridPublisherClient

from tests.contract.event_grid.grid import Grid

BATCH: Final = "application/cloudevents-batch+json; charset=utf-8"
SINGLE: Final = "application/cloudevents+json"


def client(grid: Grid, key: str | None = None) -> EventGridPublisherClient:
    credential = AzureKeyCredential(key or grid.config.topic_key)
    return EventGridPublisherClient(
        grid.config.custom_topic_endpoint,
        credential,
        retry_backoff_factor=0.01,
    )


def fact(number: int) -> CloudEvent[dict[str, Any]]:
    return CloudEvent(
        source="/promotions/r-1",
        type="com.example.mlpromotion.promotion.approved.v1",
        id=f"r-1-{number}",
        subject="r-1",
        data={"number": number, "amount": 1.50, "name": "größe"},
        extensions={"sequence": str(number), "correlationid": "r-1"},
    )


def plain(**changes: object) -> dict[str, Any]:
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t", **changes}
    return {name: value for name, value in event.items() if value is not ...}


async def published(grid: Grid, after: int = 0) -> list[dict[str, Any]]:
    async with grid.session.get(f"{grid.url}/facts/events?after={after}") as answer:
        items: list[dict[str, Any]] = (await answer.json())["items"]
        return items


async def post(
    grid: Grid,
    body: bytes,
    content_type: str = SINGLE,
    **headers: str,
) -> tuple[int, dict[str, Any]]:
    sent = headers or {"aeg-sas-key": grid.config.topic_key}
    async with grid.session.post(
        grid.config.custom_topic_endpoint,
        data=io.BytesIO(body),
        headers={"Content-Type": content_type, **sent},
    ) as answer:
        return answer.status, await answer.json() if answer.status != 200 else {}


def big(padding: int) -> CloudEvent[str]:
    return CloudEvent(source="/s", type="t", data="x" * padding)
