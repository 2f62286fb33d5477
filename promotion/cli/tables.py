"""Requests as tables for people. Knows how things look, not where they come from."""

import datetime as dt
import sys
from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from promotion.cli.plainly import line
from promotion.domain.findings import Finding
from promotion.web import shapes

#: What is not a terminal (a pipe, a log) has no width to keep to.
_PIPE_WIDTH: Final = 240
_TONES: Final = {
    "pending": "yellow",
    "promoted": "green",
    "passed": "green",
    "approved": "green",
    "approve": "green",
    "refused": "red",
    "rejected": "red",
    "reject": "red",
    "failed": "red",
    "errored": "red",
    "bypassed": "red",
    "done": "green",
    "withdrawn": "yellow",
    "ok": "green",
    "warn": "yellow",
    "bad": "red",
}


def show_list(found: list[shapes.Promotion]) -> None:
    """Print requests, one a row."""
    table = _table("id", "asset", "kind", "route", "state", "asked by", "updated")
    for each in found:
        table.add_row(
            each.id,
            _text(f"{each.asset.name}:{each.asset.version}"),
            each.asset.kind.value,
            _text(each.route),
            _toned(each.state.value),
            _text(each.requested_by.name),
            moment(each.updated_at),
        )
    _console().print(table)


def show_one(found: shapes.Promotion) -> None:
    """Print everything about one request."""
    rows = [
        ("id", Text(found.id)),
        ("state", _toned(found.state.value)),
        ("asset", _text(found.asset.id)),
        ("target", _text(_arriving(found.target))),
        ("route", _text(found.route)),
        ("revision", Text(str(found.revision))),
        ("digest", _text(found.digest or "not known yet")),
        ("files", Text(f"{found.files}, {found.size} bytes")),
        ("asked by", _text(found.requested_by.name)),
        ("reason", _text(found.reason)),
        ("created", Text(moment(found.created_at))),
        ("updated", Text(moment(found.updated_at))),
    ]
    if found.order:
        rows.append(("order", _text(_ordered(found.order), "red" if found.order.emergency else "")))
    if found.problem:
        rows.append(("problem", _text(f"{found.problem.message} {found.problem.remedy}", "red")))
    facts = Table.grid(padding=(0, 2))
    for label, value in rows:
        facts.add_row(Text(label, "dim"), value)
    _console().print(facts)
    show_needed(found.dependencies)
    show_checks(found.checks)
    show_stages(found.stages)
    _decisions(found.decisions)


def show_needed(needed: list[shapes.Dependency]) -> None:
    """Print what the asset needs; nothing when it needs nothing."""
    table = _table("needs", "what becomes of it", "files", "bytes", "digest")
    for each in needed:
        way = f"{each.way.value}, its image is built anew" if each.rebuilt else each.way.value
        table.add_row(
            _text(each.asset.id), way, str(each.files), str(each.size), _text(each.digest or "")
        )
    if needed:
        _console().print(table)


def _ordered(order: shapes.Order) -> str:
    now, then = order.current or "none", order.successor or "none"
    how = ", in an emergency" if order.emergency else ""
    return f"{order.verb}{how}; in use: {now}, then: {then}"


def show_checks(checks: list[shapes.Check]) -> None:
    """Print what the checks said; nothing when there are none."""
    table = _table("check", "outcome", "summary")
    for each in checks:
        table.add_row(_text(each.name), _toned(each.outcome.value), _text(each.summary))
    if checks:
        _console().print(table)


def show_stages(stages: list[shapes.Stage]) -> None:
    """Print who must agree; nothing when there are no stages."""
    table = _table("stage", "quorum", "who", "outcome")
    for each in stages:
        named = [f"{len(each.people)} named"] if each.people else []
        who = _text(", ".join([*each.roles, *named]))
        table.add_row(_text(each.name), str(each.quorum), who, _toned(each.outcome.value))
    if stages:
        _console().print(table)


def show_table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print a table of plain texts."""
    table = _table(*columns)
    for row in rows:
        table.add_row(*(_text(cell) for cell in row))
    _console().print(table)


def show_findings(findings: list[Finding]) -> None:
    """Print findings, each with its remedy; a line that all is well when there are none."""
    table = _table("level", "what", "which", "found", "remedy")
    for each in findings:
        cells = (each.probe, each.subject, each.found, each.remedy)
        table.add_row(_toned(each.level.value), *(_text(cell) for cell in cells))
    if findings:
        _console().print(table)
    else:
        _console().print(Text("Everything is well.", "green"))


def moment(at: dt.datetime) -> str:
    """Return a time in UTC, to the second."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}Z"


def _decisions(decisions: list[shapes.Decision]) -> None:
    table = _table("decided", "stage", "by", "at", "comment")
    for each in decisions:
        table.add_row(
            _toned(each.verdict.value),
            _text(each.stage),
            _text(each.by.name),
            moment(each.at),
            _text(each.comment),
        )
    if decisions:
        _console().print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, column in enumerate(columns):
        # The first column is what one copies: never broken.
        table.add_column(column, no_wrap=number == 0, overflow="fold")
    return table


def _arriving(target: shapes.Target) -> str:
    """Return where an asset arrives, in words."""
    return target.id if target.version else f"{target.id} (version not settled yet)"


def _text(text: str, style: str = "") -> Text:
    return Text(line(text), style)


def _toned(word: str) -> Text:
    return Text(word, _TONES.get(word, ""))


def _console() -> Console:
    # Made when used: what the output is (a terminal, a pipe, a test's buffer) is known only then.
    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
