"""Looking after a deployment: each probe over the ports, with what breaks it."""

import datetime as dt
from collections.abc import Iterator
from typing import NoReturn, override

import msgspec
import pytest

from promotion.adapters.memory import FixedPolicy, MemoryRegistries
from promotion.domain import lifecycle
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.errors import (
    BrokenError,
    ForbiddenError,
    NotFoundError,
    PromotionError,
    RetryableError,
)
from promotion.domain.findings import Finding, Level, ok
from promotion.domain.manifest import Manifest
from promotion.domain.policy import Place, Policy
from promotion.domain.progress import Progress
from promotion.ports import Name, Ports, Watermark
from promotion.usecases.anchor import anchor
from promotion.usecases.diagnose import diagnose
from tests.building import (
    DEV,
    NOW,
    PROD,
    ROUTE,
    WORKSPACE,
    Stage,
    description,
    model,
    opened,
    policy,
    route,
)


def found(stage: Stage, probe: str, *, trial_copy: bool = False) -> list[Finding]:
    everything = diagnose(stage.world, trial_copy=trial_copy)
    return [each for each in everything if each.probe == probe]


def levels(stage: Stage, probe: str) -> set[Level]:
    return {each.level for each in found(stage, probe)}


def marked(stage: Stage, at: dt.datetime = NOW) -> None:
    for key in (f"source/{DEV.name}/models", f"target/{PROD.name}/models"):
        stage.watermarks.put(key, Watermark(floor=at, upto=at, whole_at=at))


def test_a_deployment_that_is_well_has_nothing_broken_and_nothing_to_do() -> None:
    stage = Stage()
    stage.register()
    marked(stage)
    anchor(stage.world)

    findings = diagnose(stage.world, trial_copy=True)

    assert {each.level for each in findings} == {Level.OK}, findings
    assert {each.probe for each in findings} == {
        "policy",
        "registry",
        "reconcile",
        "copy",
        "sweep",
        "requests",
        "signing key",
        "anchors",
    }


def test_every_finding_that_is_not_well_says_what_to_do() -> None:
    stage = Stage()

    findings = diagnose(stage.world)

    unwell = [each for each in findings if each.level is not Level.OK]
    assert unwell
    assert all(each.remedy for each in unwell)


def test_a_policy_that_is_not_valid_is_found_and_the_others_still_look() -> None:
    class Broken:
        def current(self) -> Policy:
            raise BrokenError("policy.yaml:3:1: no routes.", "Name one.")

    stage = Stage()
    stage.policy = Broken()  # type: ignore[assignment]  # a policy source that cannot give one

    findings = diagnose(stage.world)

    broken = {each.probe for each in findings if each.level is Level.BAD}
    assert broken == {"policy", "registries", "copies"}
    assert "requests" in {each.probe for each in findings}


class Refusing(MemoryRegistries):
    """Registries that refuse in one way."""

    def __init__(self, error: PromotionError) -> None:
        super().__init__()
        self.error = error

    @override
    def names(self, registry: Registry, kind: AssetKind) -> Iterator[Name]:
        raise self.error

    @override
    def transfer(self, source: AssetRef, manifest: Manifest, target: AssetRef) -> Progress:
        raise self.error


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (NotFoundError("There is no registry prod."), "Check the name"),
        (ForbiddenError("The identity may not read prod."), "role"),
        (RetryableError("Azure ML did not answer."), "private endpoints"),
    ],
    ids=["absent", "forbidden", "unreachable"],
)
def test_a_registry_that_cannot_be_read_is_found(error: PromotionError, remedy: str) -> None:
    stage = Stage(registries=Refusing(error))

    found_there = found(stage, "registry")

    assert {each.subject for each in found_there} == {DEV.name, PROD.name}
    assert {each.level for each in found_there} == {Level.BAD}
    assert all(each.found == error.problem for each in found_there)
    assert all(remedy in each.remedy for each in found_there)


def test_a_registry_nobody_looked_through_lately_is_found() -> None:
    stage = Stage()
    never = found(stage, "reconcile")
    marked(stage, NOW - dt.timedelta(hours=3))

    late = found(stage, "reconcile")

    assert {each.level for each in (*never, *late)} == {Level.WARN}
    assert all("never" in each.found for each in never)
    assert all("3.0 hours ago" in each.found for each in late)


def test_copies_are_tried_only_when_asked_and_create_no_version() -> None:
    stage = Stage()
    stage.register()

    untried = found(stage, "copy")
    tried = found(stage, "copy", trial_copy=True)

    assert [each.level for each in untried] == [Level.UNKNOWN]
    assert [(each.level, each.subject) for each in tried] == [(Level.OK, ROUTE)]
    names = stage.registries.names(PROD, AssetKind.MODELS)
    assert list(names) == []


def test_a_copy_that_is_refused_or_has_nothing_small_to_try_with_is_found() -> None:
    empty = Stage()
    refused = Stage()
    refused.register()
    error = ForbiddenError("The identity may not write there.", "Give it the role.")
    refused.registries.transfer = Refusing(error).transfer  # type: ignore[method-assign]  # storage that refuses

    nothing = found(empty, "copy", trial_copy=True)
    broken = found(refused, "copy", trial_copy=True)

    assert [each.level for each in nothing] == [Level.UNKNOWN]
    assert [(each.level, each.found) for each in broken] == [(Level.BAD, error.problem)]


