"""The page behind a link made for one person: showing spends nothing, deciding takes more than the link."""

import datetime as dt
import logging

import msgspec
import pytest

from promotion.domain.policy import Invited, Links, Policy
from promotion.domain.request import Request
from promotion.usecases.decide import decide
from promotion.usecases.invite import Invitation, invite
from promotion.web.http import Response
from tests.building import ballot, policy
from tests.surfing import (
    APPROVER,
    SECOND,
    STAGES,
    TENANT,
    Surfer,
    attributes,
    fields,
    tree,
    words,
)

INVITED = Invited(
    person=f"{TENANT}/00000000-0000-0000-0000-00000000000a",
    name="Invited",
    mail="Invited@tests.invalid",
    roles=("Promotion.Approver",),
)


def linked() -> Policy:
    """Return the pages' policy, with links made for one person."""
    return msgspec.structs.replace(policy(*STAGES), links=Links(people=(INVITED,)))


def start() -> tuple[Surfer, Request, Invitation]:
    """Return a site where nobody can sign in, a pending request, and the link that was mailed."""
    surfer = Surfer(settings={"auth_enabled": False})
    surfer.stage.policy.policy = linked()
    request = surfer.pending()
    return surfer, request, renewed(surfer, request)


def renewed(surfer: Surfer, request: Request) -> Invitation:
    """Return the link that telling the latest fact makes."""
    now = surfer.stage.requests.get(request.id).request
    (made,) = invite(surfer.stage.world, now, surfer.stage.requests.facts(request.id)[-1])
    return made


def address(invitation: Invitation) -> str:
    """Return the link's path."""
    return f"/promotions/{invitation.link.request}/link/{invitation.handle}"


def filled(surfer: Surfer, invitation: Invitation, **changes: str) -> dict[str, str]:
    """Return the form as its addressee sends it."""
    page = tree(surfer.call("GET", address(invitation), None))
    return {
        **fields(page, address(invitation)),
        "verdict": "approve",
        "address": "invited@TESTS.invalid",
        "confirmed": "yes",
        **changes,
    }


def send(surfer: Surfer, invitation: Invitation, form: dict[str, str], site: str = "") -> Response:
    """Send the form, as a browser without a session does."""
    return surfer.call("POST", address(invitation), None, form=form, Sec_Fetch_Site=site)


def decisions(surfer: Surfer, request: Request) -> list[tuple[str, str]]:
    """Return who decided what."""
    now = surfer.stage.requests.get(request.id).request
    return [(each.by.name, each.verdict.value) for each in now.decisions]


def test_the_link_shows_what_is_asked_and_spends_nothing() -> None:
    surfer, request, invitation = start()

    methods = ("HEAD", "GET", "GET")
    answers = [surfer.call(method, address(invitation), None) for method in methods]

    assert [answer.status for answer in answers] == [200, 200, 200]
    page = tree(answers[-1])
    assert words(page, "h1") == "May taxi-fare:1 go from dev-mlops-registry to prod-mlops-registry?"
    assert "made for Invited alone" in words(page, ".headline")
    assert surfer.stage.requests.link(request.id, invitation.link.hash).spent_at is None
    assert surfer.stage.requests.get(request.id).request == request


def test_the_form_records_the_decision_and_spends_the_link() -> None:
    surfer, request, invitation = start()

    answer = send(surfer, invitation, filled(surfer, invitation, comment="Fine."))

    assert (answer.status, answer.headers["Location"]) == (303, address(invitation))
    assert decisions(surfer, request) == [("Invited", "approve")]
    assert surfer.stage.requests.link(request.id, invitation.link.hash).spent_at is not None


def test_after_the_decision_the_page_says_so_and_has_no_form() -> None:
    surfer, _request, invitation = start()
    send(surfer, invitation, filled(surfer, invitation))

    page = tree(surfer.call("GET", address(invitation), None))

    assert "Your decision is recorded. You approved" in words(page, ".notice")
    assert page.query("form") == []


def test_a_used_link_decides_nothing_more() -> None:
    surfer, request, invitation = start()
    form = filled(surfer, invitation)
    send(surfer, invitation, form)

    again = send(surfer, invitation, {**form, "verdict": "reject", "comment": "No."})

    assert again.status == 409
    assert "works once" in words(tree(again))
    assert decisions(surfer, request) == [("Invited", "approve")]


def test_sending_the_form_twice_counts_once() -> None:
    surfer, request, invitation = start()
    form = filled(surfer, invitation)

    assert [send(surfer, invitation, form).status for _ in range(2)] == [303, 303]
    assert decisions(surfer, request) == [("Invited", "approve")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"address": ""}, "not the mail address"),
        ({"address": "somebody@tests.invalid"}, "not the mail address"),
        ({"address": "ïnvited@tests.invalid"}, "not the mail address"),
        ({"confirmed": ""}, "not ticked"),
        ({"verdict": ""}, "Nothing was chosen"),
        ({"verdict": "perhaps"}, "Nothing was chosen"),
        ({"verdict": "reject", "comment": " "}, "needs a comment"),
    ],
)
def test_what_a_scanner_leaves_out_is_asked_for_and_nothing_is_spent(
    changes: dict[str, str], said: str
) -> None:
    surfer, request, invitation = start()

    answer = send(surfer, invitation, filled(surfer, invitation, **changes))

    assert answer.status == 422
    assert said in words(tree(answer), "#decide [role=alert]")
    assert decisions(surfer, request) == []
    assert surfer.stage.requests.link(request.id, invitation.link.hash).spent_at is None


