"""Probes of the technology behind the ports: each beside what breaks it, over Azurite and real sockets."""

import contextlib
import datetime as dt
import socket
import uuid
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import msgspec
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from promotion.bootstrap.doctor import identity, probes, reaching, storage
from promotion.bootstrap.doctor import settings as configured
from promotion.bootstrap.storage import Identity
from promotion.domain.findings import Finding, Level
from promotion.settings import MailSettings, Settings, StorageSettings
from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.serving import serving

KEY = "k" * 32
COMPLETE = Settings(
    storage=StorageSettings(connection_string="x"),
    policy_file="policy.yaml",
    public_url="https://promotion.example",
    auth_enabled=True,
    csrf_key=KEY,
    topic_endpoint="https://topic.example/api/events",
    teams_webhook="https://teams.example/?sig=secret",
    mail=MailSettings(endpoint="https://mail.example"),
)


def nobody() -> Any:  # noqa: ANN401 -- a credential that is never asked
    raise AssertionError("a connection string needs no identity")


def by(findings: Iterator[Finding]) -> dict[str, Finding]:
    return {each.subject: each for each in findings}


@pytest.fixture
def account(azurite: Azurite, sandbox_config: Config) -> StorageSettings:
    """Azurite's account, with nothing in its queues and containers of ours."""
    assert azurite.running
    text = sandbox_config.connection_string()
    with QueueServiceClient.from_connection_string(text) as queues:
        for queue in queues.list_queues():
            queues.delete_queue(queue.name)
    with BlobServiceClient.from_connection_string(text) as blobs:
        for container in blobs.list_containers():
            blobs.delete_container(container.name)
    return StorageSettings(connection_string=text)


@pytest.fixture
def gone() -> StorageSettings:
    """An account behind a port where nothing listens."""
    port = _free_port()
    endpoints = ";".join(
        f"{service}Endpoint=http://127.0.0.1:{port}/gone" for service in ("Blob", "Queue", "Table")
    )
    return StorageSettings(
        connection_string=f"DefaultEndpointsProtocol=http;AccountName=gone;AccountKey={KEY};{endpoints}"
    )


def test_complete_settings_are_well() -> None:
    assert [each.level for each in configured.settings(COMPLETE)] == [Level.OK]


@pytest.mark.parametrize(
    ("change", "subject", "level"),
    [
        ({"csrf_key": "short"}, "PROMOTION_CSRF_KEY", Level.BAD),
        ({"auth_enabled": False}, "WEBSITE_AUTH_ENABLED", Level.BAD),
        ({"topic_endpoint": ""}, "PROMOTION_TOPIC_ENDPOINT", Level.WARN),
        ({"teams_webhook": ""}, "PROMOTION_TEAMS_WEBHOOK", Level.WARN),
        ({"mail": MailSettings()}, "PROMOTION_MAIL_ENDPOINT", Level.WARN),
    ],
    ids=["short key", "no sign-in", "no topic", "no Teams", "no mail"],
)
def test_what_settings_leave_out_is_found(
    change: dict[str, Any], subject: str, level: Level
) -> None:
    found = by(configured.settings(msgspec.structs.replace(COMPLETE, **change)))

    assert {name: each.level for name, each in found.items()} == {subject: level}
    assert found[subject].remedy


class _Credential:
    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_: str, **__: object) -> AccessToken:
        if not self._token:
            raise ClientAuthenticationError("No managed identity.\nA long story follows.")
        return AccessToken(self._token, 0)


def _identity(token: str) -> Identity:
    return lambda: _Credential(token)


def test_the_identity_is_told_by_its_token() -> None:
    token = jwt.encode({"oid": "the-app", "tid": "tenant"}, KEY, algorithm="HS256")

    (found,) = identity.identity(_identity(token))

    assert (found.level, found.subject) == (Level.OK, "tenant")
    assert "the-app" in found.found


@pytest.mark.parametrize("token", ["opaque", "a.!!!.c", "a.e30.c"])
def test_a_token_that_says_nothing_is_still_a_token(token: str) -> None:
    (found,) = identity.identity(_identity(token))

    assert found.level is Level.OK
    assert "unnamed" in found.found


