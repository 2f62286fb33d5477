"""What `doctor` makes of an Event Grid subscription, as Azure Resource Manager tells of it."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest

from promotion.cli.event_subscription import subscription
from promotion.domain.announcement import MODEL_REGISTERED
from promotion.domain.findings import Finding, Level
from tests.serving import serving

ID: Final = "/subscriptions/s/providers/Microsoft.EventGrid/eventSubscriptions/models"
GOOD: Final[dict[str, Any]] = {
    "provisioningState": "Succeeded",
    "filter": {"includedEventTypes": [MODEL_REGISTERED]},
    "deadLetterWithResourceIdentity": {"deadLetterDestination": {"endpointType": "StorageBlob"}},
}


class Manager(ThreadingHTTPServer):
    """A stand-in for Azure Resource Manager that answers one subscription."""

    status = 200
    properties: Any = GOOD
    asked = ""


@pytest.fixture
def manager() -> Iterator[Manager]:
    """A running one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked = f"{self.path} {self.headers['Authorization']}"
            body = json.dumps({"name": "models", "properties": server.properties}).encode()
            self.send_response_only(server.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with serving(Manager(("127.0.0.1", 0), Handler)) as server:
        yield server


def found(manager: Manager) -> list[Finding]:
    url = f"http://127.0.0.1:{manager.server_port}"
    return list(subscription(ID, lambda audience: f"token for {audience}", url))


def test_a_subscription_that_delivers_and_keeps_is_well(manager: Manager) -> None:
    assert [each.level for each in found(manager)] == [Level.OK]
    path, _, authorization = manager.asked.partition(" ")
    assert path == f"{ID}?api-version=2022-06-15"
    assert authorization == "Bearer token for https://management.azure.com"


@pytest.mark.parametrize(
    ("change", "levels"),
    [
        ({"provisioningState": "AwaitingManualAction"}, [Level.BAD]),
        ({"provisioningState": ""}, [Level.BAD]),
        ({"filter": {"includedEventTypes": ["Microsoft.Other"]}}, [Level.BAD]),
        ({"filter": {}}, [Level.OK]),
        ({"deadLetterWithResourceIdentity": None}, [Level.OK, Level.WARN]),
    ],
    ids=["awaiting", "no state", "other events", "every event", "nothing kept"],
)
def test_what_is_wrong_with_a_subscription_is_found(
    manager: Manager, change: dict[str, Any], levels: list[Level]
) -> None:
    manager.properties = {**GOOD, **change}

    findings = found(manager)

    assert [each.level for each in findings] == levels
    assert all(each.remedy for each in findings if each.level is not Level.OK)


def test_a_subscription_that_cannot_be_read_is_found(manager: Manager) -> None:
    manager.status = 404
    absent = found(manager)
    manager.status, manager.properties = 200, "nonsense"

    odd = found(manager)

    assert [each.level for each in (*absent, *odd)] == [Level.BAD, Level.BAD]
    assert "404" in absent[0].found
