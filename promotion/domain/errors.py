"""What can go wrong, grouped by what the reader of the error should do. Knows no technology.

PromotionError
├── RefusedError         a person must act; trying again changes nothing
│   ├── InvalidError     the input cannot be understood
│   ├── ForbiddenError   this person may not do this
│   ├── NotFoundError    there is no such request or asset
│   ├── ConflictError    the state of things does not allow it
│   └── StaleError       decided on something that has changed since
├── RetryableError       the world is not ready; the same step may succeed later
└── BrokenError          technical and final; an operator must look
    └── DamagedError     a stored record cannot be read back
"""

import datetime as dt


class PromotionError(Exception):
    """Any error that this product raises on purpose. Its text is written for the person who acts."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        """Keep what is wrong (`problem`) and what to do about it (`remedy`), whole sentences both."""
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()


class RefusedError(PromotionError):
    """A person must act; trying again changes nothing."""


class InvalidError(RefusedError):
    """The input cannot be understood."""


class ForbiddenError(RefusedError):
    """This person may not do this."""


class NotFoundError(RefusedError):
    """There is no such request or asset."""


class ConflictError(RefusedError):
    """The state of things does not allow it."""


class StaleError(RefusedError):
    """The step was decided on something that has changed since."""


class RetryableError(PromotionError):
    """The world is not ready; the same step may succeed later."""

    def __init__(
        self, problem: str, remedy: str = "", *, after: dt.timedelta | None = None
    ) -> None:
        """Keep besides how long the other side asked to wait (`after`), when it said so."""
        super().__init__(problem, remedy)
        self.after = after


class BrokenError(PromotionError):
    """Technical and final; an operator must look."""


class DamagedError(BrokenError):
    """A stored record cannot be read back."""
