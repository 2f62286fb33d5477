"""How hard the adapter works and how long it waits, in one place. Knows no service."""

from typing import Final

import msgspec

_MIB: Final = 1024 * 1024


class CopySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of reading and copying; the defaults fit an instance with 512 MB."""

    #: Have registries import what comes from workspaces, in the place of copying it (`handover`).
    share: bool = False
    #: How long one `transfer` works before it returns what it has got done, in seconds.
    call_seconds: float = 20.0
    #: How long one call asks about a version that is being created, in seconds.
    create_seconds: float = 300.0
    #: How many requests to storage run side by side.
    parallel: int = 16
    #: Files up to this size are copied by one synchronous request (Azure's bound: 256 MiB).
    sync_limit: int = 256 * _MIB
    #: Size of one block where the storage copies block by block, in bytes.
    block: int = 64 * _MIB
    #: Size of one block where this process must carry the bytes, in bytes.
    streamed_block: int = 4 * _MIB
    #: Bytes of file content in memory at one time, for reading and for streaming.
    memory: int = 24 * _MIB
    #: Size of one range of a large file that is read, in bytes.
    read_range: int = 2 * _MIB
    #: From so many large files on, each is read by one request, side by side, instead of by ranges.
    streams: int = 4
    #: How often to look at copies that the storage is working on, in seconds.
    poll_seconds: float = 1.0
    #: Between two tries of a request that was not answered well, in seconds (three more tries).
    retry_seconds: float = 1.0
    #: How often a copy that the storage gave up is started again.
    restarts: int = 3
    #: How often to ask a registry for the replica whose ETags were approved.
    replica_tries: int = 8
