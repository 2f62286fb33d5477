"""Decisions over the API: who, on which revision, once, and what everybody else is told."""

import json
from typing import Any

import pytest

from promotion.domain.actors import Person
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request
from promotion.web.http import Response
from tests.building import policy
from tests.surfing import (
    ABSENT,
    APPROVER,
    NOBODY,
    OPERATOR,
    READER,
    REQUESTER,
    SECOND,
    SECURITY,
    Surfer,
)


def say(
    surfer: Surfer,
    request: Request,
    who: Person,
    *,
    etag: str | None = None,
    **body: Any,  # noqa: ANN401 -- JSON
) -> Response:
    """Send a verdict on what the request says, or on another revision (`etag`)."""
    return surfer.call(
        "POST",
        f"/api/promotions/{request.id}/decisions",
        who,
        body={"verdict": "approve", "digest": request.digest, **body},
        etag=f'"{request.revision}"' if etag is None else etag,
    )


def latest(surfer: Surfer, request: Request) -> Request:
    return surfer.stage.requests.get(request.id).request


def problem(answer: Response) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(answer.body)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert content["status"] == answer.status
    return content


def test_enough_approvals_in_every_stage_approve() -> None:
    surfer = Surfer()
    request = surfer.pending()

    states = []
    for person in (APPROVER, SECOND, SECURITY):
        answer = say(surfer, latest(surfer, request), person)
        states.append((answer.status, json.loads(answer.body)["state"]))

    assert states == [(200, "pending"), (200, "pending"), (200, "approved")]


def test_the_answer_carries_the_next_etag() -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = say(surfer, request, APPROVER)

    assert answer.headers["ETag"] == '"4"'
    assert json.loads(answer.body)["revision"] == 4


@pytest.mark.parametrize("etag", ["3", '"3"', 'W/"3"', ' "3" '])
def test_the_revision_may_be_written_in_several_ways(etag: str) -> None:
    surfer = Surfer()

    assert say(surfer, surfer.pending(), APPROVER, etag=etag).status == 200


def test_a_decision_without_if_match_says_what_is_missing() -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = say(surfer, request, APPROVER, etag="")

    assert answer.status == 428
    assert "If-Match" in problem(answer)["remedy"]
    assert latest(surfer, request) == request


def test_a_decision_on_whatever_is_there_is_refused() -> None:
    surfer = Surfer()

    assert say(surfer, surfer.pending(), APPROVER, etag="*").status == 428


@pytest.mark.parametrize("etag", ['"3", "4"', "three", '"3', "-3", "\u0663", '"\xe9"'])
def test_what_is_no_single_entity_tag_is_refused(etag: str) -> None:
    surfer = Surfer()

    assert say(surfer, surfer.pending(), APPROVER, etag=etag).status == 400


@pytest.mark.parametrize("etag", ['"2"', '"4"', '"made-up"', '""', '"0"', "999999999", '"03"'])
def test_a_stale_decision_is_answered_with_the_present_state(etag: str) -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = say(surfer, request, APPROVER, etag=etag)

    assert answer.status == 412
    assert problem(answer)["current"]["revision"] == 3
    assert problem(answer)["current"]["state"] == "pending"
    assert latest(surfer, request) == request


def test_another_digest_than_the_present_one_is_stale() -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = say(surfer, request, APPROVER, digest=f"sha256:{'00' * 32}")

    assert answer.status == 412
    assert problem(answer)["current"]["digest"] == request.digest


def test_the_same_decision_again_changes_nothing() -> None:
    surfer = Surfer()
    request = surfer.pending()
    first = say(surfer, request, APPROVER)

    second = say(surfer, request, APPROVER)

    assert (first.status, second.status) == (200, 200)
    assert len(latest(surfer, request).decisions) == 1


def test_a_person_decides_once_in_a_stage() -> None:
    surfer = Surfer()
    request = surfer.pending()
    say(surfer, request, APPROVER)

    answer = say(surfer, latest(surfer, request), APPROVER)

    assert answer.status == 409
    assert "counts once" in problem(answer)["detail"]


