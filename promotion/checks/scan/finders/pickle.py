"""Finder for pickles: bare ones, several in a row, joblib's, and torch's older single-file format.

Knows how pickles lie in a file; what their opcodes may do is the walker's business.
"""

from typing import Final

import msgspec

from promotion.checks.scan.allow.uses import Use
from promotion.checks.scan.credentials import note_credentials
from promotion.checks.scan.pickles.machine import Machine, Setting
from promotion.checks.scan.pickles.opcodes import HANDLERS
from promotion.checks.scan.problems import ProblemError
from promotion.checks.scan.sources import PartSource, Source, ends_at
from promotion.checks.scan.subject import Subject

#: What torch's older format begins with: its magic number as a pickle of its own (torch/serialization.py).
_TORCH_MAGIC: Final = bytes.fromhex("8a0a6cfc9c46f9206aa85019")
#: Pickles before the tensors: magic number, protocol, system info, the object, the storages' keys.
_TORCH_PICKLES: Final = 5
#: Classes that TorchScript's own source in the same archive defines; no Python module has that name.
_SCRIPT_MODULE: Final = "__torch__."
#: Problems that end unpickling without anything being hidden behind them.
UNPICKLING_ENDS: Final = frozenset(
    {"pickle-malformed", "pickle-out-of-band", "joblib-array", "truncated"}
)
#: Pickles in a row; a file of more is a log, not a model.
_MOST_PICKLES: Final = 1_000


def find(subject: Subject) -> None:
    """Walk every pickle of a content, and account for every byte behind them."""
    if is_old_torch(subject.source):
        _old_torch(subject)
        return
    position = _one(subject, 0)
    for _ in range(_MOST_PICKLES):
        if ends_at(subject.source, position):
            return
        position = _next(subject, position)
    raise ProblemError("trailing-data", f"It holds more than {_MOST_PICKLES} pickles.", position)


def _one(subject: Subject, position: int) -> int:
    """Look at one pickle as joblib reads it and, where that differs, as `pickle.load` does; return where it ends."""
    known = msgspec.structs.replace(setting(subject), joblib=True)
    machine = Machine(subject.source, position, known)
    end = machine.walk(HANDLERS)
    if machine.first_array is not None:
        _read_plainly(subject, position, machine.first_array)
    return end


def _read_plainly(subject: Subject, position: int, array: int) -> None:
    """Block when the bytes of joblib's first array would be opcodes that name what is not allowed."""
    met: list[tuple[int, str]] = []

    def report(rule: str, offset: int, message: str, **evidence: object) -> None:
        # The pickle of an object array counts its memo anew, so that it recalls wrong modules here; never wrong names.
        unknown = rule == "pickle-unresolved-global" and evidence.get("name") is None
        if offset >= array and (unknown or (rule == "pickle-global" and message.isprintable())):
            met.append((offset, message))

    quiet = msgspec.structs.replace(
        setting(subject), report=report, read_text=None, nested=None, trial=True
    )
    try:
        Machine(subject.source, position, quiet).walk(HANDLERS)
    except ProblemError as problem:
        # The usual end, as an array's bytes are no opcodes.
        if problem.rule not in UNPICKLING_ENDS:
            raise
    for offset, message in met[:1]:
        subject.block(
            "joblib-array", f"The bytes of a joblib array are opcodes, too. {message}", offset
        )


def walk(subject: Subject, position: int, *, torch: bool = False, script: bool = False) -> Machine:
    """Walk one pickle and return the machine, which stands behind it."""
    machine = Machine(subject.source, position, setting(subject, torch=torch, script=script))
    machine.walk(HANDLERS)
    return machine


def setting(subject: Subject, *, torch: bool = False, script: bool = False) -> Setting:
    """Return what walks of this subject rely on; `script` is for pickles beside TorchScript's code."""

    def lookup(module: str, name: str) -> Use | None:
        if script and (module + ".").startswith(_SCRIPT_MODULE):
            return Use.REFER | Use.CREATE
        return subject.lookup(module, name)

    def report(rule: str, offset: int, message: str, **evidence: object) -> None:
        subject.block(rule, message, offset, **evidence)

    def read_text(text: bytes, offset: int) -> None:
        note_credentials(subject, text, offset)

    def nested(offset: int, length: int) -> None:
        inner = subject.child(f"bytes at {offset}", PartSource(subject.source, offset, length))
        subject.examine(inner)

    return Setting(
        budget=subject.budget,
        report=report,
        lookup=lookup,
        words=subject.examination.words,
        torch=torch,
        read_text=read_text,
        nested=nested,
    )


def is_old_torch(source: Source) -> bool:
    """Whether a content is torch's format before zip files."""
    head = source.read(0, 2 + len(_TORCH_MAGIC))
    return head[:1] == b"\x80" and head[2:] == _TORCH_MAGIC


def _next(subject: Subject, position: int) -> int:
    try:
        return _one(subject, position)
    except ProblemError as problem:
        if problem.rule not in {"pickle-malformed", "truncated"}:
            raise
        raise ProblemError(
            "trailing-data",
            "Behind the pickle's end follows data that is no pickle.",
            position,
        ) from problem


def _old_torch(subject: Subject) -> None:
    """Walk the five pickles, then step over the storages they name: a count of elements, then bytes."""
    position = 0
    storages: dict[str, int] = {}
    for _ in range(_TORCH_PICKLES):
        machine = walk(subject, position, torch=True)
        position = machine.tape.position
        storages |= machine.storages
    end = position + sum(8 + size for size in storages.values())
    if not ends_at(subject.source, end) or (end and ends_at(subject.source, end - 1)):
        raise ProblemError(
            "trailing-data",
            "The tensors behind torch's pickles are longer or shorter than the pickles say.",
            position,
        )
