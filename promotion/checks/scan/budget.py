"""How much work one file may still cause. Counts; knows no format and no clock.

Time is bounded by counting steps and inflated bytes, so that the same file gets the same answer on every
machine.
"""

from promotion.checks.scan.policy import Limits
from promotion.checks.scan.problems import BombError, LimitError


class Budget:
    """The work left for one file, with everything nested in it."""

    def __init__(self, limits: Limits, stored: int) -> None:
        self.limits = limits
        self.steps = 0
        self.inflated = 0
        self.members = 0
        #: Streams open now whose decompression needs tens of megabytes.
        self.heavy_streams = 0
        self._steps_allowed = limits.steps_base + stored
        self._inflate_allowed = limits.inflate_base + limits.inflate_ratio * stored

    def spend(self, steps: int) -> None:
        """Count steps of parsing.

        Raises:
            LimitError: there were more than the file's size justifies.
        """
        self.steps += steps
        if self.steps > self._steps_allowed:
            raise LimitError(
                f"Reading it takes more than {self._steps_allowed:,} steps, which its size does not justify."
            )

    def inflate(self, count: int) -> None:
        """Count bytes that came out of decompression.

        Raises:
            BombError: they are out of proportion to the file.
        """
        self.inflated += count
        if self.inflated > self._inflate_allowed:
            raise BombError(
                f"Decompressing it yields more than {self._inflate_allowed:,} bytes, "
                "out of proportion to its size."
            )

    def enter(self) -> None:
        """Count one more member of an archive.

        Raises:
            BombError: there are too many.
        """
        self.members += 1
        if self.members > self.limits.members:
            raise BombError(f"It holds more than {self.limits.members:,} members.")
