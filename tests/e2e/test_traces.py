"""One promotion through the whole sandbox, as an OpenTelemetry collector beside it sees it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox.demo.play import Play
from sandbox.running import Sandbox, open_state
from tests.e2e.collecting import Collector, Span, collecting
from tests.e2e.conftest import Client

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

METRICS = {
    "promotion.outbox.lag",
    "promotion.pending.age",
    "promotion.decision.time",
    "promotion.copies",
    "promotion.copied",
}


@dataclass
class Seen:
    """What the collector has of one promotion, and what the app has."""

    collector: Collector
    request: str
    #: The facts' own traceparents.
    traces: list[str]
    size: int

    def one(self, name: str) -> Span:
        """Return the first span of a name that has to do with the request."""
        found = [
            each
            for each in self.collector.named(name)
            if each.attributes.get("promotion.request") in {None, self.request}
        ]
        assert found, f"no span {name}"
        return found[0]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """A promotion from its event to its copy, with a collector beside it."""
    config, _ = open_state(tmp_path_factory.mktemp("state"))
    play = Play(config, tmp_path_factory.mktemp("play"))
    with collecting() as collector, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_ENABLE_OPENTELEMETRY", "true")
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        patch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "500")
        with Sandbox(config) as running:
            for _, step in play.steps():
                step()
            client = Client(running, "approver")
            request = play.request["id"]
            facts = client.call("GET", f"/api/promotions/{request}/audit").json()["items"]
            assert collector.wait(lambda: collector.metrics.get("promotion.copied", 0) > 0)
            assert collector.wait(lambda: bool(collector.named("registries.create")))
            size = play.request["progress"]["bytes"]
            yield Seen(collector, request, [fact["trace"] for fact in facts], size)


def test_from_the_event_to_the_question_it_is_one_trace(seen: Seen) -> None:
    received, validated = seen.one("receive"), seen.one("validate")

    assert validated.trace == received.trace
    assert seen.collector.ancestors(validated) == ["receive"]
    assert seen.one("deliver").trace == received.trace


def test_every_fact_carries_the_trace_of_its_event(seen: Seen) -> None:
    received = seen.one("receive")

    told = {trace.rpartition("-")[0] for trace in seen.traces}
    assert told == {f"00-{received.trace}-{received.id}"}


def test_after_people_decided_a_link_leads_back_to_the_event(seen: Seen) -> None:
    received, copied = seen.one("receive"), seen.one("promote")

    # The wait is no part of a trace; the decision begins another one, which the copy goes on from.
    assert copied.trace != received.trace
    assert "answer" in seen.collector.ancestors(copied)
    assert received.trace in copied.links


def test_the_copy_shows_what_it_consists_of(seen: Seen) -> None:
    for name in ("registries.describe", "registries.transfer", "registries.create"):
        around = [seen.collector.ancestors(each) for each in seen.collector.named(name)]
        assert any("promote" in each for each in around), f"no {name} within the copy"
    verified = seen.one("registries.verify")
    assert seen.collector.ancestors(verified)[:2] == ["registries.create", "promote"]


def test_every_step_of_the_request_is_in_its_trace_or_points_at_it(seen: Seen) -> None:
    received = seen.one("receive")

    steps = [
        each
        for each in seen.collector.spans
        if each.attributes.get("promotion.request") == seen.request
    ]
    assert {each.name for each in steps} == {"validate", "deliver", "promote"}
    assert [each for each in steps if received.trace not in {each.trace, *each.links}] == []


def test_metrics_count_the_promotion_and_its_bytes(seen: Seen) -> None:
    assert METRICS - seen.collector.metrics.keys() == set()
    assert seen.collector.metrics["promotion.copies"] == 1
    assert seen.collector.metrics["promotion.copied"] == seen.size
