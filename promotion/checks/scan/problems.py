"""How a finder says that content breaks a rule. Knows no format.

ProblemError ends the reading of one file or member: it is truncated, damaged, encrypted or too large to judge.
The engine turns it into a finding that blocks. It never leaves the scan.
"""


class ProblemError(Exception):
    """Content that cannot be read on: becomes a finding under `rule`, at `offset`."""

    def __init__(
        self, rule: str, message: str, offset: int | None = None, **evidence: object
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.offset = offset
        self.evidence = evidence


class TruncatedError(ProblemError):
    """The content ends in the middle of something."""

    def __init__(self, what: str, offset: int | None = None) -> None:
        super().__init__("truncated", f"The content ends inside {what}.", offset)


class LimitError(ProblemError):
    """Judging the content takes more work than the limits allow."""

    def __init__(self, message: str, offset: int | None = None, **evidence: object) -> None:
        super().__init__("too-much-work", message, offset, **evidence)


class BombError(ProblemError):
    """Decompression yields far more than what is stored."""

    def __init__(self, message: str, offset: int | None = None, **evidence: object) -> None:
        super().__init__("archive-bomb", message, offset, **evidence)


def unreadable(what: str, offset: int | None = None, **evidence: object) -> ProblemError:
    """Return the problem of content that is not well-formed."""
    return ProblemError("unreadable", what, offset, **evidence)
