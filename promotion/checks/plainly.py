"""Makes evidence fit for facts: plain JSON, finite, bounded. Knows no check.

Facts are hashed over RFC 8785's canonical JSON, which has no NaN, no infinity and no integer beyond 2^53,
and cannot be encoded at all with lone surrogates. A check that answers such a thing must not keep its
request from going on.
"""

import math
from typing import Any, Final

import msgspec

from promotion.domain.results import CheckResult

_EXACT: Final = 2**53 - 1
_DEEPEST: Final = 8
_LONGEST_TEXT: Final = 4_000
_LONGEST_LIST: Final = 200
#: Bytes of one check's evidence as JSON; what is more is left out, and said so.
_LARGEST: Final = 64 * 1024


def plainly(result: CheckResult, label: str) -> CheckResult:
    """Return the result under its own label, with text and evidence that a fact can hold."""
    evidence = plain(result.evidence)
    size = len(msgspec.json.encode(evidence))
    if size > _LARGEST:
        evidence = {"left_out": f"{size:,} bytes of evidence, more than {_LARGEST:,}"}
    return CheckResult(
        name=label,
        outcome=result.outcome,
        summary=_text(result.summary),
        evidence=evidence,
    )


def plain(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 -- any value in, JSON out
    """Return a value as JSON can say it exactly; what it cannot say becomes text."""
    if depth < _DEEPEST and isinstance(value, dict):
        first = list(value.items())[:_LONGEST_LIST]
        return {_text(str(key)): plain(each, depth + 1) for key, each in first}
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [plain(each, depth + 1) for each in list(value)[:_LONGEST_LIST]]
    return _scalar(value)


def _scalar(value: object) -> Any:  # noqa: ANN401 -- JSON's simple types
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        # Huge integers have no text either: Python refuses to write more than 4,300 digits.
        return value if abs(value) <= _EXACT else f"about 2^{value.bit_length()}"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return _text(str(value))


def _text(text: str) -> str:
    cut = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}... (cut)"
    return cut.encode("utf-8", "replace").decode()
