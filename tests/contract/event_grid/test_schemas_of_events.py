"""What counts as an event: the rules of both schemas, without a server."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.event_grid import cloud_events, errors, event_grid_schema
from sandbox.event_grid.errors import PublishError
from tests.contract.event_grid.grid import model_registered


def plain(**changes: object) -> dict[str, Any]:
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t", **changes}
    return {name: value for name, value in event.items() if value is not ...}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (plain(specversion=...), "specversion"),
        (plain(specversion="0.3"), "specversion"),
        (plain(id=""), "`id`"),
        (plain(id=1), "`id`"),
        (plain(source=""), "`source`"),
        (plain(type=...), "`type`"),
        (plain(time="yesterday"), "`time`"),
        (plain(time="2026-03-01T12:00:00"), "`time`"),
        (plain(dataschema="relative"), "`dataschema`"),
        (plain(subject=""), "`subject`"),
        (plain(correlationId="x"), "correlationId"),
        (plain(trace_parent="x"), "trace_parent"),
        (plain(sequence=[1]), "`sequence`"),
        (plain(sequence=2**31), "`sequence`"),
        (plain(sequence=1.5), "`sequence`"),
        (plain(data=1, data_base64="AA=="), "exclude"),
        (plain(data_base64="?"), "data_base64"),
        ([plain()], "object"),
        ("text", "object"),
    ],
)
def test_cloud_event_that_breaks_the_specification_is_refused_with_the_attributes_name(
    event: object,
    reason: str,
) -> None:
    with pytest.raises(PublishError, match="CloudEventV10") as refusal:
        cloud_events.read(cloud_events.SINGLE, json.dumps(event).encode())

    assert refusal.value.status == 400
    assert reason in refusal.value.message


@pytest.mark.parametrize(
    "event",
    [
        plain(),
        plain(time="2026-03-01T12:00:00.123456789Z", subject="s", dataschema="https://x/y"),
        plain(data_base64="AAE=", datacontenttype="application/octet-stream"),
        plain(flag=True, sequence=2**31 - 1, traceparent="00-0-0-00", note=None),
        plain(data=None, time=None),
    ],
)
def test_cloud_event_within_the_specification_is_taken(event: dict[str, Any]) -> None:
    (taken,) = cloud_events.read(cloud_events.BATCH, json.dumps([event]).encode())

    assert json.loads(bytes(taken.body)) == event
    assert (taken.id, taken.type) == ("1", "t")


def test_unknown_content_type_is_415_with_the_ones_that_are_served() -> None:
    with pytest.raises(PublishError, match="cloudevents-batch") as refusal:
        cloud_events.read("text/plain", b"{}")

    assert refusal.value.status == 415


@pytest.mark.parametrize("name", ["topic", "subject", "eventType", "eventTime", "id"])
def test_event_without_a_required_property_is_refused_with_its_name(name: str) -> None:
    event = {key: value for key, value in model_registered().items() if key != name}

    with pytest.raises(PublishError, match=name) as refusal:
        event_grid_schema.read(json.dumps([event]).encode())

    assert refusal.value.status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"source": "/s"},
        {"subject": ""},
        {"id": 5},
        {"eventTime": "yesterday"},
        {"eventTime": "1700000000"},
        {"metadataVersion": "2"},
    ],
)
def test_event_that_breaks_event_grids_schema_is_400(change: dict[str, Any]) -> None:
    with pytest.raises(PublishError, match="EventGridEvent") as refusal:
        event_grid_schema.read(json.dumps([model_registered() | change]).encode())

    assert refusal.value.status == 400


_BODIES = [
    b"",
    b"{",
    b"null",
    b"[1]",
    b"[{]",
    b"\xff\xfe",
    b'[{"id":"\xff"}]',
    b"[" * 100_000 + b"]" * 100_000,
    b'[{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
]


@pytest.mark.parametrize("body", _BODIES)
def test_body_that_holds_no_events_is_400(body: bytes) -> None:
    for read in (event_grid_schema.read, lambda body: cloud_events.read(cloud_events.BATCH, body)):
        with pytest.raises(PublishError) as refusal:
            read(body)
        assert refusal.value.status == 400


def test_text_that_is_no_utf8_is_refused_wherever_it_stands() -> None:
    event = json.dumps(model_registered() | {"data": "@"}).encode().replace(b"@", b"\xff")

    with pytest.raises(PublishError, match="utf-8"):
        event_grid_schema.read(b"[" + event + b"]")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from([*plain(), *model_registered(), "time", "data_base64", "x"]),
        _JSON,
    ),
)
def test_any_json_is_either_taken_or_refused_with_a_reason(changes: dict[str, Any]) -> None:
    body = json.dumps([plain() | changes]).encode()

    expected: object = [(plain() | changes)["id"]]
    taken: object
    try:
        taken = [event.id for event in cloud_events.read(cloud_events.BATCH, body)]
    except PublishError as refusal:
        expected, taken = 400, errors.answer(refusal).status

    assert expected == taken
