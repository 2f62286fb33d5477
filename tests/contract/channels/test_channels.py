"""The contract of the port `Channel`: every channel keeps the same promises."""

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from promotion.domain.errors import BrokenError, PromotionError, RetryableError
from promotion.domain.facts import FactType
from promotion.messages.compose import NOT_TOLD, TOLD
from promotion.ports import Channel
from tests.building import model
from tests.contract.channels.sides import Side
from tests.telling import hostile_words, story

type Open = Callable[[Channel], Channel]


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_what_people_are_told_arrives_once_under_its_own_id(
    side: Side, opened: Open, kind: FactType
) -> None:
    request, fact = story(kind)

    opened(side.channel()).deliver(request, fact)

    (arrived,) = side.arrived()
    assert arrived.id == fact.id
    assert "taxi-fare" in arrived.text


@pytest.mark.parametrize("kind", sorted(NOT_TOLD))
def test_steps_in_between_arrive_where_everything_is_told_and_are_passed_over_elsewhere(
    side: Side, opened: Open, kind: FactType
) -> None:
    request, fact = story(kind)

    opened(side.channel()).deliver(request, fact)

    assert [each.id for each in side.arrived()] == ([fact.id] if side.everything else [])


def test_a_repetition_after_a_crash_is_recognised_by_its_id(side: Side, opened: Open) -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)

    for _ in range(2):
        opened(side.channel()).deliver(request, fact)

    assert {each.id for each in side.arrived()} == {fact.id}


def test_facts_arrive_in_the_order_in_which_they_are_delivered(side: Side, opened: Open) -> None:
    channel = opened(side.channel())
    request, fact = story(FactType.APPROVAL_REQUESTED)
    told = [
        msgspec.structs.replace(fact, id=f"{request.id}-{number}", sequence=number)
        for number in range(8, 12)
    ]

    for each in told:
        channel.deliver(request, each)

    assert [each.id for each in side.arrived()] == [each.id for each in told]


def test_nobody_listening_is_tried_again(side: Side, opened: Open) -> None:
    channel = opened(side.nowhere())

    with pytest.raises(RetryableError, match="did not answer"):
        channel.deliver(*story(FactType.APPROVAL_REQUESTED))


def test_a_refusal_for_now_is_tried_again_and_then_taken(side: Side, opened: Open) -> None:
    channel = opened(side.channel())
    request, fact = story(FactType.APPROVAL_REQUESTED)
    side.refuse_for_now()
    with pytest.raises(RetryableError):
        channel.deliver(request, fact)

    channel.deliver(request, fact)

    assert side.arrived()[-1].id == fact.id


def test_a_refusal_for_good_is_given_up(side: Side, opened: Open) -> None:
    channel = opened(side.channel())
    side.refuse_for_good()

    with pytest.raises(BrokenError):
        channel.deliver(*story(FactType.APPROVAL_REQUESTED))


def test_after_a_refusal_for_good_the_next_fact_arrives(side: Side, opened: Open) -> None:
    channel = opened(side.channel())
    side.refuse_for_good()
    with pytest.raises(BrokenError):
        channel.deliver(*story(FactType.APPROVAL_REQUESTED))
    request, fact = story(FactType.REQUEST_EXPIRED, model("another"))

    channel.deliver(request, fact)

    assert side.arrived()[-1].id == fact.id


@pytest.mark.parametrize("words", hostile_words())
def test_whatever_names_and_comments_hold_the_fact_arrives(
    side: Side, opened: Open, words: str
) -> None:
    asset = model(words.replace("/", ""), "1")
    request, fact = story(FactType.REQUEST_REJECTED, asset, words=words, reason=words)

    opened(side.channel()).deliver(request, fact)

    assert [each.id for each in side.arrived()] == [fact.id]


def test_workers_side_by_side_lose_nothing(side: Side, opened: Open) -> None:
    channel = opened(side.channel())
    stories = [story(FactType.APPROVAL_REQUESTED, model(f"m{number}")) for number in range(4)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda told: channel.deliver(*told), stories))

    assert {each.id for each in side.arrived()} == {fact.id for _, fact in stories}


@pytest.mark.parametrize("refusal", ["for now", "for good", "nobody"])
def test_no_secret_shows_in_errors_tracebacks_and_logs(
    side: Side, opened: Open, caplog: pytest.LogCaptureFixture, refusal: str
) -> None:
    channel = opened(side.nowhere() if refusal == "nobody" else side.channel())
    if refusal != "nobody":
        (side.refuse_for_now if refusal == "for now" else side.refuse_for_good)()

    with caplog.at_level(logging.DEBUG), pytest.raises(PromotionError) as caught:
        channel.deliver(*story(FactType.APPROVAL_REQUESTED))

    shown = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(channel)
    written = [record.__dict__ for record in caplog.records]
    assert [secret for secret in side.secrets if secret in f"{shown}{written}"] == []


def test_its_name_stays(side: Side, opened: Open) -> None:
    assert opened(side.channel()).name in {"topic", "teams", "email"}
