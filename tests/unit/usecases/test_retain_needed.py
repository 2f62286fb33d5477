"""Retention leaves what others need: named by a version that is in use, or counted on by a request."""

import datetime as dt
from collections.abc import Iterator

import msgspec
import pytest

from promotion.adapters.memory import MemoryRegistries, MemoryRequests
from promotion.domain.actors import RECONCILE
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.errors import ForbiddenError
from promotion.domain.policy import Dependencies, Retention, Target
from promotion.domain.request import State
from promotion.ports import Damage, Page, Query
from promotion.usecases import retain
from promotion.usecases.cancel import cancel
from promotion.usecases.promote import promote
from promotion.usecases.wish import Wish
from tests import migrating
from tests.building import DEV, FILES, PROD, Stage, description, model, person
from tests.ordering import rule
from tests.unit.usecases.needing import approved, policy, put, validated

KINDS = (AssetKind.COMPONENTS, AssetKind.ENVIRONMENTS, AssetKind.DATA)
PRESENT = Dependencies(present=KINDS, named_by=("needs",))


def asset(kind: AssetKind, version: str, home: Registry = PROD) -> AssetRef:
    """Return a version of an asset that others may need."""
    return AssetRef(home=home, kind=kind, name=kind.singular, version=version)


def world(rules: Dependencies = PRESENT, stage: Stage | None = None) -> Stage:
    """Return a world in which production has two versions of each kind, and keeps the last."""
    on = stage or Stage()
    on.policy = policy(rules, kinds=(AssetKind.MODELS, *KINDS))
    rule(on, retention=Retention(keep_last=1))
    for kind in KINDS:
        for version in ("1", "2"):
            put(on, asset(kind, version))
    return on


def planned(on: Stage) -> list[AssetRef]:
    """Return the versions that would be archived."""
    return [each.asset for each in retain.plan(on.world).items]


def in_production(on: Stage, needs: str, version: str = "1") -> AssetRef:
    """Put a model that names something into production."""
    ref = model(version=version).moved(PROD)
    on.registries.put(description(ref, needs=needs), FILES)
    return ref


def test_what_nobody_needs_is_planned() -> None:
    assert planned(world()) == [asset(kind, "1") for kind in sorted(KINDS)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["{0.id}", "{0.kind}/{0.name}/versions/{0.version}"])
def test_what_a_model_in_use_names_stays(kind: AssetKind, text: str) -> None:
    on, needed = world(), asset(kind, "1")
    in_production(on, f"{text.format(needed)} models/other/versions/7")

    assert planned(on) == [asset(each, "1") for each in sorted(KINDS) if each != kind]


def test_names_of_registries_are_compared_without_case() -> None:
    on, needed = world(), asset(AssetKind.ENVIRONMENTS, "1")
    in_production(on, needed.id.replace(PROD.name, PROD.name.upper()))

    assert needed not in planned(on)


def test_what_a_component_in_use_is_made_of_stays_without_any_tag() -> None:
    on, needed = world(Dependencies(travel=KINDS)), asset(AssetKind.ENVIRONMENTS, "1")
    put(on, asset(AssetKind.COMPONENTS, "3"), needs=needed)

    assert needed not in planned(on)


def test_what_another_registry_uses_stays() -> None:
    on, needed = world(), asset(AssetKind.DATA, "1")
    other = Registry("central-mlops-registry")
    routes = on.policy.policy.routes
    leading = msgspec.structs.replace(*routes.values(), target=Target(registry=other.name))
    on.policy.policy = msgspec.structs.replace(
        on.policy.policy, routes={**routes, "to-central": leading}
    )
    on.registries.put(description(model().moved(other), needs=needed.id), FILES)

    assert needed not in planned(on)


