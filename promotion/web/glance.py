"""What a request comes down to, in a few figures: its metrics beside those in use, what travels, who asks. Pure."""

import math
from typing import Any, Final

import msgspec

from promotion.domain.orders import Order
from promotion.domain.request import Request
from promotion.domain.results import CheckResult, Outcome
from promotion.web import entries, text

#: More are no glance any more; the checks below have all of them.
_METRICS: Final = 4
_TONES: Final = {Outcome.PASSED: "good", Outcome.FAILED: "bad", Outcome.ERRORED: "warn"}


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with what it is and what to hold it against; `tone` is empty where it is no judgement."""

    label: str
    value: str
    note: str
    tone: str = ""


def glance(request: Request) -> tuple[Figure, ...]:
    """Return the figures: champions' metrics first, thresholds next; nothing before files were read.

    Of an order, which version is in use before and after.
    """
    if request.order is not None:
        return (*_in_use(request.order), _asker(request))
    if not request.digest:
        return ()
    metrics: dict[str, Figure] = {}
    for check in sorted(request.checks, key=lambda each: "champion_version" not in each.evidence):
        figure = _metric(check)
        if figure is not None:
            metrics.setdefault(figure.label, figure)
    return (*tuple(metrics.values())[:_METRICS], _files(request), _asker(request))


def _in_use(order: Order) -> tuple[Figure, Figure]:
    done = "archived" if order.archives else "taken into use"
    before, then = text.plain(order.current, 40), text.plain(order.successor, 40)
    return (
        Figure(label="In use when asked", value=before or "none", note="the highest not archived"),
        Figure(
            label="In use afterwards",
            value=then or "none",
            note=f"once it is {done}",
            tone="" if then else "bad",
        ),
    )


def _metric(check: CheckResult) -> Figure | None:
    name, value = check.evidence.get("metric"), _number(check.evidence.get("value"))
    if not isinstance(name, str) or value is None:
        return None
    note = _beside(check.evidence) or _allowed(check.evidence)
    return Figure(label=name, value=f"{value:g}", note=note, tone=_TONES[check.outcome])


def _beside(evidence: dict[str, Any]) -> str:
    if "champion_version" not in evidence:
        return ""
    champion, gain = _number(evidence.get("champion_value")), _number(evidence.get("gain"))
    if champion is None or gain is None:
        return "nothing in use to compare with"
    version = text.plain(str(evidence["champion_version"]), 20)
    if not gain:
        return f"as version {version}, in use now"
    part = _number(evidence.get("relative_gain"))
    by = f"{abs(gain):g}" if part is None else f"{abs(part):.1%}"
    return f"{by} {'better' if gain > 0 else 'worse'} than version {version} ({champion:g})"


def _allowed(evidence: dict[str, Any]) -> str:
    bounds = (("at least", evidence.get("at_least")), ("at most", evidence.get("at_most")))
    return " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)


def _files(request: Request) -> Figure:
    note = text.counted(request.files, "file")
    return Figure(label="What travels", value=text.size(request.size), note=note)


def _asker(request: Request) -> Figure:
    by = request.requested_by
    note = "a person" if by.kind == "person" else "by itself"
    return Figure(label="Asked for by", value=text.plain(entries.part(by), 40), note=note)


def _number(value: Any) -> float | None:  # noqa: ANN401 -- evidence is whatever a check wrote
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None
