"""The other side of each channel: makes the channel, shows what arrived, refuses on demand."""

import base64
import re
import socket
from typing import Any, Protocol

import msgspec
import requests
from azure.core.credentials import AzureKeyCredential

from promotion.adapters.communication_email import CommunicationEmailChannel
from promotion.adapters.event_grid import EventGridTopic
from promotion.adapters.memory import MemoryEvidence
from promotion.adapters.smtp import Security, SmtpChannel, SmtpServer
from promotion.adapters.teams import TeamsChannel
from promotion.messages.post import Post
from promotion.ports import Channel
from promotion.wire.mailboxes import Mailing, mailing
from sandbox.config import Config
from tests.contract.channels.receiver import Receiver
from tests.telling import PUBLIC_URL

MAILING: Mailing = mailing(
    sender="promotion@sandbox.invalid",
    recipients=("approver@sandbox.invalid",),
)
POST = Post(public_url=PUBLIC_URL, everyone=MAILING.recipients)
_NOTICE = re.compile(r"Notice ([a-z2-7]+-[0-9]+)")


class Arrived(msgspec.Struct, frozen=True):
    """What the other side got: the id by which it knows a repetition, and everything else."""

    id: str
    text: str


class Side(Protocol):
    """One channel with its other side."""

    #: Whether every fact is told here, or only what is for people.
    everything: bool
    #: What must appear in no error and no log.
    secrets: tuple[str, ...]

    def channel(self) -> Channel:
        """Return the channel, as a new process would make it."""
        ...

    def nowhere(self) -> Channel:
        """Return the channel to a port where nobody listens."""
        ...

    def arrived(self) -> list[Arrived]:
        """Return what came since the test began, in order."""
        ...

    def refuse_for_now(self) -> None:
        """Refuse the next message; the one after it is taken."""
        ...

    def refuse_for_good(self) -> None:
        """Refuse the next message, saying that it will never be taken."""
        ...


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


class _Sandbox:
    """One of the sandbox's servers, with its administrative door."""

    def __init__(self, config: Config, url: str) -> None:
        self.config = config
        self.url = url

    def get(self, path: str) -> Any:  # noqa: ANN401 -- JSON
        """Return the JSON of a path."""
        answer = requests.get(f"{self.url}{path}", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def refuse(self, place: str, status: int) -> None:
        """Refuse the next call there."""
        fault = {"place": place, "status": status, "times": 1}
        headers = {"x-sandbox-key": self.config.master_key}
        requests.post(
            f"{self.url}/sandbox/faults", json=fault, headers=headers, timeout=10
        ).raise_for_status()


class TopicSide(_Sandbox):
    """The custom topic of the sandbox's Event Grid."""

    everything = True

    def __init__(self, config: Config) -> None:
        super().__init__(config, f"http://127.0.0.1:{config.ports.event_grid}")
        self.secrets: tuple[str, ...] = (config.topic_key,)
        self.evidence = MemoryEvidence()
        self._seen = self._last()

    def channel(self) -> EventGridTopic:
        return self._make(self.config.custom_topic_endpoint)

    def nowhere(self) -> EventGridTopic:
        return self._make(f"http://127.0.0.1:{closed_port()}/facts/api/events")

    def arrived(self) -> list[Arrived]:
        return [Arrived(each["id"], msgspec.json.encode(each).decode()) for each in self.events()]

    def events(self) -> list[dict[str, Any]]:
        """Return the events that came since the test began."""
        items = self.get(f"/facts/events?after={self._seen}")["items"]
        return [item["event"] for item in items]

    def refuse_for_now(self) -> None:
        self.refuse("facts", 503)

    def refuse_for_good(self) -> None:
        self.refuse("facts", 400)

    def _make(self, endpoint: str) -> EventGridTopic:
        key = AzureKeyCredential(self.config.topic_key)
        return EventGridTopic(endpoint, key, self.evidence, allow_loopback=True)

    def _last(self) -> int:
        last, after = -1, 0
        while last != after:
            last, after = after, int(self.get(f"/facts/events?after={after}")["last"])
        return after


class _InboxSide(_Sandbox):
    """The sandbox's inbox, from which all messages were deleted."""

    everything = False
    kind = ""

    def __init__(self, config: Config) -> None:
        super().__init__(config, config.inbox_url)
        self.secrets: tuple[str, ...] = (config.teams_secret,)
        headers = {"x-sandbox-key": config.master_key}
        for path in ("/api/messages", "/sandbox/faults"):
            requests.delete(f"{self.url}{path}", headers=headers, timeout=10).raise_for_status()

    def messages(self) -> list[dict[str, Any]]:
        """Return the messages, oldest first, none of which the real receiver would have lost."""
        items: list[dict[str, Any]] = self.get(f"/api/messages?channel={self.kind}")["items"]
        assert [item["problem"] for item in items if item["problem"]] == []
        return items[::-1]

    def arrived(self) -> list[Arrived]:
        return [_known(item["text"]) for item in self.messages()]

    def refuse_for_now(self) -> None:
        self.refuse(self.kind, 451 if self.kind == "email" else 503)

    def refuse_for_good(self) -> None:
        self.refuse(self.kind, 550 if self.kind == "email" else 400)


class TeamsSide(_InboxSide):
    """The sandbox's Workflows webhook."""

    kind = "teams"

    def channel(self) -> TeamsChannel:
        return self._make(self.config.teams_webhook)

    def nowhere(self) -> TeamsChannel:
        here = f":{self.config.ports.inbox}/"
        return self._make(self.config.teams_webhook.replace(here, f":{closed_port()}/"))

    def _make(self, webhook: str) -> TeamsChannel:
        return TeamsChannel(webhook, public_url=PUBLIC_URL, allow_loopback=True)


class SmtpSide(_InboxSide):
    """The sandbox's mail server."""

    kind = "email"

    def channel(self) -> SmtpChannel:
        return self._make(self.config.ports.smtp)

    def nowhere(self) -> SmtpChannel:
        return self._make(closed_port())

    def _make(self, port: int) -> SmtpChannel:
        server = SmtpServer(host="127.0.0.1", port=port, security=Security.PLAIN)
        return SmtpChannel(server, MAILING, POST)


class CommunicationSide:
    """A stand-in for Azure Communication Services' send operation; the sandbox has none."""

    everything = False

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self._key = base64.b64encode(b"an access key that protects nothing").decode()
        self.secrets: tuple[str, ...] = (self._key,)

    def channel(self) -> CommunicationEmailChannel:
        return self._make(self.receiver.url)

    def nowhere(self) -> CommunicationEmailChannel:
        return self._make(f"http://127.0.0.1:{closed_port()}")

    def arrived(self) -> list[Arrived]:
        bodies = (msgspec.json.decode(got.body) for got in self.receiver.got)
        return [_known(body["content"]["plainText"]) for body in bodies]

    def refuse_for_now(self) -> None:
        self.receiver.plan(503)

    def refuse_for_good(self) -> None:
        error = {"error": {"code": "BadRequest", "message": "Message body is null or empty."}}
        self.receiver.plan(400, msgspec.json.encode(error), {"Content-Type": "application/json"})

    def _make(self, endpoint: str) -> CommunicationEmailChannel:
        credential = AzureKeyCredential(self._key)
        return CommunicationEmailChannel(endpoint, credential, MAILING, POST, allow_loopback=True)


def _known(text: str) -> Arrived:
    found = _NOTICE.search(text)
    assert found is not None
    return Arrived(found[1], text)
