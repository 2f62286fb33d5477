"""An export that was touched is found out, wherever it was touched; an honest one verifies."""

import datetime as dt
import hashlib
import itertools
from collections.abc import Callable, Iterable

import msgspec
import pytest

from promotion.adapters.heads import HeadTable
from promotion.adapters.signing import LocalSigner
from promotion.domain.anchor import verified
from promotion.domain.dsse import SEAL, canonical, pae, wrap
from promotion.domain.export import Scope, Seal, SealRecord, line_of, read_line
from promotion.domain.facts import Fact, FactType, seal
from promotion.usecases.anchor import anchor
from promotion.usecases.verify_audit import Verification, Wrong
from promotion.wire.public_keys import PublicKey
from tests import trails
from tests.building import FILES, Stage


@pytest.fixture(scope="module")
def stage() -> Stage:
    stage = trails.stage()
    trails.promoted(stage, "1")
    trails.rejected(stage, "2")
    trails.promoted(stage, "3")
    trails.later(stage)
    return stage


@pytest.fixture(scope="module")
def honest(stage: Stage) -> list[bytes]:
    return trails.export(stage)


def wrongs(lines: Iterable[bytes], key: PublicKey | None) -> list[Wrong]:
    return list(Verification(verifier=key).run(lines))


def found_out(lines: Iterable[bytes], stage: Stage) -> Wrong | None:
    """Return the first thing that is wrong."""
    return next(Verification(verifier=trails.public(stage)).run(lines), None)


def test_an_honest_export_verifies(stage: Stage, honest: list[bytes]) -> None:
    verification = Verification(verifier=trails.public(stage))

    assert list(verification.run(honest)) == []
    assert verification.report.requests == 3
    assert verification.report.facts == sum(each.revision for each in trails.requests(stage))


def one_request(stage: Stage) -> list[bytes]:
    """Return an export of the oldest request: a promotion, with its statement."""
    return trails.export(stage, Scope(request=trails.requests(stage)[-1].id))


@pytest.mark.slow
def test_every_single_byte_change_is_found(stage: Stage) -> None:
    content = b"".join(one_request(stage))
    key = trails.public(stage)

    # Each byte once, by one of its bits in turn; other values of one byte differ in no way that matters.
    missed = [
        place
        for place in range(len(content))
        if not _first(
            content[:place] + bytes([content[place] ^ (1 << (place % 8))]) + content[place + 1 :],
            key,
        )
    ]

    assert len(content) > 10_000
    assert missed == []


def _first(content: bytes, key: PublicKey) -> Wrong | None:
    # Split at line feeds alone, as files are read.
    lines = [each + b"\n" for each in content.split(b"\n")]
    lines[-1:] = [lines[-1][:-1]] if lines[-1] != b"\n" else []
    return next(Verification(verifier=key).run(lines), None)


def test_every_removed_line_is_found(stage: Stage, honest: list[bytes]) -> None:
    for place in range(len(honest)):
        assert found_out([*honest[:place], *honest[place + 1 :]], stage), place


def test_every_doubled_line_is_found(stage: Stage, honest: list[bytes]) -> None:
    for place, again in itertools.product(range(len(honest)), repeat=2):
        lines = [*honest[:place], honest[again], *honest[place:]]
        assert found_out(lines, stage), (place, again)


def test_every_two_swapped_lines_are_found(stage: Stage, honest: list[bytes]) -> None:
    for first, second in itertools.combinations(range(len(honest)), 2):
        lines = list(honest)
        lines[first], lines[second] = lines[second], lines[first]
        # Two requests under one policy have one line in common.
        assert lines == honest or found_out(lines, stage), (first, second)


@pytest.mark.slow
def test_every_cut_is_found(stage: Stage) -> None:
    content = b"".join(one_request(stage))
    key = trails.public(stage)

    missed = [place for place in range(len(content)) if not _first(content[:place], key)]

    assert missed == []


