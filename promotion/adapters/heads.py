"""Anchored heads, looked up from disk: verifying against years of anchors takes no more memory than a day's.

Knows SQLite's temporary database, which spills to a file that nobody else sees.
"""

import sqlite3
from collections.abc import Iterable
from typing import Self

from promotion.domain.anchor import Head


class HeadTable:
    """What was anchored of each request, minus what has passed."""

    def __init__(self) -> None:
        """Open a temporary database; it goes when this object is closed."""
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(
            "CREATE TABLE head (request TEXT, sequence INTEGER, hash TEXT, "
            "PRIMARY KEY (request, sequence)) WITHOUT ROWID",
        )
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, heads: Iterable[Head]) -> str:
        """Add the heads of an anchor; return what is wrong when one was anchored differently before."""
        for head in heads:
            known = self._hash(head.request, head.revision)
            if known not in {"", head.hash}:
                return f"Fact {head.request}-{head.revision} is anchored with two hashes."
            row = (head.request, head.revision, head.hash)
            self._db.execute("INSERT OR IGNORE INTO head VALUES (?, ?, ?)", row)
        return ""

    def passed(self, request: str, sequence: int, fact_hash: str) -> str:
        """Take a fact off; return the hash that was anchored when it is another one."""
        known = self._hash(request, sequence)
        if known:
            where = (request, sequence)
            self._db.execute("DELETE FROM head WHERE request = ? AND sequence = ?", where)
        return "" if known in {"", fact_hash} else known

    def missing(self, request: str = "") -> str:
        """Say which anchored fact has not passed, of one request or of all."""
        where, values = ("WHERE request = ?", (request,)) if request else ("", ())
        found = self._db.execute(
            f"SELECT request, sequence FROM head {where} LIMIT 1",  # noqa: S608 -- one of two constants
            values,
        ).fetchone()
        if found is None:
            return ""
        return f"Fact {found[0]}-{found[1]} was anchored, but is not in the export."

    def _hash(self, request: str, sequence: int) -> str:
        row = self._db.execute(
            "SELECT hash FROM head WHERE request = ? AND sequence = ?", (request, sequence)
        ).fetchone()
        return str(row[0]) if row else ""
