"""HTTP triggers: routes, requests, responses, keys, as on the real host."""

import base64
import datetime as dt
import http.client
import json
from typing import Any

import pytest

from tests.contract.functions_host.harness import HostProcess

pytestmark = pytest.mark.azurite


@pytest.fixture
def me(everything: HostProcess) -> dict[str, str]:
    return everything.signed_in("reader", dt.datetime.now(dt.UTC))


def _get(host: HostProcess, path: str, me: dict[str, str]) -> str:
    answer = host.get(path, headers=me)
    assert answer.status_code == 200, answer.text
    return answer.text


def _echo(host: HostProcess, method: str, path: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - of requests
    answer = host.ask(method, f"/echo{path}", **options)
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/items/special", "special {}"),
        ("/items/17", "number 17"),
        ("/items/seventeen", "name seventeen"),
        ("/ITEMS/Seventeen", "name Seventeen"),
        ("/items/a%20b%2Fc", "name a b%2Fc"),
        ("/items/99999999999", "name 99999999999"),
    ],
)
def test_the_most_specific_route_answers(
    everything: HostProcess,
    me: dict[str, str],
    path: str,
    text: str,
) -> None:
    assert _get(everything, path, me) == text


def test_an_optional_parameter_may_lack(everything: HostProcess, me: dict[str, str]) -> None:
    assert json.loads(_get(everything, "/optional/1", me)) == {"a": "1"}
    assert json.loads(_get(everything, "/optional/1/2", me)) == {"a": "1", "b": "2"}


def test_a_catch_all_takes_what_is_left_of_the_path(
    everything: HostProcess,
    me: dict[str, str],
) -> None:
    assert _echo(everything, "GET", "/a/b/c", headers=me)["route"] == {"rest": "a/b/c"}
    assert _echo(everything, "GET", "", headers=me)["route"] == {}


def test_a_function_can_answer_the_root(everything: HostProcess, me: dict[str, str]) -> None:
    assert _get(everything, "/", me) == "home of reader@sandbox.invalid"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("GET", "/items"), ("GET", "/items/1/2"), ("DELETE", "/items/1")],
)
def test_an_unknown_path_or_method_is_404_as_on_the_real_host(
    everything: HostProcess,
    me: dict[str, str],
    method: str,
    path: str,
) -> None:
    answer = everything.ask(method, path, headers=me)

    assert (answer.status_code, answer.content) == (404, b"")


def test_two_functions_share_a_path_by_method(everything: HostProcess, me: dict[str, str]) -> None:
    answer = everything.ask("PUT", "/items/new", headers=me)

    assert (answer.status_code, answer.text) == (201, "put new")


def test_a_function_sees_the_whole_request(everything: HostProcess, me: dict[str, str]) -> None:
    body = bytes(range(256)) * 3

    seen = _echo(
        everything,
        "POST",
        "/x?one=1&many=a&many=b%20c&empty=",
        headers={**me, "X-Test": "yes", "Cookie": "k=v; l=w"},
        data=body,
    )

    assert seen["method"] == "POST"
    assert seen["url"] == f"{everything.url}/echo/x?one=1&many=a&many=b%20c&empty="
    assert seen["query"] == {"one": "1", "many": "a,b c", "empty": ""}
    assert seen["headers"]["x-test"] == "yes"
    assert seen["headers"]["cookie"] == "k=v; l=w"
    assert base64.b64decode(seen["body"]) == body


def test_values_of_a_repeated_header_are_joined(
    everything: HostProcess,
    me: dict[str, str],
) -> None:
    connection = http.client.HTTPConnection(
        "127.0.0.1", everything.config.ports.functions, timeout=20
    )
    connection.putrequest("GET", "/echo")
    for name, value in [*me.items(), ("X-Many", "a"), ("x-many", "b")]:
        connection.putheader(name, value)
    connection.endheaders()

    seen = json.loads(connection.getresponse().read())
    connection.close()

    assert seen["headers"]["x-many"] == "a,b"


def test_a_response_may_be_bytes(everything: HostProcess, me: dict[str, str]) -> None:
    answer = everything.get("/answers/bytes", headers=me)

    assert answer.content == bytes(range(256))
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_a_response_may_have_cookies_and_any_status(
    everything: HostProcess,
    me: dict[str, str],
) -> None:
    answer = everything.get("/answers/cookies", headers=me)

    assert (answer.status_code, answer.headers["X-Two"]) == (418, "2")
    cookies = answer.raw.headers.getlist("Set-Cookie")
    assert cookies == ["a=1; HttpOnly; Max-Age=60; Path=/; SameSite=Strict", "b=2; Secure"]


def test_a_response_may_be_empty(everything: HostProcess, me: dict[str, str]) -> None:
    answer = everything.get("/answers/empty", headers=me)

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("kind", ["nothing", "exit", "odd-status"])
def test_a_function_that_fails_is_an_empty_500(
    everything: HostProcess,
    me: dict[str, str],
    kind: str,
) -> None:
    answer = everything.get(f"/answers/{kind}", headers=me)

    assert (answer.status_code, answer.content) == (500, b"")
    assert everything.get("/answers/bytes", headers=me).status_code == 200


def test_the_trace_of_a_failure_is_in_the_log(everything: HostProcess, me: dict[str, str]) -> None:
    everything.get("/answers/unheard-of", headers=me)

    failed = [one for one in everything.logged() if "unheard-of" in one["message"]]
    assert failed[0]["function"] == "answers"
    assert failed[0]["outcome"] == "failed"
    assert "function_app.py" in failed[0]["exception"]


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/locked", "", 401),
        ("/locked", "wrong", 401),
        ("/locked", "function_key", 200),
        ("/locked", "master_key", 200),
        ("/owners", "", 401),
        ("/owners", "function_key", 401),
        ("/owners", "master_key", 200),
    ],
)
def test_a_key_opens_its_level_in_header_or_query(
    everything: HostProcess,
    me: dict[str, str],
    path: str,
    key: str,
    status: int,
) -> None:
    value = getattr(everything.config, key, key)

    by_header = everything.get(path, headers={**me, "x-functions-key": value})
    by_query = everything.get(path, params={"code": value}, headers=me)

    assert [by_header.status_code, by_query.status_code] == [status, status]