def test_every_cut_between_records_is_found(stage: Stage, honest: list[bytes]) -> None:
    for place in range(len(honest)):
        assert found_out(honest[:place], stage), place


def resealed(lines: list[bytes], signer: LocalSigner | None) -> list[bytes]:
    """Return the lines with a seal that fits them, signed with whatever key there is."""
    record = read_line(lines[-1])
    assert isinstance(record, SealRecord)
    old = msgspec.json.decode(record.envelope.content, type=Seal)
    body = b"".join(lines[:-1])
    facts = [read_line(line) for line in lines[:-1]]
    only = [each for each in facts if isinstance(each, Fact)]
    new = msgspec.structs.replace(
        old,
        lines=len(lines) - 1,
        facts=len(only),
        requests=len({each.request for each in only}),
        sha256=hashlib.sha256(body).hexdigest(),
    )
    payload = canonical(new)
    signed = (signer.keyid, signer.sign(pae(SEAL, payload))) if signer else ("", b"")
    return [*lines[:-1], line_of(SealRecord(envelope=wrap(SEAL, payload, *signed)))]


def rechained(lines: list[bytes], place: int, change: Callable[[Fact], Fact]) -> list[bytes]:
    """Return the lines with one fact changed and every later one of its request sealed anew."""
    changed: list[bytes] = []
    previous, request = "", ""
    for number, line in enumerate(lines):
        record = read_line(line)
        if isinstance(record, Fact) and number == place:
            record, request = seal(change(record)), record.request
            previous = record.hash
        elif isinstance(record, Fact) and record.request == request:
            record = seal(msgspec.structs.replace(record, previous_hash=previous))
            previous = record.hash
        changed.append(line_of(record))
    return changed


def later(fact: Fact) -> Fact:
    return msgspec.structs.replace(fact, at=fact.at + dt.timedelta(microseconds=1))


def fact_lines(lines: list[bytes]) -> list[int]:
    return [n for n, line in enumerate(lines) if isinstance(read_line(line), Fact)]


def test_a_rechained_trail_is_found_at_every_fact(stage: Stage, honest: list[bytes]) -> None:
    for place in fact_lines(honest):
        assert found_out(rechained(honest, place, later), stage), place


@pytest.mark.parametrize("signer", [None, LocalSigner.generated()], ids=["unsigned", "other key"])
def test_a_rechained_trail_under_a_seal_of_somebody_else_is_found(
    stage: Stage,
    honest: list[bytes],
    signer: LocalSigner | None,
) -> None:
    for place in fact_lines(honest):
        lines = resealed(rechained(honest, place, later), signer)
        assert found_out(lines, stage), place


def test_a_request_left_out_under_a_new_seal_is_found_by_the_anchors(stage: Stage) -> None:
    # Even with the app's own key: whoever holds it cannot take back what was anchored.
    trails.later(stage)
    anchor(stage.world, whole=True)
    trails.later(stage)
    lines = trails.export(stage)
    gone = trails.requests(stage)[1].id
    kept = resealed(_without_evidence_of(gone, lines), stage.signer)

    with HeadTable() as heads:
        for each in verified(stage.anchors.lines(), trails.public(stage)):
            assert not heads.add(each.heads)
        found = list(Verification(verifier=trails.public(stage), heads=heads).run(kept))

    assert [gone in each.what for each in found] == [True]


def _without_evidence_of(request: str, lines: list[bytes]) -> list[bytes]:
    kept: list[bytes] = []
    inside = False
    for line in lines:
        record = read_line(line)
        if isinstance(record, Fact):
            inside = record.request == request
        if not inside or isinstance(record, SealRecord):
            kept.append(line)
    return kept


def test_a_trail_rewritten_with_the_apps_own_key_is_found_by_the_anchors(stage: Stage) -> None:
    trails.later(stage)
    anchor(stage.world, whole=True)
    trails.later(stage)
    lines = trails.export(stage)
    forged = resealed(rechained(lines, fact_lines(lines)[0], later), stage.signer)

    with HeadTable() as heads:
        for each in verified(stage.anchors.lines(), None):
            heads.add(each.heads)
        found = list(Verification(heads=heads).run(forged))

    assert any("anchored" in each.what for each in found)


