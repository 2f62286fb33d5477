"""Withdrawing, restoring, retention and bypasses over the API and on the pages."""

import json
from urllib.parse import quote

import pytest

from promotion.domain.actors import Person
from promotion.domain.lifecycle import bypass_id
from promotion.domain.orders import Verb
from promotion.domain.policy import Retention
from promotion.domain.request import Request, State
from promotion.ports import Query
from promotion.usecases import bypass
from promotion.usecases.promote import promote
from promotion.usecases.roll_back import roll_back
from promotion.web.http import Response
from tests.building import FILES, PROD, description, model
from tests.ordering import agreed, plea, rule, target
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
    attributes,
    decision,
    fields,
    said,
    tree,
    words,
)
from tests.unit.web.test_by_link import address, linked, renewed

EVERYONE = (APPROVER, SECOND, SECURITY)


def promoted(surfer: Surfer, version: str) -> Request:
    """Return the request that brought a version."""
    request = surfer.approved(model(version=version))
    return promote(surfer.stage.world, request.id)


@pytest.fixture
def surfer() -> Surfer:
    """A site over a registry with two versions."""
    surfer = Surfer()
    for version in ("1", "2"):
        promoted(surfer, version)
    return surfer


def record(surfer: Surfer, version: str = "2") -> Request:
    """Return the request that brought a version."""
    found = surfer.stage.requests.page(Query(version=version), limit=20).items
    return next(each for each in found if each.order is None)


def ask(surfer: Surfer, who: Person = REQUESTER, **body: object) -> Response:
    """Ask for a rollback."""
    sent = {"asset": target().id, "reason": "It drifts.", **body}
    sent = {name: value for name, value in sent.items() if value is not None}
    return surfer.call("POST", "/api/rollbacks", who, body=sent)


def bypassed(surfer: Surfer) -> Request:
    """Return the record of a version that nobody had asked for."""
    stage = surfer.stage
    stage.registries.put(description(target("9")), FILES)
    bypass.judge(stage.world, stage.policy.policy, stage.registries.describe(target("9")))
    return stage.requests.get(bypass_id(target("9"))).request


def test_a_rollback_opens_an_order_that_says_what_is_in_use_then(surfer: Surfer) -> None:
    answer = ask(surfer)

    shown = json.loads(answer.body)
    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/promotions/{shown['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert shown["state"] == "pending"
    assert shown["order"] == {
        "verb": "withdraw",
        "current": "2",
        "successor": "1",
        "emergency": False,
    }
    assert [stage["name"] for stage in shown["stages"]] == ["business", "security"]


def test_asking_again_answers_the_order_there_is(surfer: Surfer) -> None:
    first = json.loads(ask(surfer).body)

    again = ask(surfer, OPERATOR)

    assert (again.status, json.loads(again.body)["id"]) == (200, first["id"])


def test_a_version_can_be_named_by_what_brought_it(surfer: Surfer) -> None:
    answer = ask(surfer, asset=None, request=record(surfer).id)

    assert json.loads(answer.body)["target"]["id"] == target().id


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"asset": None}, 422),
        ({"request": ABSENT}, 422),
        ({"asset": None, "request": ABSENT}, 404),
        ({"asset": "azureml://nothing"}, 422),
        ({"asset": target("99").id}, 404),
        ({"reason": ""}, 422),
        ({"reason": "  "}, 422),
        ({"to": "7"}, 409),
        ({"action": "delete"}, 422),
        ({"action": "restore"}, 409),
        ({"emergency": True}, 403),
    ],
)
def test_what_cannot_be_ordered_is_told(
    surfer: Surfer, body: dict[str, object], status: int
) -> None:
    answer = ask(surfer, REQUESTER, **body)

    assert answer.status == status
    assert json.loads(answer.body)["detail"]


@pytest.mark.parametrize("who", [READER, APPROVER, NOBODY])
def test_others_do_not_ask(surfer: Surfer, who: Person) -> None:
    assert ask(surfer, who).status == 403


def test_an_emergency_is_an_operators(surfer: Surfer) -> None:
    answer = ask(surfer, OPERATOR, emergency=True)

    shown = json.loads(answer.body)
    assert (answer.status, shown["state"], shown["order"]["emergency"]) == (201, "approved", True)


def test_what_was_withdrawn_is_restored_by_the_same_call(surfer: Surfer) -> None:
    finish(surfer, json.loads(ask(surfer).body)["id"])

    answer = ask(surfer, action="restore")
    finish(surfer, json.loads(answer.body)["id"])

    assert answer.status == 201
    assert surfer.state(record(surfer)) == "promoted"


def finish(surfer: Surfer, request_id: str) -> Request:
    """Have everyone agree to an order, and carry it out."""
    request = surfer.stage.requests.get(request_id).request
    agreed(surfer.stage, request, EVERYONE)
    return promote(surfer.stage.world, request_id)


