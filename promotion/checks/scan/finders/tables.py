"""Finder for Parquet: a footer at both ends, and no Arrow type whose reader unpickles.

Facts: parquet-format, "File format"; pyarrow's `arrow.py_extension_type` is deserialized by pickle (CVE-2023-47248).
Columns are not looked at.
"""

import base64
from typing import Final

from promotion.checks.scan.problems import LimitError, TruncatedError, unreadable
from promotion.checks.scan.sources import exactly
from promotion.checks.scan.subject import Subject

_MAGIC: Final = b"PAR1"
_LARGEST: Final = 8 * 1024 * 1024
_UNPICKLING: Final = b"arrow.py_extension_type"
#: The schema is stored in base64, where a word looks different at each of three alignments.
_ENCODED: Final = tuple(
    base64.b64encode(b"\0" * shift + _UNPICKLING)[4 if shift else 0 : -4] for shift in range(3)
)


def find(subject: Subject) -> None:
    """Look at the footer."""
    size = subject.source.size
    tail = exactly(subject.source, max(0, size - 8), 8, "a Parquet file")
    if tail[4:] != _MAGIC:
        raise TruncatedError("a Parquet file: its footer is missing", size)
    length = int.from_bytes(tail[:4], "little")
    if length > size - 12:
        raise unreadable("The Parquet footer is longer than the file.", size - 8)
    if length > _LARGEST:
        raise LimitError("A Parquet footer of more than 8 MiB is not judged.", size - 8)
    footer = exactly(subject.source, size - 8 - length, length, "a Parquet footer")
    for sign in (_UNPICKLING, *_ENCODED):
        at = footer.find(sign)
        if at >= 0:
            subject.block(
                "active-content",
                "A column has Arrow's Python extension type, which its reader unpickles.",
                size - 8 - length + at,
            )
            return
