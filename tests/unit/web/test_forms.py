"""The forms of the pages: deciding, cancelling, retrying, and every way in which they are refused."""

import msgspec
import pytest

from promotion.domain.actors import Person
from promotion.usecases.decide import decide
from promotion.web import guards
from tests.building import ballot, model
from tests.surfing import (
    ABSENT,
    APPROVER,
    OPERATOR,
    PUBLIC_URL,
    READER,
    REQUESTER,
    SECOND,
    SECURITY,
    Surfer,
    attributes,
    decision,
    fields,
    tree,
    words,
)


def test_the_form_records_a_decision_and_leads_back() -> None:
    surfer = Surfer()
    request = surfer.pending()
    form = decision(surfer, request, APPROVER, comment="Fine.\r\nReally.")

    answer = surfer.call("POST", f"/promotions/{request.id}/decision", APPROVER, form=form)

    assert (answer.status, answer.headers["Location"]) == (303, f"/promotions/{request.id}")
    (said,) = surfer.stage.requests.get(request.id).request.decisions
    assert (said.by.key, said.verdict, said.stage) == (APPROVER.key, "approve", "business")
    assert (said.comment, said.revision) == ("Fine.\nReally.", 3)


def test_three_people_bring_a_request_to_its_approval() -> None:
    surfer = Surfer()
    request = surfer.pending()

    for person in (APPROVER, SECOND, SECURITY):
        form = decision(surfer, request, person)
        surfer.call("POST", f"/promotions/{request.id}/decision", person, form=form)

    assert surfer.state(request) == "approved"


def test_a_form_without_its_box_ticked_asks_once_more() -> None:
    surfer = Surfer()
    request = surfer.pending()
    url = f"/promotions/{request.id}/decision"
    form = decision(surfer, request, APPROVER, confirmed="", comment="<b>Fine</b>")

    asked = surfer.call("POST", url, APPROVER, form=form)

    assert asked.status == 200
    assert surfer.stage.requests.get(request.id).request.decisions == ()
    page = tree(asked)
    assert words(page, "h1") == "Approve taxi-fare:1 for prod-mlops-registry?"
    confirmed = surfer.call("POST", url, APPROVER, form=fields(page, url))
    assert confirmed.status == 303
    (said,) = surfer.stage.requests.get(request.id).request.decisions
    assert said.comment == "<b>Fine</b>"


def test_sending_the_form_twice_counts_once() -> None:
    surfer = Surfer()
    request = surfer.pending()
    form = decision(surfer, request, APPROVER)

    answers = [
        surfer.call("POST", f"/promotions/{request.id}/decision", APPROVER, form=form).status
        for _ in range(2)
    ]

    assert answers == [303, 303]
    assert len(surfer.stage.requests.get(request.id).request.decisions) == 1


@pytest.mark.parametrize("confirmed", ["yes", ""])
def test_a_stale_form_shows_what_happened_in_between(confirmed: str) -> None:
    surfer = Surfer()
    request = surfer.pending()
    form = decision(surfer, request, SECOND, comment="My long thoughts.", confirmed=confirmed)
    decide(surfer.stage.world, request.id, ballot(request, APPROVER, comment="I was faster."))

    answer = surfer.call("POST", f"/promotions/{request.id}/decision", SECOND, form=form)

    assert answer.status == 409
    text = words(tree(answer), "main")
    assert "Your decision was not recorded." in text
    assert "Waiting for approval" in text
    assert "I was faster." in text
    assert "My long thoughts." in text
    assert len(surfer.stage.requests.get(request.id).request.decisions) == 1


def test_a_form_about_another_digest_is_stale() -> None:
    surfer = Surfer()
    request = surfer.pending()
    form = decision(surfer, request, APPROVER, digest="sha256:other")

    answer = surfer.call("POST", f"/promotions/{request.id}/decision", APPROVER, form=form)

    assert answer.status == 409
    assert surfer.state(request) == "pending"


