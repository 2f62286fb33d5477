"""host.json: defaults, what is followed, and what is refused."""

import datetime as dt
import json
from pathlib import Path

import pytest

from sandbox.functions_host import host_json
from sandbox.functions_host.errors import HostError


def _read(folder: Path, **fields: object) -> host_json.HostJson:
    (folder / "host.json").write_text(json.dumps({"version": "2.0", **fields}))
    return host_json.read(folder)


def test_defaults_are_the_platforms(tmp_path: Path) -> None:
    settings = _read(tmp_path)

    assert settings.route_prefix == "api"
    assert settings.function_timeout == dt.timedelta(minutes=30)
    queues = settings.queues
    assert (queues.batch_size, queues.new_batch_threshold, queues.max_dequeue_count) == (16, 8, 5)
    assert (queues.visibility_timeout, queues.encoding) == (dt.timedelta(), "base64")
    assert queues.max_polling_interval == dt.timedelta(seconds=2)


def test_settings_are_read_and_unknown_ones_left_alone(tmp_path: Path) -> None:
    settings = _read(
        tmp_path,
        functionTimeout="01:02:03",
        extensionBundle={"id": "x"},
        logging={"logLevel": {"default": "Warning"}, "applicationInsights": {}},
        extensions={
            "http": {"routePrefix": "/v1/", "hsts": {}},
            "queues": {
                "batchSize": 3,
                "visibilityTimeout": "1.00:00:00",
                "messageEncoding": "none",
            },
        },
    )

    assert settings.function_timeout == dt.timedelta(hours=1, minutes=2, seconds=3)
    assert settings.route_prefix == "v1"
    assert settings.log_levels == {"default": "Warning"}
    assert (settings.queues.batch_size, settings.queues.new_batch_threshold) == (3, 1)
    assert settings.queues.visibility_timeout == dt.timedelta(days=1)
    assert settings.queues.encoding == "none"


def test_a_timeout_of_minus_one_is_no_timeout(tmp_path: Path) -> None:
    assert _read(tmp_path, functionTimeout="-1").function_timeout is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"version": "1.0"}, "version"),
        ({"functionTimeout": "5 minutes"}, "functionTimeout is '5 minutes'"),
        ({"functionTimeout": "00:00:00"}, "one second at least"),
        ({"extensions": {"queues": {"batchSize": 33}}}, "<= 32"),
        ({"extensions": {"queues": {"batchSize": "many"}}}, "batchSize"),
        ({"extensions": {"queues": {"maxDequeueCount": 0}}}, ">= 1"),
        ({"extensions": {"queues": {"messageEncoding": "rot13"}}}, "messageEncoding"),
        ({"extensions": {"queues": {"visibilityTimeout": "8.00:00:00"}}}, "shorter than 7 days"),
        ({"extensions": {"queues": {"maxPollingInterval": "00:00:00"}}}, "00:00:00.1"),
        ({"logging": {"logLevel": 3}}, "logLevel"),
    ],
)
def test_a_bad_setting_is_refused_with_its_reason(
    tmp_path: Path,
    fields: dict[str, object],
    reason: str,
) -> None:
    with pytest.raises(HostError) as refused:
        _read(tmp_path, **fields)

    assert reason in str(refused.value)
    assert "host.json" in str(refused.value)


@pytest.mark.parametrize("content", [b"{", b"", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_host_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "host.json").write_bytes(content)

    with pytest.raises(HostError, match="is not a valid host"):
        host_json.read(tmp_path)


def test_a_missing_host_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="is missing"):
        host_json.read(tmp_path)
