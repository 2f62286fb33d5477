"""A trail whose end was taken away is noticed wherever it is read, without waiting for the next anchor."""

import msgspec
import pytest

from promotion.domain.errors import DamagedError
from promotion.domain.export import Scope
from promotion.domain.facts import Fact, seal
from promotion.usecases import views
from promotion.usecases.deliver import deliver
from promotion.usecases.export_audit import Export
from promotion.usecases.verify_audit import Verification
from tests import trails
from tests.building import Stage
from tests.surfing import Surfer


def cut(stage: Stage, request_id: str, count: int) -> None:
    """Take the last facts away, as whoever may write to the storage could."""
    del stage.requests._rows[request_id].facts[-count:]  # type: ignore[attr-defined]


def rewritten(stage: Stage, request_id: str) -> None:
    """Put another last fact in the place of the one there was, in a chain that fits."""
    facts = stage.requests._rows[request_id].facts  # type: ignore[attr-defined]
    facts[-1] = seal(msgspec.structs.replace(facts[-1], data={"already_there": True}))


def verified(stage: Stage, export: Export) -> list[str]:
    """Return what an auditor finds wrong with an export."""
    return [each.what for each in Verification(verifier=trails.public(stage)).run(export.write())]


@pytest.mark.parametrize("count", [1, 3])
def test_an_export_of_a_trail_without_its_end_does_not_verify(count: int) -> None:
    stage = trails.stage()
    request = trails.promoted(stage)
    whole = trails.promoted(stage, "2")
    cut(stage, request.id, count)
    export = Export(stage.world, Scope())

    found = verified(stage, export)

    (told,) = export.damaged
    assert request.id in told
    assert whole.id not in told
    assert any("could not be read" in each for each in found)


def test_an_export_of_a_trail_with_another_end_does_not_verify() -> None:
    stage = trails.stage()
    request = trails.promoted(stage)
    rewritten(stage, request.id)

    found = verified(stage, Export(stage.world, Scope(request=request.id)))

    assert any("could not be read" in each for each in found)


def test_a_trail_that_goes_on_while_it_is_exported_is_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = trails.stage()
    request = trails.approved(stage)
    read = stage.requests.facts

    def later(request_id: str, *, after: int = 0) -> tuple[Fact, ...]:
        monkeypatch.setattr(stage.requests, "facts", read)
        trails.finished(stage, request)
        return read(request_id, after=after)

    monkeypatch.setattr(stage.requests, "facts", later)
    export = Export(stage.world, Scope(request=request.id))

    assert verified(stage, export) == []
    assert export.damaged == []


@pytest.mark.parametrize("after", [0, 2])
def test_nobody_is_shown_a_trail_without_its_end_as_if_it_were_whole(after: int) -> None:
    stage = trails.stage()
    request = trails.promoted(stage)
    cut(stage, request.id, 1)

    with pytest.raises(DamagedError, match="missing"):
        views.audit(stage.world, request.id, after=after)
    with pytest.raises(DamagedError, match="missing"):
        views.dossier(stage.world, request.id)


@pytest.mark.parametrize("path", ["/promotions/{id}", "/api/promotions/{id}/audit"])
def test_a_reader_of_a_trail_without_its_end_is_told(path: str) -> None:
    surfer = Surfer()
    request = surfer.approved()
    cut(surfer.stage, request.id, 1)

    answer = surfer.call("GET", path.format(id=request.id))

    assert answer.status >= 500


def test_what_was_taken_away_before_it_was_told_is_not_passed_over_in_silence() -> None:
    stage = trails.stage()
    request = trails.promoted(stage)
    cut(stage, request.id, 1)

    with pytest.raises(DamagedError, match="missing"):
        deliver(stage.world, request.id)

    assert stage.channel.told == []
    assert "missing" in stage.requests.progress(request.id).trouble
