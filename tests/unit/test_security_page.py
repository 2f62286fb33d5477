"""docs/security.md: every test it names is there, so that the table cannot promise what nothing holds."""

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "security.md"
_ROW: Final = re.compile(
    r"^\| (\d+\.\d+\.\d+) \| (.+) \| `(tests/[\w/]+\.py)::(\w+)` \|$", re.ASCII
)


def rows() -> list[tuple[str, str, str]]:
    """Return the table's rows: item, file, test."""
    found = [_ROW.match(line) for line in PAGE.read_text().splitlines()]
    return [(row[1], row[3], row[4]) for row in found if row]


def missing(named: list[tuple[str, str, str]]) -> list[str]:
    """Return what is named but is not there."""
    return [
        f"{item}: {file}::{test}"
        for item, file, test in named
        if test not in functions(ROOT / file)
    ]


def functions(file: Path) -> set[str]:
    """Return the names of a file's tests; none when there is no such file."""
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text())
    return {
        each.name
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_test_that_the_page_names_is_there() -> None:
    assert missing(rows()) == []


def test_every_row_of_the_table_is_read() -> None:
    table = [line for line in PAGE.read_text().splitlines() if re.match(r"\| \d", line)]

    assert len(rows()) == len(table) > 40


def test_the_items_stand_in_their_order() -> None:
    items = [tuple(map(int, item.split("."))) for item, _, _ in rows()]

    assert items == sorted(items)


def test_a_test_that_is_not_there_would_be_told() -> None:
    gone = ("1.2.1", "tests/unit/test_security_page.py", "test_that_nobody_wrote")

    assert missing([gone]) == [f"1.2.1: {gone[1]}::{gone[2]}"]
    assert missing([("1.2.1", "tests/nowhere.py", "test_any")]) != []
