"""What a test may turn while the service runs: slowness, failures, short signatures, refusals.

In memory only: a restart serves normally again. Knows nothing of how the knobs are reached.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

_Times = Annotated[int, msgspec.Meta(ge=1)]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The next `times` calls whose method and path match answer `status` instead of being served.

    `path` is a regular expression searched in the path without its query.
    """

    path: str = ""
    method: str = ".*"
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 503
    times: _Times = 1
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    message: str = "A fault planned for this sandbox."

    def __post_init__(self) -> None:
        """Refuse patterns that are not regular expressions.

        Raises:
            ValueError: one is not.
        """
        _compile(self.path, self.method)


class OperationFault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The next `times` operations on assets whose id matches the expression `asset` fail."""

    asset: str = ""
    times: _Times = 1
    message: str = "An operation failure planned for this sandbox."

    def __post_init__(self) -> None:
        """Refuse a pattern that is not a regular expression.

        Raises:
            ValueError: it is not.
        """
        _compile(self.asset)


class Settings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Knobs that stay as they are set."""

    #: Seconds (not scaled) every new operation takes longer.
    operation_delay: Annotated[float, msgspec.Meta(ge=0)] = 0
    #: Seconds a poll is held while its operation runs; None: ten where time is scaled down, else 0.
    operation_hold: Annotated[float, msgspec.Meta(ge=0)] | None = None
    #: Seconds a signature lives; None: eight hours, as in Azure.
    sas_lifetime: Annotated[float, msgspec.Meta(gt=0)] | None = None
    #: `tempdatarefs` and `datarefs` answer with credential type NoCredentials.
    no_credentials: bool = False


class Knobs:
    """All knobs of one running service."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.faults: list[Fault] = []
        self.operation_faults: list[OperationFault] = []

    def change(self, changes: dict[str, Any]) -> Settings:
        """Set the named settings, leave the others.

        Raises:
            msgspec.ValidationError: an unknown name or a value out of range.
        """
        merged = {**msgspec.to_builtins(self.settings), **changes}
        self.settings = msgspec.convert(merged, Settings)
        return self.settings

    def take_fault(self, method: str, path: str) -> Fault | None:
        """Return the plan that refuses this call, counting it, or None: serve it."""
        matching = (
            fault
            for fault in self.faults
            if re.fullmatch(fault.method, method, re.IGNORECASE) and re.search(fault.path, path)
        )
        return _take(matching, self.faults)

    def take_operation_fault(self, asset_id: str) -> OperationFault | None:
        """Return the plan that fails this operation, counting it, or None: let it work."""
        matching = (f for f in self.operation_faults if re.search(f.asset, asset_id))
        return _take(matching, self.operation_faults)

    def clear(self) -> None:
        """Serve normally again."""
        self.settings = Settings()
        self.faults.clear()
        self.operation_faults.clear()


def _take[T: (Fault, OperationFault)](matching: Iterator[T], plans: list[T]) -> T | None:
    plan = next(matching, None)
    if plan is None:
        return None
    plan.times -= 1
    if plan.times == 0:
        plans.remove(plan)
    return plan


def _compile(*patterns: str) -> None:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