def test_a_rejection_needs_a_comment_and_ends_the_request() -> None:
    surfer = Surfer()
    request = surfer.pending()

    without = say(surfer, request, APPROVER, verdict="reject", comment="  ")
    with_one = say(surfer, request, APPROVER, verdict="reject", comment="No hold-out set.")

    assert without.status == 422
    assert json.loads(with_one.body)["state"] == "rejected"


def test_a_stage_that_is_not_open_yet_is_a_conflict() -> None:
    surfer = Surfer()

    answer = say(surfer, surfer.pending(), SECURITY, stage="security")

    assert answer.status == 409
    assert "not open" in problem(answer)["detail"]


def test_an_unknown_stage_is_named() -> None:
    surfer = Surfer()

    answer = say(surfer, surfer.pending(), APPROVER, stage="legal")

    assert answer.status == 422
    assert "business" in problem(answer)["remedy"]


@pytest.mark.parametrize("person", [READER, OPERATOR])
def test_deciding_takes_a_role_of_the_stage(person: Person) -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = say(surfer, request, person)

    assert answer.status == 403
    assert "Promotion.Approver" in problem(answer)["remedy"]
    assert latest(surfer, request) == request


def test_who_holds_no_role_is_told_nothing_of_the_request() -> None:
    surfer = Surfer()

    answer = say(surfer, surfer.pending(), NOBODY)

    assert answer.status == 403
    assert b"taxi-fare" not in answer.body


def test_a_decided_request_takes_no_more_decisions() -> None:
    surfer = Surfer()
    request = surfer.approved()

    answer = say(surfer, request, SECURITY)

    assert answer.status == 409


def test_an_unknown_request_is_not_found() -> None:
    answer = Surfer().call(
        "POST",
        f"/api/promotions/{ABSENT}/decisions",
        APPROVER,
        body={"verdict": "approve", "digest": "sha256:0"},
        etag='"1"',
    )

    assert answer.status == 404


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"verdict": "perhaps"}, ["$.verdict"]),
        ({"verdict": None, "digest": 7, "note": "x"}, ["$.note", "$.verdict", "$.digest"]),
        ({"comment": "x" * 4001}, ["$.comment"]),
        ({"stage": ["business"]}, ["$.stage"]),
    ],
)
def test_all_that_is_wrong_with_a_verdict_is_told_at_once(
    body: dict[str, Any], wrong: list[str]
) -> None:
    surfer = Surfer()

    answer = say(surfer, surfer.pending(), APPROVER, **body)

    assert answer.status == 422
    assert [each["field"] for each in problem(answer)["errors"]] == wrong


def test_nothing_may_be_left_out_as_null() -> None:
    surfer = Surfer()

    assert say(surfer, surfer.pending(), APPROVER, stage=None, comment=None).status == 200


@pytest.mark.parametrize("key", ["", "x" * 256, "with blank", "é"])
def test_an_idempotency_key_of_the_wrong_form_is_refused(key: str) -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = surfer.call(
        "POST",
        f"/api/promotions/{request.id}/decisions",
        APPROVER,
        body={"verdict": "approve", "digest": request.digest},
        etag='"3"',
        Idempotency_Key=key,
    )

    assert answer.status == 400
    assert latest(surfer, request) == request


def test_the_requester_cannot_decide() -> None:
    surfer = Surfer()

    assert say(surfer, surfer.pending(), REQUESTER).status == 403


def test_nobody_decides_in_the_name_of_somebody_else() -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = say(surfer, request, APPROVER, by={"oid": SECOND.oid, "tid": SECOND.tid})

    assert answer.status == 422
    assert latest(surfer, request).decisions == ()


def test_a_person_named_in_a_stage_needs_no_role() -> None:
    surfer = Surfer()
    owners = StageSpec(name="owners", people=(NOBODY.key,))
    surfer.stage.policy.policy = policy(owners)
    request = surfer.pending()

    answer = say(surfer, request, NOBODY)

    assert answer.status == 200
    assert json.loads(answer.body)["state"] == "approved"