def test_what_is_needed_by_way_of_an_archived_version_stays() -> None:
    on, needed = world(), asset(AssetKind.ENVIRONMENTS, "1")
    between = asset(AssetKind.COMPONENTS, "3")
    put(on, between, needs=needed)
    on.registries.amend(between, archived=True, tags={})
    in_production(on, between.id)

    assert needed not in planned(on)


def test_what_only_an_archived_version_names_is_planned() -> None:
    on, needed = world(), asset(AssetKind.ENVIRONMENTS, "1")
    old = in_production(on, needed.id)
    in_production(on, "", version="2")
    assert needed not in planned(on)

    on.registries.amend(old, archived=True, tags={})

    assert needed in planned(on)


def test_a_version_that_names_itself_or_no_version_holds_nothing() -> None:
    on, old = world(), asset(AssetKind.DATA, "1")
    put(on, old, needs=old)
    in_production(on, "azureml:something@latest data/data/labels/latest")

    assert old in planned(on)


def asked(on: Stage) -> AssetRef:
    """Have people asked about a model that counts on old data in production; return that data."""
    needed = asset(AssetKind.DATA, "1")
    put(on, asset(AssetKind.DATA, "1", DEV))
    on.registries.put(description(model(), needs="data/data/versions/1"), FILES)
    return needed


def test_what_people_are_asked_about_is_counted_on() -> None:
    on = world()
    needed = asked(on)
    request = validated(on)
    assert request.state is State.PENDING
    held = planned(on)

    cancel(on.world, request.id, Wish(person=person("op", "Promotion.Operator"), reason="No."))

    assert needed not in held
    assert needed in planned(on)


def test_what_has_been_approved_is_counted_on() -> None:
    on = world()
    needed = asked(on)
    assert approved(on).state is State.APPROVED

    assert needed not in planned(on)


def test_what_travels_with_a_migration_counts_on_what_it_needs() -> None:
    on = world()
    needed = asked(on)
    migration = migrating.asked(on, (model(),))
    migrating.work(on)

    held = planned(on)

    assert on.requests.get(migration.id).request.state is State.PENDING
    assert needed not in held


def test_an_order_looks_again_whether_its_version_is_needed() -> None:
    on, needed = world(), asset(AssetKind.ENVIRONMENTS, "1")
    plan = retain.plan(on.world)
    orders = retain.apply(on.world, plan, RECONCILE, "Retention.")
    order = next(each for each in orders if each.target == needed)
    user = in_production(on, needed.id)

    void = promote(on.world, order.id)

    assert void.state is State.SUPERSEDED
    assert void.problem is not None
    assert user.id in str(void.problem)
    assert not on.registries.describe(needed).archived


class Sealed(MemoryRegistries):
    """Refuses to tell the versions of components."""

    def recent(self, asset: AssetRef, since: dt.datetime) -> Iterator[AssetDescription]:
        """Refuse."""
        if asset.kind is AssetKind.COMPONENTS:
            raise ForbiddenError("Not for you.")
        yield from super().recent(asset, since)


def test_nothing_is_archived_while_nobody_can_tell_what_is_needed() -> None:
    on = world(stage=Stage(registries=Sealed()))

    plan = retain.plan(on.world)

    assert plan.items == ()
    assert [each.partition(":")[0] for each in plan.problems] == [
        f"{PROD.name}/{kind}/{kind.singular}" for kind in sorted(KINDS)
    ]


def test_nothing_is_archived_while_a_request_cannot_be_read_back() -> None:
    on = world(stage=Stage(requests=Scarred()))

    plan = retain.plan(on.world)

    assert plan.items == ()
    assert "Its row is cut." in plan.problems[0]


class Scarred(MemoryRequests):
    """Has a request that waits for people and cannot be read back."""

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:
        """Tell of it in the list of what waits."""
        found = super().page(query, cursor=cursor, limit=limit)
        hurt = (Damage(request_id="b" * 26, problem="Its row is cut."),)
        waiting = query.state is State.PENDING
        return msgspec.structs.replace(found, damaged=hurt) if waiting else found
