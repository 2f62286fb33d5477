"""The cost model's tables, for the terminal and for a page. Knows how numbers are written."""

from collections.abc import Sequence

from bench.cost.demand import KINDS, LIMITED, Demand, Step, total
from bench.cost.month import Line
from bench.cost.saturation import Full
from bench.table import number

type Rows = list[list[str]]


def counted(demand: Demand) -> Rows:
    """Return what a promotion asks for, the sweep's looks after it apart, and what timers do at rest."""
    after = demand.promotion[-1]
    columns = {
        "a promotion": _sums(demand.promotion[:-1]),
        after.name: _sums((after,)),
        **{f"{name} at rest": _sums((each,)) for name, each in demand.resting.items()},
    }
    kinds = ("executions", "seconds", *KINDS, *LIMITED)
    rows = [
        [kind.replace("_", " "), *(number(each.get(kind, 0)) for each in columns.values())]
        for kind in kinds
    ]
    return [["", *columns], *rows]


def _sums(steps: tuple[Step, ...]) -> dict[str, float]:
    return {**total(steps), "seconds": sum(step.seconds for step in steps)}


def bill(months: dict[int, list[Line]], currency: str) -> Rows:
    """Return the bill by kind, a column for each number of promotions."""
    head = ["a month's", *(f"{count:,} promotions" for count in months)]
    kinds = [line.kind for line in next(iter(months.values()))]
    rows = [
        [kind.replace("_", " "), *(_priced(lines[place], currency) for lines in months.values())]
        for place, kind in enumerate(kinds)
    ]
    sums = (sum(line.price for line in lines) for lines in months.values())
    return [head, *rows, ["together", *(f"{currency} {each:,.2f}" for each in sums)]]


def _priced(line: Line, currency: str) -> str:
    return f"{number(line.promotions + line.timers)}: {currency} {line.price:,.2f}"


def saturation(found: Sequence[Full]) -> Rows:
    """Return the limits in the order in which they fill."""
    head = ["limit", "allows a second", "a promotion takes", "full at promotions a month", "source"]
    return [
        head,
        *(
            [
                each.limit.name,
                number(each.limit.per_second),
                number(each.takes),
                number(each.a_month),
                each.limit.source,
            ]
            for each in found
        ),
    ]
