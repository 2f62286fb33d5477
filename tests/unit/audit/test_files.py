"""The files of an offline verification: what can be read, what says nothing, what contradicts itself."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from promotion.cli.audit_files import Unreadable, opened
from promotion.domain.anchor import Anchor, Head, hash_of, read_anchor
from promotion.domain.dsse import ANCHOR, canonical, wrap
from promotion.usecases.anchor import anchor
from tests import trails
from tests.building import Stage


@pytest.fixture
def stage() -> Stage:
    stage = trails.stage()
    trails.promoted(stage)
    trails.later(stage)
    anchor(stage.world)
    trails.later(stage)
    return stage


@pytest.fixture
def export(stage: Stage, tmp_path: Path) -> Path:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b"".join(trails.export(stage)))
    return path


def found(export: Path, **given: Path) -> tuple[list[str], tuple[str, ...]]:
    """Return what is wrong, and what is noted."""
    files = {"key": None, "anchors": None, "files": None, **given}
    with opened(export, **files) as offline:
        return [each.what for each in offline.verification.run(offline.lines)], offline.notes


def anchors(tmp_path: Path, *lines: bytes) -> Path:
    path = tmp_path / "anchors.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def another(line: bytes, *heads: Head, at: dt.timedelta = dt.timedelta(0)) -> bytes:
    """Return an anchor that follows a line."""
    last, _ = read_anchor(line)
    made = Anchor(
        sequence=last.sequence + 1,
        at=last.at + at,
        looked_at=last.at,
        complete=True,
        heads=heads,
        previous=hash_of(line),
    )
    return canonical(wrap(ANCHOR, canonical(made))) + b"\n"


def test_anchors_that_hold_are_believed(stage: Stage, export: Path, tmp_path: Path) -> None:
    wrong, notes = found(export, anchors=anchors(tmp_path, *stage.anchors.lines()))

    assert wrong == []
    assert notes == ("Signatures were not judged: no --key was given.",)


def test_younger_anchors_say_nothing_and_are_noted(
    stage: Stage, export: Path, tmp_path: Path
) -> None:
    (first,) = stage.anchors.lines()
    lost = Head(request="a" * 26, revision=1, hash="ab" * 32)
    younger = another(first, lost, at=dt.timedelta(days=1))

    wrong, notes = found(export, anchors=anchors(tmp_path, first, younger))

    assert wrong == []
    assert any("1 anchors are younger" in note for note in notes)


def test_one_fact_anchored_with_two_hashes_is_found(
    stage: Stage, export: Path, tmp_path: Path
) -> None:
    (first,) = stage.anchors.lines()
    head = read_anchor(first)[0].heads[0]
    other = msgspec.structs.replace(head, hash="ab" * 32)

    wrong, _ = found(export, anchors=anchors(tmp_path, first, another(first, other)))

    assert "is anchored with two hashes" in wrong[0]


def test_anchors_that_do_not_follow_each_other_are_found(
    stage: Stage, export: Path, tmp_path: Path
) -> None:
    (first,) = stage.anchors.lines()

    wrong, _ = found(export, anchors=anchors(tmp_path, first, first))

    assert "Anchor 2 does not follow the one before it" in wrong[0]


@pytest.mark.parametrize("last", [b'{"record":"seal"}\n', b"nonsense", b""])
def test_an_export_without_its_seal_is_held_against_every_anchor(
    stage: Stage, export: Path, tmp_path: Path, last: bytes
) -> None:
    lines = export.read_bytes().splitlines(keepends=True)
    export.write_bytes(b"".join([*lines[:-1], last]))

    wrong, _ = found(export, anchors=anchors(tmp_path, *stage.anchors.lines()))

    assert "ends without its seal" in wrong[-1]


def test_files_that_are_no_folder_cannot_be_read(export: Path) -> None:
    with pytest.raises(Unreadable, match="is not a folder"):
        found(export, files=export)


def test_an_anchors_file_that_is_missing_is_named(export: Path, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="absent"):
        found(export, anchors=tmp_path / "absent")
