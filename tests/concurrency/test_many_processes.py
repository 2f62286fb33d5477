"""Several processes at once on the same tables: nothing is made twice, nothing is lost."""

import contextlib
import functools
import multiprocessing
import multiprocessing.pool
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION
from promotion.domain.errors import StaleError
from promotion.domain.request import State
from promotion.domain.trail import verify
from promotion.ports import Query, World
from promotion.usecases.decide import decide
from promotion.usecases.promote import promote
from promotion.usecases.sweep import sweep
from promotion.usecases.validate import validate
from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.building import NOW, Stage, ballot, examination, model, opened, person, route
from tests.concurrency.work import (
    BOARD,
    ask,
    counting,
    register,
    settle,
    shuffled,
    stage,
    vote,
)

pytestmark = [pytest.mark.azurite, pytest.mark.timeout(600)]

PROCESSES = 4


@pytest.fixture
def place(azurite: Azurite, sandbox_config: Config) -> tuple[str, str]:
    """A connection string, and a name for tables of one's own."""
    assert azurite.running
    return sandbox_config.connection_string(), uuid.uuid4().hex[:12]


@pytest.fixture
def pool() -> Iterator[ProcessPoolExecutor]:
    """Processes that share nothing but the storage."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        yield pool


def test_a_thousand_registrations_delivered_three_times_are_a_thousand_requests(
    place: tuple[str, str], pool: ProcessPoolExecutor
) -> None:
    deliveries = shuffled([number for number in range(1000) for _ in range(3)], seed=1)
    shares = [deliveries[part::PROCESSES] for part in range(PROCESSES)]

    made = list(pool.map(functools.partial(register, *place), shares))

    requests = stage(*place).requests
    names = set()
    cursor = ""
    while True:
        page = requests.page(Query(), cursor=cursor, limit=200)
        names |= {request.asset.name for request in page.items}
        cursor = page.next_cursor
        if not cursor:
            break
    assert sum(made) == 1000
    assert names == {f"model-{number}" for number in range(1000)}


def test_two_hundred_decisions_at_once_count_once_each(
    place: tuple[str, str], pool: ProcessPoolExecutor
) -> None:
    requests = stage(*place).requests
    ids = []
    for number in range(20):
        stored, _ = requests.add(opened(model(version=str(number + 1))))
        started = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)
        stored = requests.save(stored, started)
        asked = lifecycle.request_approval(
            stored.request, route(BOARD), examination(), actor=VALIDATION, now=NOW
        )
        ids.append(requests.save(stored, asked).request.id)
    ballots = [(each, f"voter-{voter}") for each in ids for voter in range(10)]
    # Everybody's vote is cast by two processes.
    shares = [shuffled(ballots, seed=part % 2)[part // 2 :: 2] for part in range(PROCESSES)]

    list(pool.map(functools.partial(vote, *place), shares))

    for each in ids:
        request = requests.get(each).request
        assert len(request.decisions) == 10
        assert len({decision.by.key for decision in request.decisions}) == 10
        facts = requests.facts(each)
        assert len(facts) == request.revision == 13
        assert list(verify(facts)) == []


def test_sixteen_that_want_a_number_at_once_get_sixteen_numbers(
    place: tuple[str, str], pool: ProcessPoolExecutor
) -> None:
    ids = ask(*place, [str(100 + number) for number in range(16)])
    # Everybody works on everything, each in an order of their own.
    shares = [shuffled(ids, seed=part) for part in range(PROCESSES)]

    list(pool.map(functools.partial(settle, *place), shares))

    on = counting(*place)
    targets = [on.requests.get(each).request.target for each in ids]
    assert sorted(int(each.version) for each in targets) == list(range(1, 17))
    held = {each.request_id: each.version for each in on.reservations.under(targets[0])}
    assert held == {each: target.version for each, target in zip(ids, targets, strict=True)}


def test_two_workers_and_two_sweeps_on_one_request_promote_it_once(
    place: tuple[str, str],
) -> None:
    first = stage(*place)
    first.policy = Stage().policy
    first.registries.files_per_call = 1
    second = stage(*place)
    second.policy, second.registries, second.clock = first.policy, first.registries, first.clock
    second.evidence = first.evidence
    request_id = approved(first)
    worlds = (first.world, second.world)

    with multiprocessing.pool.ThreadPool(4) as threads:
        for _ in range(10):
            jobs = [
                threads.apply_async(_try, (work, world))
                for world in worlds
                for work in (functools.partial(promote, request_id=request_id), sweep)
            ]
            for job in jobs:
                job.get()

    request = first.requests.get(request_id).request
    assert request.state is State.PROMOTED
    facts = first.requests.facts(request_id)
    assert [fact.type for fact in facts].count("model.promoted") == 1
    assert list(verify(facts)) == []
    assert set(first.registries.copies.values()) == {1}


def approved(first: Stage) -> str:
    """Return the id of a request that waits for its copy."""
    first.register()
    stored, _ = first.requests.add(opened())
    request = validate(first.world, stored.request.id)
    return decide(first.world, request.id, ballot(request, person("approver"))).id


def _try(work: Callable[[World], object], world: World) -> None:
    # Losing a race is what half of them are here for.
    with contextlib.suppress(StaleError):
        work(world)
