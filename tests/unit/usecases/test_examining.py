"""Checks side by side: one that breaks takes no other with it, and is tried again before it is shown."""

import datetime as dt
import threading
from typing import Any

import pytest

from promotion.domain.actors import EVENT_GRID
from promotion.domain.assets import AssetRef
from promotion.domain.errors import BrokenError, RetryableError
from promotion.domain.lifecycle import Opening
from promotion.domain.manifest import Manifest
from promotion.domain.policy import (
    ChampionChallenger,
    CheckSpec,
    CustomCheck,
    MlflowSignature,
    Policy,
    RequiredTags,
    VersionRule,
)
from promotion.domain.reading import FileAccess
from promotion.domain.request import State
from promotion.domain.results import CheckResult, Outcome
from promotion.domain.snapshot import Snapshot
from promotion.usecases.examine import examine
from promotion.usecases.explain import Effect, Prospect, explain
from promotion.usecases.open_request import announce
from promotion.usecases.validate import validate
from tests.building import FILES, PROD, ROUTE, Stage, description, model
from tests.looking import MLMODEL, Answering, route_with, snapshot
from tests.unit.usecases.test_evidence import LOAD

CUSTOM = CustomCheck(name="own", run="a:b")
GOOD = CheckResult(name="x", outcome=Outcome.PASSED, summary="Fine.")


class Breaking:
    """An outside that breaks so many times, then answers."""

    def __init__(self, error: Exception, times: int) -> None:
        self._error = error
        self._times = times

    def run(
        self, function: str, settings: dict[str, Any], snapshot: Snapshot, time_limit: dt.timedelta
    ) -> CheckResult:
        """Break or answer."""
        del function, settings, snapshot, time_limit
        self._times -= 1
        if self._times >= 0:
            raise self._error
        return GOOD


def stage_with(*checks: CheckSpec, outside: Any = None) -> tuple[Stage, str]:  # noqa: ANN401 -- the port
    """Return a world with these checks and the id of a received request."""
    stage = Stage()
    stage.policy.policy = Policy(version=1, routes={ROUTE: route_with(*checks)})
    stage.outside = outside or Answering(GOOD)
    stage.registries.put(description(model()), {**FILES, "MLmodel": MLMODEL})
    (opened,) = announce(stage.world, model(), Opening(actor=EVENT_GRID))
    return stage, opened.request.id


def test_checks_run_side_by_side() -> None:
    together = threading.Barrier(3, timeout=10)

    class Meeting(Answering):
        def run(self, *args: Any) -> CheckResult:  # noqa: ANN401 -- passed on
            together.wait()
            return super().run(*args)

    specs = tuple(CustomCheck(name=name, run="a:b") for name in ("one", "two", "three"))

    examined = examine(specs, snapshot(outside=Meeting(GOOD)))

    assert [result.name for result in examined.results] == [
        "custom:one",
        "custom:two",
        "custom:three",
    ]
    assert examined.passed


@pytest.mark.parametrize(
    "error", [BrokenError("It broke."), ZeroDivisionError("by zero"), RetryableError("busy")]
)
def test_a_check_that_breaks_is_errored_and_the_others_answer(error: Exception) -> None:
    specs = (RequiredTags(tags=("missing",)), CUSTOM, VersionRule())

    examined = examine(specs, snapshot(outside=Breaking(error, 1)))

    assert [result.outcome.value for result in examined.results] == ["failed", "errored", "passed"]
    assert type(error).__name__ in str(examined.results[1].evidence)
    assert bool(examined.later) == isinstance(error, RetryableError)


def test_no_check_at_all_passes_nothing() -> None:
    assert not examine((), snapshot()).passed


def test_a_check_that_breaks_for_a_while_is_tried_again() -> None:
    stage, request_id = stage_with(CUSTOM, outside=Breaking(BrokenError("It broke."), 4))

    for _ in range(4):
        with pytest.raises(RetryableError, match="custom:own"):
            validate(stage.world, request_id)

    assert "It broke" in stage.requests.progress(request_id).trouble
    assert validate(stage.world, request_id).state is State.PENDING


def test_a_check_that_goes_on_breaking_is_shown_as_errored_and_not_as_failed() -> None:
    stage, request_id = stage_with(CUSTOM, outside=Breaking(BrokenError("It broke."), 99))
    for _ in range(4):
        with pytest.raises(RetryableError):
            validate(stage.world, request_id)

    refused = validate(stage.world, request_id)

    assert refused.state is State.REFUSED
    assert [check.outcome for check in refused.checks] == [Outcome.ERRORED]
    assert refused.problem is not None
    assert "not the asset's fault" in refused.problem.remedy


