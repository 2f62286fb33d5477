"""The site as a whole: addresses, methods, who gets in, headers, and what nobody foresaw."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.actors import Person
from promotion.domain.errors import BrokenError, RetryableError
from promotion.domain.policy import Policy, StageSpec
from promotion.web import http
from promotion.web.http import Response
from promotion.web.routes import ROUTES
from promotion.web.routing import Access, Form, Route
from tests.building import policy
from tests.surfing import (
    ABSENT,
    NOBODY,
    OPERATOR,
    PUBLIC_URL,
    READER,
    REQUESTER,
    Surfer,
    attributes,
    somebody,
    tree,
    words,
)

CLOSED = [route for route in ROUTES if route.access is Access.ROLES]
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def problem(answer: Response) -> dict[str, object]:
    content: dict[str, object] = json.loads(answer.body)
    return content


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/promotion", "/api/promotions/short", "/api/x"]
)
def test_an_unknown_call_is_a_problem(path: str) -> None:
    answer = Surfer().call("GET", path)

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem(answer)["type"] == "urn:mlpromotion:problem:not-found"
    assert problem(answer)["instance"] == path


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/promotions",
        f"/promotions/{'A' * 26}",
        "/promotions/..%2f..",
        "",
        "/static/",
    ],
)
def test_an_unknown_page_explains_itself(path: str) -> None:
    page = tree(Surfer().call("GET", path or "http://[broken"))

    assert words(page, "h1") == "There is nothing here"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_options_lists_what_an_address_takes(route: Route) -> None:
    path = route.path.replace("{id}", ABSENT)

    answer = Surfer().call("OPTIONS", path, None)

    assert answer.status == 204
    assert answer.body == b""
    assert route.method in answer.headers["Allow"].split(", ")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/api/promotions", "GET, HEAD, OPTIONS, POST"),
        ("PUT", f"/api/promotions/{ABSENT}", "GET, HEAD, OPTIONS"),
        ("GET", f"/api/promotions/{ABSENT}/decisions", "OPTIONS, POST"),
        ("HEAD", f"/promotions/{ABSENT}/decision", "OPTIONS, POST"),
        ("POST", "/", "GET, HEAD, OPTIONS"),
        ("BREW", "/api/health", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_an_address_does_not_take_is_refused(method: str, path: str, allow: str) -> None:
    answer = Surfer().call(method, path)

    assert (answer.status, answer.headers["Allow"]) == (405, allow)


@pytest.mark.parametrize("path", ["/", "/api/promotions", "/api/health", "/static/app.css"])
def test_head_answers_as_get_without_a_body(path: str) -> None:
    surfer = Surfer()

    got, asked = surfer.call("GET", path), surfer.call("HEAD", path)

    assert got.body != b""
    assert (asked.status, asked.headers, asked.body) == (got.status, got.headers, b"")


@pytest.mark.parametrize(
    ("method", "path", "who"),
    [
        ("GET", "/", READER),
        ("GET", "/", None),
        ("GET", "/nowhere", READER),
        ("GET", "/api/promotions", READER),
        ("GET", "/api/promotions", None),
        ("POST", "/api/promotions", NOBODY),
        ("OPTIONS", "/api/promotions", None),
        ("DELETE", "/", None),
        ("GET", "/static/app.css", None),
    ],
)
def test_every_answer_carries_the_security_headers(
    method: str, path: str, who: Person | None
) -> None:
    answer = Surfer().call(method, path, who)

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "camera=()" in answer.headers["Permissions-Policy"]
    if not path.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: f"{route.method} {route.path}")
def test_nobody_gets_in_without_signing_in(route: Route) -> None:
    method, path = route.method, route.path.replace("{id}", ABSENT)

    answer = Surfer().call(method, path, None)

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: f"{route.method} {route.path}")
def test_nobody_gets_in_without_a_role(route: Route) -> None:
    method, path = route.method, route.path.replace("{id}", ABSENT)

    assert Surfer().call(method, path, NOBODY).status == 403


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: f"{route.method} {route.path}")
def test_the_header_is_not_believed_where_the_platform_does_not_vouch_for_it(route: Route) -> None:
    surfer = Surfer(settings={"auth_enabled": False})
    method, path = route.method, route.path.replace("{id}", ABSENT)

    answer = surfer.call(method, path, OPERATOR)

    assert answer.status == 401
    assert b"authentication is off" in answer.body


def test_only_the_named_tenant_gets_in() -> None:
    surfer = Surfer(settings={"tenant_id": "0b0cbb2c-6d55-4a8e-9d1e-5f2f3b1f7c02"})

    assert surfer.call("GET", "/api/promotions", READER).status == 403


@pytest.mark.parametrize(
    "role",
    ["Promotion.Reader", "Promotion.Evidence", "Promotion.Approver.Performance", "Chief.Of.Models"],
)
def test_any_role_of_the_app_or_of_a_stage_may_read(role: str) -> None:
    surfer = Surfer()
    surfer.stage.policy.policy = policy(StageSpec(name="chief", roles=("Chief.Of.Models",)))

    assert surfer.call("GET", "/api/promotions", somebody("Any", role)).status == 200


@pytest.mark.parametrize(
    "role", ["promotion.reader", "Promotion.", "Promotion.Approver.", "Reader"]
)
def test_a_role_that_is_none_of_the_apps_may_not_read(role: str) -> None:
    assert Surfer().call("GET", "/api/promotions", somebody("Any", role)).status == 403


def test_the_page_for_who_is_not_signed_in_leads_to_the_sign_in_and_back() -> None:
    path = f"/promotions/{ABSENT}"

    page = tree(Surfer().call("GET", path, None))

    (link,) = page.query("a.button")
    expected = f"/.auth/login/aad?post_login_redirect_uri=%2Fpromotions%2F{ABSENT}"
    assert attributes(link)["href"] == expected


class BrokenPolicy:
    """A policy source that fails in the way it is told to."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def current(self) -> Policy:
        """Fail."""
        raise self.error


