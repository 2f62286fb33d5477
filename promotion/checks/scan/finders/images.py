"""Finder for pictures: whole ones, with nothing behind their end.

Facts: PNG specification 5.2 (chunks), ITU-T T.81 B.1.1 (JPEG markers), GIF89a (trailer). Pixels are not looked at.
"""

from typing import Final

from promotion.checks.scan.problems import LimitError, ProblemError, TruncatedError, unreadable
from promotion.checks.scan.sources import ends_at, exactly
from promotion.checks.scan.subject import Subject

_PNG_SIGNATURE: Final = 8
_PNG_CHUNK: Final = 12
_LARGEST: Final = 32 * 1024 * 1024
_JPEG_END: Final = b"\xff\xd9"
_GIF_END: Final = b"\x3b"


def find_png(subject: Subject) -> None:
    """Step over the chunks to the last one, which must be the end."""
    at = _PNG_SIGNATURE
    while True:
        subject.budget.spend(10)
        head = exactly(subject.source, at, 8, "a PNG chunk")
        at += _PNG_CHUNK + int.from_bytes(head[:4])
        if not head[4:8].isalpha():
            raise unreadable("A PNG chunk has no type.", at)
        if head[4:8] == b"IEND":
            break
    if not ends_at(subject.source, at):
        raise ProblemError("trailing-data", "Data follows the picture's end.", at)


def find_jpeg(subject: Subject) -> None:
    """The end marker must be at the end, and only there."""
    _find_end(subject, _JPEG_END)


def find_gif(subject: Subject) -> None:
    """The trailer must be at the end."""
    size = subject.source.size
    if subject.source.read(size - 1, 1) != _GIF_END:
        raise ProblemError("trailing-data", "The picture does not end with its trailer.", size - 1)


def _find_end(subject: Subject, mark: bytes) -> None:
    size = subject.source.size
    if size > _LARGEST:
        raise LimitError("A picture of more than 32 MiB is not judged.")
    content = subject.source.read(0, size)
    # A thumbnail inside the picture has an end marker of its own.
    at = content.rfind(mark)
    if at < 0:
        raise TruncatedError("a picture", size)
    if at + len(mark) != size:
        raise ProblemError("trailing-data", "Data follows the picture's end.", at)
