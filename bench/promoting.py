"""One whole promotion through the app's own entry points in this process, its requests counted by step.

What the platform does for the app (taking and deleting queue messages, waking the timer) is not in it.
"""

import json
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bench import events, wire
from promotion.bootstrap import entry
from promotion.domain.announcement import Announcement
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.request import State, request_id
from promotion.web import http
from sandbox import resolver
from sandbox.config import Config
from sandbox.people import PEOPLE, client_principal

#: Requests by step and service.
type Counts = dict[str, dict[str, int]]

#: At most so many calls until a copy is done.
_MOST = 50


def count(state: str, names: list[str], port: int | None = None) -> list[Counts]:
    """Promote each of the registered models; return the requests of each, by step and service."""
    resolver.install()
    services = _services(Config.load(Path(state)), port)
    return [_promote(name, services) for name in names]


def _promote(name: str, services: dict[int, str]) -> Counts:
    found: dict[str, Counter[str]] = {}

    def step(title: str, work: Callable[[], object]) -> None:
        with wire.counted() as traffic:
            work()
        counts = Counter(services.get(each.port, each.host) for each in traffic.requests)
        found.setdefault(title, Counter()).update(counts)

    play(name, step)
    return {title: dict(counts) for title, counts in found.items()}


def play(name: str, step: Callable[[str, Callable[[], object]], object]) -> None:
    """Promote a registered model; `step` is given each execution with its name, and carries it out.

    Raises:
        RuntimeError: it did not arrive.
    """
    home = Registry("dev-mlops-registry")
    asset = AssetRef(home=home, kind=AssetKind.MODELS, name=name, version="1")
    key = request_id(route="dev-to-prod", asset=asset, attempt=1)
    hint = json.dumps({"request": key}).encode()

    def tell() -> None:
        entry.deliver(hint)

    step("receive the event", lambda: entry.receive_event(_announcement(name), trace=""))
    step("validate", lambda: entry.validate(hint))
    step("tell who is asked", tell)
    step("decide", _approval(key))
    step("tell the decision", tell)
    _until_promoted(key, lambda: step("promote", lambda: entry.promote(hint)))
    step("tell the end", tell)


def _approval(key: str) -> Callable[[], None]:
    seen = entry.world().requests.get(key).request
    fields = [*client_principal(PEOPLE["approver"]).items(), ("Content-Type", "application/json")]
    request = http.read(
        method="POST",
        url=f"/api/promotions/{key}/decisions",
        headers=[*fields, ("If-Match", f'"{seen.revision}"')],
        body=json.dumps({"verdict": "approve", "digest": seen.digest}).encode(),
    )

    def approve() -> None:
        answer = entry.site().handle(request)
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"Deciding was answered {answer.status}: {answer.body.decode()}")

    return approve


def _until_promoted(key: str, promote: Callable[[], object]) -> None:
    request = entry.world().requests.get(key).request
    for _ in range(_MOST):
        promote()
        request = entry.world().requests.get(key).request
        if request.state is State.PROMOTED:
            return
        if request.state is not State.PROMOTING:
            break
    raise RuntimeError(f"The request is {request.state}: {request.problem}")


def _announcement(name: str) -> Announcement:
    event: dict[str, Any] = events.registered(name)
    return Announcement(
        id=event["id"],
        type=event["eventType"],
        source=event["topic"],
        subject=event["subject"],
        data=event["data"],
    )


def _services(config: Config, port: int | None) -> dict[int, str]:
    ports = config.ports
    files = [ports.blob_front, *ports.accounts.values()]
    return {
        port or ports.azurite_table: "tables",
        ports.azurite_queue: "queues",
        ports.azurite_blob: "blobs",
        ports.azureml: "Azure ML",
        ports.azureml_operations: "Azure ML",
        ports.event_grid: "channels",
        ports.inbox: "channels",
        ports.identity: "identity",
        **dict.fromkeys(files, "registry files"),
    }