def surfer_with(error: Exception) -> Surfer:
    surfer = Surfer()
    surfer.stage.policy = BrokenPolicy(error)  # type: ignore[assignment]  # as a port it is as good
    surfer.site._world = surfer.stage.world
    return surfer


def ask(surfer: Surfer) -> Response:
    body = {"asset": "azureml://registries/r/models/n/versions/1"}
    return surfer.call("POST", "/api/promotions", REQUESTER, body=body)


def test_what_is_not_available_now_may_be_tried_again() -> None:
    answer = ask(surfer_with(RetryableError("The storage is busy.", "Try again.")))

    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")


def test_what_is_broken_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = ask(surfer_with(BrokenError("There is no policy.", "Deploy one.")))

    assert answer.status == 500
    assert problem(answer)["detail"] == "There is no policy."
    assert "call met something broken" in caplog.text


def test_what_nobody_foresaw_is_a_number_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = ask(surfer_with(KeyError("secret inside")))

    assert answer.status == 500
    assert b"secret" not in answer.body
    instance = str(problem(answer)["instance"])
    (record,) = caplog.records
    assert instance == f"urn:uuid:{record.__dict__['incident']}"


def test_a_page_that_nobody_foresaw_to_fail_shows_a_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    surfer = Surfer()
    surfer.stage.clock = None  # type: ignore[assignment]  # whatever breaks inside
    surfer.site._world = surfer.stage.world

    with caplog.at_level(logging.ERROR):
        answer = surfer.call("GET", "/")

    (record,) = caplog.records
    assert answer.status == 500
    assert record.__dict__["incident"] in tree(answer).to_text()
    assert b"NoneType" not in answer.body


def test_who_writes_too_often_waits() -> None:
    surfer = Surfer(settings={"write_burst": 2, "writes_per_second": 0.5})

    statuses = [ask(surfer).status for _ in range(3)]
    answer = ask(surfer)
    other = surfer.call("POST", "/api/promotions", OPERATOR, body={})
    reading = surfer.call("GET", "/api/promotions", REQUESTER)

    assert statuses == [409, 409, 429]
    assert answer.headers["Retry-After"] == "2"
    assert (other.status, reading.status) == (422, 200)


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC_URL}, False),
        ({"Sec-Fetch-Site": "anything"}, False),
        ({"Origin": PUBLIC_URL}, True),
        ({"Origin": "https://PROMOTION.example:443"}, True),
        ({"Origin": "http://promotion.example"}, False),
        ({"Origin": "https://promotion.example.evil.invalid"}, False),
        ({"Origin": "https://promotion.example:99999"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_a_write_that_another_site_caused_is_refused(
    headers: dict[str, str], *, allowed: bool
) -> None:
    surfer = Surfer()
    request = surfer.pending()

    answer = surfer.call(
        "POST", f"/api/promotions/{request.id}/cancel", REQUESTER, body={}, extra=headers
    )

    assert answer.status == (200 if allowed else 403)
    assert surfer.state(request) == ("cancelled" if allowed else "pending")


def test_health_needs_no_sign_in_and_tells_what_does_not_work() -> None:
    surfer = surfer_with(BrokenError("There is no policy at /secret/place."))

    well = Surfer().call("GET", "/api/health", None)
    ill = surfer.call("GET", "/api/health", None)

    assert (well.status, problem(well)["checks"]) == (200, {"policy": "ok", "storage": "ok"})
    assert (ill.status, problem(ill)["status"]) == (503, "unavailable")
    assert problem(ill)["checks"] == {"policy": "unavailable", "storage": "ok"}
    assert b"secret" not in ill.body


@given(
    st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT", "\u0130", ""]),
    st.sampled_from(["/", "/api/promotions", f"/promotions/{ABSENT}/decision", "/static/app.css"])
    | st.text(),
    st.dictionaries(st.text(), st.text()),
    st.binary(),
)
def test_any_request_gets_an_answer(
    method: str, url: str, headers: dict[str, str], body: bytes
) -> None:
    surfer = Surfer()
    known = {**headers, "Content-Type": "application/json"}

    answer = surfer.site.handle(
        http.read(method=method, url=url, headers=known.items(), body=body),
    )

    assert 200 <= answer.status < 500
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_page_route_answers_pages_and_every_call_answers_json() -> None:
    surfer = Surfer()
    kinds = {
        Form.PAGE: "text/html; charset=utf-8",
        Form.API: "application/problem+json",
    }

    for route in CLOSED:
        answer = surfer.call(route.method, route.path.replace("{id}", ABSENT), NOBODY)
        assert answer.headers["Content-Type"] == kinds[route.form]
