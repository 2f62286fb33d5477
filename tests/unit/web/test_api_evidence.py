"""Evidence from outside over the API, and on the page."""

import json
from typing import Any

import pytest

from promotion.domain.actors import Person
from promotion.domain.policy import Policy, RequiredEvidence, VersionRule
from promotion.domain.request import Request
from promotion.ports import Queue
from promotion.usecases.submit_evidence import MAX_DATA
from promotion.usecases.validate import validate
from tests.building import ROUTE
from tests.looking import route_with
from tests.surfing import (
    ABSENT,
    APPROVER,
    OPERATOR,
    READER,
    REQUESTER,
    Surfer,
    attributes,
    somebody,
    words,
)

PIPELINE = somebody("Measuring", "Promotion.Evidence")


def waiting(surfer: Surfer) -> Request:
    """Return a request that waits for a load test."""
    route = route_with(VersionRule(), RequiredEvidence(name="load-test"))
    surfer.stage.policy.policy = Policy(version=1, routes={ROUTE: route})
    return surfer.pending()


def evidence(request: Request, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    """Return the body of a passing load test."""
    return {
        "name": "load-test",
        "outcome": "passed",
        "digest": request.digest,
        "data": {"p99_ms": 12.5},
        "url": "https://ci.example/runs/1",
        **changes,
    }


def url(request: Request) -> str:
    """Return where a request's evidence is posted."""
    return f"/api/promotions/{request.id}/evidence"


def test_a_pipeline_posts_evidence_and_the_request_goes_on() -> None:
    surfer = Surfer()
    request = waiting(surfer)
    surfer.stage.hints.take()

    answer = surfer.call("POST", url(request), PIPELINE, body=evidence(request))

    shown = json.loads(answer.body)
    assert answer.status == 201
    assert answer.headers["ETag"] == f'"{shown["revision"]}"'
    (posted,) = shown["evidence"]
    assert (posted["name"], posted["outcome"], posted["data"]) == (
        "load-test",
        "passed",
        {"p99_ms": 12.5},
    )
    assert posted["by"]["name"] == "Measuring"
    assert Queue.VALIDATIONS in {hint.queue for hint in surfer.stage.hints.take()}
    assert validate(surfer.stage.world, request.id).state == "pending"


def test_the_same_evidence_again_changes_nothing() -> None:
    surfer = Surfer()
    request = waiting(surfer)
    first = surfer.json("POST", url(request), PIPELINE, body=evidence(request))

    again = surfer.json("POST", url(request), PIPELINE, body=evidence(request))

    assert again == first


@pytest.mark.parametrize("person", [READER, REQUESTER, APPROVER, OPERATOR])
def test_others_may_not_post_evidence(person: Person) -> None:
    surfer = Surfer()
    request = waiting(surfer)

    answer = surfer.call("POST", url(request), person, body=evidence(request))

    assert answer.status == 403
    assert surfer.json("GET", f"/api/promotions/{request.id}")["evidence"] == []


def test_evidence_about_other_files_is_stale() -> None:
    surfer = Surfer()
    request = waiting(surfer)
    body = evidence(request, digest=f"sha256:{'00' * 32}")

    answer = surfer.call("POST", url(request), PIPELINE, body=body)

    assert answer.status == 412
    assert json.loads(answer.body)["current"]["digest"] == request.digest


def test_a_decided_request_takes_no_evidence() -> None:
    surfer = Surfer()
    request = waiting(surfer)
    surfer.json("POST", url(request), PIPELINE, body=evidence(request))
    validate(surfer.stage.world, request.id)

    body = evidence(request, outcome="failed")
    answer = surfer.call("POST", url(request), PIPELINE, body=body)

    assert answer.status == 409


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "another"}, "It requires: load-test."),
        ({"name": ""}, "$.name"),
        ({"digest": "md5:1"}, "sha256:"),
        ({"outcome": "great"}, "$.outcome"),
        ({"data": [1]}, "$.data"),
        ({"url": "javascript:alert(1)"}, "https"),
        ({"url": "http://ci.example/1"}, "https"),
        ({"more": 1}, "$.more"),
        ({"data": {"report": "x" * (MAX_DATA + 1)}}, "262,144"),
    ],
)
def test_wrong_evidence_is_refused_with_the_reason(changes: dict[str, Any], told: str) -> None:
    surfer = Surfer()
    request = waiting(surfer)

    answer = surfer.call("POST", url(request), PIPELINE, body=evidence(request, **changes))

    assert answer.status == 422
    assert told in answer.body.decode()


def test_data_may_be_larger_than_other_bodies_but_not_without_end() -> None:
    surfer = Surfer()
    request = waiting(surfer)
    large = {"report": "x" * (MAX_DATA - 100)}
    endless = {"report": "x" * (2 * MAX_DATA)}

    taken = surfer.call("POST", url(request), PIPELINE, body=evidence(request, data=large))
    refused = surfer.call("POST", url(request), PIPELINE, body=evidence(request, data=endless))

    assert (taken.status, refused.status) == (201, 413)
    assert json.loads(taken.body)["evidence"][0]["data"] == {}


def test_evidence_for_no_request_is_not_found() -> None:
    surfer = Surfer()
    body = evidence(waiting(surfer))

    answer = surfer.call("POST", f"/api/promotions/{ABSENT}/evidence", PIPELINE, body=body)

    assert answer.status == 404


def test_the_page_shows_who_posted_what_with_a_link_that_tells_nothing() -> None:
    surfer = Surfer()
    request = waiting(surfer)
    before = surfer.page(f"/promotions/{request.id}")
    surfer.json("POST", url(request), PIPELINE, body=evidence(request))

    page = surfer.page(f"/promotions/{request.id}")

    assert "Measuring" in words(page, "#evidence-card")
    assert "load-test passed" in words(page, "#evidence-card h3")
    (link,) = map(attributes, page.query("#evidence-card a"))
    assert link["href"] == "https://ci.example/runs/1"
    assert "noreferrer" in link["rel"]
    assert before.query("#evidence-card") == []


def test_a_check_that_waits_for_evidence_is_waiting_not_broken() -> None:
    surfer = Surfer()

    page = surfer.page(f"/promotions/{waiting(surfer).id}")

    assert words(page, "li.check:nth-child(2) .outcome") == "waiting"
