"""The edges of the web layer: settings that cannot be, headers, and errors on the way to an error."""

import json
import logging

import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.errors import BrokenError, NotFoundError
from promotion.ports import Page, Query, Stored
from promotion.web.http import Headers, read
from promotion.web.pages import failures
from promotion.web.problems import HttpError, Problem
from promotion.web.settings import WebSettings
from promotion.web.throttle import Throttle
from tests.building import NOW, Stage
from tests.surfing import APPROVER, READER, Surfer


@pytest.mark.parametrize("page_size", [0, 201])
def test_a_page_size_the_api_does_not_allow_is_refused(page_size: int) -> None:
    with pytest.raises(ValueError, match="page_size"):
        WebSettings(
            public_url="https://x", auth_enabled=True, csrf_key=b"k" * 32, page_size=page_size
        )


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="csrf_key"):
        WebSettings(public_url="https://x", auth_enabled=True, csrf_key=b"short")


def test_headers_are_found_whatever_their_case_and_joined_when_repeated() -> None:
    headers = Headers([("X-One", "1"), ("x-one", "2"), ("Two", "3")])

    assert headers["X-ONE"] == "1, 2"
    assert (list(headers), len(headers)) == (["x-one", "two"], 2)
    assert "absent" not in headers


def test_a_header_that_is_set_replaces_the_one_that_was_sent() -> None:
    sent = read(method="POST", url="/", headers=[("TraceParent", "forged"), ("A", "1")])

    request = sent.with_header("Traceparent", "own")

    assert dict(request.headers) == {"a": "1", "traceparent": "own"}


def test_headers_show_no_values_in_logs() -> None:
    assert repr(Headers([("Cookie", "secret")])) == "Headers(['cookie'])"


def test_a_repeated_principal_is_nobody() -> None:
    surfer = Surfer()
    one = surfer.call("GET", "/api/promotions", READER, extra={"x-ms-client-principal": "e30="})

    assert one.status == 401


def test_an_address_that_is_none_is_a_path_that_no_route_has() -> None:
    assert read(method="get", url="http://[broken").path == ""
    assert read(method="get", url="?a=1&a=2&b").query == {"a": ("1", "2"), "b": ("",)}


class Silent(MemoryRequests):
    """Requests that cannot be listed now."""

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:  # noqa: ARG002 -- the port's signature
        """Fail."""
        raise BrokenError("The account is gone: secret details.")


def test_health_tells_that_storage_cannot_be_read() -> None:
    answer = Surfer(Stage(requests=Silent())).call("GET", "/api/health", None)

    assert answer.status == 503
    assert json.loads(answer.body)["checks"] == {"policy": "ok", "storage": "unavailable"}
    assert b"secret" not in answer.body


class Vanishing(MemoryRequests):
    """Requests of which one is gone once it was read as often as it may be."""

    reads = 99

    def get(self, request_id: str) -> Stored:
        """Return the request while there are reads left."""
        self.reads -= 1
        if self.reads < 0:
            raise NotFoundError("There is no request.")
        return super().get(request_id)


def test_a_stale_decision_on_a_request_that_is_gone_shows_none() -> None:
    requests = Vanishing()
    surfer = Surfer(Stage(requests=requests))
    request = surfer.pending()
    requests.reads = 1

    answer = surfer.call(
        "POST",
        f"/api/promotions/{request.id}/decisions",
        APPROVER,
        body={"verdict": "approve", "digest": request.digest},
        etag='"1"',
    )

    assert answer.status == 412
    assert "current" not in json.loads(answer.body)


def _fail(_: Problem) -> None:
    raise RuntimeError("the template is broken")


def test_when_even_the_page_of_errors_fails_there_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    surfer = Surfer()
    surfer.stage.clock = None  # type: ignore[assignment]  # whatever breaks inside
    surfer.site._world = surfer.stage.world
    monkeypatch.setattr(failures, "unexpected", _fail)

    with caplog.at_level(logging.ERROR):
        answer = surfer.call("GET", "/")

    assert answer.status == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(caplog.records) == 2


def test_an_identity_that_wrote_long_ago_is_forgotten_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("promotion.web.throttle._REMEMBERED", 2)
    throttle = Throttle(burst=1, per_second=1.0)
    for identity in ("a", "b", "c"):
        throttle.take(identity, NOW)

    throttle.take("a", NOW)
    with pytest.raises(HttpError):
        throttle.take("c", NOW)
