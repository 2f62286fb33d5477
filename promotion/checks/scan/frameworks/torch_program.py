"""torch.export's programs: JSON whose operators are looked up by name, and whose sizes are evaluated as code.

Facts: torch/_export/serde/serialize.py: `target` is walked attribute by attribute from `torch`, `math` or `_operator`;
`expr_str` goes to sympy, which evaluates Python; `guards_code` is compiled; a tree specification can import modules.
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from promotion.checks.scan.allow.uses import words
from promotion.checks.scan.credentials import sweep
from promotion.checks.scan.documents.json_objects import NOT_JSON, objects, validate
from promotion.checks.scan.problems import LimitError, unreadable
from promotion.checks.scan.subject import Subject
from promotion.domain.ready import ready

_LARGEST: Final = 8 * 1024 * 1024
_WANTED: Final = frozenset({"target", "expr_str", "in_spec", "out_spec"})

_TARGETS: Final = re.compile(
    r"torch\.ops\.(?:aten|prims|quantized|quantized_decomposed|_quantized|inductor|higher_order)\.[A-Za-z0-9_]{1,100}(?:\.[A-Za-z0-9_]{1,100})?"
    r"|torch\.ops\.higher_order\.[A-Za-z0-9_]{1,100}|torch\.sym_[a-z]{1,20}|torch\._sym_[a-z]{1,20}"
    r"|math\.(?:ceil|floor|trunc|sqrt|pow)"
    r"|_operator\.(?:add|sub|mul|truediv|floordiv|mod|neg|pos|pow|eq|ne|lt|le|gt|ge|and_|or_|xor|lshift|rshift|getitem|abs)",
    re.ASCII,
)  # fmt: skip

#: Operators among them that read or write files.
_REACHING: Final = frozenset({"from_file", "save", "load", "print"})

#: A name, a number, a quoted symbol, an operator; nothing that reaches an attribute or another kind of value.
_TOKEN: Final = re.compile(
    r"\s+|[0-9]+(?:\.[0-9]+)?|'[A-Za-z0-9_.]{1,100}'|[A-Za-z_][A-Za-z0-9_]*|\*\*|//|[-+*/%<>=!&|~(),]|[\[\]]|\.(?=size\(\)|stride\(\))"
)
_SYMBOL: Final = re.compile(r"[a-z]{1,3}[0-9]{1,6}")
_NAMES: Final = words(
    """
    Symbol Integer Float Rational True False None positive integer nonnegative nonzero real negative even odd evaluate
    Add Mul Pow Max Min Mod PythonMod FloorDiv CleanDiv CeilDiv ModularIndexing Where TruncToInt TruncToFloat CeilToInt
    FloorToInt RoundToInt RoundDecimal ToFloat FloatPow PowByNatural FloatTrueDiv IntTrueDiv LShift RShift Abs Identity
    Eq Ne Ge Le Gt Lt And Or Not Xor Piecewise floor ceiling sqrt oo int_oo inf L and or not size stride max min abs
    OpaqueUnaryFn_sqrt OpaqueUnaryFn_log OpaqueUnaryFn_exp BitwiseFn_bitwise_and BitwiseFn_bitwise_or
    """
)


class _Program(msgspec.Struct):
    """The one part of a program that is a list of code."""

    guards_code: list[str] = []


def find(subject: Subject) -> None:
    """Judge every name and expression of a program."""
    validate(subject.source)
    for found in objects(subject.source, subject.budget, _WANTED):
        target, expression = found.texts.get("target"), found.texts.get("expr_str")
        if target is not None and not _is_operator(target):
            _block(subject, f"the operator {target[:100]!r}", found.offset)
        if expression is not None and not _is_arithmetic(expression):
            _block(subject, f"the size {expression[:100]!r}", found.offset)
        for key in ("in_spec", "out_spec"):
            if "__enum__" in found.texts.get(key, ""):
                _block(subject, "a specification that imports a module", found.offset)
    for guard in _guards(subject):
        if not _is_arithmetic(guard):
            _block(subject, f"the guard {guard[:100]!r}", None)
    sweep(subject, subject.source)


def _guards(subject: Subject) -> Iterable[str]:
    content = subject.source.read(0, _LARGEST + 1)
    if len(content) > _LARGEST:
        raise LimitError("A program of more than 8 MiB is not judged.")
    try:
        return msgspec.json.decode(content, type=ready(_Program)).guards_code
    except NOT_JSON as error:
        raise unreadable(f"The program is not of its form: {str(error)[:200]}.") from error


def _is_operator(target: str) -> bool:
    return _TARGETS.fullmatch(target) is not None and _REACHING.isdisjoint(target.split("."))


def _is_arithmetic(text: str) -> bool:
    """Whether an expression only computes with sizes."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return False
        word = found[0]
        is_name = word[0].isalpha() or word[0] == "_"
        if is_name and word not in _NAMES and not _SYMBOL.fullmatch(word):
            return False
        at = found.end()
    return True


def _block(subject: Subject, what: str, offset: int | None) -> None:
    subject.block(
        "torchscript-operator",
        f"The exported program has {what}, which is not one that only computes.",
        offset,
    )
