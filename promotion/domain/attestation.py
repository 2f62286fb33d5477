"""The in-toto statement of a promotion: what was verified, by which policy, on what grounds. Pure.

Statement v1 (github.com/in-toto/attestation, spec/v1) with SLSA's verification summary v1
(slsa.dev/spec/v1.1/verification_summary). Everything in it follows from the approval, so that it says
the same whenever it is made.
"""

from collections.abc import Mapping
from typing import Any, Final

from promotion.domain.facts import Fact
from promotion.domain.manifest import Manifest

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://slsa.dev/verification_summary/v1"

#: What the verifier is called; the deployment is told by the trail that the statement points to.
VERIFIER: Final = "urn:mlpromotion:verifier"
#: A result of our own: the specification keeps names that begin with SLSA_ to itself.
LEVEL: Final = "MLPROMOTION_APPROVED"
#: The subject that stands for all files: a listing as `sha256sum` writes it has the approved digest.
LISTING: Final = "SHA256SUMS"


def statement(
    approval: Fact,
    manifest: Manifest,
    along: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the statement that an approval (`request.approved`) justifies for the files of a manifest.

    `along` is what travels along, the target's id -> its digest; each is a subject of its own.
    """
    return {
        "_type": STATEMENT,
        "subject": [
            {"name": LISTING, "digest": _digest(manifest.digest)},
            *({"name": each.path, "digest": {"sha256": each.sha256}} for each in manifest.files),
            *({"name": name, "digest": _digest(digest)} for name, digest in (along or {}).items()),
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "verifier": {"id": VERIFIER, "version": {"mlpromotion": approval.code_version}},
            "timeVerified": approval.at.isoformat().replace("+00:00", "Z"),
            "resourceUri": approval.target,
            "policy": {"uri": _policy(approval), "digest": _digest(approval.policy_hash)},
            "inputAttestations": [
                {"uri": f"urn:mlpromotion:fact:{approval.id}", "digest": {"sha256": approval.hash}},
            ],
            "verificationResult": "PASSED",
            "verifiedLevels": [LEVEL],
        },
    }


def _policy(approval: Fact) -> str:
    return f"urn:mlpromotion:policy:{approval.policy_hash}"


def _digest(reference: str) -> dict[str, str]:
    return {"sha256": reference.removeprefix("sha256:")}
