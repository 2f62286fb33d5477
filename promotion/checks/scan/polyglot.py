"""Whether a content that is something else would also do something when it is unpickled.

Loaders decide by their own rules what a file is; a CatBoost model whose first bytes happen to be opcodes, or
a protocol 0 pickle named `.txt`, is a pickle for `pickle.load`. Knows the walker, no other format.
"""

import re
from typing import Final

import msgspec

from promotion.checks.scan.finders.pickle import UNPICKLING_ENDS, setting
from promotion.checks.scan.pickles.machine import Machine
from promotion.checks.scan.pickles.opcodes import HANDLERS
from promotion.checks.scan.problems import ProblemError
from promotion.checks.scan.subject import Subject

#: What a module and a name look like; texts that begin like an opcode hardly ever do.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,200}", re.ASCII)


#: Stands for a name that the walker could not follow.
_HIDDEN_NAME: Final = "a name that only shows while it is loaded"


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
    hidden: list[str] = []

    def report(rule: str, _offset: int, _message: str, **_evidence: object) -> None:
        """This is a trial: `check` says what came of it. Names that cannot be followed count as well."""
        if rule == "pickle-unresolved-global":
            hidden.append(_HIDDEN_NAME)

    quiet = msgspec.structs.replace(
        setting(subject),
        report=report,
        lookup=lambda _module, _name: None,
        read_text=None,
        nested=None,
        joblib=True,
        trial=True,
    )
    machine = Machine(subject.source, 0, quiet)
    try:
        machine.walk(HANDLERS)
        complete = True
    except ProblemError as problem:
        if problem.rule not in UNPICKLING_ENDS:
            raise
        complete = False
    names = tuple(
        found.label
        for found in machine.globals.values()
        if _NAME.fullmatch(found.module) and _NAME.fullmatch(found.name)
    )
    return _Trial(complete, machine.calls, (*names, *hidden[:1]), machine.tape.position)
