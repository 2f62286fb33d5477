"""A fact as an event: stable, sortable, verifiable, and within the topic's limit by reference."""

import datetime as dt
import hashlib
import json

import msgspec
import pytest

from promotion.domain import facts
from promotion.domain.facts import Fact, FactType
from promotion.messages import event
from promotion.messages.event import Event
from tests.telling import TRACE, story


def told(kind: FactType = FactType.APPROVAL_REQUESTED, source: str = "/azureml-promotion") -> Event:
    """Return the event of a fact."""
    request, fact = story(kind)
    return event.event_of(request, fact, source=source)


@pytest.mark.parametrize("kind", FactType)
def test_every_fact_has_an_event_of_its_type(kind: FactType) -> None:
    _, fact = story(kind)

    assert told(kind).type == f"com.mlpromotion.{fact.type}.v1"


def test_an_event_carries_the_facts_own_id_time_and_asset() -> None:
    _, fact = story(FactType.APPROVAL_REQUESTED)

    shown = told()

    assert (shown.id, shown.subject) == (fact.id, fact.asset)
    assert dt.datetime.fromisoformat(shown.time) == fact.at


def test_the_source_names_the_deployment_and_the_route() -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED, route="dev to/prod")

    shown = event.event_of(request, fact, source="https://promotion.example/")

    assert shown.source == "https://promotion.example/dev%20to%2Fprod"


def test_a_subscriber_can_verify_the_facts_hash_from_the_event_alone() -> None:
    request, fact = story(FactType.REQUEST_REJECTED, words="Größe “r²” \U0001f600 0.1")
    sent = json.dumps(event.event_of(request, fact, source="/a").data)

    received = msgspec.convert(json.loads(sent), Fact)

    assert facts.hash_of(received) == received.hash == fact.hash


def test_sequences_sort_as_text() -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)

    written = [
        event.event_of(
            request, msgspec.structs.replace(fact, sequence=number), source="/a"
        ).extensions["sequence"]
        for number in (2, 10, 9, 1_000_000)
    ]

    assert sorted(written) == [written[0], written[2], written[1], written[3]]


def test_extensions_name_the_request_and_the_trace() -> None:
    _, fact = story(FactType.APPROVAL_REQUESTED)

    assert told().extensions == {
        "correlationid": fact.request,
        "sequence": "0000000008",
        "traceparent": TRACE,
    }


@pytest.mark.parametrize(
    "trace",
    [
        "",
        "nonsense",
        TRACE.upper(),
        f"{TRACE}\n",
        f"ff{TRACE[2:]}",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01",
    ],
)
def test_a_trace_that_is_none_is_left_out(trace: str) -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED, trace=trace)

    shown = event.event_of(request, fact, source="/a")

    assert "traceparent" not in shown.extensions


def test_a_reference_stands_for_the_whole_fact_and_keeps_the_chain() -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)
    whole = event.event_of(request, fact, source="/a")
    content = event.content_of(fact)
    reference = f"sha256:{hashlib.sha256(content).hexdigest()}"

    shown = event.by_reference(whole, fact, reference)

    assert (shown.data["reference"], shown.data["size"]) == (reference, len(content))
    assert (shown.data["previous_hash"], shown.data["hash"]) == (fact.previous_hash, fact.hash)
    assert msgspec.convert(json.loads(content), Fact) == fact
    assert (shown.id, shown.type, shown.subject) == (whole.id, whole.type, whole.subject)
    assert shown.dataschema != whole.dataschema


def test_the_size_counts_escaped_letters_as_they_are_sent() -> None:
    request, short = story(FactType.REQUEST_REJECTED, words="x" * 100)
    _, long = story(FactType.REQUEST_REJECTED, words="\U0001f600" * 100)

    sizes = [event.event_of(request, each, source="/a").size for each in (short, long)]

    # The words stand in the data four times; each of these letters is sent as twelve bytes.
    assert sizes[1] - sizes[0] == 4 * 100 * 11
