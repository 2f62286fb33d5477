"""The command line against a running app, as people and scripts call it: one flag leads to the sandbox."""

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from promotion.bootstrap.entry import world
from sandbox.app_environment import app_environment
from sandbox.ready import ready
from sandbox.running import Sandbox
from tests.e2e.conftest import Client
from tests.e2e.registering import ABSENT, PROD, registered, until
from tests.e2e.terminal import Terminal

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]


@pytest.fixture
def terminal(sandbox: Sandbox, tmp_path: Path) -> Terminal:
    """A terminal beside the running sandbox."""
    file = tmp_path / "ready.json"
    file.write_text(json.dumps(ready(sandbox.config, now=dt.datetime.now(dt.UTC))))
    return Terminal(file)


@pytest.fixture
def pending(sandbox: Sandbox, client: Client) -> dict[str, Any]:
    """A request that waits for an approver."""
    asset = registered(sandbox, f"cli-{uuid.uuid4().hex[:8]}")
    answer = Client(sandbox, "requester").call("POST", "/api/promotions", json={"asset": asset})
    assert answer.status_code == 201, answer.text
    return until(client, answer.json()["id"], "pending")


def test_a_request_is_found_shown_and_approved(
    terminal: Terminal, client: Client, pending: dict[str, Any]
) -> None:
    name = pending["asset"]["name"]

    listed = terminal.run("requests", "list", "--name", name, "--state", "pending")
    shown = terminal.run("requests", "show", pending["id"])
    approved = terminal.run(
        "requests", "approve", pending["id"], "--yes", "-m", "Fine.", role="approver"
    )

    assert (listed.returncode, shown.returncode, approved.returncode) == (0, 0, 0), approved.stderr
    assert pending["id"] in listed.stdout
    assert f"{name}:1" in listed.stdout
    assert pending["digest"] in shown.stdout
    assert "metric_threshold:r2" in shown.stdout
    done = until(client, pending["id"], "promoted")
    assert [each["comment"] for each in done["decisions"]] == ["Fine."]


def test_json_is_what_the_api_answers(
    terminal: Terminal, client: Client, pending: dict[str, Any]
) -> None:
    shown = terminal.json("requests", "show", pending["id"])
    listed = terminal.json("requests", "list", "--name", pending["asset"]["name"])

    assert shown == client.call("GET", f"/api/promotions/{pending['id']}").json()
    assert [each["id"] for each in listed["items"]] == [pending["id"]]


def test_a_request_is_shown_before_it_is_decided_and_no_means_no(
    terminal: Terminal, client: Client, pending: dict[str, Any], tmp_path: Path
) -> None:
    words = ("requests", "approve", pending["id"])

    asked = terminal.bare(*words, "--sandbox", str(tmp_path / "ready.json"), typed="n\n")

    assert asked.returncode == 1
    assert pending["digest"] in asked.stdout
    assert client.call("GET", f"/api/promotions/{pending['id']}").json()["state"] == "pending"


def test_a_request_is_rejected_with_a_comment(terminal: Terminal, pending: dict[str, Any]) -> None:
    silent = terminal.run("requests", "reject", pending["id"], "--yes", role="approver")
    words = ("requests", "reject", pending["id"], "--yes", "--comment", "Not yet.")

    rejected = terminal.json(*words, role="approver")

    assert silent.returncode == 2
    assert "--comment" in silent.stderr
    assert (rejected["state"], rejected["decisions"][0]["comment"]) == ("rejected", "Not yet.")


def test_another_digest_than_was_looked_at_decides_nothing(
    terminal: Terminal, client: Client, pending: dict[str, Any]
) -> None:
    other = "sha256:" + "0" * 64
    words = ("requests", "approve", pending["id"], "--yes", "--digest", other)

    done = terminal.run(*words, role="approver")

    assert done.returncode == 1
    assert "Nothing was decided" in done.stderr
    assert client.call("GET", f"/api/promotions/{pending['id']}").json()["decisions"] == []


def test_what_the_app_refuses_is_told_and_ends_with_1(
    terminal: Terminal, pending: dict[str, Any]
) -> None:
    not_mine = terminal.run("requests", "approve", pending["id"], "--yes", role="reader")
    not_failed = terminal.run("requests", "retry", pending["id"])
    unknown = terminal.run("requests", "show", ABSENT)

    assert (not_mine.returncode, not_failed.returncode, unknown.returncode) == (1, 1, 1)
    assert "role" in not_mine.stderr
    assert "failed" in not_failed.stderr
    assert "There is no request" in unknown.stderr


def test_a_request_is_taken_back(terminal: Terminal, pending: dict[str, Any]) -> None:
    words = ("requests", "cancel", pending["id"], "--reason", "Version 2 follows.")

    cancelled = terminal.json(*words, role="requester")

    assert cancelled["state"] == "cancelled"


