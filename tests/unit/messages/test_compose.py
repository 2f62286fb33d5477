"""People are told what they are asked and how it ended, with what they need to act; no more."""

import datetime as dt

import msgspec
import pytest

from promotion.domain.actors import EVENT_GRID
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.facts import FactType
from promotion.domain.policy import StageSpec
from promotion.domain.request import State
from promotion.domain.results import CheckResult, Outcome
from promotion.messages.compose import NOT_TOLD, TOLD, compose
from promotion.messages.notice import Notice, Purpose
from tests.building import DEV, NOW, PROD, model
from tests.telling import PUBLIC_URL, result, story

_ASKS = (
    FactType.APPROVAL_REQUESTED,
    FactType.APPROVAL_REMINDED,
    FactType.APPROVAL_ESCALATED,
)


def told(kind: FactType, **changes: object) -> Notice:
    """Return the notice of a fact that has one."""
    request, fact = story(kind, **changes)  # type: ignore[arg-type] # each test names real fields
    notice = compose(request, fact, PUBLIC_URL)
    assert notice is not None
    return notice


def value(notice: Notice, label: str) -> str:
    """Return a detail by its label."""
    return next(detail.value for detail in notice.details if detail.label == label)


def test_it_is_decided_for_every_type_of_fact_whether_people_are_told() -> None:
    assert TOLD.keys() | NOT_TOLD == set(FactType)
    assert not TOLD.keys() & NOT_TOLD


@pytest.mark.parametrize("kind", sorted(NOT_TOLD))
def test_steps_in_between_are_passed_over(kind: FactType) -> None:
    request, fact = story(kind)

    assert compose(request, fact, PUBLIC_URL) is None


def test_a_type_that_this_version_does_not_know_is_passed_over() -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)
    strange = msgspec.structs.replace(fact, type="moon.landed")

    assert compose(request, strange, PUBLIC_URL) is None


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_every_notice_names_the_asset_and_leads_to_its_page(kind: FactType) -> None:
    request, fact = story(kind)

    notice = compose(request, fact, PUBLIC_URL)

    assert notice is not None
    assert (notice.subject, notice.fact) == ("taxi-fare:1", fact.id)
    assert notice.links[0].url == f"{PUBLIC_URL}/promotions/{request.id}"
    assert notice.advice


@pytest.mark.parametrize("kind", _ASKS)
def test_an_ask_says_what_travels_from_where_to_where_and_until_when(kind: FactType) -> None:
    notice = told(kind)

    assert "model taxi-fare, version 1" in notice.lead
    assert value(notice, "From") == "registry dev-mlops-registry"
    assert value(notice, "To") == "registry prod-mlops-registry"
    assert value(notice, "Files") == "4 files, 1.4 MiB"
    assert value(notice, "Digest") == "sha256:3f9a3f9a3f9a"
    assert value(notice, "Asked by") == "Requester"
    assert value(notice, "Until") == "Sun 8 March 2026, 12:00 UTC"


@pytest.mark.parametrize("kind", _ASKS)
def test_an_ask_says_who_must_agree_and_who_did(kind: FactType) -> None:
    notice = told(kind)

    assert value(notice, "Must agree") == "business: 2 with the role Promotion.Approver (1 agreed)"
    assert value(notice, "Then") == "security: 1 with the role Promotion.Approver.Security"


def test_an_escalation_says_who_may_decide_now_as_well() -> None:
    request, fact = story(FactType.APPROVAL_ESCALATED)
    widened = msgspec.structs.replace(fact, data={"to": ("Promotion.Operator", "Head")})

    notice = compose(request, widened, PUBLIC_URL)

    assert notice is not None
    assert value(notice, "Now also") == "Promotion.Operator, Head"


@pytest.mark.parametrize("kind", _ASKS)
def test_an_ask_offers_a_page_for_each_verdict_and_the_links_carry_nothing_else(
    kind: FactType,
) -> None:
    request, fact = story(kind)

    notice = compose(request, fact, PUBLIC_URL)

    assert notice is not None
    page = f"{PUBLIC_URL}/promotions/{request.id}"
    assert {link.purpose: link.url for link in notice.links} == {
        Purpose.REVIEW: page,
        Purpose.APPROVE: f"{page}?verdict=approve",
        Purpose.REJECT: f"{page}?verdict=reject",
    }


@pytest.mark.parametrize("kind", _ASKS)
@pytest.mark.parametrize("state", [State.APPROVED, State.REJECTED, State.EXPIRED, State.PROMOTED])
def test_an_ask_that_comes_late_asks_for_nothing(kind: FactType, state: State) -> None:
    notice = told(kind, state=state)

    assert [link.purpose for link in notice.links] == [Purpose.REVIEW]
    assert state.value in notice.advice


def test_an_ask_shows_the_decisive_values_failures_first() -> None:
    checks = (
        result("a", Outcome.PASSED, "r2 0.93 is within at least 0.8."),
        result("b", Outcome.FAILED, "rmse 9 is outside at most 4."),
        result("c", Outcome.ERRORED, "No signature could be read."),
    )

    notice = told(FactType.APPROVAL_REQUESTED, checks=checks)

    assert notice.checks_heading == "Checks: 1 of 3 passed"
    assert [check.summary for check in notice.checks] == [
        "No signature could be read.",
        "rmse 9 is outside at most 4.",
        "r2 0.93 is within at least 0.8.",
    ]


