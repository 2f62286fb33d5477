"""The log: the app's facts with their fields and the host's, without secrets."""

import datetime as dt
from typing import Any

import pytest
import requests

from tests.contract.functions_host.harness import HostProcess

pytestmark = pytest.mark.azurite


@pytest.fixture
def me(everything: HostProcess) -> dict[str, str]:
    return everything.signed_in("reader", dt.datetime.now(dt.UTC))


def _log(host: HostProcess, message: str) -> dict[str, Any]:
    return next(one for one in reversed(host.logged()) if one["message"] == message)


def test_the_apps_records_keep_their_fields(everything: HostProcess, me: dict[str, str]) -> None:
    everything.get("/logs", headers=me)

    fact = _log(everything, "a fact")
    assert (fact["logger"], fact["level"], fact["request_id"]) == ("everything", "INFO", "r-1")
    assert fact["function"] == "logs"
    assert len(fact["invocation_id"]) == 36


def test_details_are_left_out_at_the_default_level(
    everything: HostProcess,
    me: dict[str, str],
) -> None:
    everything.get("/logs", headers=me)

    assert "a detail" not in {one["message"] for one in everything.logged()}


def test_an_invocation_is_logged_with_duration_and_outcome(
    everything: HostProcess,
    me: dict[str, str],
) -> None:
    invocation = everything.get("/echo", headers=me).json()["invocation"]

    records = [one for one in everything.logged() if one.get("invocation_id") == invocation]
    assert [one["message"] for one in records] == ["executing", "executed"]
    assert records[0]["reason"] == "http"
    assert records[1]["outcome"] == "succeeded"
    assert float(records[1]["duration_ms"]) > 0


def test_no_key_or_token_is_ever_written(everything: HostProcess, me: dict[str, str]) -> None:
    config = everything.config
    secret = me["Authorization"]
    everything.get("/logs", headers={**me, "X-Test": f"code={config.function_key} {secret}"})
    everything.get("/locked", params={"code": config.function_key}, headers=me)

    assert _log(everything, "a fact")["secret"] == "[redacted]"
    text = (config.folder / "logs" / "functions.log").read_text()
    assert "called with code=[redacted]" in text
    for value in (
        config.function_key,
        config.master_key,
        config.event_grid_system_key,
        config.signing_key,
        config.topic_key,
        secret.removeprefix("Bearer "),
    ):
        assert value not in text


def test_strange_paths_do_not_stop_the_host(everything: HostProcess, me: dict[str, str]) -> None:
    for path in ("/%00", "/%ff%fe", "/..%2f..%2fetc", "/" + "a" * 6000, "/\u00e9", "//", "/?=&&=%"):
        answer = requests.get(everything.url + path, headers=me, timeout=20)
        assert answer.status_code in {200, 404}, path
