"""The Event Grid webhook: keys, handshakes, events, and what can never work."""

import json
from typing import Any

import pytest
import requests

from tests.contract.functions_host.harness import HostProcess, eventually

pytestmark = pytest.mark.azurite

_ORIGIN = "eventgrid.azure.net"


def _event(id_: str, **data: object) -> dict[str, Any]:
    return {
        "id": id_,
        "topic": "/subscriptions/s",
        "subject": "models/m:1",
        "eventType": "Microsoft.MachineLearningServices.ModelRegistered",
        "eventTime": "2026-03-01T12:00:00.1234567Z",
        "data": data,
        "dataVersion": "1",
        "metadataVersion": "1",
    }


def _cloud_event(id_: str, **data: object) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": id_,
        "source": "/subscriptions/s",
        "type": "Microsoft.MachineLearningServices.ModelRegistered",
        "data": data,
    }


def _post(
    host: HostProcess,
    body: object,
    *,
    kind: str | None = "Notification",
    function: str = "on_event",
    key: str | None = None,
    path: str = "/runtime/webhooks/EventGrid",
) -> requests.Response:
    code = host.config.event_grid_system_key if key is None else key
    return host.ask(
        "POST",
        path,
        params={"functionName": function, "code": code},
        headers={} if kind is None else {"aeg-event-type": kind},
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
    )


@pytest.mark.parametrize("key", ["", "wrong"])
def test_the_webhook_needs_the_system_key(everything: HostProcess, key: str) -> None:
    assert _post(everything, [_event("no-key")], key=key).status_code == 401
    assert everything.records(id="no-key") == []


def test_a_function_key_does_not_open_the_webhook(everything: HostProcess) -> None:
    answer = _post(everything, [_event("function-key")], key=everything.config.function_key)

    assert answer.status_code == 401


def test_the_path_compares_without_case(everything: HostProcess) -> None:
    assert (
        _post(everything, [_event("case")], path="/RUNTIME/webhooks/eventgrid").status_code == 202
    )


def test_an_unknown_function_is_404(everything: HostProcess) -> None:
    answer = _post(everything, [_event("nobody")], function="nobody")

    assert (answer.status_code, answer.text) == (404, "cannot find function: 'nobody'")


def test_an_http_function_is_no_event_grid_function(everything: HostProcess) -> None:
    assert _post(everything, [_event("echo")], function="echo").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        [{"id": "1", "data": {"validationCode": "c-1", "validationUrl": "https://x.invalid"}}],
        {"id": "1", "specversion": "1.0", "data": json.dumps({"validationCode": "c-1"})},
    ],
)
def test_the_validation_handshake_echoes_the_code(everything: HostProcess, body: object) -> None:
    answer = _post(everything, body, kind="SubscriptionValidation")

    assert (answer.status_code, answer.json()) == (200, {"validationResponse": "c-1"})


def test_the_cloud_events_handshake_agrees_to_the_origin(everything: HostProcess) -> None:
    path = "/runtime/webhooks/EventGrid?functionName=on_cloud_event"
    code = everything.config.event_grid_system_key
    headers = {"WebHook-Request-Origin": _ORIGIN, "WebHook-Request-Rate": "120"}

    answer = everything.ask("OPTIONS", f"{path}&code={code}", headers=headers)

    assert answer.status_code == 200
    assert answer.headers["WebHook-Allowed-Origin"] == _ORIGIN
    assert answer.headers["WebHook-Allowed-Rate"] == "*"


@pytest.mark.parametrize("many", [True, False])
def test_a_notification_runs_the_function_and_is_202(
    everything: HostProcess, *, many: bool
) -> None:
    event = _event(f"plain-{many}", ModelName="m", ModelVersion=1)

    answer = _post(everything, [event] if many else event)

    assert (answer.status_code, answer.content) == (202, b"")
    (seen,) = everything.records(id=f"plain-{many}")
    assert seen["type"] == "Microsoft.MachineLearningServices.ModelRegistered"
    assert seen["data"] == {"ModelName": "m", "ModelVersion": 1}


@pytest.mark.parametrize("many", [True, False])
def test_a_cloud_event_arrives_as_one(everything: HostProcess, *, many: bool) -> None:
    event = _cloud_event(f"cloud-{many}", modelName="m", modelVersion="1")

    answer = _post(everything, [event] if many else event, function="on_cloud_event")

    assert answer.status_code == 202
    (seen,) = everything.records(id=f"cloud-{many}")
    assert (seen["source"], seen["data"]["modelVersion"]) == ("/subscriptions/s", "1")


def test_the_events_of_a_batch_run_side_by_side(everything: HostProcess) -> None:
    answer = _post(everything, [_event(f"batch-{number}", seconds=0.4) for number in range(3)])

    assert answer.status_code == 202
    seen = [everything.records(id=f"batch-{number}")[0] for number in range(3)]
    assert max(one["started"] for one in seen) < min(one["ended"] for one in seen)


def test_one_failure_fails_the_batch_but_the_others_ran(everything: HostProcess) -> None:
    answer = _post(everything, [_event("good"), _event("bad", fail=True)])

    assert (answer.status_code, answer.text) == (500, "ValueError('cannot take bad')")
    assert eventually(lambda: everything.records(id="good"))


def test_an_unsubscription_is_202(everything: HostProcess) -> None:
    assert _post(everything, [_event("leaving")], kind="Unsubscribe").status_code == 202
    assert everything.records(id="leaving") == []


@pytest.mark.parametrize("kind", [None, "Surprise"])
def test_another_kind_of_request_is_400(everything: HostProcess, kind: str | None) -> None:
    assert _post(everything, [_event("odd")], kind=kind).status_code == 400


@pytest.mark.parametrize("kind", ["Notification", "SubscriptionValidation"])
@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"\xff\xfe", b"3", b"[1, 2]", b'{"a": NaN}', b"[" * 100_000],
    ids=["empty", "text", "bytes", "number", "numbers", "nan", "deep"],
)
def test_what_can_never_be_an_event_is_400_which_is_not_repeated(
    everything: HostProcess,
    body: bytes,
    kind: str,
) -> None:
    assert _post(everything, body, kind=kind).status_code == 400


@pytest.mark.parametrize("body", [[], [{}], [{"data": {}}], [{"data": {"validationCode": 7}}]])
def test_a_handshake_without_a_code_is_400(everything: HostProcess, body: object) -> None:
    assert _post(everything, body, kind="SubscriptionValidation").status_code == 400


def test_an_empty_batch_is_202(everything: HostProcess) -> None:
    assert _post(everything, []).status_code == 202
