"""Opcodes that push a literal: numbers, texts, bytes, constants.

Only short texts and whole numbers are kept as values; of the rest the kind is enough.
"""

from typing import Final

from promotion.checks.scan.pickles.machine import Handler, Machine
from promotion.checks.scan.pickles.symbols import LONGEST_TEXT, OPAQUE, TEXT, Blob

#: Longest number that is kept, in digits.
_LONGEST_NUMBER: Final = 20
#: Texts of this many bytes are looked at for credentials: shorter ones hold none, longer ones are data.
_CREDENTIALS: Final = range(16, 65_536)
#: A quoted text of opcode STRING has at least its two quotes.
_QUOTED: Final = 2


def constant(value: object) -> Handler:
    """Return a handler that pushes a value without reading anything."""

    def handler(m: Machine) -> None:
        m.stack.append(value)

    return handler


def skipped(count: int) -> Handler:
    """Return a handler that steps over a fixed argument, a float for instance."""

    def handler(m: Machine) -> None:
        m.tape.skip(count)
        m.stack.append(OPAQUE)

    return handler


def integer(width: int, *, signed: bool) -> Handler:
    """Return the handler of BININT or BININT2."""

    def handler(m: Machine) -> None:
        m.stack.append(int.from_bytes(m.tape.take(width), "little", signed=signed))

    return handler


def load_byte(m: Machine) -> None:
    """BININT1: the commonest number, without the general way's cost."""
    tape = m.tape
    if tape.i == tape.end:
        tape.fill()
    m.stack.append(tape.buf[tape.i])
    tape.i += 1


def long_integer(width: int) -> Handler:
    """Return the handler of LONG1 or LONG4: a length, then so many bytes."""

    def handler(m: Machine) -> None:
        length = int.from_bytes(m.tape.take(width), "little", signed=width > 1)
        if length < 0:
            raise m.malformed("gives a negative length")
        if length <= _LONGEST_NUMBER:
            m.stack.append(int.from_bytes(m.tape.take(length), "little", signed=True))
            return
        m.tape.skip(length)
        m.stack.append(OPAQUE)

    return handler


def text(width: int) -> Handler:
    """Return the handler of BINUNICODE and its kin: a length, then UTF-8."""

    def handler(m: Machine) -> None:
        offset = m.offset
        length = int.from_bytes(m.tape.take(width), "little")
        if length > LONGEST_TEXT:
            _long_text(m, length, offset)
            return
        content = m.tape.take(length)
        if length in _CREDENTIALS and m.setting.read_text is not None:
            m.setting.read_text(content, offset)
        try:
            m.stack.append(content.decode())
        except UnicodeDecodeError:
            m.stack.append(TEXT)

    return handler


def _long_text(m: Machine, length: int, offset: int) -> None:
    if length in _CREDENTIALS and m.setting.read_text is not None:
        m.setting.read_text(m.tape.take(length), offset)
    else:
        m.tape.skip(length)
    m.stack.append(TEXT)


def old_text(width: int) -> Handler:
    """Return the handler of BINSTRING or SHORT_BINSTRING: Python 2's str, read as ASCII."""
    inner = text(width)

    def handler(m: Machine) -> None:
        inner(m)
        value = m.stack[-1]
        if isinstance(value, str) and not value.isascii():
            m.stack[-1] = TEXT

    return handler


def blob(width: int) -> Handler:
    """Return the handler of BINBYTES and its kin: a length, then bytes that are stepped over."""

    def handler(m: Machine) -> None:
        length = int.from_bytes(m.tape.take(width), "little")
        start = m.tape.position
        m.tape.skip(length)
        m.stack.append(Blob(start, length) if length else OPAQUE)

    return handler


def load_int_line(m: Machine) -> None:
    """INT: a decimal on a line; `00` and `01` are False and True."""
    line = m.tape.line(LONGEST_TEXT)
    truth = {b"00": False, b"01": True}.get(line or b"")
    m.stack.append(_number(m, line) if truth is None else truth)


def load_long_line(m: Machine) -> None:
    """LONG: a decimal on a line, with Python 2's `L` behind it."""
    line = m.tape.line(LONGEST_TEXT)
    m.stack.append(_number(m, None if line is None else line.removesuffix(b"L")))


def _number(m: Machine, line: bytes | None) -> object:
    if line is None or len(line) > _LONGEST_NUMBER:
        return OPAQUE
    try:
        return int(line, 0)
    except ValueError as error:
        raise m.malformed("gives a number that is none") from error


def load_float_line(m: Machine) -> None:
    """FLOAT: a number on a line."""
    line = m.tape.line(LONGEST_TEXT)
    try:
        float(line or b"")
    except ValueError as error:
        raise m.malformed("gives a number that is none") from error
    m.stack.append(OPAQUE)


def load_unicode_line(m: Machine) -> None:
    """UNICODE: a text on a line, with escapes."""
    _push_line(m, m.tape.line(LONGEST_TEXT), "raw-unicode-escape")


def load_string_line(m: Machine) -> None:
    """STRING: a quoted text on a line, with Python 2's escapes."""
    line = m.tape.line(LONGEST_TEXT)
    if line is not None:
        if len(line) < _QUOTED or line[:1] != line[-1:] or line[:1] not in b"'\"":
            raise m.malformed("gives a text without quotes")
        # With escapes in it, it is not taken for a name: no pickler writes names so.
        line = None if b"\\" in line else line[1:-1]
    _push_line(m, line, "ascii")


def _push_line(m: Machine, line: bytes | None, encoding: str) -> None:
    if line is None:
        m.stack.append(TEXT)
        return
    if m.setting.read_text is not None and len(line) in _CREDENTIALS:
        m.setting.read_text(line, m.offset)
    try:
        m.stack.append(line.decode(encoding))
    except UnicodeDecodeError:
        m.stack.append(TEXT)
