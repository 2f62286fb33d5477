"""Documents that strangers wrote: bounded, plain, with positions, and never a crash."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.documents.nodes import MAX_NODES, DocumentError, compose
from promotion.documents.values import read_json, read_yaml
from promotion.domain.errors import NotFoundError
from promotion.domain.reading import NoFiles


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("a: [1, -2, 1.5, 1e3, .5]", {"a": [1, -2, 1.5, 1000.0, 0.5]}),
        ("[true, False, null, ~, yes, on, NO]", [True, False, None, None, "yes", "on", "NO"]),
        ("['1', \"true\", !!str 5]", ["1", "true", "5"]),
        (
            "[2026-01-01, 1:30, 0x10, 1_000, 1.2.3]",
            ["2026-01-01", "1:30", "0x10", "1_000", "1.2.3"],
        ),
        ("[.inf, -.inf]", [math.inf, -math.inf]),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("1: a\ntrue: b", {"1": "a", "true": "b"}),
        ("a: 1\na: 2", {"a": 2}),
        ("a: " + "9" * 301, {"a": "9" * 301}),
    ],
)
def test_scalars_are_what_yaml_1_2_says(text: str, value: object) -> None:
    assert read_yaml(text.encode()) == value


def test_what_is_no_number_stays_one() -> None:
    assert math.isnan(read_yaml(b"[.nan]")[0])


def test_positions_count_from_one() -> None:
    root = compose(b"a:\n  - b\n")

    assert root is not None
    ((key, value),) = root.pairs or []
    assert (key.line, key.column) == (1, 1)
    assert [(item.line, item.column) for item in value.items or []] == [(2, 5)]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[" * 1_000_000, "line 1, column 65: nested deeper"),
        (b"- " * 100_000 + b"x", "nested deeper"),
        (b"a: b: c", "line 1, column 5: not YAML"),
        (b"a: [1", "not YAML"),
        (b"\tx", "not YAML"),
        (b"\xff\xff", "not YAML"),
        (b"a: \x00", "not YAML"),
        (b"a\n---\nb", "line 2, column 1: a second document"),
        (b"a: *b", r"\*b repeats nothing"),
        (b"a: &x [*x]", r"\*x repeats nothing"),
        (b"a: !!python/object/apply:os.system [x]", "tag .* is not allowed"),
        (b"a: !custom 1", "tag !custom is not allowed"),
        (b"? [a]\n: 1", "a key is a list"),
        (b"a: !!binary eA==", "tag .* is not allowed"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_place(content: bytes, why: str) -> None:
    with pytest.raises(DocumentError, match=why):
        read_yaml(content)


def test_aliases_cannot_blow_a_document_up() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    with pytest.raises(DocumentError, match=f"more than {MAX_NODES:,} parts"):
        read_yaml("\n".join(lines).encode())


@pytest.mark.parametrize(
    "content", [b"", b"[" * 100_000, b'{"a": NaN}', b"\xff", b"{'a': 1}", b'"\\ud800"']
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError, match="not JSON"):
        read_json(content)


def read_or_refused(read: Callable[[bytes], object], content: bytes) -> object:
    """Return what was read, or the reason why it was refused."""
    try:
        return read(content)
    except DocumentError as error:
        return error.problem


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_be_read_or_refused(content: bytes) -> None:
    for read in (read_yaml, read_json):
        found = read_or_refused(read, content)

        assert found is None or isinstance(found, dict | list | str | int | float)


@given(st.text(alphabet="ab:-[]{}&*!#|>'\" \n\t?,0", max_size=60))
def test_no_text_does_either(text: str) -> None:
    found = read_or_refused(read_yaml, text.encode())

    assert found is None or isinstance(found, dict | list | str | int | float)


def test_no_files_have_no_paths_and_open_nothing() -> None:
    assert NoFiles().paths == ()
    with pytest.raises(NotFoundError, match="no file 'x'"):
        NoFiles().open("x")
