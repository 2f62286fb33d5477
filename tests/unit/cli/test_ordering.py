"""Withdrawing, restoring, retention and bypasses from the command line, against the site over memory."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from promotion.cli import app
from promotion.domain.lifecycle import bypass_id
from promotion.domain.orders import Verb
from promotion.domain.policy import Retention
from promotion.domain.request import State
from promotion.ports import Query
from promotion.usecases import bypass
from promotion.usecases.promote import promote
from promotion.web import http
from tests.building import FILES, description, model
from tests.ordering import agreed, rule, target
from tests.serving import serving
from tests.surfing import APPROVER, OPERATOR, REQUESTER, SECOND, SECURITY, Surfer, principal


@pytest.fixture
def surfer() -> Surfer:
    """A site over a registry with two versions; its lists have three lines a page."""
    surfer = Surfer(settings={"page_size": 3})
    for version in ("1", "2"):
        promote(surfer.stage.world, surfer.approved(model(version=version)).id)
    return surfer


@pytest.fixture
def server(surfer: Surfer) -> Iterator[str]:
    """The site on loopback."""

    class Serving(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self, body: bytes) -> None:
            request = http.read(
                method=self.command, url=self.path, headers=self.headers.items(), body=body
            )
            answer = surfer.site.handle(request)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Serving)) as running:
        yield f"http://127.0.0.1:{running.server_port}"


@pytest.fixture
def flags(server: str, tmp_path: Path) -> list[str]:
    """The flag that leads there."""
    file = tmp_path / "ready.json"
    roles = {"operator": OPERATOR, "requester": REQUESTER}
    people = {role: {"X-MS-CLIENT-PRINCIPAL": principal(who)} for role, who in roles.items()}
    file.write_text(json.dumps({"functions_url": server, "people": people}))
    return ["--sandbox", str(file)]


def run(*words: str, typed: str = "") -> Any:  # noqa: ANN401 -- click's result
    """Run a command in this process."""
    return CliRunner().invoke(app, list(words), input=typed)


def test_a_rollback_asks_and_says_what_is_in_use_then(surfer: Surfer, flags: list[str]) -> None:
    done = run(
        "rollback", target().id, "-m", "It drifts.", "--to", "1", *flags, "--as", "requester"
    )

    assert done.exit_code == 0, done.output
    assert "withdraw; in use: 2, then: 1" in done.stdout
    (order, *_) = surfer.stage.requests.page(Query(state=State.PENDING), limit=5).items
    assert (order.reason, order.requested_by.name) == ("It drifts.", "Requesting")


def test_a_version_is_named_by_its_request_as_well(surfer: Surfer, flags: list[str]) -> None:
    (request, *_) = surfer.stage.requests.page(Query(version="2"), limit=5).items

    done = run("rollback", request.id, "-m", "It drifts.", "--json", *flags)

    assert json.loads(done.stdout)["target"]["id"] == target().id


def test_an_emergency_asks_once_more(surfer: Surfer, flags: list[str]) -> None:
    no = run("rollback", target().id, "-m", "It burns.", "--emergency", *flags, typed="n\n")
    yes = run("rollback", target().id, "-m", "It burns.", "--emergency", "--yes", *flags)

    assert no.exit_code != 0
    assert yes.exit_code == 0, yes.output
    assert "in an emergency" in yes.stdout
    assert len(surfer.stage.requests.page(Query(state=State.APPROVED), limit=5).items) == 1


def test_a_refusal_says_why(flags: list[str]) -> None:
    done = run("rollback", target().id, "-m", "It drifts.", "--to", "7", *flags)

    assert done.exit_code == 1
    assert "Version 1 would be in use then, not 7" in done.stderr


def test_a_withdrawn_version_is_restored(surfer: Surfer, flags: list[str]) -> None:
    order = json.loads(run("rollback", target().id, "-m", "It drifts.", "--json", *flags).stdout)
    request = surfer.stage.requests.get(order["id"]).request
    agreed(surfer.stage, request, (APPROVER, SECOND, SECURITY))
    promote(surfer.stage.world, request.id)

    done = run("restore", target().id, "-m", "It was the data.", "--json", *flags)

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["order"]["verb"] == Verb.RESTORE


def test_retention_is_planned_then_applied(surfer: Surfer, flags: list[str]) -> None:
    rule(surfer.stage, retention=Retention(keep_last=1))

    planned = run("retention", "plan", *flags)
    done = run("retention", "apply", "-m", "Spring.", *flags)
    after = run("retention", "plan", "--json", "--registry", "prod-mlops-registry", *flags)

    assert planned.exit_code == 1
    assert f"{target('1').id}, of unknown age; version 2 is in use" in planned.stdout
    assert "1 versions would be archived" in planned.stdout
    assert (done.exit_code, after.exit_code) == (0, 0), done.output
    assert "1 versions are archived now" in done.stdout
    assert json.loads(after.stdout) == {"items": [], "next_cursor": None, "problems": []}


def test_a_plan_of_many_pages_is_shown_whole(surfer: Surfer, flags: list[str]) -> None:
    rule(surfer.stage, retention=Retention(keep_last=1))
    for version in ("3", "4", "5", "6", "7", "8"):
        surfer.stage.registries.put(description(target(version)), FILES)

    planned = run("retention", "plan", "--json", *flags)

    found = json.loads(planned.stdout)
    shown = [each["asset"]["version"] for each in found["items"]]
    assert shown == ["7", "6", "5", "4", "3", "2", "1"]
    assert found["next_cursor"] is None


def test_what_retention_could_not_judge_is_said(surfer: Surfer, flags: list[str]) -> None:
    rule(surfer.stage, retention=Retention(keep_last=1))
    for version in ("a", "b"):
        strange = target(version).moved(target().home, name="strange")
        surfer.stage.registries.put(description(strange), FILES)

    done = run("retention", "apply", "--json", *flags)

    assert done.exit_code == 1
    assert "Not judged: prod-mlops-registry/models/strange" in done.stderr


def test_a_bypass_is_acknowledged(surfer: Surfer, flags: list[str]) -> None:
    stage = surfer.stage
    stage.registries.put(description(target("9")), FILES)
    bypass.judge(stage.world, stage.policy.policy, stage.registries.describe(target("9")))

    done = run("requests", "acknowledge", bypass_id(target("9")), "-m", "Known.", *flags)

    assert done.exit_code == 0, done.output
    assert "acknowledged" in done.stdout
