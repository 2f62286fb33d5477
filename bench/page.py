"""`python -m bench.page`: writes the measured figures into docs/performance.md, between its two marks, and its pictures.

The page's words are written by hand; its numbers come from build/bench.json alone.
"""

import sys
from collections.abc import Mapping
from typing import Final

from bench import results
from bench.__main__ import FIGURES
from bench.finding import Finding
from bench.pictures import drawn
from bench.table import number

PAGE: Final = results.ROOT / "docs" / "performance.md"
IMAGES: Final = PAGE.parent / "images"
BEGIN: Final = "<!-- figures: made by `make bench-docs`, not by hand -->"
END: Final = "<!-- end of figures -->"


def main() -> int:
    """Write the page and its pictures; exit code 0, or 2 when there are no figures."""
    found = results.read(results.ROOT / "build" / "bench.json")
    if not found:
        print("There are no figures: run `make bench` first.", file=sys.stderr)
        return 2
    ordered: dict[str, Finding] = {name: found[name] for name in FIGURES if name in found}
    PAGE.write_text(with_figures(PAGE.read_text(), ordered))
    for name, picture in drawn(ordered).items():
        (IMAGES / name).write_text(picture.svg)
    return 0


def with_figures(page: str, found: Mapping[str, Finding]) -> str:
    """Return the page with these figures between its marks.

    Raises:
        ValueError: the page lacks a mark.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE.name} needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{figures(found)}\n\n{END}{after}"


def figures(found: Mapping[str, Finding]) -> str:
    """Return pictures, the table, what each figure is measured against, and the machine, as Markdown."""
    pictures = [f"![{picture.words}](images/{name})\n" for name, picture in drawn(found).items()]
    head = [
        *pictures,
        "| figure | ours | reference | unit | ratio | goal | met |",
        "|---|---:|---:|---|---:|---|---|",
    ]
    return "\n".join([*head, *(_row(*each) for each in found.items()), "", *_told(found)])


def _row(name: str, each: Finding) -> str:
    values = (number(each.ours), number(each.reference), each.unit, number(each.ratio))
    return f"| `{name}` | {' | '.join(values)} | {each.goal} | {'yes' if each.met else '**no**'} |"


def _told(found: Mapping[str, Finding]) -> list[str]:
    lines = []
    for name, each in found.items():
        notes = " ".join(each.notes)
        details = ", ".join(f"{key} {_shown(value)}" for key, value in each.details.items())
        told = " ".join(
            filter(None, (f"{each.against}.", notes, f"({details})" if details else ""))
        )
        lines.append(f"- `{name}` ({_runs(each)}, load {each.machine.get('load_before')}): {told}")
    machine = next(iter(found.values())).machine
    kept = {key: value for key, value in machine.items() if key != "load_before"}
    missing = ", ".join(f"`{name}`" for name in FIGURES if name not in found)
    days = sorted({each.measured_at[:10] for each in found.values()})
    return [
        *lines,
        "",
        f"Measured {' and '.join(days)} on: {', '.join(f'{k} {v}' for k, v in kept.items())}.",
        *(["", f"Not measured in full in this run: {missing}."] if missing else []),
    ]


def _runs(each: Finding) -> str:
    return "1 run" if len(each.runs) == 1 else f"{len(each.runs)} runs"


def _shown(value: object) -> str:
    match value:
        case int() | float():
            return number(value)
        case dict():
            return ", ".join(f"{key} {_shown(each)}" for key, each in value.items())
        case _:
            return str(value)


if __name__ == "__main__":
    sys.exit(main())
