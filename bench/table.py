"""The figures as a table on the terminal. Knows how numbers are written, not what they mean."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from bench.finding import Finding


def show(found: Mapping[str, Finding]) -> None:
    """Print one row a figure, and the machine."""
    table = Table(title="Ours beside what a user would do instead", title_justify="left")
    for column in ("figure", "ours", "reference", "unit", "ratio", "goal", "met"):
        right = column in {"ours", "reference", "ratio"}
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    for name, each in found.items():
        met = "[green]yes[/green]" if each.met else "[red]no[/red]"
        table.add_row(
            *(name, number(each.ours), number(each.reference), each.unit),
            *(number(each.ratio), each.goal, met),
        )
    console = Console()
    console.print(table)
    if found:
        machine = next(iter(found.values())).machine
        console.print(", ".join(f"{key} {value}" for key, value in machine.items()))


def number(value: float | None) -> str:
    """Return a number with three digits that count; a dash for none."""
    if value is None:
        return "-"
    if value == int(value) and abs(value) < 1e6:  # noqa: PLR2004 -- whole numbers stay whole
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"  # noqa: PLR2004 -- three digits