def test_explaining_tells_what_would_happen_and_writes_nothing(
    sandbox: Sandbox, terminal: Terminal, client: Client
) -> None:
    name = f"cli-{uuid.uuid4().hex[:8]}"
    good = terminal.run("explain", registered(sandbox, name), role="requester")
    bad = terminal.run("explain", registered(sandbox, f"{name}-bad", r2="0.1"), role="requester")

    assert (good.returncode, bad.returncode) == (0, 1), (good.stderr, bad.stderr)
    assert "people would be asked" in good.stdout
    assert "would be refused" in bad.stdout
    for each in (name, f"{name}-bad"):
        found = client.call("GET", "/api/promotions", params={"name": each}).json()
        assert found["items"] == []


def test_what_does_not_get_there_ends_with_2(terminal: Terminal, tmp_path: Path) -> None:
    nowhere = terminal.bare("requests", "list")
    no_file = terminal.bare("requests", "list", "--sandbox", str(tmp_path / "none.json"))
    nobody = terminal.run("requests", "list", role="nobody")
    plain = terminal.bare(
        "requests", "list", "--url", "http://app.example", "--audience", "api://x"
    )
    dead = terminal.bare("requests", "list", "--sandbox", str(_dead(tmp_path)))

    codes = [each.returncode for each in (nowhere, no_file, nobody, plain, dead)]
    assert codes == [2, 2, 2, 2, 2]
    assert "--sandbox" in nowhere.stderr
    assert "ready file" in no_file.stderr
    assert "operator" in nobody.stderr
    assert "https" in plain.stderr
    assert "does not answer" in dead.stderr


def test_an_operator_rebuilds_the_index_on_the_storage(
    sandbox: Sandbox, pending: dict[str, Any], tmp_path: Path
) -> None:
    environment = app_environment(sandbox.config)
    del environment["PROMOTION_TEAMS_WEBHOOK"]

    done = Terminal(tmp_path, environment).bare("requests", "rebuild-index")

    assert done.returncode == 0, done.stderr
    assert "requests indexed" in done.stdout
    assert int(done.stdout.split()[0]) >= 1
    assert pending["state"] == "pending"
    assert world.cache_info().currsize == 0


def _dead(folder: Path) -> Path:
    file = folder / "dead.json"
    people = {"operator": {"Authorization": "Bearer none"}}
    file.write_text(json.dumps({"functions_url": "http://127.0.0.1:9", "people": people}))
    return file


def test_a_migration_is_taken_back_with_everything_of_it_that_waits(
    sandbox: Sandbox, terminal: Terminal, tmp_path: Path
) -> None:
    name = f"cli-{uuid.uuid4().hex[:8]}"
    for version in ("1", "2"):
        registered(sandbox, name, version=version)
    plan = str(tmp_path / "plan.json")
    terminal.json("migrate", "plan", "--route", "dev-to-prod", "--name", name, "-o", plan)
    asked = terminal.json("migrate", "start", plan)

    taken = terminal.run("migrate", "cancel", asked["id"], "--reason", "Not this week.")
    again = terminal.run("migrate", "cancel", asked["id"])

    report = terminal.run("migrate", "report", asked["id"])
    assert (taken.returncode, again.returncode) == (0, 0), taken.stderr + again.stderr
    assert "with 2 versions" in taken.stdout
    assert "with 0 versions" in again.stdout
    assert report.returncode == 1
    assert "cancelled" in report.stdout
    shown = terminal.json("requests", "show", asked["id"])
    assert shown["state"] == "cancelled"


def test_what_is_no_plan_and_what_is_in_the_way_are_told_by_exit_codes(
    sandbox: Sandbox, terminal: Terminal, tmp_path: Path
) -> None:
    name = f"cli-{uuid.uuid4().hex[:8]}"
    registered(sandbox, name)
    registered(sandbox, name, registry=PROD, content=b"made by hand")
    odd = tmp_path / "odd.json"
    odd.write_text('{"route": 5}')
    plan = tmp_path / "plan.json"

    stuck = terminal.run(
        "migrate", "plan", "--route", "dev-to-prod", "--name", name, "-o", str(plan)
    )
    nothing = terminal.run("migrate", "start", str(plan))
    wrong = terminal.run("migrate", "start", str(odd))
    unknown = terminal.run("migrate", "plan", "--route", "nowhere")

    assert stuck.returncode == 1
    assert "in the way" in stuck.stdout
    assert "has other content" in stuck.stderr
    assert (nothing.returncode, "Nothing is left to move" in nothing.stdout) == (0, True)
    assert (wrong.returncode, unknown.returncode) == (2, 1)
    assert "no plan" in wrong.stderr
