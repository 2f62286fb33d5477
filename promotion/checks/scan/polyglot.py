"""Whether a content that is something else would also do something when it is unpickled.

Loaders decide by their own rules what a file is; a CatBoost model whose first bytes happen to be opcodes, or
a protocol 0 pickle named `.txt`, is a pickle for `pickle.load`. Knows the walker, no other format.
"""

import re
from typing import Final

import msgspec

from promotion.checks.scan.finders.pickle import setting
from promotion.checks.scan.pickles.machine import Machine
from promotion.checks.scan.pickles.opcodes import HANDLERS
from promotion.checks.scan.problems import ProblemError
from promotion.checks.scan.subject import Subject

#: What a module and a name look like; texts that begin like an opcode hardly ever do.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,200}", re.ASCII)


#: Problems that end unpickling without anything being hidden behind them.
_ENDS: Final = frozenset({"pickle-malformed", "pickle-out-of-band", "joblib-array", "truncated"})


class _Trial(msgspec.Struct, frozen=True):
    """What walking a content as a pickle came to."""

    complete: bool
    calls: int
    names: tuple[str, ...]
    end: int


def is_pickle(subject: Subject) -> bool:
    """Whether a content without a mark is one or more whole pickles, protocol 0 or 1."""
    trial = _try(subject)
    return trial.complete and (bool(trial.names) or subject.source.read(trial.end, 1) == b"")


def check(subject: Subject) -> None:
    """Block a content that unpickling would run something of."""
    trial = _try(subject)
    # Naming without calling only imports; a list of words can begin like that.
    if trial.names and trial.calls:
        subject.block(
            "pickle-hidden",
            f"It looks like something else, but unpickling it would use {', '.join(trial.names[:5])}.",
            0,
            globals=list(trial.names[:20]),
        )


def _try(subject: Subject) -> _Trial:
    def ignore(_rule: str, _offset: int, _message: str, **_evidence: object) -> None:
        """Nothing is reported: this is a trial, and `check` says what came of it."""

    quiet = msgspec.structs.replace(
        setting(subject),
        report=ignore,
        lookup=lambda _module, _name: None,
        read_text=None,
        nested=None,
        trial=True,
    )
    machine = Machine(subject.source, 0, quiet)
    try:
        machine.walk(HANDLERS)
        complete = True
    except ProblemError as problem:
        if problem.rule not in _ENDS:
            raise
        complete = False
    names = tuple(
        found.label
        for found in machine.globals.values()
        if _NAME.fullmatch(found.module) and _NAME.fullmatch(found.name)
    )
    return _Trial(complete, machine.calls, names, machine.tape.position)
