"""The geometry of the pages' two drawings. Pure numbers and words; the templates draw them."""

import math
from typing import Any, Final

import msgspec

from promotion.domain.request import Request, State
from promotion.domain.results import CheckResult, Outcome
from promotion.usecases.options import approvals_missing

#: The share of the width left free at both ends of a scale.
_MARGIN: Final = 0.18


class Gate(msgspec.Struct, frozen=True):
    """One condition on the way: its words, its tone, its icon."""

    label: str
    tone: str
    icon: str


class Way(msgspec.Struct, frozen=True):
    """The way from source to target."""

    gates: tuple[Gate, ...]
    #: How each stretch of the way looks, to each gate and to the target: `passed`, `moving` or nothing.
    stretches: tuple[str, ...]
    #: The whole drawing in a sentence, for who does not see it.
    description: str


class Scale(msgspec.Struct, frozen=True):
    """A value on a line with the part of it that the policy allows. Places are percentages."""

    value_at: float
    allowed_from: float
    allowed_to: float
    value: str
    bounds: str
    within: bool


def way(request: Request) -> Way:
    """Return the way of a request: checks, approvals, arrival."""
    gates = (_checks(request), _approvals(request))
    last = {State.PROMOTED: "passed", State.PROMOTING: "moving"}.get(request.state, "")
    stretches = (_look(bool(request.checks)), _look(gates[0].tone == "good"), last)
    end = "It has arrived." if request.state is State.PROMOTED else "It has not arrived."
    description = (
        f"From {request.asset.home.name} over {gates[0].label} and {gates[1].label} "
        f"to {request.target.home.name}. {end}"
    )
    return Way(gates=gates, stretches=stretches, description=description)


def scale(result: CheckResult) -> Scale | None:
    """Return the drawing for a check whose evidence is a number and its bounds; none for other checks."""
    value = _number(result.evidence.get("value"))
    low = _number(result.evidence.get("at_least"))
    high = _number(result.evidence.get("at_most"))
    if value is None or (low is None and high is None):
        return None
    known = [each for each in (value, low, high) if each is not None]
    start, end = min(known), max(known)
    room = (end - start) * _MARGIN or abs(end) * _MARGIN or 1.0
    start, width = start - room, end - start + 2 * room

    def place(number: float) -> float:
        return round((number - start) / width * 100, 2)

    return Scale(
        value_at=place(value),
        allowed_from=0.0 if low is None else place(low),
        allowed_to=100.0 if high is None else place(high),
        value=f"{value:g}",
        bounds=_bounds(low, high),
        within=result.outcome is Outcome.PASSED,
    )


def _look(passed: bool) -> str:  # noqa: FBT001 -- the one thing it is about
    return "passed" if passed else ""


def _checks(request: Request) -> Gate:
    passed = sum(result.outcome is Outcome.PASSED for result in request.checks)
    if not request.checks:
        return Gate("checks to come", "still", "clock")
    label = f"{passed} of {len(request.checks)} checks passed"
    if passed == len(request.checks):
        return Gate(label, "good", "check")
    return Gate(label, "bad", "cross")


def _approvals(request: Request) -> Gate:
    if request.state is State.REJECTED:
        return Gate("rejected", "bad", "cross")
    wanted = sum(stage.quorum for stage in request.stages)
    if not wanted:
        return Gate("approval to come", "still", "hand")
    given = wanted - approvals_missing(request)
    label = f"{given} of {wanted} approvals"
    if given == wanted:
        return Gate(label, "good", "check")
    return Gate(label, "warn" if request.state is State.PENDING else "still", "hand")


def _bounds(low: float | None, high: float | None) -> str:
    words = (("at least", low), ("at most", high))
    return " and ".join(f"{word} {number:g}" for word, number in words if number is not None)


def _number(value: Any) -> float | None:  # noqa: ANN401 -- evidence is whatever a check wrote
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None
