"""The statement of a promotion: what it says, that others verify it, that it stays the same one."""

import json

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # exported without __all__

from promotion.domain.attestation import LISTING, PREDICATE, STATEMENT
from promotion.domain.errors import RetryableError
from promotion.domain.request import State
from promotion.usecases.promote import promote
from promotion.usecases.retry import retry
from promotion.usecases.wish import Wish
from tests import trails
from tests.building import FILES, PROD, Stage, description, model, person


@pytest.fixture
def stage() -> Stage:
    return trails.stage()


def outsiders_key(stage: Stage) -> SSlibKey:
    """Return the key as another tool reads it from the PEM."""
    key = load_pem_public_key(stage.signer.public_key.encode())
    return SSlibKey.from_crypto(key, keyid=stage.signer.keyid)


def envelope(stage: Stage, reference: str) -> Envelope:
    return Envelope.from_dict(json.loads(stage.evidence.get(reference)))


def test_an_unmodified_third_party_verifier_accepts_the_attestation(stage: Stage) -> None:
    request = trails.promoted(stage)

    signed = envelope(stage, request.attestation)

    assert signed.payload_type == "application/vnd.in-toto+json"
    assert signed.verify([outsiders_key(stage)], 1)


def test_the_third_party_verifier_refuses_another_payload(stage: Stage) -> None:
    signed = envelope(stage, trails.promoted(stage).attestation)
    signed.payload = signed.payload.replace(b"PASSED", b"FAILED")

    with pytest.raises(VerificationError):
        signed.verify([outsiders_key(stage)], 1)


def test_the_statement_names_files_policy_approval_and_target(stage: Stage) -> None:
    request = trails.promoted(stage)

    said = json.loads(envelope(stage, request.attestation).payload)

    assert (said["_type"], said["predicateType"]) == (STATEMENT, PREDICATE)
    subjects = {each["name"]: each["digest"]["sha256"] for each in said["subject"]}
    assert f"sha256:{subjects.pop(LISTING)}" == request.digest
    assert subjects.keys() == FILES.keys()
    predicate = said["predicate"]
    assert predicate["resourceUri"] == request.target.id
    assert f"sha256:{predicate['policy']['digest']['sha256']}" == request.policy_hash
    (approval,) = predicate["inputAttestations"]
    facts = {fact.hash: fact for fact in stage.requests.facts(request.id)}
    assert facts[approval["digest"]["sha256"]].type == "request.approved"
    assert predicate["verificationResult"] == "PASSED"


def test_target_copy_and_promotion_refer_to_one_statement(stage: Stage) -> None:
    request = trails.promoted(stage)

    target = stage.registries.describe(model().moved(PROD))
    there = target.properties["promotion.attestation"]
    told = [fact.data.get("attestation") for fact in stage.requests.facts(request.id)]

    assert there == request.attestation == target.tags["promotion.attestation"]
    assert [each for each in told if each] == [there, there]


def test_a_promotion_that_is_tried_again_keeps_its_statement(stage: Stage) -> None:
    # Something else is in the way at the target, until an operator puts it right.
    request = trails.approved(stage)
    stage.registries.put(description(request.target), {"other": b"content"})
    trails.later(stage)
    failed = promote(stage.world, request.id)
    assert failed.state is State.FAILED

    stage.registries.put(description(request.target), FILES)
    operator = person("operator", "Promotion.Operator")
    retry(stage.world, request.id, Wish(person=operator, reason="It is out of the way."))
    after = promote(stage.world, request.id)

    assert failed.attestation
    assert after.attestation == failed.attestation
    assert after.state is State.PROMOTED


def test_a_key_that_is_away_leaves_the_request_approved(stage: Stage) -> None:
    class Away:
        keyid = public_key = "away"

        def sign(self, message: bytes) -> bytes:  # noqa: ARG002 -- the port's signature
            raise RetryableError("Key Vault did not answer.")

    request = trails.approved(stage)
    honest, stage.signer = stage.signer, Away()  # type: ignore[assignment]  # another implementation of the port

    with pytest.raises(RetryableError):
        promote(stage.world, request.id)
    assert stage.requests.get(request.id).request.state is State.APPROVED
    assert "Key Vault" in stage.requests.progress(request.id).trouble

    stage.signer = honest
    promote(stage.world, request.id)
    assert stage.requests.get(request.id).request.attestation


def test_without_a_key_promotions_go_on_unsigned(stage: Stage) -> None:
    stage.signer = None  # type: ignore[assignment]  # a world without a key

    request = trails.promoted(stage)

    assert request.attestation == ""
    target = stage.registries.describe(model().moved(PROD))
    assert "promotion.attestation" not in target.properties | target.tags


@pytest.mark.parametrize("signed", [True, False])
def test_what_an_earlier_promotion_left_on_the_source_is_not_carried_on(
    stage: Stage, *, signed: bool
) -> None:
    earlier = {"promotion.attestation": "sha256:earlier"}
    if not signed:
        stage.signer = None  # type: ignore[assignment]  # a world without a key
    asset = stage.register(model())
    source = stage.registries.describe(asset)
    left = {**source.tags, **earlier}
    stage.registries.put(msgspec.structs.replace(source, tags=left, properties=earlier), FILES)

    request = trails.finished(stage, trails.agreed(stage, trails.asked(stage, asset)))

    target = stage.registries.describe(request.target)
    for fields in (target.tags, target.properties):
        assert fields.get("promotion.attestation", "") != "sha256:earlier"
        assert ("promotion.attestation" in fields) is signed
