"""Rows that earlier versions wrote are read by this one and mean what they meant; later ones are refused."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from promotion.adapters.memory import MemoryEvidence
from promotion.adapters.tables import rows
from promotion.domain.approvals import Decision
from promotion.domain.errors import DamagedError
from promotion.domain.request import SCHEMA, State
from promotion.domain.trail import verify
from tests import golden_rows
from tests.golden_rows import FOLDER, Golden

FILES = sorted(FOLDER.glob("*.json"))


def kept(file: Path) -> tuple[Golden, MemoryEvidence]:
    golden = msgspec.json.decode(file.read_bytes(), type=Golden)
    evidence = MemoryEvidence()
    for reference, content in golden.evidence.items():
        assert evidence.put(content.encode()) == reference
    return golden, evidence


def body(row: dict[str, Any], evidence: MemoryEvidence) -> dict[str, Any]:
    text = evidence.get(row["body_at"]).decode() if row.get("body_at") else row["body"]
    found: dict[str, Any] = json.loads(text)
    return found


def plainly(value: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(msgspec.json.encode(value))
    return found


def test_rows_of_a_release_are_kept() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_requests_of_an_earlier_version_are_read_and_mean_what_they_meant(file: Path) -> None:
    golden, evidence = kept(file)
    requests = [row for row in golden.rows if row["RowKey"] == "req"]

    for row in requests:
        read = plainly(rows.read_request(row, evidence))
        for name, value in body(row, evidence).items():
            assert _holds(read[name], value), f"{row['asset']}: {name}"

    assert len(requests) >= 12
    assert {row["state"] for row in requests} <= {state.value for state in State}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_trails_of_an_earlier_version_still_verify(file: Path) -> None:
    golden, evidence = kept(file)
    trails: dict[str, list[Any]] = {}
    for row in golden.rows:
        if row["RowKey"].startswith("evt-"):
            fact = rows.read_fact(row, evidence)
            trails.setdefault(fact.request, []).append(fact)

    assert len(trails) >= 12
    for trail in trails.values():
        assert list(verify(trail)) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_decisions_of_an_earlier_version_are_read(file: Path) -> None:
    golden, evidence = kept(file)
    decisions = [row for row in golden.rows if row["RowKey"].startswith("dec-")]

    read = [msgspec.convert(body(row, evidence), Decision) for row in decisions]

    assert {each.by.name for each in read} == {"approver"}


def test_a_row_of_a_newer_form_is_refused_by_its_number() -> None:
    (row, *_) = [row for row in golden_rows.written().rows if row["RowKey"] == "req"]

    with pytest.raises(DamagedError, match=f"its schema is {SCHEMA + 1}.*reads up to {SCHEMA}"):
        rows.read_request({**row, "schema": SCHEMA + 1}, MemoryEvidence())


def test_a_field_that_only_tells_more_is_passed_over() -> None:
    (row, *_) = [row for row in golden_rows.written().rows if row["RowKey"] == "req"]
    more = {**json.loads(row["body"]), "mood": "hopeful"}

    read = rows.read_request({**row, "body": json.dumps(more)}, MemoryEvidence())

    assert read == rows.read_request(row, MemoryEvidence())


def test_a_fact_with_a_field_that_is_not_its_own_is_refused() -> None:
    (row, *_) = [row for row in golden_rows.written().rows if row["RowKey"] == "evt-00000001"]
    more = {**json.loads(row["body"]), "reason": "smuggled in", "digest": "sha256:other"}

    with pytest.raises(DamagedError, match="does not fit"):
        rows.read_fact({**row, "body": json.dumps(more)}, MemoryEvidence())


def _holds(now: Any, then: Any) -> bool:  # noqa: ANN401 -- any JSON
    """Return whether everything that was said then is said now; more may be."""
    match then:
        case dict():
            return isinstance(now, dict) and all(
                key in now and _holds(now[key], value) for key, value in then.items()
            )
        case list():
            # Sets have no order of their own.
            return sorted(map(str, now)) == sorted(map(str, then)) or all(
                _holds(one, other) for one, other in zip(now, then, strict=True)
            )
        case _:
            return bool(now == then)
