"""Whatever the bytes, the scan answers with findings, soon and in little memory. `tools/fuzz_scan.py` tries more."""

import functools
import time
import tracemalloc

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from promotion.checks.scan import ScanResult
from tests.corpus import hostile
from tests.corpus.benign import FILES
from tests.corpus.hostile.sample import zipped
from tests.corpus.readers import scan

_MEBIBYTE = 1 << 20
_LARGEST = 64 * 1024


@functools.cache
def _seeds() -> list[tuple[str, bytes]]:
    kept = [(path.name, path.read_bytes()) for path in sorted(FILES.rglob("*")) if path.is_file()]
    made = [item for sample in hostile.samples() for item in sample.files.items()]
    return [(name, content[:_LARGEST]) for name, content in (*kept, *made)]


def _judged(name: str, content: bytes) -> ScanResult:
    started = time.process_time()
    result = scan({name: content})
    seconds = time.process_time() - started

    assert "scanner-defect" not in {finding.rule for finding in result.findings}, (name, content)
    assert seconds < 2 * max(1.0, len(content) / _MEBIBYTE), (name, seconds)
    return result


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_changed_files_are_answered_with_findings(data: st.DataObject) -> None:
    name, content = data.draw(st.sampled_from(_seeds()))
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(changed)))
        changed[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=8))

    _judged(name, bytes(changed))


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(sorted({name for name, _ in _seeds()})),
    start=st.sampled_from(sorted({content[:8] for _, content in _seeds()})),
    rest=st.binary(max_size=200),
)
def test_noise_behind_any_beginning_is_answered_with_findings(
    name: str, start: bytes, rest: bytes
) -> None:
    _judged(name, start + rest)


_GREEDY = {
    "stack.pkl": b"\x80\x04" + b"}" * _MEBIBYTE + b".",
    "memo.pkl": b"\x80\x04N" + b"\x94" * _MEBIBYTE + b".",
    "texts.pkl": b"\x80\x04" + b"".join(b"\x8c\x05%05x\x94" % index for index in range(100_000)) + b".",
    "tuples.pkl": b"\x80\x04" + b"NNN\x87" * 250_000 + b".",
    "nested.pkl": b"\x80\x04N" + b"\x85" * _MEBIBYTE + b".",
    "fields.pkl": b"\x80\x04" + b"".join(b"}\x8c\x03%03xNs" % (index & 0xFFF) for index in range(100_000)) + b".",
    "arrays.json": b"[" + b"[1]," * 250_000 + b"1]",
    "objects.json": b"[" + b'{"class_name": 1},' * 60_000 + b"1]",
    "values.yaml": b"a: [" + b"[]," * 12_000 + b"1]",
    "members.zip": zipped({f"{'d' * 100}/{index}.csv": b"" for index in range(5_000)}),
    "blank.ubj": b"{i\x01a[" + b"Z" * _MEBIBYTE + b"]}",
    "nodes.pb": b"\x0a\x06\x0a\x01a\x12\x01b" * 130_000,
}  # fmt: skip


@pytest.mark.parametrize("name", _GREEDY)
def test_greedy_files_take_less_than_64_mebibytes(name: str) -> None:
    tracemalloc.start()
    try:
        _, before = tracemalloc.get_traced_memory()
        scan({name: _GREEDY[name]})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak - before < 64 * _MEBIBYTE


@pytest.mark.parametrize("name", _GREEDY)
def test_greedy_files_take_about_a_second_a_mebibyte(name: str) -> None:
    _judged(name, _GREEDY[name])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MLmodel", "flavors: {{python_function: {{loader_module: {bomb}, code: {bomb}, env: {bomb}, data: {bomb}}}}}"),
        ("conda.yaml", "channels: [{bomb}]\ndependencies: [{bomb}, {{pip: [{bomb}]}}, {{{{}}: {bomb}}}]\nvariables: {bomb}"),
        ("python_env.yaml", "dependencies: {bomb}\nbuild_dependencies: {bomb}"),
    ],
)  # fmt: skip
def test_aliases_of_aliases_are_never_written_out(name: str, text: str) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12)
    ]
    lines.append(text.format(bomb="*a11"))

    assert scan({name: "\n".join(lines).encode()}).blocked
