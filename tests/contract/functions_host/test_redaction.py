"""Logs without keys and tokens."""

import json
from urllib.parse import quote

import pytest

from sandbox.functions_host.redaction import Redactor

_SECRET = "Eby8vdM02xNOcqFlqUw+/=secret"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor([_SECRET, "short"])


@pytest.mark.parametrize("form", [_SECRET, quote(_SECRET), quote(_SECRET, safe="")])
def test_a_known_secret_is_taken_out_however_it_is_written(redactor: Redactor, form: str) -> None:
    assert redactor.clean(f"before {form} after") == "before [redacted] after"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /api?x=1&code=abc&y=2", "GET /api?x=1&code=[redacted]&y=2"),
        ("/p?CODE=abc", "/p?CODE=[redacted]"),
        ("blob?sv=1&sig=a%2Fb", "blob?sv=1&sig=[redacted]"),
        ("key code=0123456789abcdef", "key code=[redacted]"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"),
        ("{'Authorization': 'Bearer abc'}", "{'Authorization': 'Bearer [redacted]'}"),
        ("x-functions-key: abc", "x-functions-key: [redacted]"),
        ("AccountName=a;AccountKey=abc==;X=1", "AccountName=a;AccountKey=[redacted];X=1"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.abc-_x!", "token [redacted]!"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(
    redactor: Redactor,
    text: str,
    expected: str,
) -> None:
    assert redactor.clean(text) == expected


@pytest.mark.parametrize("text", ["exit code=3", "status_code=404", "short", "a bearer of news"])
def test_what_is_no_secret_stays(redactor: Redactor, text: str) -> None:
    assert redactor.clean(text) == text


def test_values_are_cleaned_inside_and_by_name(redactor: Redactor) -> None:
    value = {"a": [f'x="{_SECRET}"', 1, None], "access_token": "abc", "b": {"c": True}}

    assert redactor.clean_value(value) == {
        "a": ['x="[redacted]"', 1, None],
        "access_token": "[redacted]",
        "b": {"c": True},
    }


def test_a_value_that_holds_itself_is_written_as_text(redactor: Redactor) -> None:
    value: dict[str, object] = {}
    value["self"] = value

    assert "..." in json.dumps(redactor.clean_value(value))
