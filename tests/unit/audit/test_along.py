"""What was approved along with an asset stands in the trail, in the statement, and is verified with it."""

import copy
from typing import Any

import msgspec
import pytest

from promotion.domain.dsse import Envelope
from promotion.domain.export import EvidenceRecord, line_of, read_line
from promotion.domain.facts import Fact, FactType, seal
from promotion.usecases.verify_audit import Verification
from tests import trails
from tests.building import Stage
from tests.unit.usecases.needing import CHAIN, furnished, promoted


@pytest.fixture(scope="module")
def stage() -> Stage:
    """Return a world in which a model was promoted with what it needs."""
    stage = furnished()
    promoted(stage)
    return stage


def judged(stage: Stage, lines: list[bytes]) -> list[str]:
    """Return what verification has against an export."""
    return [wrong.what for wrong in Verification(verifier=trails.public(stage)).run(lines)]


def with_data(stage: Stage, **changed: Any) -> list[bytes]:  # noqa: ANN401 -- values of a fact's data
    """Return an export whose approval was asked for about something else, every fact sealed anew."""
    lines, previous = [], ""
    for line in trails.export(stage):
        record = read_line(line)
        if isinstance(record, Fact):
            data = copy.deepcopy(record.data)
            if record.type == FactType.APPROVAL_REQUESTED:
                data |= changed
            linked = {"previous_hash": previous} if previous else {}
            record = seal(msgspec.structs.replace(record, data=data, **linked))
            previous = record.hash
        lines.append(line_of(record))
    return lines


def asked(stage: Stage) -> dict[str, Any]:
    """Return what people were asked."""
    facts = [read_line(line) for line in trails.export(stage)]
    return next(
        each.data
        for each in facts
        if isinstance(each, Fact) and each.type == FactType.APPROVAL_REQUESTED
    )


def test_an_honest_trail_verifies_with_every_manifest(stage: Stage) -> None:
    kept = [
        record.reference
        for line in trails.export(stage)
        if isinstance(record := read_line(line), EvidenceRecord)
    ]

    assert judged(stage, trails.export(stage)) == []
    assert {each["manifest"] for each in asked(stage)["dependencies"]} <= set(kept)
    assert len({each["manifest"] for each in asked(stage)["dependencies"]}) == len(CHAIN)


def test_the_statement_is_about_everything_that_travelled(stage: Stage) -> None:
    (request,) = trails.requests(stage)
    envelope = msgspec.json.decode(stage.evidence.get(request.attestation), type=Envelope)

    subjects = msgspec.json.decode(envelope.content)["subject"]

    told = {each["name"]: each["digest"]["sha256"] for each in subjects}
    for each in request.dependencies:
        assert told[each.target.id] == each.digest.removeprefix("sha256:")


def test_a_dependency_that_was_made_another_one_is_found_out(stage: Stage) -> None:
    changed = copy.deepcopy(asked(stage)["dependencies"])
    changed[0]["digest"] = "sha256:" + "0" * 64

    found = judged(stage, with_data(stage, dependencies=changed))

    assert any("of all that was approved" in each for each in found)
    assert any(f"for {CHAIN[0].id}, its manifest is" in each for each in found)
    assert any("says something else than the trail" in each for each in found)


def test_a_dependency_that_was_left_out_is_found_out(stage: Stage) -> None:
    fewer = asked(stage)["dependencies"][1:]

    assert any(
        "of all that was approved" in each
        for each in judged(stage, with_data(stage, dependencies=fewer))
    )


@pytest.mark.parametrize("nonsense", [7, [7], [{"id": 1}], {"id": "x"}], ids=str)
def test_nonsense_in_their_place_is_found_out(stage: Stage, nonsense: object) -> None:
    found = judged(stage, with_data(stage, dependencies=nonsense))

    assert any("cannot be read" in each for each in found)