def test_without_a_key_the_rest_is_judged_all_the_same(honest: list[bytes]) -> None:
    assert wrongs(honest, None) == []
    assert wrongs(rechained(honest, 0, later), None)


def test_files_are_compared_with_the_approved_ones(stage: Stage) -> None:
    lines = one_request(stage)
    right = {path: hashlib.sha256(content).hexdigest() for path, content in FILES.items()}
    wrong = right | {"model.pkl": "00" * 32}

    assert list(Verification(files=right).run(lines)) == []
    (found,) = Verification(files=wrong).run(lines)
    assert "'model.pkl'" in found.what
    assert list(Verification(files={**right, "more.py": "00" * 32}).run(lines))
    (missing,) = Verification(files={"MLmodel": right["MLmodel"]}).run(lines)
    assert "the file 'model.pkl', which is not there" in missing.what


def decided(fact: Fact) -> bool:
    return "verdict" in fact.data


def with_data(**changes: object) -> Callable[[Fact], Fact]:
    return lambda fact: msgspec.structs.replace(fact, data={**fact.data, **changes})


def by(**changes: str) -> Callable[[Fact], Fact]:
    def change(fact: Fact) -> Fact:
        actor = msgspec.structs.replace(fact.actor, **changes)
        return msgspec.structs.replace(fact, actor=actor)

    return change


LIES: dict[str, tuple[str, Callable[[Fact], Fact], str]] = {
    "one person twice": (FactType.DECISION_RECORDED, by(oid="oid-second"), "decided on this"),
    "an author": (FactType.DECISION_RECORDED, by(oid="oid-requester"), "made or requested"),
    "another role": (FactType.DECISION_RECORDED, with_data(roles=["Reader"]), "role"),
    "another stage": (FactType.DECISION_RECORDED, with_data(stage="security"), "role"),
    "another revision": (FactType.DECISION_RECORDED, with_data(revision=1), "revision 1"),
    "a rejection": (FactType.REQUEST_APPROVED, with_data(verdict="reject"), "rejected"),
    "no roles": (FactType.REQUEST_APPROVED, with_data(roles=None), "lacks"),
    "a lower quorum": (
        FactType.APPROVAL_REQUESTED,
        with_data(stages=[{"name": "business", "roles": ["Promotion.Approver"], "quorum": 1}]),
        "ends pending",
    ),
    "a check that failed": (
        FactType.APPROVAL_REQUESTED,
        with_data(checks=[{"name": "licence", "outcome": "failed"}]),
        "licence",
    ),
    "another route": (FactType.REQUEST_OPENED, with_data(route="other"), "make request"),
    "other files": (
        FactType.REQUEST_APPROVED,
        lambda fact: msgspec.structs.replace(fact, digest="sha256:00"),
        "other files",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_well_chained_lie_about_a_decision_is_found_by_the_rules(stage: Stage, lie: str) -> None:
    kind, change, said = LIES[lie]
    # Even if the liar held the app's own key, and nothing was anchored.
    lines = one_request(stage)
    place = next(
        number
        for number in fact_lines(lines)
        if getattr(read_line(lines[number]), "type", "") == kind
    )
    forged = resealed(rechained(lines, place, change), stage.signer)

    found = wrongs(forged, trails.public(stage))

    assert any(said in each.what for each in found), found


def test_the_first_wrong_fact_is_named_with_its_line(stage: Stage, honest: list[bytes]) -> None:
    lines = list(honest)
    lines[4] = lines[4].replace(b'"comment":""', b'"comment":"forged"')
    fact = read_line(honest[4])
    assert isinstance(fact, Fact)
    assert lines[4] != honest[4]

    first = wrongs(lines, trails.public(stage))[0]

    assert first.line == 5
    assert fact.id in first.what
