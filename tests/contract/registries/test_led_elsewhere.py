"""Where answers lead on, and how operations end: pages, polls, and what the app makes of odd ones."""

import datetime as dt
from typing import Any

import pytest
from aiohttp import web

from promotion.domain.assets import AssetKind
from promotion.domain.errors import BrokenError, RetryableError
from sandbox.azureml import routes_operations, routes_registry, routing
from sandbox.azureml.answers import answer
from tests.contract.registries.copies import Copy
from tests.contract.registries.front import Front
from tests.contract.registries.test_amending import in_production
from tests.contract.registries.test_looking import registered
from tests.contract.registries.worlds import DEV, LocalWorld, model

pytestmark = pytest.mark.azurite


def test_a_next_page_on_another_host_is_not_asked_for(
    local: LocalWorld, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(local, model())
    elsewhere = f"https://127.0.0.1:{local.config.ports.blob_front}/page"

    def leading(body: dict[str, Any]) -> web.Response:
        return answer({**body, "nextLink": elsewhere})

    monkeypatch.setattr(routing, "answer", leading)
    front.seen.clear()

    with pytest.raises(BrokenError, match=r"127\.0\.0\.1"):
        list(local.registries.names(DEV, AssetKind.MODELS))

    assert front.seen == []


def test_an_operation_on_another_host_is_not_asked_about(
    local: LocalWorld, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = in_production(local)
    elsewhere = f"https://127.0.0.1:{local.config.ports.blob_front}/operation"
    led = answer(None, 202, {"Location": elsewhere})
    monkeypatch.setattr(routes_registry, "accepted", lambda *_: led)
    front.seen.clear()

    with pytest.raises(BrokenError, match=r"127\.0\.0\.1"):
        local.registries.amend(asset, archived=True, tags={})

    assert front.seen == []


@pytest.mark.parametrize("status", ["Failed", "Canceled", "Cancelled"])
def test_an_operation_that_says_it_was_given_up_is_no_success(
    local: LocalWorld, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    asset = in_production(local)
    told = {"status": status, "error": {"message": "somebody stopped it"}}
    monkeypatch.setattr(routes_operations, "_standing", lambda _: web.json_response(told))

    with pytest.raises(BrokenError, match="somebody stopped it"):
        local.registries.amend(asset, archived=True, tags={})


def test_an_operation_that_says_it_runs_is_asked_about_again(
    local: LocalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = in_production(local)
    answers = [{"status": "Running"}, {"status": "InProgress"}]
    plain = routes_operations._standing

    def standing(operation: Any) -> web.Response:  # noqa: ANN401 - handed on
        return web.json_response(answers.pop()) if answers else plain(operation)

    monkeypatch.setattr(routes_operations, "_standing", standing)

    local.registries.amend(asset, archived=True, tags={})

    assert answers == []
    assert local.registries.describe(asset).archived


def test_an_operation_that_never_ends_is_asked_about_another_time(
    local: LocalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = in_production(local)
    running = {"status": "Running"}
    monkeypatch.setattr(routes_operations, "_standing", lambda _: web.json_response(running))

    with pytest.raises(RetryableError, match="not done yet"):
        local.adapter(call_seconds=0.5).amend(asset, archived=True, tags={})


def test_azure_ai_ml_s_own_polls_go_to_no_other_host(
    local: LocalWorld, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copy(local)
    assert copy.transfer().complete
    elsewhere = f"https://127.0.0.1:{local.config.ports.blob_front}/operation"
    led = answer(None, 202, {"Location": elsewhere})
    monkeypatch.setattr(routes_registry, "accepted", lambda *_: led)
    polls = front.plan(path="/operation", times=9, status=400)

    with pytest.raises(BrokenError, match=r"127\.0\.0\.1"):
        copy.create()

    assert polls.times == 9


def test_azure_ai_ml_sleeps_through_no_long_wait(
    local: LocalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copy(local)
    assert copy.transfer().complete
    busy = web.json_response({}, status=429, headers={"Retry-After": "900"})
    monkeypatch.setattr(routes_registry, "accepted", lambda *_: busy)

    with pytest.raises(RetryableError, match="429") as caught:
        copy.create()

    assert caught.value.after == dt.timedelta(minutes=15)


def test_azure_ai_ml_waits_as_long_as_a_running_operation_asks(
    local: LocalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copy(local)
    assert copy.transfer().complete
    waits = [web.Response(status=202, headers={"Retry-After": "6"})]
    plain = routes_operations._standing

    def standing(operation: Any) -> web.Response:  # noqa: ANN401 - handed on
        return waits.pop() if waits else plain(operation)

    monkeypatch.setattr(routes_operations, "_standing", standing)

    copy.create()

    assert waits == []
    assert copy.arrived()


def test_a_version_that_is_never_done_is_asked_about_another_time(
    local: LocalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copy(local)
    assert copy.transfer().complete
    monkeypatch.setattr(routes_operations, "_standing", lambda _: web.Response(status=202))

    with pytest.raises(RetryableError, match="not done creating"):
        copy.create(copy.worker(create_seconds=0.3))

    monkeypatch.undo()
    copy.create()
    assert copy.arrived()
