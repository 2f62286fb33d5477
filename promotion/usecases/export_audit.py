"""Export trails as lines that verify without the app. Reads only; one request at a time in memory."""

import hashlib
from collections.abc import Iterator

import msgspec

from promotion.domain.dsse import SEAL, canonical, pae, wrap
from promotion.domain.errors import DamagedError, NotFoundError
from promotion.domain.export import EvidenceRecord, Record, Scope, Seal, SealRecord, line_of
from promotion.domain.export import references as referred
from promotion.domain.facts import Fact
from promotion.domain.request import Request
from promotion.domain.trail import cut_off
from promotion.ports import Query, World


class Export:
    """One export under way; its counts say how far it is."""

    def __init__(self, world: World, scope: Scope) -> None:
        self.requests = self.facts = self.lines = 0
        #: Records that could not be read; the export goes on, and its seal says how many there were.
        self.damaged: list[str] = []
        self._world = world
        self._scope = scope
        self._hash = hashlib.sha256()
        self._began = world.clock.now()

    def write(self) -> Iterator[bytes]:
        """Yield every line, the seal last.

        Raises:
            NotFoundError: the one request that was asked for does not exist.
        """
        for request in self._chosen():
            yield from map(self._counted, self._whole(request))
        yield line_of(self._sealed())

    def _chosen(self) -> Iterator[Request]:
        if self._scope.request:
            yield self._world.requests.get(self._scope.request).request
            return
        query = Query(name=self._scope.name, version=self._scope.version)
        cursor = ""
        while True:
            page = self._world.requests.page(query, cursor=cursor, limit=200)
            self.damaged += [each.problem for each in page.damaged]
            yield from filter(self._scope.holds, page.items)
            cursor = page.next_cursor
            if not cursor:
                return

    def _whole(self, request: Request) -> Iterator[Record]:
        try:
            facts = self._world.requests.facts(request.id)
        except DamagedError as error:
            self.damaged.append(str(error))
            return
        if problem := cut_off(facts, request):
            self.damaged.append(problem)
        self.requests += 1
        self.facts += len(facts)
        yield from facts
        for reference in _references(facts):
            yield from self._evidence(reference)

    def _evidence(self, reference: str) -> Iterator[EvidenceRecord]:
        try:
            content = self._world.evidence.get(reference).decode()
        except (NotFoundError, DamagedError) as error:
            self.damaged.append(str(error))
            return
        yield EvidenceRecord(reference=reference, content=content)

    def _counted(self, record: Record) -> bytes:
        line = line_of(record)
        self._hash.update(line)
        self.lines += 1
        return line

    def _sealed(self) -> SealRecord:
        seal = Seal(
            scope=self._scope,
            began=self._began,
            at=self._world.clock.now(),
            requests=self.requests,
            facts=self.facts,
            lines=self.lines,
            sha256=self._hash.hexdigest(),
            damaged=len(self.damaged) or msgspec.UNSET,
        )
        payload = canonical(seal)
        signer = self._world.signer
        if signer is None:
            return SealRecord(envelope=wrap(SEAL, payload))
        signature = signer.sign(pae(SEAL, payload))
        return SealRecord(envelope=wrap(SEAL, payload, signer.keyid, signature))


def _references(facts: tuple[Fact, ...]) -> list[str]:
    # Each once, in the order in which the facts name them.
    return list(dict.fromkeys(each for fact in facts for each in referred(fact).values() if each))