def test_a_scanner_that_sends_the_form_as_it_stands_changes_nothing() -> None:
    surfer, request, invitation = start()
    page = tree(surfer.call("GET", address(invitation), None))

    for verdict in ("", "approve", "reject"):
        form = {**fields(page, address(invitation)), "verdict": verdict, "confirmed": "yes"}
        assert send(surfer, invitation, form).status == 422

    assert decisions(surfer, request) == []
    assert surfer.stage.requests.get(request.id).request == request


def test_a_form_without_its_token_is_refused() -> None:
    surfer, request, invitation = start()

    answer = send(surfer, invitation, filled(surfer, invitation, token="0" * 64))

    assert answer.status == 403
    assert decisions(surfer, request) == []


def test_the_token_of_another_link_is_refused() -> None:
    surfer, request, invitation = start()
    form = filled(surfer, invitation)
    other = renewed(surfer, request)

    answer = send(surfer, other, form)

    assert answer.status == 403
    assert decisions(surfer, request) == []


def test_a_token_of_a_session_is_no_token_of_a_link() -> None:
    surfer, request, invitation = start()
    signed_in = Surfer(stage=surfer.stage)
    surfer.stage.policy.policy = linked()
    page = signed_in.page(f"/promotions/{request.id}", APPROVER)
    token = fields(page, f"/promotions/{request.id}/decision")["token"]

    answer = send(surfer, invitation, filled(surfer, invitation, token=token))

    assert answer.status == 403


def test_a_form_that_another_site_sends_is_refused() -> None:
    surfer, request, invitation = start()
    form = filled(surfer, invitation)

    answer = send(surfer, invitation, form, site="cross-site")

    assert answer.status == 403
    assert decisions(surfer, request) == []


def test_a_link_of_an_earlier_revision_shows_what_is_but_decides_nothing() -> None:
    surfer, request, invitation = start()
    form = filled(surfer, invitation)
    decide(surfer.stage.world, request.id, ballot(request, SECOND))

    page = tree(surfer.call("GET", address(invitation), None))
    answer = send(surfer, invitation, form)

    assert "went on since this link was made" in words(page, "[role=alert]")
    assert page.query("form") == []
    assert answer.status == 412
    assert decisions(surfer, request) == [("Approving too", "approve")]


def test_an_expired_link_shows_nothing_of_the_request() -> None:
    surfer, _request, invitation = start()
    form = filled(surfer, invitation)
    surfer.stage.clock.move(dt.timedelta(days=3))

    for answer in (surfer.call("GET", address(invitation), None), send(surfer, invitation, form)):
        assert answer.status == 409
        assert "This link has expired." in words(tree(answer))
        assert b"taxi-fare" not in answer.body


@pytest.mark.parametrize("handle", ["x", "A" * 43, "%2e%2e", "A" * 700])
def test_an_unknown_link_is_not_found(handle: str) -> None:
    surfer, request, _invitation = start()

    for method in ("GET", "POST"):
        answer = surfer.call(method, f"/promotions/{request.id}/link/{handle}", None)
        assert answer.status == 404


def test_where_the_policy_has_no_links_there_are_none() -> None:
    surfer, _request, invitation = start()
    surfer.stage.policy.policy = policy(*STAGES)

    assert surfer.call("GET", address(invitation), None).status == 404


def test_a_link_opens_its_own_request_and_nothing_else() -> None:
    surfer, request, invitation = start()

    for path in ("/", f"/promotions/{request.id}", f"/promotions/{request.id}/audit"):
        assert surfer.call("GET", path, None).status == 401
    assert (
        surfer.call("GET", f"/promotions/{'a' * 26}/link/{invitation.handle}", None).status == 404
    )


def test_the_page_offers_no_way_that_takes_a_session() -> None:
    surfer, _request, invitation = start()

    page = tree(surfer.call("GET", address(invitation), None))

    ways = {attributes(each).get("href", "") for each in page.query("main a")}
    assert all(way.startswith("#") for way in ways)
    assert "Sign out" not in words(page)


def test_who_writes_too_often_by_a_link_waits() -> None:
    surfer, _request, invitation = start()
    form = filled(surfer, invitation, confirmed="")

    statuses = {send(surfer, invitation, form).status for _ in range(245)}

    assert statuses == {422, 429}


def test_no_log_has_the_handle(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    surfer, _request, invitation = start()
    send(surfer, invitation, filled(surfer, invitation))
    surfer.stage.clock = None  # type: ignore[assignment]  # whatever breaks inside
    broken = Surfer(stage=surfer.stage)
    surfer.stage.policy.policy = linked()

    answer = broken.call("GET", address(invitation), None)

    assert answer.status == 500
    assert any("unexpected error" in each.message for each in caplog.records)
    written = "".join(str(vars(each)) for each in caplog.records)
    assert invitation.handle not in written
    assert invitation.handle.encode() not in answer.body
