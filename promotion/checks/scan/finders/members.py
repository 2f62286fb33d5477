"""Names of an archive's members: whether two of them would become the same file.

Knows names only.
"""

import unicodedata

from promotion.checks.scan.subject import Subject


class Names:
    """The names met so far in one archive."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._seen: set[str] = set()

    def add(self, name: str, offset: int) -> None:
        """Block a name that another member has already, or has on some file systems."""
        key = unicodedata.normalize("NFC", name.rstrip("/")).casefold()
        if key in self._seen:
            self._subject.block(
                "archive-duplicate",
                f"Two members are called {name[:200]!r}, and readers choose differently.",
                offset,
            )
        self._seen.add(key)