def test_people_decide_on_an_order_over_the_api(surfer: Surfer) -> None:
    shown = json.loads(ask(surfer).body)

    for number, who in enumerate(EVERYONE):
        body = {"verdict": "approve", "digest": shown["digest"]}
        path = f"/api/promotions/{shown['id']}/decisions"
        shown = surfer.json("POST", path, who, body=body, etag=f'"{number + 1}"')

    assert shown["state"] == "approved"


def test_a_promoted_version_is_withdrawn_from_its_page(surfer: Surfer) -> None:
    request = record(surfer)
    action = f"/promotions/{request.id}/withdraw"
    page = surfer.page(f"/promotions/{request.id}", REQUESTER)

    answer = surfer.call(
        "POST", action, REQUESTER, form={**fields(page, action), "reason": "It drifts."}
    )
    order = surfer.page(answer.headers["Location"], APPROVER)

    assert answer.status == 303
    assert "May taxi-fare:2 be withdrawn from prod-mlops-registry?" in words(order, "h1")
    assert "In use afterwards1 once it is archived" in words(order)
    assert "Checks" not in words(order, "main")


@pytest.mark.parametrize(
    ("who", "expected"),
    [(READER, set()), (REQUESTER, {"withdraw"}), (OPERATOR, {"withdraw", "withdraw-now"})],
)
def test_a_page_offers_what_its_reader_may_do(
    surfer: Surfer, who: Person, expected: set[str]
) -> None:
    page = surfer.page(f"/promotions/{record(surfer).id}", who)

    offered = {attributes(form)["action"].rpartition("/")[2] for form in page.query("form.wish")}
    assert offered == expected


def test_people_decide_on_an_order_on_its_page(surfer: Surfer) -> None:
    order = surfer.stage.requests.get(json.loads(ask(surfer).body)["id"]).request
    page = surfer.page(f"/promotions/{order.id}", APPROVER)

    for who in EVERYONE:
        form = decision(surfer, order, who)
        surfer.call("POST", f"/promotions/{order.id}/decision", who, form=form)

    assert "I read why, and what is in use afterwards." in words(page, "form")
    assert surfer.state(order) == "approved"


def test_an_emergency_is_red_on_its_page(surfer: Surfer) -> None:
    request = record(surfer)
    action = f"/promotions/{request.id}/withdraw-now"
    page = surfer.page(f"/promotions/{request.id}", OPERATOR)
    sent = {**fields(page, action), "reason": "It burns."}

    answer = surfer.call("POST", action, OPERATOR, form=sent)
    order = surfer.page(answer.headers["Location"], READER)

    assert "did not wait for those who decide" in words(order, ".notice.bad")
    assert "It burns." in words(order)


def test_nothing_in_use_must_be_ticked(surfer: Surfer) -> None:
    order = finish(surfer, json.loads(ask(surfer).body)["id"])
    assert order.state is State.DONE
    request = record(surfer, "1")
    action = f"/promotions/{request.id}/withdraw"
    sent = {
        **fields(surfer.page(f"/promotions/{request.id}", REQUESTER), action),
        "reason": "Both.",
    }

    refused = surfer.call("POST", action, REQUESTER, form=sent)
    ticked = surfer.call("POST", action, REQUESTER, form={**sent, "leave_none": "yes"})

    assert (refused.status, ticked.status) == (409, 303)


def test_a_withdrawn_version_offers_its_restoration(surfer: Surfer) -> None:
    finish(surfer, json.loads(ask(surfer).body)["id"])
    request = record(surfer)
    action = f"/promotions/{request.id}/restore"
    page = surfer.page(f"/promotions/{request.id}", REQUESTER)

    answer = surfer.call(
        "POST", action, REQUESTER, form={**fields(page, action), "reason": "Fine."}
    )

    order = surfer.stage.requests.get(answer.headers["Location"].rpartition("/")[2]).request
    assert order.order is not None
    assert order.order.verb is Verb.RESTORE
    assert "was withdrawn" in words(page, "h1")


def test_a_link_that_decides_shows_an_order_as_what_it_is() -> None:
    surfer = Surfer(settings={"auth_enabled": False})
    for version in ("1", "2"):
        promoted(surfer, version)
    surfer.stage.policy.policy = linked()
    order = roll_back(surfer.stage.world, plea(person=REQUESTER)).request

    page = tree(surfer.call("GET", address(renewed(surfer, order)), None))

    assert "May taxi-fare:2 be withdrawn from prod-mlops-registry?" in words(page, "legend")
    assert "In use afterwards1" in words(page)
    assert "I read why, and what is in use afterwards." in words(page, "form")
    assert "Files" not in {said(each) for each in page.query("h2")}


