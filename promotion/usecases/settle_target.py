"""Settle which version of the target an asset becomes, before anyone is asked; reserve it, create nothing.

What people approve says where it goes, so the answer must not change afterwards and must not be given
twice. A reservation is one conditional write, and a request that comes again finds its own.
"""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from promotion.checks.plainly import plainly
from promotion.domain.assets import AssetDescription, AssetRef, legal_name
from promotion.domain.errors import DamagedError, NotFoundError, RetryableError, StaleError
from promotion.domain.manifest import Manifest
from promotion.domain.policy import Route, Target, target_of
from promotion.domain.request import Request, State
from promotion.domain.results import CheckResult, Outcome, TargetVersion
from promotion.domain.settling import Choice, Claim, Holder, Presence, counted, fixed, tagged
from promotion.domain.versions import highest
from promotion.ports import Reservation, World

#: The name under which the answer stands beside the checks' answers.
NAME: Final = "target_version"
#: How often a version is looked for when others take one at the same moment.
_TRIES: Final = 5
#: A request that ended so will never create its version.
_GAVE_UP: Final = frozenset(
    {State.REFUSED, State.REJECTED, State.EXPIRED, State.CANCELLED, State.SUPERSEDED}
)
_ARRIVED: Final = frozenset({State.PROMOTED, State.WITHDRAWN})


class Traveller(msgspec.Struct, frozen=True, kw_only=True):
    """What wants to go somewhere: the asset, its files, its request (empty for one who only asks)."""

    asset: AssetDescription
    manifest: Manifest
    request_id: str = ""


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where an asset goes, and what is there."""

    #: Its version is empty when none could be settled.
    target: AssetRef
    #: What the target has under that name.
    versions: tuple[TargetVersion, ...] = ()
    #: How it was settled, or why not; none where an asset keeps its name and version.
    check: CheckResult | None = None
    #: Whether the version has still to be reserved.
    free: bool = False


def settle(world: World, route: Route, traveller: Traveller) -> Destination:
    """Return where the asset goes, with the version reserved for its request.

    Raises:
        RetryableError: others were given each version that was found, or a service is not ready.
        DamagedError: a reservation cannot be read back.
    """
    for _ in range(_TRIES):
        held = _held(world, route, traveller)
        found = _find(world, route, traveller, held)
        if not found.free:
            return found
        given_up = next((r for r in held if r.version == found.target.version), None)
        try:
            world.reservations.reserve(found.target, traveller.request_id, instead_of=given_up)
        except StaleError:
            continue
        return found
    raise RetryableError(f"Others are given versions of {traveller.asset.ref.name} just now.")


def foresee(world: World, route: Route, traveller: Traveller) -> Destination:
    """Return where the asset would go now; writes nothing."""
    return _find(world, route, traveller, _held(world, route, traveller))


def given(world: World, target: AssetRef) -> Iterator[Request]:
    """Yield the request that was given a version of a target: the way back where names or versions differ.

    Raises:
        DamagedError: the reservation or the request cannot be read back.
    """
    for held in world.reservations.under(target):
        if held.version == target.version:
            with contextlib.suppress(NotFoundError):
                yield world.requests.get(held.request_id).request


def _held(world: World, route: Route, traveller: Traveller) -> tuple[Reservation, ...]:
    if route.target.keeps:
        return ()
    return world.reservations.under(target_of(route, traveller.asset.ref))


def _find(
    world: World, route: Route, traveller: Traveller, held: tuple[Reservation, ...]
) -> Destination:
    asset = traveller.asset.ref
    target = target_of(route, asset)
    if target.name != asset.name and not legal_name(target.name):
        told = f"{target.name!a} would be its name, which Azure ML does not take. Rename it."
        return Destination(target=target, check=_told(route, target, Choice(told=told, ok=False)))
    versions = world.registries.versions(target)
    if route.target.keeps:
        return Destination(target=target, versions=versions)
    choice = _choose(world, route.target, traveller, target, versions, held)
    settled = target.moved(target.home, version=choice.version)
    check = _told(route, settled, choice)
    return Destination(target=settled, versions=versions, check=check, free=choice.free)


def _choose(
    world: World,
    rule: Target,
    traveller: Traveller,
    target: AssetRef,
    versions: tuple[TargetVersion, ...],
    held: tuple[Reservation, ...],
) -> Choice:
    present = [each.version for each in versions]
    if rule.version == "next":
        # What is below has arrived or never will: whose it was need not be read.
        there = highest(present)
        above = [each for each in held if highest((each.version,)) > there]
        return counted(target, present, _claims(world, above, traveller))
    if rule.version == "semver":
        named = tagged(rule.version_tag, traveller.asset.tags.get(rule.version_tag, ""))
        if not named.ok:
            return named
        target = target.moved(target.home, version=named.version)
    presence = _presence(world, traveller, target, present)
    wanted = [each for each in held if each.version == target.version]
    return fixed(target, presence, _claims(world, wanted, traveller), _remedy(rule))


def _presence(world: World, traveller: Traveller, target: AssetRef, present: list[str]) -> Presence:
    if target.version not in present:
        return Presence.ABSENT
    there = world.registries.read_manifest(target)
    alike = there.digest == traveller.manifest.digest
    return Presence.SAME if alike else Presence.OTHER


def _claims(world: World, held: Iterable[Reservation], traveller: Traveller) -> list[Claim]:
    return [_claim(world, each, traveller) for each in held]


def _claim(world: World, held: Reservation, traveller: Traveller) -> Claim:
    if held.request_id == traveller.request_id:
        return Claim(version=held.version, holder=Holder.OWN)
    try:
        request = world.requests.get(held.request_id).request
    except (NotFoundError, DamagedError):
        # What it did or will do cannot be told: it keeps what it was given.
        return Claim(
            version=held.version, holder=Holder.AWAITED, whose=f"the request {held.request_id}"
        )
    if request.state in _ARRIVED:
        holder = Holder.DELETED
    elif request.state not in _GAVE_UP:
        holder = Holder.AWAITED
    else:
        # The signed statement is made when the copy begins.
        holder = Holder.BEGUN if request.attestation else Holder.GIVEN_UP
    whose = f"the request {request.id} ({request.asset.label}, {request.state})"
    return Claim(version=held.version, holder=holder, whose=whose)


def _remedy(rule: Target) -> str:
    if rule.version == "semver":
        return f"Set a higher version in the tag {rule.version_tag!r} and ask again."
    return "Register a new version and promote that one."


def _told(route: Route, target: AssetRef, choice: Choice) -> CheckResult:
    evidence = {"rule": route.target.version, "target": target.label}
    outcome = Outcome.PASSED if choice.ok else Outcome.FAILED
    result = CheckResult(name=NAME, outcome=outcome, summary=choice.told, evidence=evidence)
    return plainly(result, NAME)
