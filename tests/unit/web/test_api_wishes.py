"""Cancelling and retrying over the API."""

import json
from typing import Any

import pytest

from promotion.domain.actors import Person
from promotion.ports import Queue
from tests.surfing import ABSENT, APPROVER, OPERATOR, READER, REQUESTER, Surfer


def test_whoever_asked_may_cancel() -> None:
    surfer = Surfer()
    request = surfer.pending()

    shown = surfer.json(
        "POST", f"/api/promotions/{request.id}/cancel", REQUESTER, body={"reason": "Later."}
    )

    assert (shown["state"], shown["revision"]) == ("cancelled", 4)
    facts = surfer.json("GET", f"/api/promotions/{request.id}/audit")["items"]
    assert facts[-1]["type"] == "request.cancelled"
    assert facts[-1]["data"] == {"reason": "Later."}


@pytest.mark.parametrize("person", [READER, APPROVER])
def test_others_may_not_cancel(person: Person) -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = surfer.call("POST", f"/api/promotions/{request.id}/cancel", person, body={})

    assert answer.status == 403
    assert surfer.state(request) == "pending"


def test_an_operator_has_a_failed_promotion_tried_again() -> None:
    surfer = Surfer()
    request = surfer.failed()
    surfer.stage.hints.take()

    answer = surfer.call(
        "POST", f"/api/promotions/{request.id}/retry", OPERATOR, body={}, etag='"8"'
    )

    assert json.loads(answer.body)["state"] == "approved"
    assert answer.headers["ETag"] == '"9"'
    assert Queue.PROMOTIONS in [hint.queue for hint in surfer.stage.hints.take()]


@pytest.mark.parametrize("person", [READER, APPROVER, REQUESTER])
def test_others_may_not_retry(person: Person) -> None:
    surfer = Surfer()
    request = surfer.failed()

    answer = surfer.call("POST", f"/api/promotions/{request.id}/retry", person, body={})

    assert answer.status == 403
    assert surfer.state(request) == "failed"


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_a_stale_wish_is_answered_with_the_present_state(verb: str) -> None:
    surfer = Surfer()
    request = surfer.failed()

    answer = surfer.call(
        "POST", f"/api/promotions/{request.id}/{verb}", OPERATOR, body={}, etag='"2"'
    )

    assert answer.status == 412
    assert json.loads(answer.body)["current"]["state"] == "failed"


@pytest.mark.parametrize(("verb", "etag"), [("cancel", "*"), ("retry", "*")])
def test_a_wish_for_whatever_is_there_is_refused(verb: str, etag: str) -> None:
    surfer = Surfer()

    answer = surfer.call(
        "POST", f"/api/promotions/{surfer.failed().id}/{verb}", OPERATOR, body={}, etag=etag
    )

    assert answer.status == 428


def test_what_is_approved_cannot_be_cancelled_or_retried() -> None:
    surfer = Surfer()
    request = surfer.approved()

    for verb in ("cancel", "retry"):
        answer = surfer.call("POST", f"/api/promotions/{request.id}/{verb}", OPERATOR, body={})
        assert answer.status == 409


@pytest.mark.parametrize("verb", ["cancel", "retry"])
@pytest.mark.parametrize(("body", "status"), [({"why": "x"}, 422), ({"reason": 7}, 422)])
def test_a_wrong_body_is_refused(verb: str, body: dict[str, Any], status: int) -> None:
    surfer = Surfer()

    answer = surfer.call(
        "POST", f"/api/promotions/{surfer.failed().id}/{verb}", OPERATOR, body=body
    )

    assert answer.status == status


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_an_unknown_request_is_not_found(verb: str) -> None:
    answer = Surfer().call("POST", f"/api/promotions/{ABSENT}/{verb}", OPERATOR, body={})

    assert answer.status == 404
