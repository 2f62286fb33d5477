"""What the app and a check's process say to each other: frames of MessagePack over pipes. Knows no process."""

import datetime as dt
import struct
from typing import IO, Any, Final, Literal

import msgspec

from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.evidence import Submission
from promotion.domain.manifest import Manifest
from promotion.domain.ready import ready
from promotion.domain.results import CheckResult, TargetVersion

_LENGTH: Final = struct.Struct(">I")
#: Longest frame: the longest range that one read may ask for, and some room.
MAX_READ: Final = 16 * 1024 * 1024
MAX_FRAME: Final = MAX_READ + 1024 * 1024

type Which = Literal["asset", "champion"]


class Task(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What to run, and everything of the snapshot that is not a file."""

    function: str
    settings: dict[str, Any]
    asset: AssetDescription
    manifest: Manifest
    target: AssetRef
    target_versions: tuple[TargetVersion, ...]
    now: dt.datetime
    submissions: tuple[Submission, ...]


class Content(msgspec.Struct, frozen=True, tag=True):
    """Bytes that were asked for."""

    content: bytes


class Paths(msgspec.Struct, frozen=True, tag=True):
    """Paths that were asked for."""

    paths: tuple[str, ...]


class Size(msgspec.Struct, frozen=True, tag=True):
    """The size that was asked for."""

    size: int


class Refusal(msgspec.Struct, frozen=True, tag=True):
    """What was asked for cannot be had."""

    problem: str


class Read(msgspec.Struct, frozen=True, tag=True):
    """Asks for a range of a file."""

    which: Which
    path: str
    offset: int
    length: int


class Look(msgspec.Struct, frozen=True, tag=True):
    """Asks for a file's size."""

    which: Which
    path: str


class Listing(msgspec.Struct, frozen=True, tag=True):
    """Asks for all paths."""

    which: Which


class Done(msgspec.Struct, frozen=True, tag=True):
    """The check's answer."""

    result: CheckResult


class Broke(msgspec.Struct, frozen=True, tag=True):
    """The check could not answer."""

    problem: str


type FromChild = Read | Look | Listing | Done | Broke
type FromApp = Task | Content | Paths | Size | Refusal


class BrokenPipeFrameError(Exception):
    """The other side ended, or said something that is not a frame."""


def send(pipe: IO[bytes], message: msgspec.Struct) -> None:
    """Write a message.

    Raises:
        OSError: the other side has ended.
    """
    content = msgspec.msgpack.encode(message)
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def receive(pipe: IO[bytes], kind: Any) -> Any:  # noqa: ANN401 -- one of the two unions above
    """Return the next message.

    Raises:
        BrokenPipeFrameError: there is none, or it is not one.
    """
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    if length > MAX_FRAME:
        raise BrokenPipeFrameError(f"it sent a message of {length:,} bytes")
    try:
        return msgspec.msgpack.decode(_exactly(pipe, length), type=ready(kind))
    except msgspec.MsgspecError as error:
        raise BrokenPipeFrameError(f"it sent a message that cannot be read: {error}") from error


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        piece = pipe.read(length - len(content))
        if not piece:
            raise BrokenPipeFrameError("it ended without an answer")
        content += piece
    return bytes(content)