def test_a_world_that_is_not_ready_is_waited_for_without_end() -> None:
    busy = RetryableError("busy", after=dt.timedelta(seconds=30))
    stage, request_id = stage_with(CUSTOM, outside=Breaking(busy, 20))

    for _ in range(20):
        with pytest.raises(RetryableError) as raised:
            validate(stage.world, request_id)
        assert raised.value.after == dt.timedelta(seconds=30)

    assert validate(stage.world, request_id).state is State.PENDING


def test_a_failed_check_refuses_at_once_even_beside_a_broken_one() -> None:
    stage, request_id = stage_with(
        RequiredTags(tags=("missing",)), CUSTOM, outside=Breaking(BrokenError("It broke."), 99)
    )

    refused = validate(stage.world, request_id)

    assert refused.state is State.REFUSED
    assert [check.outcome.value for check in refused.checks] == ["failed", "errored"]


def test_files_are_opened_only_when_a_check_reads_them() -> None:
    stage, request_id = stage_with(VersionRule())
    opened: list[str] = []

    def watch(asset: AssetRef, manifest: Manifest | None = None) -> FileAccess:
        del manifest
        opened.append(asset.id)
        raise AssertionError("nothing reads files here")

    stage.registries.open_files = watch  # type: ignore[method-assign] # to see that nobody calls

    assert validate(stage.world, request_id).state is State.PENDING
    assert opened == []


def test_a_champion_is_read_from_the_target_registry() -> None:
    duel = ChampionChallenger(metric="rmse", better="lower", read_from="mlmodel")
    stage, request_id = stage_with(duel)
    champion = model(version="7").moved(PROD)
    stage.registries.put(description(champion), {"MLmodel": b"metrics: {rmse: 9}"})

    (result,) = validate(stage.world, request_id).checks

    assert result.evidence["champion_value"] == 9.0
    assert result.outcome is Outcome.PASSED


def test_an_explanation_tells_everything_and_writes_nothing() -> None:
    stage, request_id = stage_with(VersionRule(), MlflowSignature())
    champion = model(version="0").moved(PROD)
    stage.registries.put(description(champion), FILES)
    before = (stage.requests.get(request_id), dict(stage.evidence.kept), stage.hints.take())

    told = explain(stage.world, model())

    assert told.verdict is Prospect.PENDING
    assert [check.name for check in told.checks] == ["version_rule", "mlflow_signature"]
    assert [stage.name for stage in told.stages] == ["business"]
    assert (told.files, told.bytes) == (2, len(MLMODEL) + len(FILES["model.pkl"]))
    assert told.target.effect is Effect.CREATE
    assert "author" in told.made_by.names
    assert (stage.requests.get(request_id), stage.evidence.kept) == before[:2]
    assert stage.hints.take() == []


@pytest.mark.parametrize(
    ("content", "effect"), [({}, Effect.NOTHING), ({"x": b"1"}, Effect.CONFLICT)]
)
def test_an_explanation_says_what_a_version_that_is_there_means(
    content: dict[str, bytes], effect: Effect
) -> None:
    stage, _ = stage_with(VersionRule())
    there = description(model().moved(PROD))
    stage.registries.put(there, {**FILES, "MLmodel": MLMODEL, **content})

    assert explain(stage.world, model()).target.effect is effect


def test_an_explanation_says_when_a_check_would_fail_break_or_wait() -> None:
    failing, _ = stage_with(RequiredTags(tags=("missing",)))
    breaking, _ = stage_with(CUSTOM, outside=Breaking(BrokenError("It broke."), 99))
    waits, _ = stage_with(LOAD)

    assert explain(failing.world, model()).verdict is Prospect.REFUSED
    assert explain(breaking.world, model()).verdict is Prospect.ERRORED
    assert explain(waits.world, model()).verdict is Prospect.WAITING


@pytest.mark.parametrize(
    "versions", [(), ("alpha", "beta")], ids=["no champion", "nobody knows which"]
)
def test_without_a_champion_there_are_no_files_to_read(versions: tuple[str, ...]) -> None:
    duel = ChampionChallenger(metric="rmse", better="lower", read_from="mlmodel")
    stage, request_id = stage_with(duel)
    for version in versions:
        stage.registries.put(description(model(version=version).moved(PROD)), FILES)

    (result,) = validate(stage.world, request_id).checks

    assert result.outcome is (Outcome.FAILED if versions else Outcome.PASSED)
    assert explain(stage.world, model()).target.replaces == ""


def test_a_route_without_checks_lets_nothing_through() -> None:
    stage, request_id = stage_with()

    assert validate(stage.world, request_id).state is State.REFUSED


def test_a_check_of_your_own_says_where_it_can_run_where_no_others_run() -> None:
    (result,) = examine((CUSTOM,), snapshot()).results

    assert result.outcome is Outcome.ERRORED
    assert "runs built-in checks alone" in result.summary
