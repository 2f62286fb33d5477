"""The command line's side of a running app: pages, addresses, hostile text, what is sent with a decision."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from promotion.cli import app
from promotion.cli.client import App, UnreachableError
from promotion.cli.completing import VARIABLE
from promotion.cli.plainly import line
from tests.building import NOW
from tests.conftest import ROOT
from tests.serving import serving

ID: Final = "b" * 26
DIGEST: Final = "sha256:" + "3f" * 32
HOSTILE: Final = "evil\x1b[2J\u202e[bold]\nx"


def promotion(number: int = 0, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- fields of a promotion
    """Return a promotion as the API answers it."""
    asset = {"kind": "models", "registry": "dev", "name": f"m{number}", "version": "1"}
    asset["id"] = f"azureml://registries/dev/models/m{number}/versions/1"
    stage = {"name": "business", "quorum": 1, "roles": ["Promotion.Approver"], "outcome": "open"}
    return {
        "id": ID,
        "route": "dev-to-prod",
        "state": "pending",
        "revision": 3,
        "digest": DIGEST,
        "attempt": 1,
        "asset": asset,
        "target": asset,
        "requested_by": {"kind": "person", "name": "Requester"},
        "reason": "",
        "created_at": NOW.isoformat(),
        "updated_at": NOW.isoformat(),
        "due_at": None,
        "expires_at": None,
        "policy_hash": DIGEST,
        "files": 2,
        "size": 10,
        "dependencies": [],
        "checks": [{"name": "c", "outcome": "passed", "summary": HOSTILE, "evidence": {}}],
        "stages": [stage],
        "decisions": [],
        "evidence": [],
        "progress": {"files": 0, "files_done": 0, "bytes": 0, "bytes_done": 0},
        "migration": None,
        "problem": None,
        "links": {"self": "", "page": "", "audit": ""},
        **changes,
    }


class Answering(BaseHTTPRequestHandler):
    """Stands for the app: pages of a long list, one request, decisions."""

    seen: list[tuple[str, str, dict[str, str], bytes]]
    answers: dict[str, tuple[int, bytes]]

    def do_GET(self) -> None:
        """Answer."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Answer."""
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        self.seen.append((self.command, self.path, dict(self.headers), body))
        status, content = self.answers.get(parts.path) or (200, self._page(parse_qs(parts.query)))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if status == 302:
            self.send_header("Location", "https://login.example/")
        self.end_headers()
        self.wfile.write(content)

    def _page(self, query: dict[str, list[str]]) -> bytes:
        start, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
        items = [promotion(number) for number in range(start, min(start + limit, 450))]
        following = str(start + limit) if start + limit < 450 else None
        return json.dumps({"items": items, "next_cursor": following, "damaged": []}).encode()


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """A stand-in for the app."""
    handler = type("Handler", (Answering,), {"seen": [], "answers": {}})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as running:
        yield running


def handler_of(server: ThreadingHTTPServer) -> type[Answering]:
    """Return what the stand-in has seen and answers."""
    found: Any = server.RequestHandlerClass
    handler: type[Answering] = found
    return handler


@pytest.fixture
def flags(server: ThreadingHTTPServer, tmp_path: Path) -> list[str]:
    """The flag that leads there."""
    file = tmp_path / "ready.json"
    people = {"operator": {"Authorization": "Bearer made-up"}}
    url = f"http://127.0.0.1:{server.server_port}"
    file.write_text(json.dumps({"functions_url": url, "people": people}))
    return ["--sandbox", str(file)]


def run(*words: str, typed: str = "") -> Any:  # noqa: ANN401 -- click's result
    """Run a command in this process."""
    return CliRunner().invoke(app, list(words), input=typed)


def test_a_long_list_is_read_page_by_page_up_to_its_limit(
    server: ThreadingHTTPServer, flags: list[str]
) -> None:
    done = run("requests", "list", "--limit", "300", "--json", *flags)

    assert done.exit_code == 0, done.output
    names = [each["asset"]["name"] for each in json.loads(done.stdout)["items"]]
    assert names == [f"m{number}" for number in range(300)]
    assert len(handler_of(server).seen) == 2


def test_that_there_is_more_is_said(flags: list[str]) -> None:
    done = run("requests", "list", "--limit", "10", *flags)

    assert "more than 10" in done.stderr


