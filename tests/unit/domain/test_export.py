"""Lines of an export: what one holds, which are refused, which requests are asked for, what a fact refers to."""

import datetime as dt
import re
from typing import Any

import msgspec
import pytest

from promotion.domain.dsse import SEAL, wrap
from promotion.domain.export import (
    EvidenceRecord,
    Record,
    Scope,
    SealRecord,
    line_of,
    read_line,
    references,
)
from promotion.domain.facts import Fact
from tests.building import NOW, PROD, model, opened

FACT = opened().fact
EVIDENCE = EvidenceRecord(reference="sha256:00", content="{}")
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize("record", [FACT, EVIDENCE, SealRecord(envelope=wrap(SEAL, b"{}"))])
def test_what_is_written_is_read_back(record: Record) -> None:
    assert read_line(line_of(record)) == record


def test_a_line_is_canonical_and_ends_in_a_line_feed() -> None:
    assert line_of(EVIDENCE) == b'{"content":"{}","record":"evidence","reference":"sha256:00"}\n'


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (line_of(EVIDENCE)[:-1], "it is cut off"),
        (
            line_of(EVIDENCE).replace(b":", b": ", 1),
            "it is not in the canonical form that an export is written in",
        ),
        (
            line_of(FACT).replace(b'"trace":', b'"trac":"","trace":'),
            "it is not in the canonical form that an export is written in",
        ),
        (
            line_of(EVIDENCE).replace(b'"record"', b'"more":"","record"'),
            "Object contains unknown field `more`",
        ),
        (
            line_of(EVIDENCE).replace(b"evidence", b"else"),
            "Object missing required field `spec`",
        ),
        (b"[]\n", "Expected `object`, got `array`"),
    ],
)
def test_a_line_that_no_export_writes_is_refused(line: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)) as refused:
        read_line(line)

    assert str(refused.value) == problem


REQUEST = msgspec.structs.replace(
    opened(now=NOW).request,
    target=model("fare", "7").moved(PROD),
    updated_at=NOW + MINUTE,
)


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        (Scope(), True),
        (Scope(name="taxi-fare"), True),
        (Scope(name="taxi-fare", version="1"), True),
        (Scope(name="fare", version="7"), True),
        (Scope(version="7"), True),
        # Name and version are of one place.
        (Scope(name="taxi-fare", version="7"), False),
        (Scope(name="tip"), False),
        (Scope(version="2"), False),
        (Scope(since=NOW + MINUTE), True),
        (Scope(since=NOW + 2 * MINUTE), False),
        (Scope(until=NOW + MINUTE), True),
        (Scope(until=NOW), False),
        (Scope(name="tip", since=NOW, until=NOW + MINUTE), False),
    ],
)
def test_an_export_holds_the_requests_that_were_asked_for(scope: Scope, held: bool) -> None:  # noqa: FBT001 -- a row's column
    assert scope.holds(REQUEST) is held


def refers(data: dict[str, Any]) -> dict[str, str]:
    """Return what a fact with that data refers to."""
    return references(msgspec.structs.replace(FACT, data=data))


def test_a_fact_refers_to_everything_that_it_names_by_hash() -> None:
    assert refers(
        {
            "manifest": "sha256:1",
            "policy": "sha256:2",
            "attestation": "sha256:3",
            "reference": "sha256:4",
            "plan": "sha256:5",
            "dependencies": [{"id": "a", "manifest": "sha256:6"}, {"id": "b", "manifest": ""}],
            "reason": "sha256:7",
        }
    ) == {
        "manifest": "sha256:1",
        "policy": "sha256:2",
        "attestation": "sha256:3",
        "result of a pipeline": "sha256:4",
        "plan": "sha256:5",
        "manifest of a": "sha256:6",
    }


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"manifest": "", "policy": 7, "plan": ["sha256:1"]},
        {"dependencies": "sha256:1"},
        {"dependencies": ["sha256:1", 7, {"id": "a"}, {"manifest": 7}]},
    ],
)
def test_what_is_no_reference_is_passed_over(data: dict[str, Any]) -> None:
    assert refers(data) == {}


def test_a_fact_read_from_a_line_is_the_fact() -> None:
    assert isinstance(read_line(line_of(FACT)), Fact)
