"""`python -m bench.cost [--prices FILE] [--page]`: what promotions cost, and what saturates first.

Counts one promotion on the sandbox's parts first. Exit code 0, or 2 when the prices cannot be read.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from bench import account, local_cloud, results
from bench.child import call
from bench.cost import prices, saturation, tables
from bench.cost.demand import Demand
from bench.cost.limits import LIMITS, needs
from bench.cost.month import month
from bench.figures import operations

SAMPLE: Final = Path(__file__).parent / "prices.sample.toml"
MONTHS: Final = (100, 10_000, 1_000_000)
PAGE: Final = results.ROOT / "docs" / "performance.md"
BEGIN: Final = "<!-- costs: made by `python -m bench.cost --page`, not by hand -->"
END: Final = "<!-- end of costs -->"
_SEED: Final = 1


def main() -> int:
    """Run the command line."""
    arguments = _arguments()
    try:
        own = prices.read(arguments.prices)
    except (OSError, msgspec.DecodeError) as error:
        print(f"{arguments.prices}: {error}. Copy {SAMPLE} and change it.", file=sys.stderr)
        return 2
    found = report(counted(), own)
    if arguments.page:
        PAGE.write_text(_with(PAGE.read_text(), found))
    for title, rows in found.items():
        _show(title, rows)
    return 0


def counted() -> Demand:
    """Run the sandbox's parts and count one promotion."""
    folder = Path(tempfile.mkdtemp(prefix="cost-"))
    with local_cloud.running(folder, *operations.PARTS) as config:
        names = operations.register_two(config, "cost")
        found = call(
            "bench.cost.counting:count",
            environment=account.settings(config),
            state=config.state,
            names=names,
        )
    return msgspec.convert(found, Demand)


def report(demand: Demand, own: prices.Prices) -> dict[str, tables.Rows]:
    """Return the three tables under their titles."""
    months = {count: month(demand, count, own) for count in MONTHS}
    full = saturation.ladder(LIMITS, needs(demand.counts), seed=_SEED)
    return {
        "What one promotion asks for": tables.counted(demand),
        "What a month comes to": tables.bill(months, own.currency),
        "What is full first": tables.saturation(full),
    }


def _show(title: str, rows: tables.Rows) -> None:
    shown = Table(title=title, title_justify="left")
    for name in rows[0]:
        shown.add_column(name, justify="left" if name == rows[0][0] else "right", overflow="fold")
    for row in rows[1:]:
        shown.add_row(*row)
    Console().print(shown)


def _with(page: str, found: dict[str, tables.Rows]) -> str:
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE.name} needs the lines {BEGIN} and {END}")
    parts = [f"**{title}**\n\n{_markdown(rows)}" for title, rows in found.items()]
    return f"{before}{BEGIN}\n\n{'\n\n'.join(parts)}\n\n{END}{after}"


def _markdown(rows: tables.Rows) -> str:
    line = "|".join(("---", *("---:" for _ in rows[0][1:])))
    body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([body[0], f"|{line}|", *body[1:]])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    parser.add_argument("--prices", type=Path, default=SAMPLE, help="a TOML file of your prices")
    parser.add_argument("--page", action="store_true", help="write the tables into docs, too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
