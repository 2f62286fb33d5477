"""The objects of a JSON text, one after the other, without holding the text or its values in memory.

Only keys that were asked for keep their values, and only short texts are kept whole. Strictness is shared: a
text of ordinary size is validated by msgspec, a huge one only has its brackets and keys checked. Knows no
schema.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.checks.scan.budget import Budget
from promotion.checks.scan.documents.json_tokens import TOKEN, UNFINISHED, Window
from promotion.checks.scan.problems import LimitError, TruncatedError, unreadable
from promotion.checks.scan.sources import Source
from promotion.domain.ready import ready

_SCALAR: Final = re.compile(rb"[-+.0-9eE]*|true|false|null")
#: What msgspec raises over a text that is no JSON of the form asked for; of bytes that are no UTF-8 it says so itself.
NOT_JSON: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
#: Longest key and value that are kept.
_LONGEST_KEPT: Final = 256 * 1024
_DEEPEST: Final = 500
#: Up to this size the whole text is validated.
_VALIDATED: Final = 16 * 1024 * 1024


class Kept:
    """What stands for values that are not kept."""

    OBJECT: Final = "<object>"
    ARRAY: Final = "<array>"
    OTHER: Final = "<number or constant>"


class JsonObject(msgspec.Struct):
    """One object: its wanted keys, where it begins as far as that is known, and the key it stands under."""

    offset: int | None
    under: str
    #: Texts, for keys whose value is a text.
    texts: dict[str, str]
    #: The kind of value, for wanted keys whose value is no text.
    others: dict[str, str]


class _Frame:
    """An object or array that is open."""

    __slots__ = ("is_object", "key", "state", "value")

    def __init__(self, *, is_object: bool, offset: int, under: str) -> None:
        self.is_object = is_object
        #: In an object: `key`, `colon`, `value` or `done`, whatever comes next.
        self.state = "key"
        self.key = ""
        self.value = JsonObject(offset, under, {}, {})


def objects(source: Source, budget: Budget, wanted: frozenset[str]) -> Iterator[JsonObject]:
    """Yield every object that has a wanted key, inner ones before the outer.

    Raises:
        ProblemError: the text is no JSON, or too deep or long to be judged.
    """
    reader, window = _Reader(wanted), Window(source)
    while window.fill():
        count = 0
        for found in TOKEN.finditer(window.held):
            token = found[0]
            if token == UNFINISHED or (found.end() == len(window.held) and window.may_go_on(token)):
                break
            window.used = found.end()
            count += 1
            value = reader.take(window.base + found.start(), token)
            if value is not None:
                yield value
        budget.spend(2 * count)
    if reader.depth:
        raise TruncatedError("a JSON value", None)


def validate(source: Source) -> None:
    """Check the whole text, up to the size that can be held.

    Raises:
        ProblemError: it is not valid JSON.
    """
    text = source.read(0, _VALIDATED + 1)
    if len(text) > _VALIDATED:
        return
    try:
        msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"), type=ready(msgspec.Raw))
    except NOT_JSON as error:
        raise unreadable(f"It is not valid JSON: {error}.") from error


class _Reader:
    """Follows the nesting, token by token."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted
        self._frames: list[_Frame] = []

    @property
    def depth(self) -> int:
        return len(self._frames)

    def take(self, offset: int, token: bytes) -> JsonObject | None:
        """Take one token; return an object when it closes one that has wanted keys."""
        first = token[:1]
        if first == b'"':
            self._text(token, offset)
        elif len(token) > 1 and first in b"{[":
            self._flat(token, offset)
        elif first in b"{[":
            self._open(offset, is_object=first == b"{")
        elif first in b"}]":
            return self._close(offset, is_object=first == b"}")
        elif self._frames and self._frames[-1].is_object:
            self._between(token, offset)
        return None

    def _flat(self, token: bytes, offset: int) -> None:
        """Take whole arrays or objects that hold neither texts nor others; in an object there can be one."""
        frame = self._frames[-1] if self._frames else None
        if frame is None or not frame.is_object:
            return
        self._value(Kept.OBJECT if token[:1] == b"{" else Kept.ARRAY, offset)
        if token.rstrip()[-1:] == b",":
            frame.state = "key"

    def _open(self, offset: int, *, is_object: bool) -> None:
        if len(self._frames) >= _DEEPEST:
            raise LimitError(f"The JSON text is nested deeper than {_DEEPEST} levels.", offset)
        under = ""
        if self._frames:
            under = self._frames[-1].key
            self._value(Kept.OBJECT if is_object else Kept.ARRAY, offset)
        frame = _Frame(is_object=is_object, offset=offset, under=under)
        # Objects in an array stand under the array's key.
        frame.key = "" if is_object else under
        self._frames.append(frame)

    def _close(self, offset: int, *, is_object: bool) -> JsonObject | None:
        frame = self._frames[-1] if self._frames else None
        if frame is None or frame.is_object != is_object or frame.state in {"colon", "value"}:
            raise unreadable("The JSON text closes what is not open or not complete.", offset)
        value = self._frames.pop().value
        return value if value.texts or value.others else None

    def _value(self, kind: str, offset: int) -> None:
        frame = self._frames[-1]
        if not frame.is_object:
            return
        if frame.state != "value":
            raise unreadable("A JSON object has a value without a key.", offset)
        frame.state = "done"
        if frame.key in self._wanted:
            frame.value.others[frame.key] = kind

    def _text(self, token: bytes, offset: int) -> None:
        frame = self._frames[-1] if self._frames else None
        if frame is None or not frame.is_object:
            return
        if frame.state == "key":
            frame.key = _decode(token, offset)
            frame.state = "colon"
        elif frame.state == "value":
            frame.state = "done"
            if frame.key in self._wanted:
                frame.value.texts[frame.key] = _decode(token, offset)
        else:
            raise unreadable("A JSON object lacks a colon or a comma.", offset)

    def _between(self, token: bytes, offset: int) -> None:
        """What lies between texts and brackets: a colon, a comma, numbers, constants."""
        frame = self._frames[-1]
        rest = token.strip()
        if frame.state == "colon" and rest[:1] == b":":
            frame.state = "value"
            rest = rest[1:].strip()
        if not rest:
            return
        scalar, comma, more = rest.partition(b",")
        if scalar.strip():
            self._value(Kept.OTHER, offset)
        if (
            not _SCALAR.fullmatch(scalar.strip())
            or more.strip()
            or (comma and frame.state != "done")
        ):
            raise unreadable("A JSON object has a value without a key.", offset)
        if comma:
            frame.state = "key"


def _decode(token: bytes, offset: int) -> str:
    if len(token) > _LONGEST_KEPT:
        raise LimitError("A JSON text that has to be judged is too long.", offset)
    try:
        return str(json.loads(token)) if b"\\" in token else token[1:-1].decode()
    except ValueError as error:
        raise unreadable("A JSON text is not valid.", offset) from error
