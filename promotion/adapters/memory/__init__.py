"""Every port in memory: what tests and dry runs use instead of a cloud. Passes the same contract suites.

Nothing here survives its process, which is why `bootstrap` never builds it.
"""

from promotion.adapters.memory.keeping import (
    FixedPolicy,
    ManualClock,
    MemoryDeadLetters,
    MemoryEvidence,
    MemoryHints,
    RecordingChannel,
)
from promotion.adapters.memory.proving import MemoryAnchors
from promotion.adapters.memory.registries import MemoryRegistries
from promotion.adapters.memory.requests import MemoryRequests
from promotion.adapters.memory.reserving import MemoryReservations
from promotion.adapters.memory.watching import MemoryWatermarks

__all__ = [
    "FixedPolicy",
    "ManualClock",
    "MemoryAnchors",
    "MemoryDeadLetters",
    "MemoryEvidence",
    "MemoryHints",
    "MemoryRegistries",
    "MemoryRequests",
    "MemoryReservations",
    "MemoryWatermarks",
    "RecordingChannel",
]
