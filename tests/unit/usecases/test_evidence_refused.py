"""Evidence from outside: who may post it, what is not taken, and what happens when the request moves."""

from typing import Any

import pytest

from promotion.domain.actors import EVENT_GRID
from promotion.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    RefusedError,
    StaleError,
)
from promotion.domain.lifecycle import Opening, Step
from promotion.ports import Stored
from promotion.usecases.open_request import announce
from promotion.usecases.submit_evidence import MAX_DATA, submit_evidence
from tests.building import Stage, model, person
from tests.unit.usecases.test_evidence import LOAD, offer, stage_with, waiting


def test_only_the_evidence_role_posts() -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)

    with pytest.raises(ForbiddenError, match=r"Promotion\.Evidence"):
        submit_evidence(stage.world, request.id, offer(request, person=person("approver")))


@pytest.mark.parametrize(
    ("changes", "error", "why"),
    [
        ({"name": "lod-test"}, InvalidError, "It requires: load-test"),
        ({"digest": "abc"}, InvalidError, "not one of a request's files"),
        ({"digest": "sha256:" + "00" * 32}, StaleError, "this request is about"),
        ({"url": "javascript:alert(1)"}, InvalidError, "https address"),
        ({"url": "http://ci.example"}, InvalidError, "https address"),
        ({"url": "https://[bad"}, InvalidError, "https address"),
        ({"url": "https://ci.example/\u202e"}, InvalidError, "https address"),
        ({"url": "https://ci.example/" + "x" * 2_000}, InvalidError, "https address"),
        ({"data": {"x": "y" * MAX_DATA}}, InvalidError, "more than"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_what_to_do(
    changes: dict[str, Any], error: type[RefusedError], why: str
) -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)

    with pytest.raises(error, match=why):
        submit_evidence(stage.world, request.id, offer(request, **changes))

    assert stage.requests.get(request.id).request == request


def test_before_the_files_were_read_there_is_nothing_to_bind_evidence_to() -> None:
    stage = stage_with(LOAD)
    (opened,) = announce(stage.world, model(), Opening(actor=EVENT_GRID))
    posted = offer(opened.request, digest="sha256:" + "00" * 32)

    with pytest.raises(ConflictError, match="have not been read yet"):
        submit_evidence(stage.world, opened.request.id, posted)


def test_a_request_that_moves_meanwhile_still_gets_its_evidence() -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)
    fickle = _Fickle(stage, times=3)
    stage.requests = fickle  # type: ignore[assignment] # the port, with a hitch

    assert submit_evidence(stage.world, request.id, offer(request)).evidence


def test_a_request_that_never_stands_still_says_so() -> None:
    stage = stage_with(LOAD)
    request = waiting(stage)
    stage.requests = _Fickle(stage, times=99)  # type: ignore[assignment] # the port, with a hitch

    with pytest.raises(StaleError):
        submit_evidence(stage.world, request.id, offer(request))


class _Fickle:
    """Requests of which somebody else is always a little faster."""

    def __init__(self, stage: Stage, times: int) -> None:
        self._requests = stage.requests
        self._times = times

    def get(self, request_id: str) -> Stored:
        return self._requests.get(request_id)

    def save(self, stored: Stored, step: Step) -> Stored:
        self._times -= 1
        if self._times >= 0:
            raise StaleError("somebody was faster")
        return self._requests.save(stored, step)
