"""Reconciling: versions nobody announced travel, versions nobody approved are told, once."""

import datetime as dt
from typing import cast

import msgspec
import pytest

from promotion.domain.actors import RECONCILE
from promotion.domain.assets import AssetRef
from promotion.domain.errors import (
    BrokenError,
    ForbiddenError,
    NotFoundError,
    PromotionError,
    RetryableError,
)
from promotion.domain.export import Scope
from promotion.domain.facts import FactType
from promotion.domain.request import Request, State
from promotion.domain.trail import verify
from promotion.ports import Ports, Query, Registries, World
from promotion.usecases.deliver import deliver
from promotion.usecases.export_audit import Export
from promotion.usecases.reconcile import Reconciled, reconcile
from promotion.usecases.verify_audit import Verification
from promotion.usecases.views import overview
from promotion.wire.public_keys import PublicKey
from tests.building import FILES, PROD, Stage, description, model, opened, person

QUARTER = dt.timedelta(minutes=15)


class CountingRegistries:
    """The registries behind it, with the names whose versions were listed."""

    def __init__(self, stage: Stage) -> None:
        self._port = stage.registries
        self.listed: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._port, name)

    def recent(self, asset: AssetRef, since: dt.datetime) -> object:
        """Count, and hand on."""
        self.listed.append(asset.name)
        return self._port.recent(asset, since)


class OddName(CountingRegistries):
    """Registries that cannot tell of one name; when set, they fail so."""

    failure: PromotionError | None = None

    def recent(self, asset: AssetRef, since: dt.datetime) -> object:
        """Fail for the name, hand on for others."""
        if self.failure is not None and asset.name == "a-name":
            raise self.failure
        return super().recent(asset, since)


@pytest.fixture
def stage() -> Stage:
    """A world that was reconciled once already."""
    stage = Stage()
    reconcile(stage.world)
    return stage


def register(stage: Stage, asset: AssetRef, **properties: str) -> AssetRef:
    """Create a version now, in whichever registry."""
    found = msgspec.structs.replace(
        description(asset),
        properties={name.replace("__", "."): value for name, value in properties.items()},
        created_at=stage.clock.now(),
    )
    stage.registries.put(found, FILES)
    return asset


def later(stage: Stage, by: dt.timedelta = QUARTER) -> Reconciled:
    """Reconcile once more, after a while."""
    stage.clock.move(by)
    return reconcile(stage.world)


def stored(stage: Stage, state: State | None = None) -> tuple[Request, ...]:
    """Return the requests of a state, or all."""
    return stage.requests.page(Query(state=state), limit=100).items


def bring(stage: Stage, asset: AssetRef, state: State) -> Request:
    """Store a request of that asset in a state, past all transitions."""
    step = opened(asset, now=stage.clock.now())
    moved = msgspec.structs.replace(step.request, state=state)
    return stage.requests.add(msgspec.structs.replace(step, request=moved))[0].request


def test_the_first_look_opens_and_reports_nothing() -> None:
    stage = Stage()
    register(stage, model())
    register(stage, model("old").moved(PROD))

    first = reconcile(stage.world)
    second = later(stage)

    assert (first.opened, first.bypassed, second.opened, second.bypassed) == (0, 0, 0, 0)
    assert stored(stage) == ()


def test_a_version_that_nobody_announced_becomes_a_request(stage: Stage) -> None:
    register(stage, model())

    done = later(stage)

    assert done == Reconciled(opened=1, bypassed=0)
    (request,) = stored(stage)
    assert (request.asset, request.state, request.requested_by) == (
        model(),
        State.RECEIVED,
        RECONCILE,
    )


def test_looking_again_opens_nothing_more(stage: Stage) -> None:
    register(stage, model())
    later(stage)

    again = [later(stage) for _ in range(6)]

    assert all(each == Reconciled(opened=0, bypassed=0) for each in again)
    assert len(stored(stage)) == 1


def test_a_version_in_the_target_without_a_request_is_told_once(stage: Stage) -> None:
    target = register(stage, model("smuggled").moved(PROD))

    done = [later(stage) for _ in range(3)]

    assert [each.bypassed for each in done] == [1, 0, 0]
    (record,) = stored(stage, State.BYPASSED)
    assert (record.asset, record.target) == (target, target)
    (fact,) = stage.requests.facts(record.id)
    assert fact.type == FactType.BYPASS_DETECTED
    assert fact.data["created_by"] == "Author"
    assert list(verify([fact])) == []


def test_a_bypass_is_told_through_the_channels_and_shown_on_the_overview(stage: Stage) -> None:
    register(stage, model("smuggled").moved(PROD))
    later(stage)
    (record,) = stored(stage, State.BYPASSED)

    told = deliver(stage.world, record.id)

    assert told
    assert [fact.type for fact in stage.channel.told] == ["bypass.detected"]
    seen = overview(stage.world, person("reader", "Promotion.Reader"))
    assert seen.bypassed == (record,)
    assert seen.done == ()