def test_large_models_are_passed_over_for_a_trial() -> None:
    stage = Stage()
    stage.registries.put(description(model("large")), {"weights.bin": bytes(16 * 1024 * 1024 + 1)})
    stage.register(model("small"))

    assert [each.level for each in found(stage, "copy", trial_copy=True)] == [Level.OK]


def test_a_registry_of_environments_is_read_without_looking_for_files() -> None:
    environments = msgspec.structs.replace(route(), kinds=(AssetKind.ENVIRONMENTS,))
    stage = Stage(
        policy=FixedPolicy(msgspec.structs.replace(policy(), routes={ROUTE: environments}))
    )
    asset = AssetRef(home=DEV, kind=AssetKind.ENVIRONMENTS, name="sklearn", version="1")
    stage.registries.put(description(asset), {})

    assert levels(stage, "registry") == {Level.OK}


def test_a_copy_that_does_not_end_at_once_is_told_as_such() -> None:
    stage = Stage()
    stage.register()
    stage.registries.files_per_call = 1

    assert [each.level for each in found(stage, "copy", trial_copy=True)] == [Level.WARN]


def test_requests_that_wait_for_an_operator_are_counted() -> None:
    stage = Stage()
    stage.requests.add(
        lifecycle.report_bypass(
            description(model().moved(PROD)), route=ROUTE, policy_hash="", now=NOW
        )
    )

    counted = {each.subject: each for each in found(stage, "requests")}

    assert counted["bypassed"].level is Level.WARN
    assert counted["bypassed"].found.startswith("1 were found")
    assert counted["failed"].level is Level.OK


def test_a_sweep_that_does_not_run_is_found() -> None:
    stage = Stage()
    stage.requests.add(opened())
    assert levels(stage, "sweep") == {Level.OK}

    stage.clock.move(dt.timedelta(hours=1))

    assert levels(stage, "sweep") == {Level.BAD}


def test_a_deployment_that_signs_or_anchors_nothing_is_told() -> None:
    stage = Stage()
    ports = stage.world
    assert isinstance(ports, Ports)

    unsigned = diagnose(msgspec.structs.replace(ports, signer=None, anchors=None))
    never = found(stage, "anchors")
    anchor(stage.world)
    stage.clock.move(dt.timedelta(days=3))
    late = found(stage, "anchors")

    assert [e.level for e in unsigned if e.probe == "signing key"] == [Level.WARN]
    assert [e for e in unsigned if e.probe == "anchors"] == []
    assert [e.level for e in (*never, *late)] == [Level.WARN, Level.WARN]
    assert "Nothing was anchored" in never[0].found
    assert "Anchored last at 2026-03-01" in late[0].found


def test_anchors_that_cannot_be_read_back_are_found() -> None:
    stage = Stage()
    stage.anchors.append(b"not a line of ours\n", position=0)

    assert levels(stage, "anchors") == {Level.BAD}


def test_a_probe_that_breaks_keeps_no_other_from_looking() -> None:
    class Breaking:
        name = "breaking"

        def look(self) -> Iterator[Finding]:
            yield ok("breaking", "One thing is well.")
            raise KeyError("gone")

    stage = Stage()
    ports = stage.world
    assert isinstance(ports, Ports)

    findings = diagnose(msgspec.structs.replace(ports, probes=(Breaking(),)))

    broken = [each for each in findings if each.probe == "breaking"]
    assert [each.level for each in broken] == [Level.OK, Level.BAD]
    assert "KeyError" in broken[1].found
    assert {"policy", "sweep"} <= {each.probe for each in findings}


def _of_workspace() -> Stage:
    changed = msgspec.structs.replace(
        route(), source=Place(workspace=WORKSPACE.name), announced_by=()
    )
    return Stage(policy=FixedPolicy(msgspec.structs.replace(policy(), routes={ROUTE: changed})))


def test_a_workspace_is_read_where_one_of_its_models_was() -> None:
    stage = _of_workspace()
    before = levels(stage, "workspace")

    stage.requests.add(opened(model("elsewhere")))
    stage.requests.add(opened(model().moved(WORKSPACE)))

    assert before == {Level.UNKNOWN}
    assert levels(stage, "workspace") == {Level.OK}
    assert found(stage, "copy", trial_copy=True) == []


def test_a_workspace_that_may_not_be_read_is_found() -> None:
    stage = _of_workspace()
    stage.requests.add(opened(model().moved(WORKSPACE)))

    def refusing(asset: AssetRef) -> NoReturn:
        raise ForbiddenError(f"The identity may not read {asset.id}.")

    stage.registries.versions = refusing  # type: ignore[method-assign]  # a workspace that refuses

    (finding,) = found(stage, "workspace")

    assert finding.level is Level.BAD
    assert "role" in finding.remedy
