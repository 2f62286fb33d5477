"""Members of an archive that are known by their place in a layout. Knows no layout."""

import re
from typing import NamedTuple

from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.subject import Finder, Subject


class Place(NamedTuple):
    """Paths below an archive's folder, and what reads the members there."""

    pattern: re.Pattern[str]
    finder: Finder
    kind: Kind


class Layout(NamedTuple):
    """An archive's folder, with its slash, and the places in it."""

    root: str
    places: tuple[Place, ...]

    def look_into(self, member: Subject) -> bool:
        """Look at a member that has its place; return whether it has one."""
        if not member.name.startswith(self.root):
            return False
        path = member.name.removeprefix(self.root)
        for place in self.places:
            if place.pattern.fullmatch(path):
                member.examine(member, place.finder, place.kind)
                return True
        return False
