"""The state of a walk over a pickle's opcodes: stack, marks and memo, filled with symbols.

It follows what an unpickler would do (pickletools, protocols 0 to 5) without doing any of it. What the walker
cannot follow is reported, never assumed to be harmless. Knows no single opcode and no file format around it.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import msgspec

from promotion.checks.scan.allow.uses import Use
from promotion.checks.scan.budget import Budget
from promotion.checks.scan.pickles.memo import Memo
from promotion.checks.scan.pickles.symbols import Global
from promotion.checks.scan.pickles.tape import Tape
from promotion.checks.scan.problems import LimitError, ProblemError
from promotion.checks.scan.sources import Source

#: Opcodes between two looks at the budget.
_BATCH: Final = range(512)
#: How deep marks may be nested; picklers end at Python's recursion limit, a tenth of this.
_MOST_MARKS: Final = 10_000


class Report(Protocol):
    """Takes what is wrong with a pickle."""

    def __call__(self, rule: str, offset: int, message: str, **evidence: object) -> None:
        """Record one problem and go on."""
        ...


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What a walk may rely on."""

    budget: Budget
    report: Report
    #: What a pair of module and name may be used for; nothing when it is not allowed.
    lookup: Callable[[str, str], Use | None]
    #: Words worth remembering, as they can name an allowed global.
    words: frozenset[str]
    #: Whether persistent ids are torch's, which its loader resolves to the bytes of tensors.
    torch: bool = False
    #: Whether joblib's loader may be what reads it, which takes arrays from between the opcodes.
    joblib: bool = False
    #: Whether this is a trial on a content that seems to be something else: what ends unpickling ends it.
    trial: bool = False
    #: Looks at a text for credentials.
    read_text: Callable[[bytes, int], None] | None = None
    #: Takes bytes inside the pickle that an allowed call would load in its turn.
    nested: Callable[[int, int], None] | None = None


class StoppedError(Exception):
    """The pickle's STOP was reached: the end of a walk, not a fault."""


type Handler = Callable[["Machine"], None]


class Machine:
    """One walk over one pickle."""

    __slots__ = (
        "calls",
        "first_array",
        "frame_end",
        "globals",
        "handlers",
        "held_below",
        "marks",
        "memo",
        "protocol",
        "setting",
        "source",
        "stack",
        "storages",
        "tape",
    )

    def __init__(self, source: Source, position: int, setting: Setting) -> None:
        self.setting = setting
        self.source = source
        self.tape = Tape(source, position)
        self.stack: list[object] = []
        self.marks: list[list[object]] = []
        #: Values below the last mark.
        self.held_below = 0
        self.memo = Memo(setting.budget.limits.memo, setting.words)
        self.protocol = 0
        #: Where the current frame ends; 0 outside of frames.
        self.frame_end = 0
        #: What the walk follows opcodes with, for a pickle inside this one.
        self.handlers: Sequence[Handler] = ()
        self.globals: dict[tuple[str, str], Global] = {}
        #: Calls, instances made and attributes set: what a pickle does, beside holding values.
        self.calls = 0
        #: Where the first of joblib's arrays lies, if another loader could go on reading opcodes there.
        self.first_array: int | None = None
        #: Torch storages that persistent ids named: key to bytes.
        self.storages: dict[str, int] = {}

    @property
    def offset(self) -> int:
        """Where the opcode being handled lies, as long as its arguments were not read."""
        return self.tape.position - 1

    def walk(self, handlers: Sequence[Handler]) -> int:
        """Follow the opcodes to STOP; return the position behind it.

        Raises:
            ProblemError: the pickle is malformed, truncated or exceeds a limit.
        """
        self.handlers = handlers
        try:
            while True:
                self._follow_some(handlers)
        except StoppedError:
            return self.tape.position

    def _follow_some(self, handlers: Sequence[Handler]) -> None:
        tape = self.tape
        for _ in _BATCH:
            if tape.i == tape.end:
                tape.fill()
            code = tape.buf[tape.i]
            tape.i += 1
            handlers[code](self)
        limits = self.setting.budget.limits
        self.setting.budget.spend(len(_BATCH))
        if len(self.stack) + self.held_below > limits.stack or len(self.marks) > _MOST_MARKS:
            raise LimitError("A pickle's stack grows beyond all measure.", tape.position)

    def pop(self) -> object:
        """Take the topmost value."""
        if not self.stack:
            raise self.malformed("takes a value from an empty stack")
        return self.stack.pop()

    @property
    def top(self) -> object:
        """The topmost value, left where it is."""
        if not self.stack:
            raise self.malformed("needs a value and the stack is empty")
        return self.stack[-1]

    def push_mark(self) -> None:
        """Begin a new stretch of the stack."""
        self.held_below += len(self.stack)
        self.marks.append(self.stack)
        self.stack = []

    def pop_mark(self) -> list[object]:
        """Take everything above the last mark."""
        if not self.marks:
            raise self.malformed("goes back to a mark that was never set")
        items, self.stack = self.stack, self.marks.pop()
        self.held_below -= len(self.stack)
        return items

    def malformed(self, what: str) -> ProblemError:
        """Return the problem of opcodes that no pickler writes."""
        return ProblemError("pickle-malformed", f"An opcode of the pickle {what}.", self.offset)

    def report(self, rule: str, offset: int, message: str, **evidence: object) -> None:
        """Record a problem and go on."""
        self.setting.report(rule, offset, message, **evidence)
