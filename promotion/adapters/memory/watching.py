"""Watermarks in memory."""

from dataclasses import dataclass, field

from promotion.ports import Watermark


@dataclass
class MemoryWatermarks:
    """Watermarks by their keys."""

    kept: dict[str, Watermark] = field(default_factory=dict)

    def get(self, key: str) -> Watermark | None:
        """Return what was kept under a key."""
        return self.kept.get(key)

    def put(self, key: str, watermark: Watermark) -> None:
        """Keep it."""
        self.kept[key] = watermark