@pytest.mark.parametrize("state", ["rejected", "done", "superseded", "failed"])
def test_every_end_of_an_order_has_its_words(surfer: Surfer, state: str) -> None:
    order = surfer.stage.requests.get(json.loads(ask(surfer).body)["id"]).request
    match state:
        case "rejected":
            sent = decision(surfer, order, APPROVER, verdict="reject", comment="No.")
            surfer.call("POST", f"/promotions/{order.id}/decision", APPROVER, form=sent)
        case "superseded":
            promoted(surfer, "3")
            finish(surfer, order.id)
        case "failed":
            surfer.stage.registries.delete(target())
            finish(surfer, order.id)
        case _:
            finish(surfer, order.id)

    page = surfer.page(f"/promotions/{order.id}")

    assert surfer.state(order) == state
    assert "ithdraw" in words(page, "h1")
    assert "copied" not in words(page, ".headline")
    assert "travel" not in words(page)


def test_the_overview_shows_an_order_among_what_waits(surfer: Surfer) -> None:
    ask(surfer)

    page = surfer.page("/", APPROVER)

    assert "1 request waits for you" in words(page, "h1")
    assert "Withdrawal: waiting for approval" in words(page)
    assert "in prod-mlops-registry · asked for by Requesting" in words(page)


@pytest.mark.parametrize("path", ["acknowledge", "withdraw"])
def test_a_bypass_is_taken_note_of_or_withdrawn_on_its_page(surfer: Surfer, path: str) -> None:
    found = bypassed(surfer)
    action = f"/promotions/{found.id}/{path}"
    page = surfer.page(f"/promotions/{found.id}", OPERATOR)
    before = words(surfer.page("/", OPERATOR))

    answer = surfer.call(
        "POST", action, OPERATOR, form={**fields(page, action), "reason": "Known."}
    )

    assert answer.status == 303
    assert "came past every request" in before
    gone = "came past every request" not in words(surfer.page("/", OPERATOR))
    assert gone is (path == "acknowledge")


def test_a_bypass_is_acknowledged_over_the_api(surfer: Surfer) -> None:
    found = bypassed(surfer)
    path = f"/api/promotions/{found.id}/acknowledge"

    refused = surfer.call("POST", path, REQUESTER, body={"reason": "Known."})
    silent = surfer.call("POST", path, OPERATOR, body={})
    shown = surfer.json("POST", path, OPERATOR, body={"reason": "Known."}, etag='"1"')

    assert (refused.status, silent.status, shown["state"]) == (403, 422, "acknowledged")


def test_retention_is_planned_before_it_is_applied(surfer: Surfer) -> None:
    rule(surfer.stage, retention=Retention(keep_last=1))

    plan = surfer.json("GET", f"/api/retention?registry={PROD.name}", OPERATOR)
    done = surfer.json("POST", "/api/retention", OPERATOR, body={})
    later = surfer.json("GET", "/api/retention", OPERATOR)

    assert [each["asset"]["version"] for each in plan["items"]] == ["1"]
    assert (plan["items"][0]["current"], plan["problems"]) == ("2", [])
    assert [each["order"]["verb"] for each in done["items"]] == ["retire"]
    assert later["items"] == []


def test_a_plan_of_retention_comes_in_pages(surfer: Surfer) -> None:
    rule(surfer.stage, retention=Retention(keep_last=1))
    for version in ("3", "4"):
        surfer.stage.registries.put(description(target(version)), FILES)

    first = surfer.json("GET", "/api/retention?limit=2", OPERATOR)
    following = f"/api/retention?limit=2&cursor={quote(first['next_cursor'])}"
    second = surfer.json("GET", following, OPERATOR)

    pages = [[each["asset"]["version"] for each in page["items"]] for page in (first, second)]
    assert pages == [["3", "2"], ["1"]]
    assert second["next_cursor"] is None


def test_a_cursor_that_is_none_of_retention_is_named(surfer: Surfer) -> None:
    refused = surfer.call("GET", "/api/retention?cursor=3", OPERATOR)

    assert refused.status == 400
    assert json.loads(refused.body)["errors"][0]["field"] == "cursor"


def test_only_an_operator_plans_and_applies_retention(surfer: Surfer) -> None:
    rule(surfer.stage, retention=Retention(keep_last=1))

    assert surfer.call("GET", "/api/retention", REQUESTER).status == 403
    assert surfer.call("POST", "/api/retention", REQUESTER, body={}).status == 403


def test_a_form_of_somebody_else_orders_nothing(surfer: Surfer) -> None:
    request = record(surfer)
    action = f"/promotions/{request.id}/withdraw"
    form = fields(surfer.page(f"/promotions/{request.id}", REQUESTER), action)

    answer = surfer.call("POST", action, OPERATOR, form={**form, "reason": "Mine now."})

    assert answer.status == 403
    assert [each.state for each in surfer.stage.requests.page(Query(), limit=9).items] == [
        State.PROMOTED,
        State.PROMOTED,
    ]