def test_an_identity_that_gets_no_token_is_found_with_the_first_line_of_why() -> None:
    (found,) = identity.identity(_identity(""))

    assert found.level is Level.BAD
    assert "No managed identity." in found.found
    assert "long story" not in found.found


@pytest.mark.azurite
def test_queues_tell_how_much_waits_and_what_was_given_up(
    account: StorageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with QueueServiceClient.from_connection_string(account.connection_string) as service:
        for name, count in {"validations": 1, "promotions": 3, "promotions-poison": 1}.items():
            queue = service.create_queue(name)
            for _ in range(count):
                queue.send_message("hint")
    monkeypatch.setattr(storage, "_MANY", 2)

    found = by(storage.queues(account, nobody))

    assert {name: each.level for name, each in found.items()} == {
        "validations": Level.OK,
        "validations-poison": Level.OK,
        "promotions": Level.WARN,
        "promotions-poison": Level.WARN,
        "deliveries": Level.OK,
        "deliveries-poison": Level.OK,
    }
    assert "given up" in found["promotions-poison"].found


@pytest.mark.azurite
def test_dead_letters_are_found_and_evidence_is_not_one(account: StorageSettings) -> None:
    with BlobServiceClient.from_connection_string(account.connection_string) as service:
        for name in ("evidence", "deadletters"):
            container = service.create_container(name)
            container.upload_blob(f"{uuid.uuid4().hex}.json", b"{}")

    found = by(storage.kept(account, nobody))

    assert {name: each.level for name, each in found.items()} == {
        "evidence": Level.OK,
        "receipts": Level.OK,
        "deadletters": Level.WARN,
        "undelivered": Level.OK,
    }


@pytest.mark.timeout(240)
def test_storage_that_cannot_be_reached_is_found_by_every_probe_of_it(
    gone: StorageSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The SDK's own patience is minutes.
    monkeypatch.setattr("azure.core.pipeline.policies.RetryPolicy.sleep", lambda *_, **__: None)
    monkeypatch.setattr("time.sleep", lambda _: None)

    found = [
        *storage.queues(gone, nobody),
        *storage.kept(gone, nobody),
        *reaching.clock(gone, nobody),
    ]

    assert {each.level for each in found} == {Level.BAD}
    assert {each.probe for each in found} == {"queue", "container", "clock"}
    assert all(each.remedy for each in found)


@pytest.mark.parametrize(
    ("hours", "level"), [(0, Level.OK), (1, Level.BAD), (-1, Level.BAD)], ids=str
)
def test_a_clock_that_is_wrong_is_found(hours: int, level: Level) -> None:
    theirs = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)

    with _telling(lambda: format_datetime(theirs, usegmt=True)) as url:
        account = StorageSettings(
            connection_string=f"AccountName=a;AccountKey={KEY};BlobEndpoint={url}"
        )
        (found,) = reaching.clock(account, nobody)

    assert found.level is level


def test_channels_that_can_be_reached_are_told_and_those_that_cannot_are_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        settings = msgspec.structs.replace(
            COMPLETE,
            topic_endpoint=f"http://127.0.0.1:{there.getsockname()[1]}/api/events",
            teams_webhook=f"https://127.0.0.1:{_free_port()}/?sig=secret",
            mail=MailSettings(smtp_host="127.0.0.1", smtp_port=there.getsockname()[1]),
        )

        found = by(reaching.channels(settings))

    assert {name: each.level for name, each in found.items()} == {
        "topic": Level.OK,
        "Teams": Level.WARN,
        "mail": Level.OK,
    }
    assert "secret" not in found["Teams"].found


def test_channels_that_are_not_set_up_are_not_looked_at() -> None:
    bare = msgspec.structs.replace(
        COMPLETE, topic_endpoint="", teams_webhook="", mail=MailSettings()
    )

    assert list(reaching.channels(bare)) == []


def test_every_probe_has_a_name_of_its_own_and_runs_when_asked() -> None:
    made = probes(COMPLETE, _identity("opaque"))

    assert len({each.name for each in made}) == len(made) == 6
    assert [each.level for each in made[0].look()] == [Level.OK]


@contextlib.contextmanager
def _telling(time: Callable[[], str]) -> Iterator[str]:
    """A server that answers every HEAD with 400 and a time."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(400)
            self.send_header("Date", time())
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://127.0.0.1:{server.server_port}/a"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