@pytest.mark.parametrize(
    ("filled", "why"),
    [
        ({"verdict": "reject", "comment": " \n "}, "A rejection needs a comment."),
        ({"verdict": "maybe"}, "Nothing was chosen."),
        ({"verdict": ""}, "Nothing was chosen."),
        ({"comment": "x" * 4001}, "The text has 4001 characters."),
        ({"stage": "legal"}, "There is no stage 'legal'."),
    ],
)
def test_what_is_missing_is_told_beside_the_form_as_it_was_filled_in(
    filled: dict[str, str], why: str
) -> None:
    surfer = Surfer()
    request = surfer.pending()
    form = decision(surfer, request, APPROVER, **{"comment": "My thoughts.", **filled})

    answer = surfer.call("POST", f"/promotions/{request.id}/decision", APPROVER, form=form)

    assert answer.status == 422
    page = tree(answer)
    assert why in words(page, '#decide [role="alert"]')
    kept = fields(page, f"/promotions/{request.id}/decision")
    assert kept["comment"].strip() == form["comment"].strip()
    assert surfer.state(request) == "pending"


@pytest.mark.parametrize(
    "changed",
    [
        {"token": ""},
        {"token": "0" * 64},
        {"token": "é"},
        {"revision": "2"},
        {"revision": "4"},
    ],
)
def test_a_form_that_was_tampered_with_is_refused(changed: dict[str, str]) -> None:
    surfer = Surfer()
    request = surfer.pending()
    form = decision(surfer, request, APPROVER, **changed)

    answer = surfer.call("POST", f"/promotions/{request.id}/decision", APPROVER, form=form)

    assert answer.status == 403
    assert "This form was not made for you" in words(tree(answer), "main")
    assert surfer.state(request) == "pending"


def test_a_form_made_for_one_person_is_of_no_use_to_another() -> None:
    surfer = Surfer()
    request = surfer.pending()
    form = decision(surfer, request, APPROVER)

    answer = surfer.call("POST", f"/promotions/{request.id}/decision", SECOND, form=form)

    assert answer.status == 403


def test_a_form_made_for_one_request_is_of_no_use_for_another() -> None:
    surfer = Surfer()
    form = decision(surfer, surfer.pending(model("a")), APPROVER)
    other = surfer.pending(model("b"))

    answer = surfer.call("POST", f"/promotions/{other.id}/decision", APPROVER, form=form)

    assert answer.status == 403
    assert surfer.state(other) == "pending"


def test_a_form_made_with_another_key_is_refused() -> None:
    surfer = Surfer()
    request = surfer.pending()
    token = guards.form_token(b"x" * 32, APPROVER, request.id, 3)
    form = decision(surfer, request, APPROVER, token=token)

    answer = surfer.call("POST", f"/promotions/{request.id}/decision", APPROVER, form=form)

    assert answer.status == 403


@pytest.mark.parametrize("path", ["decision", "cancel", "retry"])
def test_a_form_that_another_site_sends_is_refused(path: str) -> None:
    surfer = Surfer()
    request = surfer.failed()
    form = {
        "token": guards.form_token(b"0123456789abcdef0123456789abcdef", OPERATOR, request.id, 8),
        "revision": "8",
        "reason": "x",
    }

    answer = surfer.call(
        "POST",
        f"/promotions/{request.id}/{path}",
        OPERATOR,
        form=form,
        Origin="https://evil.example",
        Sec_Fetch_Site="cross-site",
    )

    assert answer.status == 403
    assert surfer.state(request) == "failed"


def test_a_form_from_an_older_browser_is_taken_by_its_origin() -> None:
    surfer = Surfer()
    request = surfer.pending()
    form = decision(surfer, request, APPROVER)

    answer = surfer.call(
        "POST", f"/promotions/{request.id}/decision", APPROVER, form=form, Origin=PUBLIC_URL
    )

    assert answer.status == 303


@pytest.mark.parametrize("person", [READER, REQUESTER, SECURITY])
def test_who_may_not_decide_is_refused_whatever_they_send(person: Person) -> None:
    surfer = Surfer()
    request = surfer.pending()
    token = guards.form_token(
        b"0123456789abcdef0123456789abcdef", person, request.id, request.revision
    )
    for confirmed in ("yes", ""):
        form = {
            "token": token,
            "revision": "3",
            "digest": request.digest,
            "verdict": "approve",
            "confirmed": confirmed,
        }

        answer = surfer.call("POST", f"/promotions/{request.id}/decision", person, form=form)

        assert answer.status in {403, 409}
    assert surfer.state(request) == "pending"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/x-www-form-urlencoded", 400),
        (b"verdict=approve", "application/x-www-form-urlencoded", 400),
        (b"token=a&token=b&revision=3&digest=x", "application/x-www-form-urlencoded", 400),
        (b"token=a&revision=many&digest=x", "application/x-www-form-urlencoded", 400),
        (b"token=a&revision=3&digest=x&admin=1", "application/x-www-form-urlencoded", 400),
        (b"token=%ff&revision=3&digest=x", "application/x-www-form-urlencoded", 400),
        (b"\xff", "application/x-www-form-urlencoded", 400),
        (b"&".join([b"a=1"] * 99), "application/x-www-form-urlencoded", 400),
        (b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"", "multipart/form-data", 415),
    ],
)
@pytest.mark.parametrize("path", ["decision", "cancel"])
def test_what_is_no_form_is_refused(path: str, body: bytes, kind: str, status: int) -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = surfer.call(
        "POST", f"/promotions/{request.id}/{path}", APPROVER, body=body, Content_Type=kind
    )

    assert answer.status == status
    assert surfer.state(request) == "pending"


