"""Sign what was approved, before it is copied: one statement per approval, kept as evidence.

The reference is stored with the transition that begins the copy. A crash before that leaves an envelope
that nothing refers to; after it, every repetition finds the same one.
"""

import msgspec

from promotion.domain.attestation import statement
from promotion.domain.dsse import IN_TOTO, canonical, pae, wrap
from promotion.domain.errors import BrokenError
from promotion.domain.facts import Fact, FactType
from promotion.domain.manifest import Manifest
from promotion.domain.ready import ready
from promotion.domain.request import Request
from promotion.ports import World


def attest(world: World, request: Request) -> str:
    """Return the reference of the signed statement about an approved request; empty without a key.

    Raises:
        RetryableError: the key or the storage is not available now.
        BrokenError: the manifest or the approval's fact is not what the request says.
    """
    if request.attestation or world.signer is None:
        return request.attestation
    along = {each.target.id: each.digest for each in request.dependencies if each.travels}
    said = statement(_approval(world, request), approved_manifest(world, request), along)
    payload = canonical(said)
    signature = world.signer.sign(pae(IN_TOTO, payload))
    envelope = wrap(IN_TOTO, payload, world.signer.keyid, signature)
    return world.evidence.put(canonical(envelope))


def approved_manifest(world: World, request: Request) -> Manifest:
    """Return the manifest that was approved.

    Raises:
        BrokenError: what is kept is not what was approved.
    """
    content = world.evidence.get(request.manifest)
    manifest = msgspec.json.decode(content, type=ready(Manifest))
    if manifest.digest != request.digest:
        raise BrokenError(
            f"The kept manifest has the digest {manifest.digest}, approved was {request.digest}.",
            "Nothing was copied. Have an operator look at the evidence container.",
        )
    return manifest


def _approval(world: World, request: Request) -> Fact:
    for fact in reversed(world.requests.facts(request.id)):
        if fact.type == FactType.REQUEST_APPROVED:
            return fact
    raise BrokenError(
        f"The trail of request {request.id} holds no approval.",
        "Nothing was copied. Export the trail and have an operator look at it.",
    )
