"""The lines of an export, in one pass and in the memory of one request. Knows no single rule of a request."""

import hashlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Protocol

import msgspec

from promotion.domain.dsse import SEAL, Verifier, canonical, problem_of
from promotion.domain.export import SPEC as EXPORT_SPEC
from promotion.domain.export import EvidenceRecord, Seal, SealRecord, read_line
from promotion.domain.facts import Fact, hash_in
from promotion.domain.ordering import age_first
from promotion.domain.ready import ready
from promotion.usecases.verify_audit.judging import Judgement


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong, and on which line (counted from 1)."""

    line: int
    what: str


class Report(msgspec.Struct, kw_only=True):
    """How far a verification is, and what it saw so far."""

    lines: int = 0
    requests: int = 0
    facts: int = 0
    seal: Seal | None = None
    signed: bool = False


class Heads(Protocol):
    """What was anchored of each request: hashes of facts by request and sequence."""

    def passed(self, request: str, sequence: int, fact_hash: str) -> str:
        """Take a fact off; return the hash that was anchored when it is another one, else nothing."""
        ...

    def missing(self, request: str = "") -> str:
        """Say what was anchored (of one request, or at all) and has not passed; empty when all has."""
        ...


class NoHeads:
    """No anchors were given."""

    def passed(self, request: str, sequence: int, fact_hash: str) -> str:  # noqa: ARG002 -- the protocol's signature
        """Have nothing against it."""
        return ""

    def missing(self, request: str = "") -> str:  # noqa: ARG002 -- the protocol's signature
        """Miss nothing."""
        return ""


class Verification:
    """One pass over an export."""

    def __init__(
        self,
        *,
        verifier: Verifier | None = None,
        heads: Heads | None = None,
        files: Mapping[str, str] | None = None,
        before: tuple[Wrong, ...] = (),
    ) -> None:
        """Take what to verify against; what is not given is not judged. `before` is told first."""
        self.report = Report()
        self._verifier = verifier
        self._heads: Heads = heads or NoHeads()
        self._files = files
        self._before = before
        self._hash = hashlib.sha256()
        self._request = self._place = ""
        self._judgement: Judgement | None = None

    def run(self, lines: Iterable[bytes]) -> Iterator[Wrong]:
        """Yield everything that is wrong, in the order of the lines; nothing for an intact export."""
        yield from self._before
        for line in lines:
            self.report.lines += 1
            for what in self._take(line):
                yield Wrong(line=self.report.lines, what=what)
        if self.report.seal is None:
            what = "The export ends without its seal: something was cut off."
            yield Wrong(line=self.report.lines + 1, what=what)

    def _take(self, line: bytes) -> Iterator[str]:
        if self.report.seal is not None:
            yield "There is something after the seal."
            return
        try:
            record = read_line(line)
        except ValueError as error:
            yield f"The line cannot be read: {error}."
            return
        if isinstance(record, SealRecord):
            yield from self._seal(record)
            return
        self._hash.update(line)
        if isinstance(record, Fact):
            yield from self._fact(record, hash_in(line))
        else:
            yield from self._evidence(record)

    def _fact(self, fact: Fact, own: str) -> Iterator[str]:
        judgement = self._judgement
        if judgement is None or fact.request != self._request:
            judgement = yield from self._next(fact)
        self.report.facts += 1
        yield from judgement.fact(fact, own)
        if other := self._heads.passed(fact.request, fact.sequence, fact.hash):
            yield f"Fact {fact.id} has the hash {fact.hash}, but anchored was {other}."

    def _next(self, fact: Fact) -> Generator[str, None, Judgement]:
        yield from self._end()
        place = age_first(fact.at, fact.request)
        if place <= self._place:
            yield f"Request {fact.request} stands twice, or not in the order of an export."
        self._request, self._place = fact.request, place
        self._judgement = Judgement(self._verifier, self._files)
        self.report.requests += 1
        return self._judgement

    def _end(self) -> Iterator[str]:
        if self._judgement is None:
            return
        yield from self._judgement.end()
        if missing := self._heads.missing(self._request):
            yield missing

    def _evidence(self, record: EvidenceRecord) -> Iterator[str]:
        if self._judgement is None:
            yield "There is evidence before any fact."
            return
        yield from self._judgement.evidence(record)

    def _seal(self, record: SealRecord) -> Iterator[str]:
        yield from self._end()
        envelope = record.envelope
        if problem := problem_of(envelope, SEAL, self._verifier):
            yield f"The seal is not to be believed: {problem}."
        try:
            seal = msgspec.json.decode(envelope.content, type=ready(Seal))
            exact = canonical(seal) == envelope.content
        except ValueError as error:
            yield f"The seal cannot be read: {error}."
            return
        self.report.seal, self.report.signed = seal, bool(envelope.signatures)
        if not exact or seal.spec != EXPORT_SPEC:
            yield f"The seal is not one of {EXPORT_SPEC}."
        yield from self._counts(seal)
        if seal.scope.everything and (missing := self._heads.missing()):
            yield missing

    def _counts(self, seal: Seal) -> Iterator[str]:
        told = (seal.requests, seal.facts, seal.lines, seal.sha256)
        seen = self.report
        found = (seen.requests, seen.facts, seen.lines - 1, self._hash.hexdigest())
        if seal.damaged:
            yield f"The seal says that {seal.damaged} records could not be read, or were not whole."
        if told != found:
            yield f"The seal vouches for other lines than these: {told} is not {found}."
