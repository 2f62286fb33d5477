"""The geometry of the pages' two drawings. Pure numbers and words; the templates draw them."""

import math
from collections.abc import Callable
from typing import Any, Final

import msgspec

from promotion.domain.origins import Origin, read_origin
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


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """The way from source to target, and what was before it."""

    origin: Origin | None

    gates: tuple[Gate, ...]
    #: How each stretch of the way looks, to each gate and to the target: `passed`, `moving` or nothing.
    stretches: tuple[str, ...]
    #: The whole drawing in a sentence, for who does not see it.
    description: str


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """A value on a line with the part of it that the policy likes. Places are percentages."""

    value_at: float
    liked_from: float
    liked_to: float
    #: Where the champion stands, in a comparison with the version in use now.
    champion_at: float | None = None
    value: str
    #: What the value is held against.
    against: str
    passed: bool


def way(request: Request) -> Way:
    """Return the way of a request: checks, approvals, arrival."""
    gates = (_checks(request), _approvals(request))
    last = {State.PROMOTED: "passed", State.PROMOTING: "moving"}.get(request.state, "")
    stretches = (_look(bool(request.checks)), _look(gates[0].tone == "good"), last)
    end = "It has arrived." if request.state is State.PROMOTED else "It has not arrived."
    origin = read_origin(request.came_from)
    before = f"{origin.led.capitalize()} from {origin.what} ({origin.where}). " if origin else ""
    description = (
        f"{before}From {request.asset.home.name} over {gates[0].label} and {gates[1].label} "
        f"to {request.target.home.name}. {end}"
    )
    return Way(origin=origin, gates=gates, stretches=stretches, description=description)


def scale(result: CheckResult) -> Scale | None:
    """Return the drawing for a check that holds a number against bounds or against the champion's."""
    value = _number(result.evidence.get("value"))
    if value is None:
        return None
    passed = result.outcome is Outcome.PASSED
    champion = _number(result.evidence.get("champion_value"))
    if champion is not None:
        return _beside(value, champion, result.evidence, passed=passed)
    low = _number(result.evidence.get("at_least"))
    high = _number(result.evidence.get("at_most"))
    if low is None and high is None:
        return None
    place = _line(value, low, high)
    return Scale(
        value_at=place(value),
        liked_from=0.0 if low is None else place(low),
        liked_to=100.0 if high is None else place(high),
        value=f"{value:g}",
        against=f"allowed: {_bounds(low, high)}",
        passed=passed,
    )


def _beside(value: float, champion: float, evidence: dict[str, Any], *, passed: bool) -> Scale:
    place = _line(value, champion)
    higher = evidence.get("better") != "lower"
    return Scale(
        value_at=place(value),
        liked_from=place(champion) if higher else 0.0,
        liked_to=100.0 if higher else place(champion),
        champion_at=place(champion),
        value=f"{value:g}",
        against=f"in use now: {champion:g} (version {evidence.get('champion_version')})",
        passed=passed,
    )


def _line(*numbers: float | None) -> Callable[[float], float]:
    """Return where a number lies on a line on which all of `numbers` have room, in percent."""
    known = [each for each in numbers if each is not None]
    start, end = min(known), max(known)
    room = (end - start) * _MARGIN or abs(end) * _MARGIN or 1.0
    width = end - start + 2 * room
    return lambda number: round((number - start + room) / width * 100, 2)


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