def test_the_number_of_passed_checks_counts_those_that_are_not_listed() -> None:
    many: tuple[CheckResult, ...] = tuple(
        result(f"check-{number}", Outcome.PASSED, "Fine.") for number in range(45)
    )

    notice = told(FactType.APPROVAL_REQUESTED, checks=many)

    assert notice.checks_heading == "Checks: 45 of 45 passed"
    assert len(notice.checks) == 20


def test_a_refusal_shows_every_answer_and_says_what_to_do() -> None:
    notice = told(FactType.REQUEST_REFUSED, words="Set the tag.")

    assert notice.checks[0].summary == "r2 0.61 is outside at least 0.8."
    assert notice.advice == "Set the tag."


def test_a_rejection_names_the_person_the_stage_and_their_words() -> None:
    notice = told(FactType.REQUEST_REJECTED, words="Night hours are missing.")

    assert "Second Approver rejected it in the stage business" in notice.lead
    assert notice.quote == "Night hours are missing."


def test_a_promotion_says_where_the_asset_is_and_who_approved() -> None:
    notice = told(FactType.ASSET_PROMOTED)

    assert notice.advice.endswith(model().moved(PROD).id)
    assert value(notice, "Approved by") == "Approver (business)"
    assert value(notice, "Checks") == "3 of 3 passed"


@pytest.mark.parametrize("kind", AssetKind)
def test_the_promotion_of_any_kind_of_asset_is_told(kind: AssetKind) -> None:
    asset = AssetRef(home=DEV, kind=kind, name="taxi-fare", version="1")
    request, fact = story(FactType.ASSET_PROMOTED, asset)

    notice = compose(request, fact, PUBLIC_URL)

    assert fact.type == f"{kind.singular}.promoted"
    assert notice is not None
    assert f"The {kind.singular} taxi-fare" in notice.lead


@pytest.mark.parametrize("kind", [FactType.PROMOTION_FAILED, FactType.PROBLEM_REPORTED])
def test_a_problem_is_told_with_its_remedy(kind: FactType) -> None:
    notice = told(kind, words="The storage refused.")

    assert "The storage refused." in notice.lead
    assert "The storage refused." in notice.advice


def test_a_cancellation_is_told_to_those_who_had_been_asked() -> None:
    assert told(FactType.REQUEST_CANCELLED).heading == "Cancelled"


def test_a_cancellation_before_anybody_was_asked_is_passed_over() -> None:
    request, fact = story(FactType.REQUEST_CANCELLED)
    early = msgspec.structs.replace(fact, before=State.RECEIVED.value)

    assert compose(request, early, PUBLIC_URL) is None


def test_another_target_version_is_named() -> None:
    target = model().moved(PROD, version="2.0.0")

    notice = told(FactType.APPROVAL_REQUESTED, target=target)

    assert value(notice, "To") == "registry prod-mlops-registry, as taxi-fare:2.0.0"


def test_a_request_that_nobody_asked_for_says_what_set_it_off() -> None:
    notice = told(FactType.APPROVAL_REQUESTED, requested_by=EVENT_GRID, reason="")

    assert value(notice, "Asked by") == "the model's registration in its workspace"


def test_a_fact_without_its_usual_data_is_told_all_the_same() -> None:
    for kind in TOLD:
        request, fact = story(kind)
        bare = msgspec.structs.replace(fact, data={})

        assert compose(request, bare, PUBLIC_URL) is not None


def test_a_deadline_in_another_zone_is_told_in_utc() -> None:
    zone = dt.timezone(dt.timedelta(hours=-8))

    notice = told(FactType.APPROVAL_REQUESTED, expires_at=NOW.astimezone(zone))

    assert value(notice, "Until") == "Sun 1 March 2026, 12:00 UTC"


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (StageSpec(name="x", roles=("R", "S")), "1 with the role R or S"),
        (StageSpec(name="x", people=("t/a", "t/b"), quorum=2), "2 of 2 named in the policy"),
        (StageSpec(name="x", roles=("R",), people=("t/a",)), "1 with the role R or named in the"),
    ],
)
def test_a_notice_says_whom_a_stage_asks(stage: StageSpec, said: str) -> None:
    assert said in value(told(FactType.APPROVAL_REQUESTED, stages=(stage,)), "Must agree")


def test_a_notice_says_which_stages_are_asked_together_and_which_later() -> None:
    stages = (
        StageSpec(name="first", roles=("R",)),
        StageSpec(name="beside", roles=("R",), alongside=True),
        StageSpec(name="later", roles=("R",)),
    )

    notice = told(FactType.APPROVAL_REQUESTED, stages=stages, decisions=())

    labels = [(each.label, each.value.partition(":")[0]) for each in notice.details]
    assert [each for each in labels if each[1] in {"first", "beside", "later"}] == [
        ("Must agree", "first"),
        ("Meanwhile", "beside"),
        ("Then", "later"),
    ]


def test_those_of_the_next_stage_read_that_it_is_theirs_now() -> None:
    notice = told(FactType.DECISION_RECORDED)

    assert notice.heading == "Approval needed in the stage security"
    assert {link.purpose for link in notice.links} == set(Purpose)