def test_a_bypass_verifies_in_an_export(stage: Stage) -> None:
    register(stage, model("smuggled").moved(PROD))
    later(stage)

    lines = list(Export(stage.world, Scope()).write())

    key = PublicKey(stage.signer.public_key.encode())
    assert [wrong.what for wrong in Verification(verifier=key).run(iter(lines))] == []
    assert b"bypass.detected" in b"".join(lines)


@pytest.mark.parametrize("state", [State.PROMOTED, State.WITHDRAWN])
def test_a_version_that_a_request_brought_is_no_bypass(stage: Stage, state: State) -> None:
    bring(stage, model(), state)
    register(stage, model().moved(PROD))

    assert later(stage).bypassed == 0
    assert stored(stage, State.BYPASSED) == ()


def test_a_version_whose_request_is_still_copying_is_looked_at_again(stage: Stage) -> None:
    request = bring(stage, model(), State.PROMOTING)
    register(stage, model().moved(PROD))
    first = later(stage)
    kept = stage.requests.get(request.id)
    cancelled = msgspec.structs.replace(kept.request, state=State.CANCELLED)
    fact = stage.requests.facts(request.id)[0]
    step = msgspec.structs.replace(opened(model()), request=cancelled, fact=fact)
    stage.requests.save(kept, step)

    second = later(stage, dt.timedelta(hours=5))

    assert (first.bypassed, second.bypassed) == (0, 1)


def test_properties_that_name_another_request_prove_nothing(stage: Stage) -> None:
    other = bring(stage, model(), State.PROMOTED)
    forged = model("smuggled").moved(PROD)

    register(stage, forged, promotion__request=other.id)

    assert later(stage).bypassed == 1


def test_a_request_that_was_refused_brought_nothing(stage: Stage) -> None:
    refused = bring(stage, model(), State.REFUSED)
    register(stage, model().moved(PROD), promotion__request=refused.id)

    assert later(stage).bypassed == 1


def looking_through(stage: Stage, registries: CountingRegistries) -> World:
    """Return the stage's world with other registries."""
    world = stage.world
    assert isinstance(world, Ports)
    return msgspec.structs.replace(world, registries=cast("Registries", registries))


def test_only_names_that_changed_are_looked_into(stage: Stage) -> None:
    for number in range(20):
        register(stage, model(f"model-{number}"))
    later(stage)
    counting = CountingRegistries(stage)
    stage.clock.move(QUARTER)
    register(stage, model("model-7", "2"))
    world = looking_through(stage, counting)

    done = reconcile(world)

    assert done.opened == 1
    assert counting.listed == ["model-7"]


def test_once_a_day_every_name_is_looked_into(stage: Stage) -> None:
    register(stage, model("one"))
    register(stage, model("two"))
    later(stage)
    counting = CountingRegistries(stage)
    world = looking_through(stage, counting)
    stage.clock.move(dt.timedelta(days=1))

    reconcile(world)

    assert counting.listed == ["one", "two"]


def test_a_latest_version_that_cannot_be_read_yet_is_not_taken_as_seen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(stage, model())
    with monkeypatch.context() as patch:
        patch.setattr(stage.registries, "recent", lambda *_: iter(()))
        patch.setattr(stage.registries, "describe", _absent)
        first = later(stage)

    second = later(stage)

    assert (first.opened, second.opened) == (0, 1)


def _absent(asset: AssetRef) -> None:
    raise NotFoundError(f"There is no {asset.id}.")


def test_a_registry_that_cannot_be_read_keeps_no_other_from_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = stage.registries.names
    register(stage, model())
    register(stage, model("smuggled").moved(PROD))

    def failing(registry: object, kind: object) -> object:
        if registry == PROD:
            raise RetryableError("The registry does not answer.")
        return names(registry, kind)  # type: ignore[arg-type]  # handed on as it came

    with monkeypatch.context() as patch:
        patch.setattr(stage.registries, "names", failing)
        first = later(stage)
    second = later(stage)

    assert (first.opened, first.bypassed) == (1, 0)
    assert "does not answer" in first.problems[0]
    assert (second.bypassed, second.problems) == (1, ())


def test_a_name_that_cannot_be_read_hides_none_behind_it_and_is_looked_at_again(
    stage: Stage,
) -> None:
    odd = OddName(stage)
    world = cast("World", msgspec.structs.replace(cast("Ports", stage.world), registries=odd))
    register(stage, model("a-name").moved(PROD))
    register(stage, model("z-name").moved(PROD))
    odd.failure = BrokenError("A document has no properties.")
    stage.clock.move(QUARTER)

    first = reconcile(world)
    odd.failure = None
    stage.clock.move(QUARTER)
    second = reconcile(world)

    assert first.bypassed == 1
    assert "a-name" in first.problems[0]
    assert (second.bypassed, second.problems) == (1, ())


def test_a_registry_that_may_not_be_read_is_told_once(stage: Stage) -> None:
    odd = OddName(stage)
    world = cast("World", msgspec.structs.replace(cast("Ports", stage.world), registries=odd))
    register(stage, model("a-name").moved(PROD))
    odd.failure = ForbiddenError("The app may not read there.")
    stage.clock.move(QUARTER)

    assert len(reconcile(world).problems) == 1
    assert odd.listed == []
