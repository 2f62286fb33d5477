"""What pipelines posted, and what a migration planned, is exported with the trail and vouched for by it."""

import pytest

from promotion.domain.export import EvidenceRecord, line_of, read_line
from promotion.domain.request import State
from promotion.usecases.submit_evidence import submit_evidence
from promotion.usecases.verify_audit import Verification
from tests import migrating, trails
from tests.building import Stage
from tests.unit.usecases.test_evidence import LOAD, offer, stage_with, waiting


@pytest.fixture
def stage() -> Stage:
    """A world in which a pipeline posted what it found."""
    stage = stage_with(LOAD)
    request = waiting(stage)
    trails.later(stage)
    submit_evidence(stage.world, request.id, offer(request))
    return stage


def kept(lines: list[bytes]) -> list[str]:
    """Return the evidence of an export."""
    records = map(read_line, lines)
    return [each.content for each in records if isinstance(each, EvidenceRecord)]


def test_a_pipelines_result_is_in_the_export(stage: Stage) -> None:
    lines = trails.export(stage)

    assert '{"p99_ms":12.5}' in kept(lines)
    assert list(Verification(verifier=trails.public(stage)).run(lines)) == []


def test_a_result_that_was_changed_or_left_out_is_found(stage: Stage) -> None:
    lines = trails.export(stage)
    place = next(n for n, line in enumerate(lines) if b"p99_ms" in line)
    record = read_line(lines[place])
    assert isinstance(record, EvidenceRecord)
    better = line_of(EvidenceRecord(reference=record.reference, content='{"p99_ms":1.5}'))

    changed = list(Verification().run([*lines[:place], better, *lines[place + 1 :]]))
    removed = list(Verification().run([*lines[:place], *lines[place + 1 :]]))

    assert "is not what its reference says" in changed[0].what
    assert any(f"The result of a pipeline {record.reference}" in each.what for each in removed)


def test_a_migration_verifies_with_its_plan_and_every_version() -> None:
    stage = Stage()
    assets = migrating.registered(stage, 3)
    asked = migrating.asked(stage, assets)
    migrating.work(stage)
    migrating.vote(stage, asked.id, migrating.APPROVER)
    migrating.work(stage)

    lines = trails.export(stage)

    assert stage.requests.get(asked.id).request.state is State.PROMOTED
    assert any("mlpromotion.plan/1" in each for each in kept(lines))
    verification = Verification(verifier=trails.public(stage))
    assert list(verification.run(lines)) == []
    assert verification.report.requests == 4
