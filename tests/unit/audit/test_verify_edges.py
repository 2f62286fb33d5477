"""What is wrong with an export, said by kind: lines, evidence, seals, envelopes, single facts."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from promotion.domain.dsse import SEAL, Envelope, Signature, canonical, pae, problem_of, wrap
from promotion.domain.errors import BrokenError, DamagedError
from promotion.domain.export import EvidenceRecord, Scope, Seal, SealRecord, line_of, read_line
from promotion.domain.facts import Fact, seal
from promotion.usecases.attest import attest
from promotion.usecases.export_audit import Export
from promotion.usecases.verify_audit import Verification
from tests import trails
from tests.building import Stage


@pytest.fixture(scope="module")
def stage() -> Stage:
    stage = trails.stage()
    trails.promoted(stage)
    return stage


@pytest.fixture(scope="module")
def lines(stage: Stage) -> list[bytes]:
    return trails.export(stage)


def said(stage: Stage, lines: list[bytes]) -> str:
    """Return the first thing that is wrong; verification goes on to the end all the same."""
    found = [each.what for each in Verification(verifier=trails.public(stage)).run(lines)]
    return found[0]


def resealed(stage: Stage, lines: list[bytes], /, **changes: Any) -> list[bytes]:  # noqa: ANN401 -- a seal's fields
    """Return the lines with another seal under the app's own signature."""
    record = read_line(lines[-1])
    assert isinstance(record, SealRecord)
    old = msgspec.json.decode(record.envelope.content, type=Seal)
    return [*lines[:-1], signed(stage, canonical(msgspec.structs.replace(old, **changes)))]


def signed(stage: Stage, payload: bytes) -> bytes:
    signature = stage.signer.sign(pae(SEAL, payload))
    return line_of(SealRecord(envelope=wrap(SEAL, payload, stage.signer.keyid, signature)))


def test_a_line_in_another_form_is_refused(stage: Stage, lines: list[bytes]) -> None:
    spaced = lines[0].replace(b'"after":', b'"after": ', 1)

    assert "canonical form" in said(stage, [spaced, *lines[1:]])


def test_something_after_the_seal_is_found(stage: Stage, lines: list[bytes]) -> None:
    assert said(stage, [*lines, lines[0]]) == "There is something after the seal."


def test_evidence_without_a_fact_before_it_is_found(stage: Stage, lines: list[bytes]) -> None:
    evidence = next(line for line in lines if isinstance(read_line(line), EvidenceRecord))

    assert said(stage, [evidence, *lines]) == "There is evidence before any fact."


def test_evidence_with_other_content_is_found(stage: Stage, lines: list[bytes]) -> None:
    place = next(n for n, line in enumerate(lines) if isinstance(read_line(line), EvidenceRecord))
    record = read_line(lines[place])
    assert isinstance(record, EvidenceRecord)
    other = line_of(msgspec.structs.replace(record, content=f"{record.content} "))

    assert "is not what its reference says" in said(
        stage, [*lines[:place], other, *lines[place + 1 :]]
    )


@pytest.mark.parametrize("name", ["manifest", "policy", "attestation"])
def test_evidence_that_cannot_be_read_is_found_at_the_fact_that_names_it(name: str) -> None:
    stage = trails.stage()
    request = trails.promoted(stage)
    (kept,) = {fact.data[name] for fact in stage.requests.facts(request.id) if fact.data.get(name)}
    verification = Verification()
    nonsense = EvidenceRecord(reference=kept, content="[]")

    found = [
        wrong.what
        for line in trails.export(stage)
        for wrong in verification.run([_instead(line, nonsense)])
    ]

    assert any(f"The {name} of fact" in what and "cannot be read" in what for what in found)


def _instead(line: bytes, other: EvidenceRecord) -> bytes:
    record = read_line(line)
    same = isinstance(record, EvidenceRecord) and record.reference == other.reference
    return line_of(other) if same else line


def rewritten(lines: list[bytes], kind: str, **changes: Any) -> list[bytes]:  # noqa: ANN401 -- a fact's fields
    """Return the lines with the facts of a kind sealed anew over other fields."""
    records = [read_line(line) for line in lines]
    return [
        line_of(seal(msgspec.structs.replace(each, **changes)))
        if isinstance(each, Fact) and each.type == kind
        else line_of(each)
        for each in records
    ]


