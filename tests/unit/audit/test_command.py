"""`python -m promotion audit verify`, as an auditor runs it: exit codes, what it says, flat memory."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from promotion.domain.export import Scope
from promotion.usecases.anchor import anchor
from tests import trails
from tests.building import FILES, Stage

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture(scope="module")
def stage() -> Stage:
    stage = trails.stage()
    trails.promoted(stage)
    trails.later(stage)
    anchor(stage.world)
    trails.later(stage)
    return stage


@pytest.fixture
def folder(stage: Stage, tmp_path: Path) -> Path:
    """An auditor's folder: export, public key, anchors, files."""
    request = trails.requests(stage)[0]
    (tmp_path / "audit.jsonl").write_bytes(
        b"".join(trails.export(stage, Scope(request=request.id)))
    )
    (tmp_path / "key.pem").write_text(stage.signer.public_key)
    (tmp_path / "anchors.jsonl").write_bytes(b"".join(stage.anchors.lines()))
    for path, content in FILES.items():
        (tmp_path / "files").mkdir(exist_ok=True)
        (tmp_path / "files" / path).write_bytes(content)
    return tmp_path


def verify(folder: Path, *more: str, file: str = "audit.jsonl") -> tuple[int, str]:
    """Return exit code and output of the command, run in the auditor's folder."""
    done = subprocess.run(
        [sys.executable, "-m", "promotion", "audit", "verify", str(folder / file), *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def everything(folder: Path) -> list[str]:
    return [
        *("--key", str(folder / "key.pem")),
        *("--anchors", str(folder / "anchors.jsonl")),
        *("--files", str(folder / "files")),
    ]


def test_an_honest_export_is_intact(folder: Path) -> None:
    code, said = verify(folder, *everything(folder))

    assert code == 0, said
    assert "intact, 8 facts of 1 requests" in said


def test_what_was_not_judged_is_said(folder: Path) -> None:
    code, said = verify(folder)

    assert code == 0
    assert "no --key" in said
    assert "no --anchors" in said


def test_a_changed_fact_is_named(folder: Path) -> None:
    file = folder / "audit.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"sequence":4', b'"sequence":9'))

    code, said = verify(folder, *everything(folder))

    assert code == 1
    assert "audit.jsonl:4: Fact " in said
    assert "sequence 9 where 4 was expected" in said


def test_a_trail_that_was_shortened_with_its_seal_is_found_by_the_anchors(
    stage: Stage, tmp_path: Path
) -> None:
    # An honest export of before, shown as if nothing had happened since.
    other = trails.stage()
    other.signer = stage.signer
    trails.approved(other)
    (tmp_path / "audit.jsonl").write_bytes(b"".join(trails.export(other)))
    other.clock.time = stage.clock.time
    (tmp_path / "later.jsonl").write_bytes(b"".join(trails.export(other)))
    (tmp_path / "anchors.jsonl").write_bytes(b"".join(stage.anchors.lines()))
    anchors = ("--anchors", str(tmp_path / "anchors.jsonl"))

    assert verify(tmp_path, *anchors)[0] == 0
    code, said = verify(tmp_path, *anchors, file="later.jsonl")

    assert code == 1
    assert "was anchored, but is not in the export" in said


def test_another_key_is_not_believed(folder: Path) -> None:
    other = trails.stage().signer.public_key
    (folder / "key.pem").write_text(other)

    code, said = verify(folder, "--key", str(folder / "key.pem"))

    assert code == 1
    assert "attestation" in said


def test_a_file_that_is_not_the_approved_one_is_named(folder: Path) -> None:
    (folder / "files" / "model.pkl").write_bytes(b"something else")

    code, said = verify(folder, *everything(folder))

    assert code == 1
    assert "'model.pkl'" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty", b""), ("missing", None)],
)
def test_a_file_that_cannot_be_read_is_exit_code_2(
    folder: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)

    code, said = verify(folder, file=name)

    assert code == 2
    assert name in said


def test_a_key_that_is_none_is_exit_code_2(folder: Path) -> None:
    assert verify(folder, "--key", str(folder / "audit.jsonl"))[0] == 2


@pytest.mark.parametrize(
    "content", [b"\x00\xff\n", b"[]\n", b"{}\n", b"null", b'{"record":"seal"}\n']
)
def test_what_is_no_export_is_broken_at_its_first_line(folder: Path, content: bytes) -> None:
    (folder / "other").write_bytes(content)

    code, said = verify(folder, file="other")

    assert code == 1
    assert "other:1:" in said


def test_json_tells_programs_the_same(folder: Path) -> None:
    code, said = verify(folder, *everything(folder), "--json")

    assert code == 0
    found = json.loads(said)
    assert found["intact"] is True
    assert found["report"]["facts"] == 8
    assert base64.b16decode(found["sha256"].upper())
