"""The inbox's JSON and who may do what."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from sandbox.config import Config
from sandbox.serving.faults import Fault, Faults
from tests.contract.inbox.inbox import Inbox, card, envelope
from tests.contract.inbox.test_mail import mail


@pytest.mark.asyncio
async def test_one_message_can_be_read(inbox: Inbox) -> None:
    await inbox.post(envelope(card("x")))
    (listed,) = await inbox.messages()

    status, text = await inbox.get(f"/api/messages/{listed['id']}")

    assert status == 200
    assert json.loads(text) == listed
    fields = "id channel at to subject text links card html problem"
    assert set(fields.split()) <= listed.keys()


@pytest.mark.asyncio
async def test_list_is_cut_and_chosen_by_channel(inbox: Inbox) -> None:
    await inbox.post(envelope(card("one")))
    await inbox.post(envelope(card("two")))
    await inbox.mail(mail("three"))

    assert [message["subject"] for message in await inbox.messages("?limit=1")] == ["three"]
    assert len(await inbox.messages("?channel=teams")) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/messages/none", 404), ("/api/messages?limit=x", 400), ("/api/messages?limit=-1", 400)],
)
async def test_wrong_request_is_told_what_is_wrong(inbox: Inbox, path: str, status: int) -> None:
    answered, text = await inbox.get(path)

    assert answered == status
    assert json.loads(text)["problem"]


@pytest.mark.asyncio
async def test_deleting_needs_the_master_key(inbox: Inbox) -> None:
    await inbox.post(envelope(card("x")))

    async with inbox.session.delete(f"{inbox.config.inbox_url}/api/messages") as answer:
        assert answer.status == 401
    assert len(await inbox.messages()) == 1

    assert await inbox.admin("DELETE", "/api/messages") == 200
    assert await inbox.messages() == []
    assert list((inbox.config.folder / "inbox").iterdir()) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("body", [{}, {"place": "fax", "status": 500, "times": 1}, 5])
async def test_plan_that_makes_no_sense_is_400(inbox: Inbox, body: object) -> None:
    assert await inbox.admin("POST", "/sandbox/faults", body) == 400


@pytest.mark.asyncio
async def test_planned_refusals_can_be_cleared(inbox: Inbox) -> None:
    await inbox.admin("POST", "/sandbox/faults", {"place": "teams", "status": 500, "seconds": 60})
    await inbox.admin("DELETE", "/sandbox/faults")

    assert await inbox.post(envelope(card("x"))) == 202


def test_plan_by_time_ends_with_it() -> None:
    now = [100.0]
    faults = Faults(clock=lambda: now[0])
    faults.plan(Fault(place="p", status=503, seconds=5))

    assert (faults.take("p"), faults.take("elsewhere")) == (503, None)
    now[0] = 105.0
    assert faults.take("p") is None


@pytest.mark.asyncio
async def test_process_serves_and_logs_no_secret(config: Config) -> None:
    config.save()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox.inbox", "--state", config.state),
        cwd=Path(__file__).parents[3],
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        assert line.decode().strip() == f"inbox: {config.inbox_url}"
        log = config.folder / "logs" / "inbox.log"
        curl = await asyncio.open_connection("127.0.0.1", config.ports.inbox)
        curl[1].write(f"GET /?sig={config.teams_secret} HTTP/1.0\r\n\r\n".encode())
        assert b"200 OK" in await curl[0].readline()
        curl[1].close()
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0

    assert "path='/'" in log.read_text()
    assert config.teams_secret not in log.read_text()