@pytest.mark.parametrize(
    ("kind", "changes", "problem"),
    [
        ("approval.requested", {"policy_hash": "sha256:00"}, "was judged under sha256:00"),
        ("approval.requested", {"digest": "sha256:00"}, "speaks of sha256:00, its manifest is"),
        ("approval.requested", {"type": "problem.reported"}, "has no approval or no manifest"),
    ],
)
def test_what_a_fact_says_is_held_against_the_evidence(
    lines: list[bytes], kind: str, changes: dict[str, str], problem: str
) -> None:
    found = [each.what for each in Verification().run(rewritten(lines, kind, **changes))]

    assert any(problem in what for what in found), found


def test_a_statement_that_somebody_else_signed_is_not_believed(lines: list[bytes]) -> None:
    verification = Verification(verifier=trails.public(trails.stage()))

    found = [each.what for each in verification.run(lines)]

    assert any(what.startswith("The attestation of fact") for what in found)


def test_a_seal_of_another_form_of_export_is_found(stage: Stage, lines: list[bytes]) -> None:
    assert "not one of" in said(stage, resealed(stage, lines, spec="mlpromotion.export/9"))


def test_a_seal_that_cannot_be_read_is_found(stage: Stage, lines: list[bytes]) -> None:
    assert "The seal cannot be read" in said(stage, [*lines[:-1], signed(stage, b"[]")])


@pytest.mark.parametrize("count", ["requests", "facts", "lines"])
def test_a_seal_that_counts_otherwise_is_found(
    stage: Stage, lines: list[bytes], count: str
) -> None:
    assert "vouches for other lines" in said(stage, resealed(stage, lines, **{count: 999}))


def test_an_export_without_a_key_verifies_until_a_key_is_asked_for() -> None:
    stage = trails.stage()
    key = trails.public(stage)
    stage.signer = None  # type: ignore[assignment]  # a world without a key
    trails.promoted(stage)
    lines = trails.export(stage)

    assert list(Verification().run(lines)) == []
    assert [wrong.what for wrong in Verification(verifier=key).run(lines)] == [
        "The seal is not to be believed: it is not signed."
    ]


def signature(text: str) -> Envelope:
    return Envelope(payload="e30=", payloadType=SEAL, signatures=(Signature(keyid="k", sig=text),))


@pytest.mark.parametrize(
    ("envelope", "problem"),
    [
        (signature("e30="), "not one of the given key"),
        (signature("e31="), "damaged"),
        (signature("e30"), "damaged"),
        (signature("\u00e9"), "damaged"),
        (msgspec.structs.replace(signature("e30="), payloadType="text/plain"), "expected was"),
        (msgspec.structs.replace(signature("e30="), signatures=()), "not signed"),
    ],
)
def test_an_envelope_says_what_is_wrong_with_it(envelope: Envelope, problem: str) -> None:
    assert problem in problem_of(envelope, SEAL, lambda *_: False)


def test_nothing_is_attested_without_an_approval_in_the_trail() -> None:
    stage = trails.stage()
    request = trails.pending(stage)

    with pytest.raises(BrokenError, match="holds no approval"):
        attest(stage.world, request)


@pytest.mark.parametrize("harm", ["a hole", "lost evidence"])
def test_an_export_tells_what_it_left_out(monkeypatch: pytest.MonkeyPatch, harm: str) -> None:
    stage = trails.stage()
    request = trails.promoted(stage)
    if harm == "a hole":
        hole = DamagedError(f"A fact of {request.id} is missing.", "Look at the table.")
        monkeypatch.setattr(stage.requests, "facts", raising(hole))
    else:
        del stage.evidence.kept[request.manifest]
    export = Export(stage.world, Scope())

    lines = list(export.write())

    (told,) = export.damaged
    assert (request.id if harm == "a hole" else request.manifest) in told
    assert export.facts == (0 if harm == "a hole" else request.revision)
    wrong = [each.what for each in Verification(verifier=trails.public(stage)).run(lines)]
    assert any("could not be read" in each for each in wrong)


def raising(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:  # noqa: ANN401 -- never returns
        raise error

    return fail
