"""Seeded faults: ways to build this that look right and are wrong. The simulator must catch each.

Each mutant makes a platform for a plan; `test_mutants` runs all single plans until one shows it.
"""

from collections.abc import Callable

import msgspec

from promotion.adapters.memory import (
    FixedPolicy,
    MemoryRegistries,
    MemoryRequests,
    MemoryReservations,
)
from promotion.domain.assets import AssetDescription, AssetRef
from promotion.domain.errors import ConflictError, NotFoundError
from promotion.domain.lifecycle import Step
from promotion.domain.manifest import Manifest
from promotion.domain.progress import Progress
from promotion.ports import Delivered, Reservation, Stored
from tests.building import Stage, policy
from tests.crash.faults import Controller, Plan
from tests.crash.platform import BOARD, Platform, counting


class FactWrittenAfterwards(MemoryRequests):
    """State first, fact second: two writes where one transaction belongs."""

    controller: Controller

    def save(self, stored: Stored, step: Step) -> Stored:
        """Store the request, and only then its fact."""
        saved = super().save(stored, step)
        row = self._rows[stored.request.id]
        row.facts.pop()
        self.controller.around("requests.fact", lambda: row.facts.append(step.fact))
        return saved


class NoETag(MemoryRequests):
    """The last writer wins: a decision overwrites the one made meanwhile."""

    def save(self, stored: Stored, step: Step) -> Stored:
        """Store whatever comes."""
        return super().save(self.get(stored.request.id), step)


class NoNotes(MemoryRequests):
    """Trusts the queues: nothing reminds the sweep of a request."""

    def _watch(self, request_id: str, due: object) -> None:
        """Forget it."""


class ToldBeforeTelling(MemoryRequests):
    """Records as told what has still to be told."""

    def delivered(self, request_id: str) -> Delivered:
        """Return what was told, after recording that all of it was."""
        now = super().delivered(request_id)
        revision = self.get(request_id).request.revision
        upto = {"recording": revision, "mail": revision}
        self.save_delivered(request_id, Delivered(upto=upto, etag=now.etag))
        return now


class CopiesBlindly(MemoryRegistries):
    """Does not look at the target first: copies again, and takes what is there for somebody else's."""

    def describe(self, asset: AssetRef) -> AssetDescription:
        """Answer for the source alone."""
        if "prod" in asset.home.name:
            raise NotFoundError("never looked")
        return super().describe(asset)

    def transfer(self, source: AssetRef, manifest: Manifest, target: AssetRef) -> Progress:
        """Copy every file, whether it has arrived or not."""
        self._arrived.clear()
        self.files_per_call = len(manifest.files)
        return super().transfer(source, manifest, target)

    def create(
        self,
        description: AssetDescription,
        manifest: Manifest,
        target: AssetRef,
        lineage: dict[str, str],
    ) -> AssetDescription:
        """Create the version or fail when there is one."""
        if self.versions(target):
            raise ConflictError("It exists already.")
        return super().create(description, manifest, target, lineage)


class ReservesAnew(MemoryReservations):
    """Does not look whether a version was given already: a repetition is given another one."""

    def under(self, target: AssetRef) -> tuple[Reservation, ...]:
        """Say of everything that it is somebody else's."""
        return tuple(
            msgspec.structs.replace(each, request_id="a" * 26) for each in super().under(target)
        )


def _with_requests(requests: MemoryRequests, plan: Plan) -> Platform:
    stage = Stage(requests=requests, policy=FixedPolicy(policy(BOARD)))
    platform = Platform(plan=plan, stage=stage)
    if isinstance(requests, FactWrittenAfterwards):
        requests.controller = platform.controller
    return platform


def _blind(plan: Plan) -> Platform:
    stage = Stage(registries=CopiesBlindly(), policy=FixedPolicy(policy(BOARD)))
    return Platform(plan=plan, stage=stage)


MUTANTS: dict[str, Callable[[Plan], Platform]] = {
    "a fact written after the transition": lambda p: _with_requests(FactWrittenAfterwards(), p),
    "a decision without its ETag": lambda p: _with_requests(NoETag(), p),
    "no note for the sweep": lambda p: _with_requests(NoNotes(), p),
    "told before telling": lambda p: _with_requests(ToldBeforeTelling(), p),
    "a copy that does not look first": _blind,
    "a version given anew to the same request": lambda p: counting(
        p, Stage(reservations=ReservesAnew())
    ),
}