def test_hostile_text_does_nothing_to_the_terminal(
    server: ThreadingHTTPServer, flags: list[str]
) -> None:
    content = json.dumps(promotion(reason=HOSTILE)).encode()
    handler_of(server).answers[f"/api/promotions/{ID}"] = (200, content)

    done = run("requests", "show", ID, *flags)

    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert r"evil\x1b[2J\u202e[bold]\nx" in done.stdout


@pytest.mark.parametrize(
    ("version", "told"), [("7", "versions/7"), (None, "(version not settled yet)")]
)
def test_a_version_that_is_not_settled_yet_is_said(
    server: ThreadingHTTPServer, flags: list[str], version: str | None, told: str
) -> None:
    held = "azureml://registries/prod/models/m"
    target = {
        "kind": "models",
        "registry": "prod",
        "name": "m",
        "version": version,
        "id": f"{held}/versions/{version}" if version else held,
    }
    content = json.dumps(promotion(target=target)).encode()
    handler_of(server).answers[f"/api/promotions/{ID}"] = (200, content)

    shown = run("requests", "show", ID, *flags)
    machine = run("requests", "show", ID, "--json", *flags)

    assert told in " ".join(shown.stdout.split())
    assert json.loads(machine.stdout)["target"] == target


def test_a_decision_names_what_was_shown(server: ThreadingHTTPServer, flags: list[str]) -> None:
    content = json.dumps(promotion()).encode()
    handler = handler_of(server)
    handler.answers[f"/api/promotions/{ID}"] = (200, content)
    handler.answers[f"/api/promotions/{ID}/decisions"] = (200, content)

    done = run("requests", "approve", ID, *flags, typed="y\n")

    assert done.exit_code == 0, done.output
    method, _, headers, body = handler.seen[-1]
    assert (method, headers["If-Match"], headers["Authorization"]) == (
        "POST",
        '"3"',
        "Bearer made-up",
    )
    assert json.loads(body) == {"verdict": "approve", "digest": DIGEST}


@pytest.mark.parametrize(
    ("status", "content", "code", "said"),
    [
        (409, b'{"title": "t", "detail": "It is promoted.", "remedy": "Look."}', 1, "promoted"),
        (503, b'{"title": "t", "detail": "Storage is away."}', 2, "Storage is away"),
        (500, b"<html>", 2, "answered 500"),
        (302, b"", 2, "asks to sign in"),
        (401, b"", 2, "asks to sign in"),
        (200, b'{"id": 1}', 2, "not what this version expects"),
    ],
)
def test_each_answer_that_is_no_request_is_told_with_its_exit_code(
    server: ThreadingHTTPServer,
    flags: list[str],
    status: int,
    content: bytes,
    code: int,
    said: str,
) -> None:
    handler_of(server).answers[f"/api/promotions/{ID}"] = (status, content)

    done = run("requests", "show", ID, *flags)

    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


@pytest.mark.parametrize(
    "words", [("requests", "show"), ("requests", "retry"), ("migrate", "report")]
)
def test_what_is_no_id_is_told_and_leads_to_no_address(
    server: ThreadingHTTPServer, flags: list[str], words: tuple[str, ...]
) -> None:
    done = run(*words, "../health?x=", *flags)

    assert done.exit_code == 2
    assert "is no request's id" in done.stderr
    assert handler_of(server).seen == []


@pytest.mark.parametrize("url", ["http://app.example", "ftp://app.example", "app.example", ""])
def test_nobody_signs_in_for_an_address_where_a_token_would_be_readable(url: str) -> None:
    signed_in = []

    def sign_in() -> dict[str, str]:
        signed_in.append(url)
        return {}

    with pytest.raises(UnreachableError, match="https"):
        App(url, sign_in)

    assert signed_in == []


def test_a_line_shows_what_is_invisible() -> None:
    assert line("größe\t\u200b\x07") == r"größe\t\u200b\x07"


def test_a_shell_completes_commands_and_states() -> None:
    script = subprocess.run(
        [sys.executable, "-m", "promotion", "completion", "bash"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    program = f"""
{script}
COMP_WORDS=(promotion requests li); COMP_CWORD=2; _promotion_completion; echo "${{COMPREPLY[@]}}"
COMP_WORDS=(promotion requests list --state pe); COMP_CWORD=4; _promotion_completion; echo "${{COMPREPLY[@]}}"
"""

    done = subprocess.run(
        ["bash", "-c", program], cwd="/", capture_output=True, text=True, check=True
    )

    assert VARIABLE in script
    assert done.stdout.split() == ["list", "pending"]
