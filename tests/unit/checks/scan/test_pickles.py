"""Pickles that no ordinary pickler writes: followed where they can be, refused where they cannot."""

import struct

import pytest

from promotion.checks.scan import Finding, Limits, ScanPolicy
from tests.corpus.hostile.sample import short
from tests.corpus.readers import scan

_LINEAR = b"ctorch.nn.modules.linear\nLinear\n"
_DTYPE = b"cnumpy\ndtype\n"
#: Values under numbers far apart, more than a memo keeps.
_SCATTERED = b"N" + b"".join(b"r" + struct.pack("<L", 99_991 * n) for n in range(1, 10_100))


def _found(content: bytes, policy: ScanPolicy | None = None) -> tuple[Finding, ...]:
    return scan({"m.pkl": content}, policy).findings


def _rules(content: bytes) -> list[str]:
    return [finding.rule for finding in _found(content)]


def _dtype(text: str, state: bytes = b"") -> bytes:
    return _DTYPE + short(text) + b"\x89\x88\x87R" + state


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"N0" * 2_047 + b"NK\x070.", id="a small number's byte in the next stretch"),
        pytest.param(b"\x80\x02\x8a\x1e" + b"\x01" * 30 + b".", id="a number of thirty bytes"),
        pytest.param(b"S'" + b"x" * 600 + b"'\n.", id="a text on a long line"),
        pytest.param(b"}2.", id="a dictionary twice"),
        pytest.param(b"(" + _LINEAR + b"o.", id="an instance by OBJ"),
        pytest.param(b"ccopyreg\n__newobj__\n(" + _LINEAR + b"tR.", id="an instance by copyreg"),
    ],
)
def test_what_is_odd_but_harmless_passes(content: bytes) -> None:
    assert _rules(content) == []


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        pytest.param(b"}2NNs.", "pickle-unfollowed-change", id="changing a dictionary of two names"),
        pytest.param(b"}(Nu.", "pickle-malformed", id="a key without a value"),
        pytest.param(b"(o.", "pickle-malformed", id="calling nothing"),
        pytest.param(b"Sabc\n.", "pickle-malformed", id="a text without quotes"),
        pytest.param(b"(" + _LINEAR + b"No.", "pickle-call", id="OBJ with an argument, which calls"),
        pytest.param(b"]Nb.", "pickle-build", id="setting attributes of a list"),
        pytest.param(b"cposix\nsystem\nNb.", "pickle-global", id="setting attributes of what is refused already, told once"),
        pytest.param(_DTYPE + b")\x81Nb.", "pickle-dtype", id="a data type made of nothing"),
        pytest.param(b"\x80\x02" + _dtype("V8", b"(K\x03U\x01|N\x8c\x01a\x85NK\x08K\x01K\x00tb."), "pickle-dtype", id="fields without types"),
        pytest.param(b"S'\xc3\xa9'\nS'x'\n\x93.", "pickle-unresolved-global", id="a module in a line that is no ASCII"),
        pytest.param(b"\x80\x02U\x02\xc3\xa9U\x01x\x93.", "pickle-unresolved-global", id="a module in Python 2's UTF-8"),
        pytest.param(b"c" + b"a" * 1_100 + b"\nx\n.", "pickle-unresolved-global", id="a module of a kilobyte"),
    ],
)  # fmt: skip
def test_what_no_pickler_writes_is_refused(content: bytes, rule: str) -> None:
    assert _rules(content) == [rule]


def test_a_global_named_by_numbers_makes_no_pickle_of_a_file() -> None:
    findings = scan({"m.bin": b"K\x01K\x02\x93."}).findings

    assert [finding.rule for finding in findings] == ["unknown-kind"]


def test_too_much_work_behind_a_pickle_is_told_as_such() -> None:
    findings = _found(b"N.N" + b"\x94" * 20 + b".", ScanPolicy(limits=Limits(memo=10)))

    assert [finding.rule for finding in findings] == ["too-much-work"]


_WRAPPER = short("joblib.numpy_pickle") + short("NumpyArrayWrapper") + b"\x93)\x81"


def _array(raw: bytes = b"", **state: bytes) -> bytes:
    """Return a wrapper of bytes, filled with what joblib writes unless told otherwise, and the array behind it."""
    fields = {
        "subclass": short("numpy") + short("ndarray") + b"\x93",
        "shape": b"M" + struct.pack("<H", len(raw)) + b"\x85",
        "dtype": _dtype("u1"),
    } | state
    return _WRAPPER + b"}(" + b"".join(short(key) + value for key, value in fields.items()) + b"ub" + raw  # fmt: skip


def test_joblibs_arrays_pass_one_behind_the_other() -> None:
    assert _rules(b"\x80\x04](" + _array() + _array() + b"e.") == []
    assert _rules(b"\x80\x04](" + _array(b"\1\2\3") + _array(b"\4") + b"e.") == []


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (_array(dtype=b"N"), "its data type is not followed"),
        (_array(shape=b"N"), "its shape is not followed"),
        (_array(subclass=b"N"), "its class is not followed"),
        (_array(dtype=_dtype("u1,u1")), "'u1,u1' has no known width"),
        (
            _array(b"\xc8" + bytes(200), numpy_array_alignment_bytes=b"K\x10"),
            "200 bytes of padding",
        ),
        (b"\x95" + struct.pack("<Q", 1 << 20) + _array(b"\1"), "inside a pickle frame"),
    ],
)
def test_an_array_whose_end_cannot_be_told_is_refused(array: bytes, why: str) -> None:
    findings = _found(b"\x80\x04" + array + b".")

    assert [finding.rule for finding in findings] == ["joblib-array"]
    assert why in findings[0].message


def test_an_array_that_another_loader_would_read_without_end_is_refused() -> None:
    findings = _found(b"\x80\x04" + _array(_SCATTERED) + b".")

    assert [finding.rule for finding in findings] == ["too-much-work"]
