"""The invariants by name, checked on what is left when a platform has come to rest."""

from collections.abc import Iterator

from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetRef
from promotion.domain.errors import NotFoundError
from promotion.domain.export import Scope
from promotion.domain.request import Request, State
from promotion.domain.results import TargetVersion
from promotion.domain.trail import verify
from promotion.usecases.export_audit import Export
from promotion.usecases.verify_audit import Verification
from promotion.wire.public_keys import PublicKey
from tests.building import PROD, model
from tests.crash.platform import Platform


def violations(platform: Platform, *, quiet: bool) -> Iterator[str]:
    """Yield every invariant that does not hold, with what was seen."""
    if not quiet:
        states = [request.state.value for request in platform.requests()]
        yield f"never came to rest: {states}, {len(platform.messages)} messages"
    requests = platform.requests()
    yield from _none_lost(requests)
    for request in requests:
        yield from _approved_by_enough(request)
        yield from one_fact_each(platform, request)
        yield from told_in_order(platform, request)
        yield from _given_once(platform, request)
    yield from _exact_and_once(platform, requests)
    yield from _provable(platform, requests)


def _none_lost(requests: tuple[Request, ...]) -> Iterator[str]:
    states = [request.state for request in requests]
    if states != [State.PROMOTED]:
        yield f"lost or doubled: one promoted request was expected, there are {states}"


def _approved_by_enough(request: Request) -> Iterator[str]:
    keys = [each.by.key for each in request.decisions]
    if len(keys) != len(set(keys)):
        yield "a decision counted twice"
    if request.state is not State.PROMOTED:
        return
    right = [
        each
        for each in request.decisions
        if each.verdict is Verdict.APPROVE
        and each.digest == request.digest
        and not request.made_by.include(each.by)
    ]
    if len(right) < sum(stage.quorum for stage in request.stages):
        yield f"promoted with {len(right)} approvals"


def one_fact_each(platform: Platform, request: Request) -> Iterator[str]:
    """Yield it when a request has not exactly one fact for each transition, chained."""
    facts = platform.stage.requests.facts(request.id)
    if len(facts) != request.revision:
        yield f"{len(facts)} facts for {request.revision} transitions"
    if facts and facts[-1].hash != request.head:
        yield "the request's head is not its last fact"
    recorded = sum("verdict" in fact.data for fact in facts)
    if recorded != len(request.decisions):
        yield f"{recorded} facts of decisions for {len(request.decisions)} decisions"
    yield from verify(facts)


def told_in_order(platform: Platform, request: Request) -> Iterator[str]:
    """Yield it when a channel was not told every fact, in order, under one id each."""
    for channel in (platform.stage.channel, platform.mail):
        told = [fact for fact in channel.told if fact.request == request.id]
        first = list(dict.fromkeys(fact.sequence for fact in told))
        if first != list(range(1, request.revision + 1)):
            yield f"{channel.name} was told {first} of {request.revision} facts"
        if len({fact.id for fact in told}) != len({fact.hash for fact in told}):
            yield f"{channel.name} was told two facts under one id"


def _provable(platform: Platform, requests: tuple[Request, ...]) -> Iterator[str]:
    stage = platform.stage
    lines = Export(stage.world, Scope()).write()
    key = PublicKey(stage.signer.public_key.encode())
    yield from (wrong.what for wrong in Verification(verifier=key).run(lines))
    for request in requests:
        if request.state is not State.PROMOTED:
            continue
        told = stage.requests.facts(request.id)[-1].data.get("attestation")
        for version in _arrived(platform, request.target):
            there = version.properties.get("promotion.attestation")
            if not told or there != told:
                yield f"the target refers to the statement {there}, the trail to {told}"


def _exact_and_once(platform: Platform, requests: tuple[Request, ...]) -> Iterator[str]:
    registries = platform.stage.registries
    target = requests[0].target if requests else model().moved(PROD)
    try:
        digest = registries.read_manifest(target).digest
    except NotFoundError:
        yield "nothing arrived"
        return
    if requests and digest != requests[0].digest:
        yield "what arrived is not what was approved"
    if any(number != 1 for number in registries.copies.values()):
        yield f"a file was copied more than once: {registries.copies}"
    if len(_arrived(platform, target)) != 1:
        yield "more than one version arrived"
    for request in requests:
        yield from _with_all_it_needs(platform, request)


def _with_all_it_needs(platform: Platform, request: Request) -> Iterator[str]:
    registries = platform.stage.registries
    for each in request.dependencies:
        try:
            digest = registries.read_manifest(each.target).digest
        except NotFoundError:
            yield f"{each.target.label} did not arrive"
            continue
        if digest != each.digest:
            yield f"{each.target.label} is not what was approved"
        if len(registries.versions(each.target)) != 1:
            yield f"more than one version of {each.target.name} arrived"
    arrived = list(dict.fromkeys(mark.partition("!")[0] for mark in registries.copies))
    order = [each.target.id for each in request.dependencies if each.travels]
    if order and [each for each in arrived if each in order] != order:
        yield f"they arrived as {arrived}, what is needed first is {order}"


def _arrived(platform: Platform, target: AssetRef) -> list[TargetVersion]:
    found = platform.stage.registries.versions(target)
    return [each for each in found if each.created_at is None]


def _given_once(platform: Platform, request: Request) -> Iterator[str]:
    approved = {
        fact.target
        for fact in platform.stage.requests.facts(request.id)
        if fact.after in {State.PENDING, State.APPROVED, State.PROMOTING, State.PROMOTED}
    }
    if approved != {request.target.id}:
        yield f"people were asked about {approved}, it is {request.target.id}"
    if platform.stage.policy.policy.routes[request.route].target.keeps:
        return
    held = platform.stage.reservations.under(request.target)
    if [(each.version, each.request_id) for each in held] != [(request.target.version, request.id)]:
        yield f"one version was to be given to the request, there are {held}"
