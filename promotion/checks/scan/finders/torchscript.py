"""Finder for TorchScript source inside torch's archives: operators that reach outside of the model.

TorchScript is not Python: it cannot import, and calls operators only. Some of those read or write files, and
custom namespaces run native code that is not in the archive. Knows the source's text, not its meaning.
"""

import re
from typing import Final

from promotion.checks.scan.credentials import sweep
from promotion.checks.scan.problems import LimitError, unreadable
from promotion.checks.scan.subject import Subject

_LARGEST: Final = 4 * 1024 * 1024
#: A dot as its reader takes it: spaces and continued lines around it.
_DOT: Final = r"[\s\\]{0,20}\.[\s\\]{0,20}"
_OPERATOR: Final = re.compile(
    rf"\bops{_DOT}([A-Za-z0-9_]{{1,100}}){_DOT}([A-Za-z0-9_]{{1,100}})|\btorch{_DOT}([A-Za-z0-9_]{{1,100}})\b"
)
#: Parts of the Python library, none of which TorchScript can name; classes lie below `__torch__.`.
_LIBRARY: Final = re.compile(rf"(?<![.\w])torch{_DOT}([A-Za-z0-9_]{{1,100}}){_DOT}")
_CUSTOM_CLASS: Final = re.compile(r"__torch__\.torch\.classes\.([A-Za-z0-9_]{1,100})\.")

#: What TorchScript has no word for.
_PYTHON: Final = re.compile(
    r"^\s{0,100}(?:import|from)\s|\b(?:exec|eval|__import__|open)\s{0,20}\(", re.MULTILINE
)

#: Namespaces of operators that torch itself ships and that compute only.
_NAMESPACES: Final = frozenset({"aten", "prim", "quantized", "inductor", "prims", "_quantized"})
_CLASSES: Final = frozenset({"quantized", "rnn"})
#: Operators that read or write files, or hand bytes to another loader.
_REACHING: Final = frozenset(
    {"from_file", "save", "load", "_save", "_load", "_from_file", "to_file", "record_function", "import_ir_module"}
)  # fmt: skip


def find(subject: Subject) -> None:
    """Block operators that reach files or native code beyond torch's own."""
    text = subject.source.read(0, _LARGEST + 1)
    if len(text) > _LARGEST:
        raise LimitError("TorchScript source of more than 4 MiB is not judged.")
    try:
        source = text.decode()
    except UnicodeDecodeError as error:
        raise unreadable("TorchScript source is not UTF-8.", error.start) from error
    python = _PYTHON.search(source)
    if python:
        subject.block(
            "script",
            "It lies where torch keeps TorchScript, but imports like Python.",
            python.start(),
        )
    for found in _OPERATOR.finditer(source):
        namespace, operator, plain = found.groups()
        if plain in _REACHING or operator in _REACHING:
            _block(subject, f"torch.{plain or operator}", found.start())
        elif namespace is not None and namespace not in _NAMESPACES:
            _block(subject, f"ops.{namespace}.{operator}", found.start())
    for found in _LIBRARY.finditer(source):
        _block(subject, f"torch.{found[1]}", found.start())
    for found in _CUSTOM_CLASS.finditer(source):
        if found[1] not in _CLASSES:
            _block(subject, f"torch.classes.{found[1]}", found.start())
    sweep(subject, subject.source)


def _block(subject: Subject, operator: str, offset: int) -> None:
    subject.block(
        "torchscript-operator",
        f"TorchScript uses {operator}, which reaches files or code outside of the model.",
        offset,
        operator=operator,
    )
