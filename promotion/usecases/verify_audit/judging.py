"""One request of an export: chain, decisions, evidence, statement, files. Knows no line and no seal."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from promotion.domain.attestation import statement
from promotion.domain.dependencies import Along, Way, digest_of
from promotion.domain.dsse import IN_TOTO, Envelope, Verifier, canonical, problem_of
from promotion.domain.errors import PromotionError
from promotion.domain.export import EvidenceRecord, references
from promotion.domain.facts import Fact
from promotion.domain.manifest import Manifest
from promotion.domain.orders import Verb
from promotion.domain.policy import StageSpec
from promotion.domain.ready import ready
from promotion.domain.replay import Replay
from promotion.domain.trail import Chain


class Judgement:
    """What one request's records say, taken one after the other."""

    def __init__(self, verifier: Verifier | None, files: Mapping[str, str] | None) -> None:
        """Take the key that must have signed, and the files that must be those of the manifest.

        Args:
            verifier: judges signatures; none means that they are not judged.
            files: path to SHA-256 of the files to compare; none means that they are not compared.
        """
        self._verifier = verifier
        self._files = files
        self._chain = Chain()
        self._replay = Replay()
        #: Reference -> (what it is, the fact that names it first), in the order in which they are named.
        self._wanted: dict[str, tuple[str, Fact]] = {}
        self._kept: dict[str, str] = {}
        self._along: tuple[Along, ...] = ()

    def fact(self, fact: Fact, own: str) -> Iterator[str]:
        """Take a fact and the hash of its content; yield what is wrong with it."""
        if self._kept:
            yield f"Fact {fact.id} comes after the evidence of its request."
        yield from self._chain.follow(fact, own)
        yield from self._replay.follow(fact)
        yield from self._closure(fact)
        for kind, reference in references(fact).items():
            self._wanted.setdefault(reference, (kind, fact))

    def evidence(self, record: EvidenceRecord) -> Iterator[str]:
        """Take evidence; yield what is wrong with it."""
        missing = list(self._wanted)[len(self._kept) :]
        if record.reference not in missing[:1]:
            yield f"Evidence {record.reference} is not what the facts before it refer to next."
            return
        digest = hashlib.sha256(record.content.encode()).hexdigest()
        if record.reference != f"sha256:{digest}":
            _, fact = self._wanted[record.reference]
            yield f"The evidence of fact {fact.id} is not what its reference says: {digest}."
        self._kept[record.reference] = record.content

    def end(self) -> Iterator[str]:
        """Yield what is wrong once everything of the request was taken."""
        for reference, (kind, fact) in self._wanted.items():
            if reference not in self._kept:
                yield f"The {kind} {reference} of fact {fact.id} is missing."
                continue
            try:
                yield from self._content(kind, reference, fact)
            except (ValueError, KeyError, TypeError, PromotionError) as error:
                yield f"The {kind} of fact {fact.id} cannot be read: {error}."

    def _content(self, kind: str, reference: str, fact: Fact) -> Iterator[str]:
        content = self._kept[reference]
        match kind:
            case "policy":
                yield from self._policy(reference, fact, content)
            case "manifest":
                yield from self._manifest(fact, msgspec.json.decode(content, type=ready(Manifest)))
            case _ if kind.startswith("manifest of "):
                yield from self._needed(
                    fact, reference, msgspec.json.decode(content, type=ready(Manifest))
                )
            case "attestation":
                yield from self._attestation(
                    fact, msgspec.json.decode(content, type=ready(Envelope))
                )
            case _:
                # What pipelines and plans say is for people; that it is what was said, its hash tells.
                pass

    def _policy(self, reference: str, fact: Fact, content: str) -> Iterator[str]:
        if reference != fact.policy_hash:
            yield f"Fact {fact.id} was judged under {fact.policy_hash}, kept is {reference}."
        asked = self._replay.asked
        if asked is None or not self._replay.route:
            return
        # Only what is needed, so that a policy of an older form is understood as well.
        policy: dict[str, Any] = msgspec.json.decode(content)
        said, further = _stages(policy, self._replay), _escalated_to(policy, self._replay)
        if not further.issuperset(self._replay.further):
            yield f"The request of fact {fact.id} was escalated to others than by the policy then in force."
        if msgspec.convert(said, ready(tuple[StageSpec, ...])) != asked.stages:
            yield f"Fact {fact.id} asks other people than the policy then in force."

    def _manifest(self, fact: Fact, manifest: Manifest) -> Iterator[str]:
        if manifest.digest != fact.digest:
            yield f"Fact {fact.id} speaks of {fact.digest}, its manifest is {manifest.digest}."
        if self._files is None:
            return
        expected = {each.path: each.sha256 for each in manifest.files}
        for path in sorted(expected.keys() | self._files.keys()):
            if path not in self._files:
                yield f"Fact {fact.id} approved the file {path!r}, which is not there."
            elif path not in expected:
                yield f"Fact {fact.id} approved no file {path!r}."
            elif expected[path] != self._files[path]:
                yield f"Fact {fact.id} approved other bytes than those of {path!r}."

    def _closure(self, fact: Fact) -> Iterator[str]:
        if "dependencies" not in fact.data:
            return
        try:
            self._along = msgspec.convert(fact.data["dependencies"], ready(tuple[Along, ...]))
        except msgspec.ValidationError as error:
            yield f"What fact {fact.id} says of dependencies cannot be read: {error}."
            return
        whole = digest_of({fact.asset: fact.digest, **{e.id: e.digest for e in self._along}})
        if fact.data.get("closure") != whole:
            yield f"Fact {fact.id} says {fact.data.get('closure')} of all that was approved, it is {whole}."

    def _needed(self, fact: Fact, reference: str, manifest: Manifest) -> Iterator[str]:
        for each in self._along:
            if each.manifest == reference and each.digest != manifest.digest:
                yield f"Fact {fact.id} speaks of {each.digest} for {each.id}, its manifest is {manifest.digest}."

    def _attestation(self, fact: Fact, envelope: Envelope) -> Iterator[str]:
        if problem := problem_of(envelope, IN_TOTO, self._verifier):
            yield f"The attestation of fact {fact.id} is not to be believed: {problem}."
            return
        approval = self._replay.approved_by
        manifest = next(
            (self._kept[r] for r, (kind, _) in self._wanted.items() if kind == "manifest"), None
        )
        if approval is None or manifest is None:
            yield f"The attestation of fact {fact.id} has no approval or no manifest behind it."
            return
        along = {each.target: each.digest for each in self._along if each.way is Way.TRAVELS}
        expected = statement(approval, msgspec.json.decode(manifest, type=ready(Manifest)), along)
        if envelope.content != canonical(expected):
            yield f"The attestation of fact {fact.id} says something else than the trail."


def _escalated_to(policy: dict[str, Any], replay: Replay) -> frozenset[str]:
    return frozenset(policy["routes"][replay.route].get("escalate_to", ()))


def _stages(policy: dict[str, Any], replay: Replay) -> list[dict[str, Any]]:
    """Return who had to agree, as `domain.policy.ruling` has it."""
    route = policy["routes"][replay.route]
    stages: list[dict[str, Any]] = route["stages"]
    if replay.order is None:
        return stages
    name = route["target"]["registry"].lower()
    known = {each.lower(): settings for each, settings in policy["registries"].items()}
    rule = "restoration" if replay.order.verb is Verb.RESTORE else "withdrawal"
    return known.get(name, {}).get(rule, {}).get("stages") or stages
