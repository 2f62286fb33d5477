"""The same with a model that needs four others: whatever happens, all of it arrives once, first things first."""

import msgspec
import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.progress import Progress
from tests.building import FILES, PROD, description, model
from tests.crash.faults import Plan
from tests.crash.mutants import CopiesBlindly
from tests.crash.plans import broken_by, calls_of_an_undisturbed_run, pairs, single
from tests.crash.platform import BOARD, Platform
from tests.unit.usecases.needing import CHAIN, PIPELINE, RULES, furnished, policy


def needing(plan: Plan, requests: MemoryRequests | None = None) -> Platform:
    """Return a platform whose model needs a pipeline, its step, an environment and data."""
    stage = furnished()
    stage.requests = requests or stage.requests
    stage.policy = policy(RULES, stages=(BOARD,))
    platform = Platform(plan=plan, stage=stage)
    stage.registries.put(description(model(), needs=PIPELINE.id), FILES)
    return platform


class ForgetsProgress(MemoryRequests):
    """Keeps no progress: what a crash of the storage beside the request comes to."""

    def save_progress(self, request_id: str, progress: Progress) -> None:
        """Forget what has been brought."""
        super().save_progress(request_id, msgspec.structs.replace(progress, brought=()))


CALLS = len(calls_of_an_undisturbed_run(needing({})))


def test_all_of_it_arrives_first_things_first() -> None:
    platform = needing({})

    platform.run()

    arrived = [mark.partition("!")[0] for mark in platform.stage.registries.copies]
    assert list(dict.fromkeys(arrived)) == [each.moved(PROD).id for each in (*CHAIN, model())]


def test_what_was_brought_may_be_forgotten() -> None:
    platform = needing({}, ForgetsProgress())

    assert broken_by({}, platform) == []


def test_copying_what_is_needed_without_looking_is_caught() -> None:
    def blind(plan: Plan) -> Platform:
        platform = needing(plan)
        seeded = CopiesBlindly(_versions=platform.stage.registries._versions)
        platform.stage.registries = seeded
        platform.world = platform._world()
        return platform

    assert any(broken_by(plan, blind(plan)) for plan in single(CALLS))


@pytest.mark.parametrize("plan", list(single(CALLS)), ids=str)
def test_one_fault_breaks_nothing(plan: Plan) -> None:
    assert broken_by(plan, needing(plan)) == []


@pytest.mark.parametrize("plan", list(pairs(CALLS, 100)), ids=str)
def test_two_faults_break_nothing(plan: Plan) -> None:
    assert broken_by(plan, needing(plan)) == []
