"""Which kind a content is, by its first bytes and, where those do not tell, by its structure.

Knows what formats begin with, not what is dangerous in them. A name is only asked for what has no mark of its
own: protobuf files.
"""

import codecs
import re
from collections.abc import Callable
from typing import Final

from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.names import extension
from promotion.checks.scan.sources import Source

#: Enough for a tar header.
HEAD: Final = 1024

_MAGIC: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"PK\x07\x08", Kind.ZIP),
    (b"\x93NUMPY", Kind.NPY),
    (b"\x89HDF\r\n\x1a\n", Kind.HDF5),
    (b"GGUF", Kind.GGUF),
    (b"\x1f\x8b", Kind.GZIP),
    (b"\xfd7zXZ\x00", Kind.XZ),
    (b"\x04\x22\x4d\x18", Kind.LZ4),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"PAR1", Kind.PARQUET),
    (b"CBM1", Kind.CATBOOST),
    # Programs: ELF, Mach-O and Java, PE, WebAssembly, LLVM, static libraries, Dalvik.
    (b"\x7fELF", Kind.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", Kind.EXECUTABLE),
    (b"\xbe\xba\xfe\xca", Kind.EXECUTABLE),
    (b"\xfe\xed\xfa\xce", Kind.EXECUTABLE),
    (b"\xfe\xed\xfa\xcf", Kind.EXECUTABLE),
    (b"\xce\xfa\xed\xfe", Kind.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", Kind.EXECUTABLE),
    (b"\x00asm", Kind.EXECUTABLE),
    (b"BC\xc0\xde", Kind.EXECUTABLE),
    (b"!<arch>\n", Kind.EXECUTABLE),
    (b"dex\n", Kind.EXECUTABLE),
    # Containers that are not opened: 7z, rar, zstd, lz4 legacy, lzip, cab, OLE, PDF, rpm, xar, SQLite, Arrow.
    (b"7z\xbc\xaf\x27\x1c", Kind.UNSUPPORTED),
    (b"Rar!\x1a\x07", Kind.UNSUPPORTED),
    (b"\x28\xb5\x2f\xfd", Kind.UNSUPPORTED),
    (b"\x02\x21\x4c\x18", Kind.UNSUPPORTED),
    (b"LZIP", Kind.UNSUPPORTED),
    (b"MSCF", Kind.UNSUPPORTED),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.UNSUPPORTED),
    (b"%PDF", Kind.UNSUPPORTED),
    (b"\xed\xab\xee\xdb", Kind.UNSUPPORTED),
    (b"xar!", Kind.UNSUPPORTED),
    (b"SQLite format 3\x00", Kind.UNSUPPORTED),
    (b"ARROW1", Kind.UNSUPPORTED),
)

_PROTOBUF: Final = {
    "onnx": Kind.ONNX,
    "saved_model.pb": Kind.SAVED_MODEL,
    "keras_metadata.pb": Kind.KERAS_METADATA,
    "fingerprint.pb": Kind.FINGERPRINT,
    "pb": Kind.GRAPH,
    # Tokenizers' usual names.
    "tokenizer.model": Kind.SENTENCEPIECE,
    "spiece.model": Kind.SENTENCEPIECE,
    "source.spm": Kind.SENTENCEPIECE,
    "target.spm": Kind.SENTENCEPIECE,
    "sentencepiece.bpe.model": Kind.SENTENCEPIECE,
}

#: Last eight bytes of a LevelDB table, which TensorFlow's checkpoint index is.
_TABLE_MAGIC: Final = bytes.fromhex("57fb808b247547db")

_PROTO: Final = b"\x80"
_PROTOCOLS: Final = frozenset(bytes((version,)) for version in range(6))
#: Python's compiled files: a version's two bytes, then these.
_BYTECODE: Final = b"\r\n"
#: Deflate with any window, any level, no dictionary: RFC 1950, section 2.2.
_ZLIB: Final = frozenset(
    bytes((method, flags))
    for method in range(0x08, 0x80, 0x10)
    for flags in range(256)
    if (method * 256 + flags) % 31 == 0
)
_LZMA_HEADER: Final = 13
#: Level, then the mark of a block or of the stream's end.
_BZIP2: Final = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_JSON_OBJECT: Final = re.compile(rb"\s*\{\s*[\"}]")
_JSON_NAMES: Final = {"json", "ipynb", "jsonl", "ndjson"}
_YAML_NAMES: Final = {"yaml", "yml"}
_TAR_BLOCK: Final = 512
_TABLE_FOOTER: Final = 48
_CONTROLS_ALLOWED: Final = frozenset("\t\n\r\f")
_SAFETENSORS_HEADER: Final = 100_000_000


