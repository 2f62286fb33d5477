"""Anchors in memory, under the same rule as the append blob: a line goes where the last one ended."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from promotion.domain.errors import StaleError
from promotion.ports import Tip


@dataclass
class MemoryAnchors:
    """Lines in a list under a lock."""

    kept: list[bytes] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def tip(self) -> Tip:
        """Return the last line and the length of all."""
        with self._lock:
            line = self.kept[-1] if self.kept else b""
            return Tip(line=line, position=sum(map(len, self.kept)))

    def append(self, line: bytes, *, position: int) -> None:
        """Add a line where the last one ended."""
        with self._lock:
            if position != sum(map(len, self.kept)):
                raise StaleError("Somebody else anchored in between.", "Read the tip again.")
            self.kept.append(line)

    def lines(self) -> Iterator[bytes]:
        """Return every line."""
        yield from list(self.kept)
