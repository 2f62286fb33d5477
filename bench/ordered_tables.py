"""A table service that keeps rows ordered by their keys, as Azure's does: `python -m bench.ordered_tables`.

Azurite reads every row of a table for every query, so that its times among 100,000 requests are its own.
This one answers the calls that the app makes (get, query by ranges of keys, create, replace, upsert,
delete, transactions), over SQLite. It knows no request, checks no signature and stands in for nothing
but the order of rows: what a row or an answer looks like is what the SDK reads and writes.
"""

import json
import re
import secrets
import sqlite3
import sys
import threading
from collections.abc import Iterable, Mapping
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

type Call = tuple[str, str, Mapping[str, str], bytes]
type Answer = tuple[int, dict[str, str], bytes]

_ENTITY: Final = re.compile(r"PartitionKey='((?:[^']|'')*)',\s*RowKey='((?:[^']|'')*)'")
_TERM: Final = re.compile(r"\(*(PartitionKey|RowKey) (eq|ge|gt|le|lt) '((?:[^']|'')*)'\)*")
_SIGNS: Final = {"eq": "=", "ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
_PAGE: Final = 1000
_ETAG: Final = "odata.etag"


class Refused(Exception):  # noqa: N818 -- an answer, not a fault
    """The answer to a call that cannot be carried out."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Tables:
    """All tables of one account in one SQLite file; one call at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # The file lives as long as the bench: it need not survive a crash.
        self._rows.execute("PRAGMA journal_mode = MEMORY")
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.execute(
            "CREATE TABLE IF NOT EXISTS rows (t TEXT, p TEXT, r TEXT, etag TEXT, body TEXT,"
            " PRIMARY KEY (t, p, r))",
        )

    def fill(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write many rows at once, past every call."""
        values = (
            (table, row["PartitionKey"], row["RowKey"], 'W/"0"', json.dumps(row)) for row in rows
        )
        with self._rows:
            self._rows.execute("BEGIN")
            self._rows.executemany("INSERT OR REPLACE INTO rows VALUES (?,?,?,?,?)", values)

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    def batch(self, calls: list[Call]) -> list[Answer]:
        """Carry out writes, all of them or none."""
        with self._lock:
            self._rows.execute("BEGIN")
            try:
                done = [self._write(*call) for call in calls]
            except Refused:
                self._rows.execute("ROLLBACK")
                raise
            self._rows.execute("COMMIT")
            return done

    def read(self, target: str) -> Answer:
        """Answer a get or a query."""
        parts = urlsplit(target)
        name, _, keys = unquote(parts.path).rpartition("/")[2].partition("(")
        if found := _ENTITY.match(keys):
            return self._get(name, *(each.replace("''", "'") for each in found.groups()))
        return self._query(name, {key: value[0] for key, value in parse_qs(parts.query).items()})

    def _get(self, table: str, partition: str, key: str) -> Answer:
        with self._lock:
            row = self._find(table, partition, key)
        if row is None:
            raise Refused(404, "ResourceNotFound")
        etag, body = row
        return 200, {"ETag": etag}, json.dumps({_ETAG: etag, **json.loads(body)}).encode()

    def _query(self, table: str, query: dict[str, str]) -> Answer:
        where, values = ["t = ?"], [table]
        for column, sign, value in _TERM.findall(query.get("$filter", "")):
            where.append(f"{column[0].lower()} {_SIGNS[sign]} ?")
            values.append(value.replace("''", "'"))
        if "NextRowKey" in query:
            where.append("(p, r) >= (?, ?)")
            values += [query["NextPartitionKey"], query["NextRowKey"]]
        most = int(query.get("$top", _PAGE))
        statement = (
            f"SELECT p, r, etag, body FROM rows WHERE {' AND '.join(where)} ORDER BY p, r LIMIT ?"  # noqa: S608 -- names from the patterns above
        )
        with self._lock:
            found = self._rows.execute(statement, (*values, most + 1)).fetchall()
        headers = {}
        if len(found) > most:
            headers["x-ms-continuation-NextPartitionKey"] = found[most][0]
            headers["x-ms-continuation-NextRowKey"] = found[most][1]
        value = [{_ETAG: etag, **json.loads(body)} for _, _, etag, body in found[:most]]
        return 200, headers, json.dumps({"value": value}).encode()

    def _write(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        name, _, keys = unquote(urlsplit(target).path).rpartition("/")[2].partition("(")
        if name == "Tables":
            return self._create_table(body)
        row = json.loads(body) if body else {}
        found = _ENTITY.match(keys)
        values = found.groups() if found else (row["PartitionKey"], row["RowKey"])
        partition, key = (str(each).replace("''", "'") for each in values)
        self._require(method, headers.get("If-Match"), self._find(name, partition, key))
        place = (name, partition, key)
        if method == "DELETE":
            self._rows.execute("DELETE FROM rows WHERE t = ? AND p = ? AND r = ?", place)
            return 204, {}, b""
        etag = f'W/"{secrets.token_hex(8)}"'
        kept = json.dumps({**row, "PartitionKey": partition, "RowKey": key})
        self._rows.execute("INSERT OR REPLACE INTO rows VALUES (?,?,?,?,?)", (*place, etag, kept))
        return 204, {"ETag": etag}, b""

    def _create_table(self, body: bytes) -> Answer:
        place = ("Tables", json.loads(body)["TableName"], "")
        if self._find(*place):
            raise Refused(409, "TableAlreadyExists")
        self._rows.execute("INSERT INTO rows VALUES (?,?,?,'','')", place)
        return 204, {}, b""

    def _require(self, method: str, wanted: str | None, found: tuple[str, str] | None) -> None:
        if method == "POST" and found is not None:
            raise Refused(409, "EntityAlreadyExists")
        if wanted is not None and found is None:
            raise Refused(404, "ResourceNotFound")
        if wanted not in {None, "*"} and found is not None and found[0] != wanted:
            raise Refused(412, "UpdateConditionNotSatisfied")

    def _find(self, table: str, partition: str, key: str) -> tuple[str, str] | None:
        statement = "SELECT etag, body FROM rows WHERE t = ? AND p = ? AND r = ?"
        row: tuple[str, str] | None = self._rows.execute(
            statement, (table, partition, key)
        ).fetchone()
        return row


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    tables: Tables

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            answer = self._carried_out(body)
        except Refused as refused:
            answer = _refusal(refused)
        self._send(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 -- the library's names

    def _carried_out(self, body: bytes) -> Answer:
        if self.command == "GET":
            return self.tables.read(self.path)
        headers = dict(self.headers.items())
        if not urlsplit(self.path).path.endswith("$batch"):
            return self.tables.batch([(self.command, self.path, headers, body)])[0]
        try:
            done = self.tables.batch(_calls(headers["Content-Type"], body))
        except Refused as refused:
            done = [_refusal(refused)]
        return _multipart(done)

    def _send(self, answer: Answer) -> None:
        status, headers, body = answer
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the bench counts at the client."""


def _calls(kind: str, body: bytes) -> list[Call]:
    message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    found: list[Call] = []
    for part in message.walk():
        if part.get_content_type() == "application/http":
            content = part.get_payload(decode=True)
            head, _, rest = bytes(content if isinstance(content, bytes) else b"").partition(b"\r\n")
            method, target, _ = head.decode().split(" ", 2)
            fields, _, inner = rest.partition(b"\r\n\r\n")
            headers = dict(BytesParser().parsebytes(fields).items())
            found.append((method, target, headers, inner.strip()))
    return found


def _refusal(refused: Refused) -> Answer:
    error = {
        "odata.error": {"code": refused.code, "message": {"lang": "en", "value": refused.code}}
    }
    return refused.status, {"x-ms-error-code": refused.code}, json.dumps(error).encode()


def _multipart(done: list[Answer]) -> Answer:
    parts = []
    for status, headers, body in done:
        fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        parts.append(
            f"--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
            f"HTTP/1.1 {status} X\r\n{fields}\r\n{body.decode()}\r\n",
        )
    content = f"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{''.join(parts)}--c--\r\n--b--\r\n"
    return 202, {"Content-Type": "multipart/mixed; boundary=b"}, content.encode()


def main() -> None:
    """Serve the file and port of the command line until SIGTERM."""
    path, port = sys.argv[1:]
    _Handler.tables = Tables(Path(path))
    ThreadingHTTPServer(("127.0.0.1", int(port)), _Handler).serve_forever()


if __name__ == "__main__":
    main()
