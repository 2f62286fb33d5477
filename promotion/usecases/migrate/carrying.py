"""Carry out a migration's approval: each decision is given on each version that the approved manifest names.

The rules of each version's own request hold for every one of them: stages, quorum, who may not decide, and
the digest. A version that is not what was approved any more stays where it is, and the migration says so.
"""

import functools
import logging
from typing import Final

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import PROMOTION
from promotion.domain.approvals import Decision
from promotion.domain.assets import AssetRef
from promotion.domain.errors import BrokenError, ConflictError, RefusedError, StaleError
from promotion.domain.lifecycle import Ballot, Step
from promotion.domain.manifest import Manifest
from promotion.domain.migration import line_of
from promotion.domain.policy import Journey
from promotion.domain.request import Request, State
from promotion.ports import World
from promotion.usecases import open_request
from promotion.usecases.decide import decide
from promotion.usecases.migrate import walking
from promotion.usecases.migrate.walking import Visited

_log = logging.getLogger(__name__)

#: The migration waits while a version is there.
_BEING_COPIED: Final = (State.APPROVED, State.PROMOTING)
#: Versions that did not arrive which the problem names one by one.
_NAMED: Final = 5


def carry(world: World, migration: Request, approved: Manifest) -> Step | None:
    """Bring an approved migration as far as one call gets; return how it ended once nothing is under way.

    Raises:
        RetryableError: a service is not ready.
    """
    plan = walking.plan_of(world, migration)
    visit = functools.partial(_visit, world, migration, _lines(approved))
    versions = walking.walk(world, migration, plan.refs, visit)
    return None if versions is None else _ended(world, migration, approved, versions)


def _visit(
    world: World, migration: Request, lines: frozenset[tuple[str, str]], asset: AssetRef
) -> Visited:
    journey = Journey(route=migration.route, asset=asset)
    version = open_request.latest(world, journey)
    if version is None:
        raise BrokenError(
            f"{asset.id} was approved with migration {migration.id}, but its request is gone.",
            "Restore the request from a backup, then retry the migration.",
        )
    if _line(version) not in lines or _asked_since(migration, version):
        # Not what was approved: it was left out, or its source has changed since.
        return Visited(version=version, waited_for=False)
    if version.state is not State.PENDING:
        return Visited(version=version, waited_for=version.state in _BEING_COPIED)
    return _approved(world, migration, version)


def _asked_since(migration: Request, version: Request) -> bool:
    # The digest covers files alone: what follows a changed description has the same one, and nobody saw it.
    return any(version.created_at > each.at for each in migration.decisions)


def _approved(world: World, migration: Request, version: Request) -> Visited:
    try:
        for decision in migration.decisions:
            if not _given(version, decision):
                version = decide(world, version.id, _ballot(migration, version, decision))
    except StaleError:
        # Somebody else moved it in this very moment: look again.
        return Visited(version=version, waited_for=True)
    except RefusedError as error:
        fields = {"request_id": version.id, "migration": migration.id, "reason": str(error)}
        _log.warning("approval of a migration does not hold for a version", extra=fields)
    return Visited(version=version, waited_for=version.state in _BEING_COPIED)


def _ballot(migration: Request, version: Request, decision: Decision) -> Ballot:
    # The person's own roles and identity, as they were when they decided; how they came here is told.
    by = msgspec.structs.replace(decision.by, method=f"migration:{migration.id}")
    return Ballot(
        person=by,
        verdict=decision.verdict,
        stage=decision.stage,
        comment=decision.comment,
        digest=version.digest,
        revision=version.revision,
    )


def _given(version: Request, decision: Decision) -> bool:
    return any(
        (each.stage, each.by.key) == (decision.stage, decision.by.key) for each in version.decisions
    )


def _ended(
    world: World, migration: Request, approved: Manifest, versions: tuple[Request, ...]
) -> Step:
    now = world.clock.now()
    arrived = {_line(each) for each in versions if each.state is State.PROMOTED}
    missing = [path for path, digest in sorted(_lines(approved) - arrived)]
    if not missing:
        return lifecycle.complete(migration, already_there=False, actor=PROMOTION, now=now)
    named = ", ".join(missing[:_NAMED]) + (", ..." if len(missing) > _NAMED else "")
    error = ConflictError(
        f"{len(missing)} of {len(approved.files)} approved versions did not arrive: {named}.",
        "What arrived stays. `promotion migrate report` names each with its own request, which says why; "
        "mend those, then retry this one.",
    )
    return lifecycle.fail(migration, error, actor=PROMOTION, now=now)


def _lines(approved: Manifest) -> frozenset[tuple[str, str]]:
    return frozenset((each.path, each.sha256) for each in approved.files)


def _line(version: Request) -> tuple[str, str]:
    line = line_of(version)
    return line.path, line.sha256