def sniff(source: Source, base: str) -> Kind:
    """Return the kind of a content whose name ends with `base`."""
    head = source.read(0, HEAD)
    if not head:
        return Kind.EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return _by_structure(source, head, base)


def _by_structure(source: Source, head: bytes, base: str) -> Kind:
    for begins, kind in _BEGINNINGS:
        if begins(head):
            return kind
    if _is_safetensors(source, head):
        return Kind.SAFETENSORS
    return _by_name_or_text(source, head, base)


def _by_name_or_text(source: Source, head: bytes, base: str) -> Kind:
    protobuf = _PROTOBUF.get(base) or _PROTOBUF.get(extension(base))
    if protobuf is not None and not (protobuf is Kind.SENTENCEPIECE and looks_like_text(head)):
        return protobuf
    if _is_ubjson(head):
        return Kind.UBJSON
    if extension(base) == "index" and _ends_like_a_table(source):
        return Kind.CHECKPOINT_INDEX
    if looks_like_text(head):
        return Kind.JSON if _begins_json(head, base) else Kind.TEXT
    return Kind.UNKNOWN


def looks_like_text(head: bytes) -> bool:
    """Whether bytes are UTF-8 without control characters, a character cut off at the end forgiven."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(head.removeprefix(codecs.BOM_UTF8))
    except UnicodeDecodeError:
        return False
    return not any((c < " " and c not in _CONTROLS_ALLOWED) or c == "\x7f" for c in text)


def _is_tar(head: bytes) -> bool:
    """A tar header's checksum is the sum of its bytes, the checksum itself taken for spaces."""
    header = head[:_TAR_BLOCK]
    if len(header) < _TAR_BLOCK:
        return False
    try:
        written = int(header[148:156].rstrip(b"\x00 ").strip() or b"-", 8)
    except ValueError:
        return header[257:262] == b"ustar"
    return written == sum(header[:148]) + 8 * 32 + sum(header[156:])


def _is_pickle(head: bytes) -> bool:
    """PROTO and a version; protocols 0 and 1 have no mark."""
    return head[:1] == _PROTO and head[1:2] in _PROTOCOLS


def _is_zlib(head: bytes) -> bool:
    # Text can begin with these two bytes ("x^"), compressed data cannot be text for long.
    return head[:2] in _ZLIB and not looks_like_text(head)


def _is_bytecode(head: bytes) -> bool:
    return head[2:4] == _BYTECODE and not looks_like_text(head)


def _is_windows_program(head: bytes) -> bool:
    return head.startswith(b"MZ") and not looks_like_text(head)


def _is_bzip2(head: bytes) -> bool:
    return _BZIP2.match(head) is not None


def _is_lzma(head: bytes) -> bool:
    """The usual properties byte and a dictionary of at least 64 KiB, as lzma's own tools write them."""
    return head.startswith(b"\x5d\x00\x00") and len(head) > _LZMA_HEADER


_BEGINNINGS: Final[tuple[tuple[Callable[[bytes], bool], Kind], ...]] = (
    (_is_pickle, Kind.PICKLE),
    (_is_tar, Kind.TAR),
    (_is_zlib, Kind.ZLIB),
    (_is_bzip2, Kind.BZIP2),
    (_is_lzma, Kind.LZMA),
    (_is_bytecode, Kind.BYTECODE),
    (_is_windows_program, Kind.EXECUTABLE),
)


def _is_safetensors(source: Source, head: bytes) -> bool:
    length = int.from_bytes(head[:8], "little")
    fits = source.known_size is None or length + 8 <= source.known_size
    return head[8:9] == b"{" and length <= _SAFETENSORS_HEADER and fits


def _is_ubjson(head: bytes) -> bool:
    """An object whose first key has a length marker; JSON has a quote, a brace or a space there."""
    return head[:1] == b"{" and head[1:2] in {b"i", b"U", b"I", b"l", b"L", b"$", b"#"}


def _begins_json(head: bytes, base: str) -> bool:
    if base == "mlmodel" or extension(base) in _YAML_NAMES:
        # JSON is YAML too, and what reads these files looks for other things in it.
        return False
    start = head.removeprefix(codecs.BOM_UTF8)
    return extension(base) in _JSON_NAMES or _JSON_OBJECT.match(start) is not None


def _ends_like_a_table(source: Source) -> bool:
    return source.size > _TABLE_FOOTER and source.read(source.size - 8, 8) == _TABLE_MAGIC
