"""HTTP as plain frozen values: what comes in, what goes out. Knows no server, no route, no product.

A server in front of this (the Functions worker, a test) makes a `Request` with `read` and writes a
`Response` as it is: status, headers, body.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Self
from urllib.parse import parse_qsl, urlsplit

import msgspec

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
HTML: Final = "text/html; charset=utf-8"
FORM: Final = "application/x-www-form-urlencoded"

#: Bytes of a body, unless a call takes more; the largest sensible one is a comment.
MAX_BODY: Final = 64 * 1024
_MAX_PARAMETERS: Final = 100


class Headers(Mapping[str, str]):
    """Header fields by name, whatever the case of its letters; a repeated field is joined by commas."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields: dict[str, str] = {}
        for name, value in fields:
            key = name.lower()
            self._fields[key] = f"{self._fields[key]}, {value}" if key in self._fields else value

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        # Names alone: values hold identities and tokens.
        return f"Headers({sorted(self._fields)})"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request."""

    method: str
    #: As it was sent: percent-encoded, without the query.
    path: str
    #: Each parameter's values in their order, decoded.
    query: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    headers: Headers = msgspec.field(default_factory=Headers)
    body: bytes = b""

    def with_header(self, name: str, value: str) -> Self:
        """Return the request with a header field set, whatever it was before."""
        others = [each for each in self.headers.items() if each[0] != name.lower()]
        return msgspec.structs.replace(self, headers=Headers([*others, (name, value)]))


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP response."""

    status: int
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""


def read(
    *,
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> Request:
    """Return a request from what any server has: a method, an address (absolute or not), fields, bytes.

    Never raises: what cannot be decoded in the query shows as U+FFFD, and an address that is none
    becomes a path that no route has.
    """
    try:
        parts = urlsplit(url)
        path, query = parts.path or "/", parse_query(parts.query)
    except ValueError:
        path, query = "", {}
    return Request(
        method=method.upper(),
        path=path,
        query=query,
        headers=Headers(headers),
        body=body,
    )


def parse_query(text: str) -> dict[str, tuple[str, ...]]:
    """Return a query's parameters.

    Raises:
        ValueError: more than a hundred of them.
    """
    found: dict[str, list[str]] = {}
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def media_type(request: Request) -> str:
    """Return the body's declared type without parameters, in lower case; empty when none is declared."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
