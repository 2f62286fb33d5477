"""What was published to the custom topic, in order: append blobs of one JSON line an event.

Must not know who reads it. Each append states the position it expects, so that one with an unknown
end (the storage went away while answering) cannot mix up the order or the numbers; its publisher
is told to send again, and the event may then be there twice, as with the real service.
"""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from azure.core.exceptions import AzureError
from azure.storage.blob.aio import BlobClient

from sandbox.event_grid.events import Event
from sandbox.event_grid.storage import Storage

_PREFIX: Final = "facts/"
#: An append blob has at most 50,000 blocks, one an append.
_BLOCKS_PER_BLOB: Final = 40_000


class Published(msgspec.Struct, frozen=True):
    """One event of the topic: its number from 1 on, when it came, and the event."""

    number: int
    received_at: dt.datetime
    event: msgspec.Raw


class _Line(msgspec.Struct, frozen=True):
    blob: int
    start: int
    end: int


class FactLog:
    """The custom topic's events, numbered from 1 without gaps.

    Methods raise `azure.core.exceptions.AzureError` when the storage does not answer.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._lock = asyncio.Lock()
        self._lines: list[_Line] | None = None
        self._blob = 0
        self._size = 0

    async def append(self, events: Sequence[Event], now: dt.datetime) -> None:
        """Add the events of one request: all of them, or none."""
        if not events:
            return
        async with self._lock:
            lines = await self._index()
            encoded = [
                msgspec.json.encode(Published(number, now, event.body)) + b"\n"
                for number, event in enumerate(events, len(lines) + 1)
            ]
            try:
                blocks = await self._write(b"".join(encoded))
            except AzureError:
                self._lines = None  # unknown whether it was written: read anew
                raise
            self._add(lines, encoded)
            if blocks >= _BLOCKS_PER_BLOB:
                await self._begin(self._blob + 1)

    async def read(self, after: int, limit: int) -> list[Published]:
        """Return up to `limit` events with numbers over `after`, in order."""
        async with self._lock:
            wanted = (await self._index())[max(after, 0) :][:limit]
            texts = [
                await self._range(number, [each for each in wanted if each.blob == number])
                for number in sorted({each.blob for each in wanted})
            ]
        lines = b"".join(texts).splitlines()
        return [msgspec.json.decode(line, type=Published) for line in lines]

    async def _index(self) -> list[_Line]:
        if self._lines is None:
            names = await self._storage.names(_PREFIX)
            blobs = [await self._storage.read(name) for name in names]
            if not blobs:
                await self._begin(1)
            lines: list[_Line] = []
            for self._blob, blob in enumerate(blobs, 1):
                self._size = 0
                self._add(lines, blob.splitlines(keepends=True))
            self._lines = lines
        return self._lines

    def _add(self, lines: list[_Line], encoded: Sequence[bytes]) -> None:
        for line in encoded:
            lines.append(_Line(self._blob, self._size, self._size + len(line)))
            self._size += len(line)

    async def _begin(self, number: int) -> None:
        await self._client(number).create_append_blob()
        self._blob, self._size = number, 0

    async def _write(self, data: bytes) -> int:
        client = self._client(self._blob)
        answer: dict[str, Any] = await client.append_block(data, appendpos_condition=self._size)
        return int(answer["blob_committed_block_count"])

    async def _range(self, number: int, lines: Sequence[_Line]) -> bytes:
        start, end = lines[0].start, lines[-1].end
        stream = await self._client(number).download_blob(offset=start, length=end - start)
        return await stream.readall()

    def _client(self, number: int) -> BlobClient:
        return self._storage.state.get_blob_client(f"{_PREFIX}{number:06d}.jsonl")
