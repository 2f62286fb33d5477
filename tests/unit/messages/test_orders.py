"""People are told what an order would change, what it changed, and loudly when they were not asked."""

from typing import Any

import msgspec
import pytest

from promotion.domain.facts import FactType
from promotion.domain.orders import Verb
from promotion.domain.policy import Notifications, StageSpec
from promotion.domain.request import State
from promotion.messages.compose import OF_ORDERS, compose
from promotion.messages.notice import Notice, Purpose, Tone
from promotion.messages.post import Post
from tests.telling import PUBLIC_URL, order, story


def told(
    kind: FactType,
    verb: Verb = Verb.WITHDRAW,
    *,
    successor: str = "",
    **changes: Any,  # noqa: ANN401 -- fields of Request
) -> Notice:
    """Return the notice of an order's fact."""
    request, fact = story(kind, **changes)
    ordered = msgspec.structs.replace(request, order=order(request, verb, successor=successor))
    notice = compose(ordered, fact, PUBLIC_URL)
    assert notice is not None
    return notice


def test_who_decides_reads_what_would_be_in_use_then() -> None:
    notice = told(FactType.WITHDRAWAL_REQUESTED, successor="4")

    assert notice.heading == "Withdrawal: approval needed"
    assert notice.lead == (
        "Requester asks to withdraw taxi-fare:1 in the registry prod-mlops-registry. "
        "Version 4 would be in use then."
    )
    assert notice.quote == "Needed for the spring season."
    assert [link.purpose for link in notice.links] == list(Purpose)


def test_who_decides_reads_that_nothing_would_be_in_use() -> None:
    assert told(FactType.WITHDRAWAL_REQUESTED).lead.endswith("No version would be in use then.")


def test_a_late_question_asks_for_nothing() -> None:
    notice = told(FactType.WITHDRAWAL_REQUESTED, state=State.DONE)

    assert "comes late" in notice.advice
    assert [link.purpose for link in notice.links] == [Purpose.REVIEW]


def test_an_order_without_an_end_names_none() -> None:
    notice = told(FactType.RESTORATION_REQUESTED, Verb.RESTORE, expires_at=None)

    assert "Until" not in {detail.label for detail in notice.details}


@pytest.mark.parametrize("kind", sorted(OF_ORDERS))
@pytest.mark.parametrize("verb", Verb)
def test_no_step_of_an_order_speaks_of_travelling(kind: FactType, verb: Verb) -> None:
    notice = told(kind, verb)

    text = " ".join(notice.texts())
    assert notice.subject == "taxi-fare:1"
    assert "travel" not in text
    assert "copied" not in text


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        (FactType.REQUEST_REJECTED, "Restoration rejected"),
        (FactType.REQUEST_EXPIRED, "Restoration expired"),
        (FactType.REQUEST_CANCELLED, "Restoration cancelled"),
        (FactType.REQUEST_SUPERSEDED, "Restoration void"),
        (FactType.PROMOTION_FAILED, "Restoration failed"),
        (FactType.APPROVAL_REMINDED, "Restoration: still waiting for approval"),
        (FactType.APPROVAL_ESCALATED, "Restoration: approval overdue"),
        (FactType.DECISION_RECORDED, "Restoration: further approval needed"),
    ],
)
def test_what_becomes_of_an_order_is_told_in_its_own_words(kind: FactType, heading: str) -> None:
    assert told(kind, Verb.RESTORE).heading == heading


def test_an_emergency_is_told_in_red_to_everyone_who_was_not_asked() -> None:
    request, fact = story(FactType.WITHDRAWAL_FORCED)
    forced = msgspec.structs.replace(order(request, Verb.WITHDRAW), emergency=True)
    stages = (StageSpec(name="board", roles=("Board",)), StageSpec(name="legal", roles=("Legal",)))
    request = msgspec.structs.replace(request, order=forced, stages=stages, decisions=())
    lists = Notifications(
        everyone=("all@example.org",),
        stages={"legal": ("legal@example.org",)},
        roles={"Board": ("board@example.org",)},
    )

    letters = Post(public_url=PUBLIC_URL, everyone=(), named=lambda _: lists).letters(request, fact)

    assert set(letters) == {"all@example.org", "legal@example.org", "board@example.org"}
    assert told(FactType.WITHDRAWAL_FORCED).tone is Tone.BAD
    assert "Nobody else was asked" in told(FactType.WITHDRAWAL_FORCED).lead


@pytest.mark.parametrize(("emergency", "tone"), [(True, Tone.BAD), (False, Tone.WARN)])
def test_a_withdrawal_names_the_version_in_use_now(*, emergency: bool, tone: Tone) -> None:
    request, fact = story(FactType.ASSET_WITHDRAWN)
    fact = msgspec.structs.replace(fact, data={"current": "4", "emergency": emergency})

    notice = compose(request, fact, PUBLIC_URL)

    assert notice is not None
    assert notice.lead.endswith("Version 4 is in use now.")
    assert notice.tone is tone


def test_a_restoration_is_good_news() -> None:
    assert told(FactType.ASSET_RESTORED, Verb.RESTORE).tone is Tone.GOOD
