"""Limits of HTTP triggers: size of a body, time to an answer, functions at once."""

import datetime as dt
import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.contract.functions_host.conftest import StartHost
from tests.contract.functions_host.harness import APPS, HostProcess

pytestmark = pytest.mark.azurite

_LIMIT = 100 * 1024 * 1024


@pytest.fixture
def me(everything: HostProcess) -> dict[str, str]:
    return everything.signed_in("reader", dt.datetime.now(dt.UTC))


def test_a_body_beyond_100_megabytes_is_413_before_it_is_read(
    everything: HostProcess,
    me: dict[str, str],
) -> None:
    connection = http.client.HTTPConnection(
        "127.0.0.1", everything.config.ports.functions, timeout=20
    )
    headers = {**me, "Content-Length": str(_LIMIT + 1)}
    connection.request("POST", "/echo", headers=headers)

    assert connection.getresponse().status == 413
    connection.close()


def test_a_body_beyond_100_megabytes_is_413_without_a_length_too(
    everything: HostProcess,
    me: dict[str, str],
) -> None:
    def chunks() -> Iterator[bytes]:
        yield from (bytes(1024 * 1024) for _ in range(101))

    try:
        status = everything.ask("POST", "/echo", data=chunks(), headers=me).status_code
    except requests.ConnectionError:
        # The host closed while we were still sending, which is as good.
        status = 413
    assert status == 413
    assert everything.get("/answers/bytes", headers=me).status_code == 200


def test_an_invocation_ends_after_the_function_timeout(
    everything: HostProcess,
    me: dict[str, str],
) -> None:
    answer = everything.get("/stuck", headers=me)

    assert answer.status_code == 500
    assert any(
        "gave up after functionTimeout (2 s)" in one["message"] for one in everything.logged()
    )


def test_a_request_without_an_answer_in_time_is_504(
    start_host: StartHost,
    everything_settings: dict[str, str],
) -> None:
    host = start_host(APPS / "everything", "--http-seconds=0.3", **everything_settings)
    me = host.signed_in("reader", dt.datetime.now(dt.UTC))

    assert host.get("/slow/1", headers=me).status_code == 504


def test_synchronous_functions_share_the_pool_of_threads(
    start_host: StartHost,
    everything_settings: dict[str, str],
) -> None:
    settings = {**everything_settings, "PYTHON_THREADPOOL_THREAD_COUNT": "1"}
    host = start_host(APPS / "everything", **settings)
    me = host.signed_in("reader", dt.datetime.now(dt.UTC))

    with ThreadPoolExecutor() as pool:
        started = time.monotonic()
        answers = list(pool.map(lambda _: host.get("/slow/0.4", headers=me), range(3)))

    assert [one.text for one in answers] == ["late"] * 3
    assert time.monotonic() - started >= 1.2
