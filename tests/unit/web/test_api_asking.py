"""Asking for a promotion: once, again, without doing it, and wrongly."""

import json
from typing import Any

import msgspec
import pytest

from promotion.domain.actors import Person
from promotion.domain.approvals import Verdict
from promotion.domain.policy import Policy
from promotion.usecases.decide import decide
from tests.building import FILES, ballot, model
from tests.surfing import APPROVER, OPERATOR, READER, REQUESTER, SECURITY, Surfer

URL = "/api/promotions"
ASSET = model().id


def test_asking_opens_a_request_and_says_where_it_is() -> None:
    surfer = Surfer()

    answer = surfer.call("POST", URL, REQUESTER, body={"asset": ASSET, "reason": " Please. "})

    shown = json.loads(answer.body)
    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/promotions/{shown['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert (shown["state"], shown["reason"]) == ("received", "Please.")
    assert shown["requested_by"]["oid"] == REQUESTER.oid


def test_asking_twice_is_asking_once() -> None:
    surfer = Surfer()
    first = surfer.call("POST", URL, REQUESTER, body={"asset": ASSET})

    second = surfer.call(
        "POST", URL, OPERATOR, body={"asset": ASSET, "reason": "Other"}, Idempotency_Key="k-1"
    )

    assert (first.status, second.status) == (201, 200)
    assert json.loads(first.body)["id"] == json.loads(second.body)["id"]
    assert "Location" not in second.headers
    assert len(surfer.json("GET", URL)["items"]) == 1


def test_after_a_no_asking_again_is_a_new_attempt() -> None:
    surfer = Surfer()
    request = surfer.pending()
    decide(surfer.stage.world, request.id, ballot(request, APPROVER, Verdict.REJECT, comment="No."))

    shown = surfer.json("POST", URL, REQUESTER, body={"asset": ASSET})

    assert shown["attempt"] == 2
    assert shown["id"] != request.id


def test_who_asked_counts_as_an_author() -> None:
    surfer = Surfer()
    approving_requester = msgspec.structs.replace(
        REQUESTER, roles=REQUESTER.roles | {"Promotion.Approver"}
    )
    request = surfer.pending()

    answer = surfer.call(
        "POST",
        f"{URL}/{request.id}/decisions",
        approving_requester,
        body={"verdict": "approve", "digest": request.digest},
        etag='"3"',
    )

    assert answer.status == 403
    assert b"may not decide on it" in answer.body


def test_the_trace_of_the_call_goes_with_the_request() -> None:
    surfer = Surfer()
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    good = surfer.json("POST", URL, REQUESTER, body={"asset": ASSET}, traceparent=trace)
    bad = surfer.json(
        "POST", URL, REQUESTER, body={"asset": model("other").id}, traceparent="x\nforged"
    )

    assert surfer.stage.requests.get(good["id"]).request.trace == trace
    assert surfer.stage.requests.get(bad["id"]).request.trace == ""


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("person", [READER, APPROVER, SECURITY])
def test_asking_takes_a_requester_for_a_dry_run_as_well(person: Person, *, dry_run: bool) -> None:
    surfer = Surfer()

    answer = surfer.call("POST", URL, person, body={"asset": ASSET, "dry_run": dry_run})

    assert answer.status == 403
    assert "Promotion.Requester" in json.loads(answer.body)["remedy"]
    assert surfer.json("GET", URL)["items"] == []


def test_a_dry_run_tells_what_would_happen_and_writes_nothing() -> None:
    surfer = Surfer()

    seen = surfer.json("POST", URL, REQUESTER, body={"asset": ASSET, "dry_run": True})

    assert seen["dry_run"] is True
    assert (seen["route"], seen["attempt"], seen["would_create"]) == ("dev-to-prod", 1, True)
    assert seen["existing"] is None
    assert seen["target"]["id"] == (
        "azureml://registries/prod-mlops-registry/models/taxi-fare/versions/1"
    )
    assert [stage["name"] for stage in seen["stages"]] == ["business", "security"]
    assert seen["examination"] is None
    assert "taxi-fare" in seen["problem"]
    assert surfer.json("GET", URL)["items"] == []
    assert surfer.stage.hints.take() == []


def test_a_dry_run_tells_what_the_checks_say_and_what_would_be_copied() -> None:
    surfer = Surfer()
    surfer.stage.register(model())

    seen = surfer.json("POST", URL, REQUESTER, body={"asset": ASSET, "dry_run": True})

    assert seen["problem"] is None
    examination = seen["examination"]
    assert [(check["name"], check["outcome"]) for check in examination["checks"]] == [
        ("required_tags", "passed"),
        ("metric_threshold:r2", "passed"),
        ("version_rule", "passed"),
    ]
    assert (examination["verdict"], examination["effect"]) == ("pending", "create")
    assert examination["files"] == len(FILES)
    assert examination["bytes"] == sum(map(len, FILES.values()))
    assert examination["made_by"] == ["author", "team-fares"]
    assert examination["replaces"] is None
    assert surfer.json("GET", URL)["items"] == []
    assert surfer.stage.hints.take() == []


def test_a_dry_run_tells_of_a_check_that_fails() -> None:
    surfer = Surfer()
    surfer.stage.register(model(), r2="0.1")

    seen = surfer.json("POST", URL, REQUESTER, body={"asset": ASSET, "dry_run": True})

    assert seen["examination"]["verdict"] == "refused"
    assert seen["examination"]["checks"][1]["outcome"] == "failed"


def test_a_dry_run_shows_the_request_that_is_there() -> None:
    surfer = Surfer()
    request = surfer.pending()

    seen = surfer.json("POST", URL, REQUESTER, body={"asset": ASSET, "dry_run": True})

    assert (seen["would_create"], seen["attempt"]) == (False, 1)
    assert seen["existing"]["id"] == request.id


def test_a_dry_run_after_a_no_shows_the_no_and_the_next_attempt() -> None:
    surfer = Surfer()
    request = surfer.pending()
    decide(surfer.stage.world, request.id, ballot(request, APPROVER, Verdict.REJECT, comment="No."))

    seen = surfer.json("POST", URL, REQUESTER, body={"asset": ASSET, "dry_run": True})

    assert (seen["would_create"], seen["attempt"]) == (True, 2)
    assert seen["existing"]["state"] == "rejected"


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_asset_that_no_route_takes_is_a_conflict(*, dry_run: bool) -> None:
    asset = "azureml://registries/elsewhere/models/taxi-fare/versions/1"

    answer = Surfer().call("POST", URL, REQUESTER, body={"asset": asset, "dry_run": dry_run})

    assert answer.status == 409
    assert "dev-to-prod" in json.loads(answer.body)["remedy"]


def test_an_asset_that_several_routes_take_needs_a_route() -> None:
    surfer = Surfer()
    route = surfer.stage.policy.policy.routes["dev-to-prod"]
    surfer.stage.policy.policy = Policy(version=1, routes={"one": route, "two": route})

    without = surfer.call("POST", URL, REQUESTER, body={"asset": ASSET})
    named = surfer.json("POST", URL, REQUESTER, body={"asset": ASSET, "route": "two"})

    assert without.status == 409
    assert named["route"] == "two"


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["$.asset"]),
        ({"asset": 7}, ["$.asset"]),
        ({"asset": "taxi-fare:1"}, ["$.asset"]),
        ({"asset": "azureml://registries/r/flavours/n/versions/1"}, ["$.asset"]),
        ({"asset": f"azureml://registries/r/models/{'n' * 300}/versions/1"}, ["$.asset"]),
        ({"asset": ASSET, "dry_run": "yes"}, ["$.dry_run"]),
        ({"asset": ASSET, "reason": "x" * 4001}, ["$.reason"]),
        ({"asset": None, "dryrun": True, "route": 1}, ["$.dryrun", "$.asset", "$.route"]),
    ],
)
def test_all_that_is_wrong_with_a_body_is_told_at_once(
    body: dict[str, Any], wrong: list[str]
) -> None:
    answer = Surfer().call("POST", URL, REQUESTER, body=body)

    assert answer.status == 422
    problem = json.loads(answer.body)
    assert [each["field"] for each in problem["errors"]] == wrong
    assert problem["remedy"]


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    raw = json.dumps(body).encode()

    answer = Surfer().call("POST", URL, REQUESTER, body=raw, Content_Type="application/json")

    assert answer.status == 422


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b"[" * 60_000, b'{"a":' * 12_000, b"NaN", b'{"asset": "\\ud800"}'],
)
def test_a_body_that_is_no_json_is_refused(raw: bytes) -> None:
    answer = Surfer().call("POST", URL, REQUESTER, body=raw, Content_Type="application/json")

    assert answer.status == 400
    assert json.loads(answer.body)["type"] == "urn:mlpromotion:problem:malformed"


def test_a_body_over_64_kib_is_too_large() -> None:
    raw = json.dumps({"asset": ASSET, "reason": "x" * 70_000}).encode()

    answer = Surfer().call("POST", URL, REQUESTER, body=raw, Content_Type="application/json")

    assert answer.status == 413


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "json"])
def test_a_body_that_is_not_declared_as_json_is_refused(kind: str) -> None:
    raw = json.dumps({"asset": ASSET}).encode()

    answer = Surfer().call("POST", URL, REQUESTER, body=raw, Content_Type=kind)

    assert answer.status == 415


def test_parameters_of_the_content_type_are_passed_over() -> None:
    raw = json.dumps({"asset": ASSET}).encode()
    kind = "Application/JSON; charset=utf-8"

    answer = Surfer().call("POST", URL, REQUESTER, body=raw, Content_Type=kind)

    assert answer.status == 201
