"""What there is to do for one file, and what all files of one call share. Knows no way of copying."""

import time
from concurrent.futures import ThreadPoolExecutor

import msgspec

from promotion.adapters.azureml.buffers import Buffers
from promotion.adapters.azureml.receipts import Receipt
from promotion.adapters.azureml.settings import CopySettings
from promotion.adapters.azureml.store import Blob, Store


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One file to bring from one store to another."""

    source: Store
    blob: Blob
    target: Store
    name: str
    #: ETag of what lies at the target and is to be replaced; empty: nothing is there.
    leftover: str
    receipt: Receipt


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What the ways share during one call."""

    settings: CopySettings
    #: Threads for blocks; files have threads of their own.
    blocks: ThreadPoolExecutor
    #: Threads for blocks that pass through this process: one for each buffer, as each costs memory.
    carriers: ThreadPoolExecutor
    #: Each large enough for a block of the largest file.
    buffers: Buffers
    #: Monotonic time after which no new file and no new block is begun.
    deadline: float

    def left(self) -> float:
        """Return the seconds in which new work may begin; zero when there are none."""
        return max(self.deadline - time.monotonic(), 0.0)
