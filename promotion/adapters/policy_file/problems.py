"""Problems of a policy file with their places, collected while it is walked. Knows no type and no rule."""

import difflib
from collections.abc import Iterable

import msgspec

from promotion.documents.nodes import Node

type Path = tuple[str | int, ...]


class Problem(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something that is wrong in the file."""

    #: Counted from 1; 0 when the file as a whole is meant.
    line: int
    column: int
    #: Where in the structure, `routes.dev-to-prod.checks[1].at_least`.
    path: str
    problem: str
    remedy: str = ""

    def told(self, name: str) -> str:
        """Return it as one line, in the form that editors and CI systems recognise."""
        where = f"{name}:{self.line}:{self.column}: " if self.line else f"{name}: "
        path = f"{self.path}: " if self.path else ""
        stop = "" if self.problem.endswith(("?", ".")) else "."
        return f"{where}{path}{self.problem}{stop} {self.remedy}".rstrip()


class Findings:
    """Collects problems, remembers where everything is, and which parts could not be understood."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._places: dict[Path, tuple[int, int]] = {}
        self._broken: list[Path] = []
        self._kept: dict[Path, list[int]] = {}

    def mark(self, path: Path, node: Node) -> None:
        """Remember where a part is."""
        self._places[path] = (node.line, node.column)

    def add(self, path: Path, node: Node, problem: str, remedy: str = "") -> None:
        """Keep a problem of the file's form at a node; the part under `path` counts as not understood."""
        self._broken.append(path)
        self.remark(path, node, problem, remedy)

    def remark(self, path: Path, node: Node, problem: str, remedy: str = "") -> None:
        """Keep a problem at a node that leaves no doubt about what the part under `path` means."""
        self.problems.append(
            Problem(
                line=node.line,
                column=node.column,
                path=written(path),
                problem=problem,
                remedy=remedy,
            ),
        )

    def keep(self, path: Path, numbers: list[int]) -> None:
        """Remember which entries of a list were understood: the value built of it holds those alone."""
        self._kept[path] = numbers

    def judge(self, path: Path, problem: str, remedy: str) -> None:
        """Keep a problem of the policy's meaning, unless it comes from a part that was not understood."""
        path = self._in_file(path)
        if any(_touch(path, broken) for broken in self._broken):
            return
        line, column = self._nearest(path)
        self.problems.append(
            Problem(
                line=line,
                column=column,
                path=written(path),
                problem=problem,
                remedy=remedy,
            ),
        )

    def _in_file(self, path: Path) -> Path:
        found: Path = ()
        for part in path:
            kept = self._kept.get(found) if isinstance(part, int) else None
            found = (*found, kept[part] if kept is not None and isinstance(part, int) else part)
        return found

    def _nearest(self, path: Path) -> tuple[int, int]:
        # A part that the file leaves out is told at the one around it.
        around = (path[:length] for length in range(len(path), -1, -1))
        return next(self._places[each] for each in around if each in self._places)


def written(path: Path) -> str:
    """Return a path as people write it, `routes.dev-to-prod.stages[0].quorum`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def choices(names: Iterable[str]) -> str:
    """Return names as a list for a sentence."""
    return ", ".join(names)


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """Return `Did you mean ...?` with the nearest name, or all names when none is near."""
    names = list(known)
    found = difflib.get_close_matches(wrong.lower(), names, 1, 0.6)
    return f"Did you mean {found[0]!r}?" if found else f"Known are: {choices(names)}."


def _touch(path: Path, broken: Path) -> bool:
    length = min(len(path), len(broken))
    return path[:length] == broken[:length]
