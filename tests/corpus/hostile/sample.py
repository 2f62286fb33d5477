"""One hostile sample, and helpers that put bytes together."""

import io
import struct
import tarfile
import zipfile
from typing import NamedTuple

from tests.corpus.wire import field, varint

#: Stands for an offset that depends on the library that made the sample.
SOMEWHERE = -1


class Sample(NamedTuple):
    """Files of one asset, and the finding that must come of them."""

    name: str
    files: dict[str, bytes]
    rule: str
    #: Where the finding is; empty for the first file.
    path: str = ""
    #: Byte offset of the finding; nothing where the whole file is meant, SOMEWHERE where there must be one.
    offset: int | None = None

    @property
    def place(self) -> str:
        """The path that the finding must have."""
        return self.path or next(iter(self.files))


def one(
    name: str, file: str, content: bytes, rule: str, offset: int | None = None, inside: str = ""
) -> Sample:
    """Return a sample of one file; `inside` is the member the finding is in."""
    return Sample(name, {file: content}, rule, file + inside, offset)


#: What hostile pickles call, in protocol 0: `os.getcwd()`.
CALL = b"cos\ngetcwd\n(tR."
#: The same in protocol 4: frame, names from the stack, empty tuple, REDUCE.
CALL4 = b"\x80\x04\x8c\x02os\x8c\x06getcwd\x93)R."


def short(text: str) -> bytes:
    """Return SHORT_BINUNICODE and its text."""
    raw = text.encode()
    return b"\x8c" + bytes((len(raw),)) + raw


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_STORED) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def npy(descr: str, shape: str, data: bytes) -> bytes:
    """Return an array file, format version 1."""
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def tarred(members: dict[str, bytes]) -> bytes:
    """Return a tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def gap_pickle(length: int) -> tuple[bytes, bytes]:
    """Return what lies before and behind a bytes argument of a length, in a pickle that calls behind it."""
    return b"\x80\x04\x8e" + struct.pack("<Q", length), b"0" + CALL4[2:]


__all__ = [
    "CALL",
    "CALL4",
    "SOMEWHERE",
    "Sample",
    "field",
    "gap_pickle",
    "npy",
    "one",
    "short",
    "tarred",
    "varint",
    "zipped",
]
