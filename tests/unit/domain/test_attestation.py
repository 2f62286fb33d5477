"""The statement of a promotion, field by field: verifiers of others read it."""

import json

from promotion.domain.attestation import statement
from promotion.domain.facts import Fact
from promotion.domain.lifecycle import decide
from tests.building import NOW, ballot, manifest, pending, person

FILE = {"sha256": "ab" * 32}
WHOLE = {"sha256": manifest().digest.removeprefix("sha256:")}


def approval() -> Fact:
    """Return the fact of an approval."""
    request = pending()
    return decide(request, ballot(request, person("approver")), now=NOW).fact


def test_a_statement_says_what_was_verified_by_which_policy_on_what_grounds() -> None:
    fact = approval()
    policy = fact.policy_hash

    said = statement(fact, manifest())

    assert json.loads(json.dumps(said)) == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": "SHA256SUMS", "digest": WHOLE},
            {"name": "MLmodel", "digest": FILE},
        ],
        "predicateType": "https://slsa.dev/verification_summary/v1",
        "predicate": {
            "verifier": {
                "id": "urn:mlpromotion:verifier",
                "version": {"mlpromotion": fact.code_version},
            },
            "timeVerified": "2026-03-01T12:00:00Z",
            "resourceUri": fact.target,
            "policy": {
                "uri": f"urn:mlpromotion:policy:{policy}",
                "digest": {"sha256": policy.removeprefix("sha256:")},
            },
            "inputAttestations": [
                {"uri": f"urn:mlpromotion:fact:{fact.id}", "digest": {"sha256": fact.hash}}
            ],
            "verificationResult": "PASSED",
            "verifiedLevels": ["MLPROMOTION_APPROVED"],
        },
    }


def test_what_travels_along_is_a_subject_of_its_own() -> None:
    said = statement(approval(), manifest(), {"azureml://environment": "sha256:" + "22" * 32})

    assert said["subject"][2:] == [
        {"name": "azureml://environment", "digest": {"sha256": "22" * 32}}
    ]
