"""Readers of JSON, protobuf and YAML agree with the libraries, whatever the chunks."""

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from promotion.checks.scan.budget import Budget
from promotion.checks.scan.documents import json_objects, json_tokens, protobuf, yaml_values
from promotion.checks.scan.documents.json_objects import Kept
from promotion.checks.scan.policy import Limits
from promotion.checks.scan.problems import ProblemError
from promotion.checks.scan.sources import BufferSource
from tests.corpus.hostile.sample import field

_WANTED = frozenset({"a", 'd"', "}"})
_KEYS = st.sampled_from(["a", "b", 'd"', "}", "é", ""])
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=30,
)

type Told = tuple[str, dict[str, str], dict[str, str]]


def _budget() -> Budget:
    return Budget(Limits(), 1 << 20)


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return Kept.OBJECT
    return Kept.ARRAY if isinstance(value, list) else Kept.OTHER


def _told(value: Any, under: str = "") -> list[Told]:  # noqa: ANN401 - JSON is anything
    """Return what the reader must tell of a value, from the value itself."""
    found: list[Told] = []
    if isinstance(value, list):
        for inner in value:
            found += _told(inner, under)
    elif isinstance(value, dict):
        for key, inner in value.items():
            found += _told(inner, key)
        wanted = {key: inner for key, inner in value.items() if key in _WANTED}
        texts = {key: inner for key, inner in wanted.items() if isinstance(inner, str)}
        others = {key: _kind(inner) for key, inner in wanted.items() if key not in texts}
        if wanted:
            found.append((under, texts, others))
    return found


@pytest.mark.parametrize("chunk", [64, 200, 65_536])
@settings(max_examples=200, deadline=None)
@given(value=_JSON, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_json_objects_are_those_that_the_library_reads(
    chunk: int, value: object, indent: int | None, *, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_tokens, "_CHUNK", chunk)
        found = list(json_objects.objects(BufferSource(text), _budget(), _WANTED))

    assert [(one.under, one.texts, one.others) for one in found] == _told(value)


@pytest.mark.parametrize(
    "text", [b'{"a": 1', b'{"a"}', b'{"a" 1}', b'{"a" "b"}', b'{"a": 1 2}', b"[1, 2", b'["a', b"]", b'{"a": [}]', b"{1: 2}", b'{"a":: 1}', b"{,}"]
)  # fmt: skip
def test_what_is_no_json_is_a_problem(text: bytes) -> None:
    with pytest.raises(ProblemError):
        list(json_objects.objects(BufferSource(text), _budget(), _WANTED))


def test_json_nested_beyond_measure_is_a_problem() -> None:
    with pytest.raises(ProblemError, match="nested deeper"):
        list(json_objects.objects(BufferSource(b'{"a":[' * 400), _budget(), _WANTED))


@given(
    st.lists(
        st.tuples(st.integers(1, 1000), st.integers(0, 2**63) | st.binary(max_size=50)), max_size=20
    )
)
def test_protobuf_fields_are_those_that_were_written(fields: list[tuple[int, int | bytes]]) -> None:
    content = b"".join(field(number, value) for number, value in fields)
    message = protobuf.whole(BufferSource(content), _budget())

    read = [
        (one.number, message.content(one) if one.is_bytes else one.value)
        for one in message.fields()
    ]

    assert read == fields


@pytest.mark.parametrize(
    "content", [b"\x08", b"\x0a\x05abc", b"\x0b", b"\x00\x01", b"\xff" * 11, b"\x0d\x01"]
)
def test_what_is_no_protobuf_is_a_problem(content: bytes) -> None:
    with pytest.raises(ProblemError):
        list(protobuf.whole(BufferSource(content), _budget()).fields())


def test_yaml_is_read_as_plain_values() -> None:
    assert yaml_values.read(BufferSource(b"a: [1, {b: c}]\n")) == {"a": [1, {"b": "c"}]}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (b"a: !!python/object/apply:os.getcwd []", "active-content"),
        (b"a: !!python/name:os.getcwd", "active-content"),
        (b"a: [1", "unreadable"),
        (b"a: *unknown", "unreadable"),
        (b"[" * 101, "too-much-work"),
        (b"- a\n" * 50_000, "too-much-work"),
        (b"a" * 600_000, "too-much-work"),
    ],
)
def test_other_yaml_is_a_problem(text: bytes, rule: str) -> None:
    with pytest.raises(ProblemError) as problem:
        yaml_values.read(BufferSource(text))

    assert problem.value.rule == rule
