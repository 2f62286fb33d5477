"""Where the trace of a registration comes from: the publisher, else the platform, else nowhere."""

from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest

import function_app

PUBLISHED = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
PLATFORM = "00-" + "c" * 32 + "-" + "d" * 16 + "-01"


def context(trace: str | None) -> Any:  # noqa: ANN401 -- stands for the worker's context
    return SimpleNamespace(trace_context=SimpleNamespace(trace_parent=trace))


def cloud_event(**extensions: Any) -> Any:  # noqa: ANN401 -- the worker hands it over as an Event Grid event
    return func.CloudEvent(
        id="1", source="/workspace", type="t", specversion="1.0", data={}, **extensions
    )


def plain_event() -> func.EventGridEvent:
    return func.EventGridEvent(
        id="1", data={}, topic="t", subject="s", event_type="e", event_time=None, data_version="1"
    )


@pytest.mark.parametrize(
    ("event", "platform", "expected"),
    [
        (cloud_event(traceparent=PUBLISHED), PLATFORM, PUBLISHED),
        (cloud_event(), PLATFORM, PLATFORM),
        (plain_event(), PLATFORM, PLATFORM),
        (plain_event(), None, ""),
    ],
    ids=["published", "cloud event", "event grid event", "none"],
)
def test_a_request_goes_on_from_the_trace_of_its_event(
    event: Any,  # noqa: ANN401 -- either schema
    platform: str | None,
    expected: str,
) -> None:
    assert function_app._trace(event, context(platform)) == expected