def test_a_form_for_no_request_is_not_found() -> None:
    surfer = Surfer()
    key = b"0123456789abcdef0123456789abcdef"
    form = {
        "token": guards.form_token(key, APPROVER, ABSENT, 1),
        "revision": "1",
        "digest": "sha256:0",
        "verdict": "approve",
        "confirmed": "yes",
    }

    answer = surfer.call("POST", f"/promotions/{ABSENT}/decision", APPROVER, form=form)

    assert answer.status == 404


def test_forms_are_counted_against_who_sends_them() -> None:
    surfer = Surfer(settings={"write_burst": 1, "writes_per_second": 1.0})
    request = surfer.pending()
    form = decision(surfer, request, APPROVER)
    url = f"/promotions/{request.id}/decision"

    statuses = [surfer.call("POST", url, APPROVER, form=form).status for _ in range(2)]

    assert statuses == [303, 429]


def test_whoever_asked_cancels_by_the_form() -> None:
    surfer = Surfer()
    request = surfer.pending()
    url = f"/promotions/{request.id}/cancel"
    form = fields(surfer.page(f"/promotions/{request.id}", REQUESTER), url)

    answer = surfer.call("POST", url, REQUESTER, form={**form, "reason": "Later."})

    assert answer.status == 303
    assert surfer.state(request) == "cancelled"


def test_an_operator_retries_by_the_form() -> None:
    surfer = Surfer()
    request = surfer.failed()
    url = f"/promotions/{request.id}/retry"
    form = fields(surfer.page(f"/promotions/{request.id}", OPERATOR), url)

    answer = surfer.call("POST", url, OPERATOR, form={**form, "reason": "Corrected."})

    assert answer.status == 303
    assert surfer.state(request) == "approved"


def test_a_scanner_without_a_session_changes_nothing() -> None:
    surfer = Surfer()
    request, failed = surfer.pending(), surfer.failed(model("failed"))
    links, forms = set(), []
    for path, who in (
        ("/", APPROVER),
        (f"/promotions/{request.id}?verdict=approve", APPROVER),
        (f"/promotions/{request.id}", REQUESTER),
        (f"/promotions/{failed.id}", OPERATOR),
    ):
        page = surfer.page(path, who)
        links |= {attributes(each)["href"] for each in page.query("a")}
        targets = [attributes(each)["action"] for each in page.query('form[method="post"]')]
        forms += [(target, fields(page, target)) for target in targets]

    statuses = {
        *(surfer.call(method, link, None).status for link in links for method in ("GET", "HEAD")),
        *(
            surfer.call("POST", target, None, form={**form, "confirmed": "yes"}).status
            for target, form in forms
        ),
    }

    assert len(forms) == 4
    assert statuses <= {200, 401, 404}
    assert surfer.stage.requests.get(request.id).request == request
    assert surfer.stage.requests.get(failed.id).request == failed


def test_the_token_depends_on_everything_it_is_bound_to() -> None:
    key = b"k" * 32
    other = msgspec.structs.replace(APPROVER, tid=APPROVER.oid)
    tokens = {
        guards.form_token(key, APPROVER, "a", 12),
        guards.form_token(key, SECOND, "a", 12),
        guards.form_token(key, other, "a", 12),
        guards.form_token(key, APPROVER, "b", 12),
        guards.form_token(key, APPROVER, "a", 1),
        guards.form_token(b"l" * 32, APPROVER, "a", 12),
    }

    assert len(tokens) == 6
