"""Whatever its size, a fact reaches the topic: whole, or as a reference to what was kept."""

from collections.abc import Callable

import msgspec
import pytest

from promotion.adapters.event_grid import EventGridTopic
from promotion.domain.errors import RetryableError
from promotion.domain.facts import Fact, FactType
from promotion.messages import event
from promotion.ports import Channel
from tests.contract.channels.receiver import Receiver
from tests.contract.channels.sides import TopicSide
from tests.telling import story

type Open = Callable[[Channel], Channel]


@pytest.mark.azurite
def test_a_fact_too_large_for_the_topic_is_published_by_reference(
    topic_side: TopicSide, opened: Open
) -> None:
    request, fact = story(FactType.REQUEST_REJECTED, words="x" * 300_000)

    opened(topic_side.channel()).deliver(request, fact)

    (shown,) = topic_side.events()
    assert shown["id"] == fact.id
    assert shown["dataschema"] == "urn:mlpromotion:fact-reference:1"
    content = topic_side.evidence.get(shown["data"]["reference"])
    assert len(content) == shown["data"]["size"]
    assert msgspec.json.decode(content, type=Fact) == fact


def test_a_fact_too_large_for_the_topic_is_never_sent_whole(
    receiver: Receiver, topic: EventGridTopic
) -> None:
    topic.deliver(*story(FactType.REQUEST_REJECTED, words="x" * 300_000))

    assert [len(got.body) < 10_000 for got in receiver.got] == [True]


@pytest.mark.azurite
@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600"])
def test_the_largest_fact_that_fits_is_published_whole(
    topic_side: TopicSide, opened: Open, letter: str
) -> None:
    request, small = story(FactType.REQUEST_REJECTED, words=letter)
    bare = event.event_of(request, small, source="/azureml-promotion").size
    room = 1_048_576 - 4_096 - bare
    # The words stand in the data four times, all but ASCII escaped.
    per_letter = 4 * {"x": 1, "é": 6, "\U0001f600": 12}[letter]

    request, fact = story(FactType.REQUEST_REJECTED, words=letter * (room // per_letter))
    opened(topic_side.channel()).deliver(request, fact)

    (shown,) = topic_side.events()
    assert shown["data"]["hash"] == fact.hash
    assert "reference" not in shown["data"]


@pytest.mark.azurite
def test_a_topic_with_a_lower_limit_gets_the_reference(topic_side: TopicSide, opened: Open) -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)
    topic_side.refuse("facts", 413)

    opened(topic_side.channel()).deliver(request, fact)

    (shown,) = topic_side.events()
    kept = topic_side.evidence.get(shown["data"]["reference"])
    assert msgspec.json.decode(kept, type=Fact) == fact


def test_a_topic_that_takes_not_even_the_reference_is_waited_for(
    receiver: Receiver, topic: EventGridTopic
) -> None:
    receiver.plan(413)
    receiver.plan(413)

    with pytest.raises(RetryableError, match="413"):
        topic.deliver(*story(FactType.APPROVAL_REQUESTED))


def test_the_size_that_is_judged_is_the_size_that_is_sent(
    receiver: Receiver, topic: EventGridTopic
) -> None:
    request, fact = story(FactType.REQUEST_REJECTED, words='ä\U0001f600\n"\\x' * 99)

    topic.deliver(request, fact)

    judged = event.event_of(request, fact, source="/azureml-promotion").size
    # The array around the event, and the time's fraction of a second.
    assert 0 <= len(receiver.got[0].body) - judged <= 16
