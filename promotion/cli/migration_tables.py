"""Plans and reports of migrations as tables for people. Knows how things look, not where they come from."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from rich.filesize import decimal

from promotion.cli.output import complain, say
from promotion.cli.plainly import line
from promotion.cli.tables import show_table
from promotion.domain.request import State
from promotion.usecases.migrate.surveying import Standing
from promotion.web import shapes
from promotion.web.migration_shapes import MigratedVersion, PlannedVersion

_WORDS: Final = {
    Standing.NEW: "would travel",
    Standing.ASKED: "asked for already, would travel as well",
    Standing.THERE: "there already, the same files",
    Standing.CONFLICT: "in the way: the target has other files under that version",
    Standing.ARCHIVED: "archived, left out",
    Standing.UNFIT: "cannot travel",
}
#: What is named one by one; the JSON has everything.
_NAMED: Final = 20


def show_plan(found: list[PlannedVersion]) -> None:
    """Print how many versions of each kind would travel, and what is in the way."""
    rows = []
    for standing, meaning in _WORDS.items():
        some = [each for each in found if each.standing is standing]
        if some:
            names = len({(each.asset.kind, each.asset.name) for each in some})
            rows.append((meaning, str(len(some)), str(names), _bytes(some)))
    show_table(("what", "versions", "names", "size"), rows)
    stuck = [each for each in found if each.standing in {Standing.CONFLICT, Standing.UNFIT}]
    for each in stuck[:_NAMED]:
        complain(f"{line(each.asset.id)}: {line(each.why)}")
    if len(stuck) > _NAMED:
        complain(f"... and {len(stuck) - _NAMED} more; --json names all of them.")


def show_outcome(asked: shapes.Promotion, versions: list[MigratedVersion]) -> None:
    """Print what became of each version, in counts, and every one that is not there."""
    counts = Counter(each.state.value if each.state else "not begun" for each in versions)
    moved = [each for each in versions if each.state is State.PROMOTED]
    show_table(("state", "versions"), [(state, str(n)) for state, n in counts.most_common()])
    size = decimal(sum(each.bytes for each in moved))
    say(f"{len(moved)} of {len(versions)} versions are there, {size}{_rate(asked, len(moved))}.")
    missing = [each for each in versions if each.state is not State.PROMOTED]
    for each in missing[:_NAMED]:
        why = f"{each.problem.message} {each.problem.remedy}" if each.problem else ""
        state = each.state.value if each.state else "not begun"
        complain(f"{line(each.asset.id)} is {state} ({each.request or 'no request'}). {line(why)}")
    if len(missing) > _NAMED:
        complain(f"... and {len(missing) - _NAMED} more; --json names all of them.")


def _bytes(some: Iterable[PlannedVersion]) -> str:
    known = [each.bytes for each in some if each.bytes is not None]
    return decimal(sum(known)) if known else ""


def _rate(asked: shapes.Promotion, moved: int) -> str:
    if not asked.decisions or not moved:
        return ""
    approved = max(each.at for each in asked.decisions)
    seconds = max((asked.updated_at - approved).total_seconds(), 1)
    return f", {moved / seconds:.1f} versions/s since the approval"
