"""What one worker process does in the concurrency tests: the app's use cases over the real tables.

Imported by the processes that the tests start; must not import pytest.
"""

import contextlib
import random
from collections.abc import Sequence

from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient

from promotion.adapters.blobs import BlobEvidence
from promotion.adapters.memory import FixedPolicy, MemoryHints
from promotion.adapters.tables import TableRequests, TableReservations
from promotion.domain.actors import EVENT_GRID
from promotion.domain.announcement import MODEL_REGISTERED, Announcement
from promotion.domain.approvals import Verdict
from promotion.domain.errors import ConflictError, RetryableError, StaleError
from promotion.domain.lifecycle import Opening
from promotion.domain.policy import StageSpec
from promotion.domain.request import State
from promotion.ports import World
from promotion.usecases import open_request
from promotion.usecases.decide import decide
from promotion.usecases.receive_event import receive_event
from promotion.usecases.validate import validate
from tests.building import (
    FILES,
    ROUTE,
    WORKSPACE,
    Stage,
    ballot,
    description,
    model,
    person,
    policy,
)
from tests.settling import leading

#: Nobody gets enough votes: every decision is recorded while the request stays pending.
BOARD = StageSpec(name="board", roles=("Promotion.Approver",), quorum=99)

_SOURCE = (
    f"/subscriptions/{WORKSPACE.subscription}/resourceGroups/{WORKSPACE.resource_group}"
    f"/providers/Microsoft.MachineLearningServices/workspaces/{WORKSPACE.name}"
)


def stage(connection: str, name: str) -> Stage:
    """Return a world over the real tables of that name; the rest is in memory."""
    evidence = BlobEvidence(
        BlobServiceClient.from_connection_string(connection), container=f"e{name}"
    )
    service = TableServiceClient.from_connection_string(connection)
    requests = TableRequests(service, evidence, table=f"t{name}", index_table=f"i{name}")
    requests.prepare()
    return Stage(requests=requests, hints=MemoryHints(), policy=FixedPolicy(policy(BOARD)))


def register(connection: str, name: str, numbers: Sequence[int]) -> int:
    """Receive the registrations of these models; return how many requests this process made."""
    world = stage(connection, name).world
    return sum(
        opened.created for number in numbers for opened in receive_event(world, _event(number))
    )


def vote(connection: str, name: str, ballots: Sequence[tuple[str, str]]) -> int:
    """Approve these requests as these people, insisting until it counts; return how often it did."""
    world = stage(connection, name).world
    return sum(_insist(world, request_id, who) for request_id, who in ballots)


def ask(connection: str, name: str, versions: Sequence[str]) -> list[str]:
    """Open requests for versions of one model; return their ids."""
    world = counting(connection, name).world
    opening = Opening(actor=EVENT_GRID)
    opened = (open_request.ask(world, model(version=each), ROUTE, opening) for each in versions)
    return [each.request.id for each in opened]


def settle(connection: str, name: str, ids: Sequence[str]) -> None:
    """Validate these requests, insisting until each is with the people."""
    on = counting(connection, name)
    for request_id in ids:
        asset = on.requests.get(request_id).request.asset
        on.registries.put(description(asset), FILES)
        for _ in range(100):
            with contextlib.suppress(StaleError, RetryableError):
                if validate(on.world, request_id).state is State.PENDING:
                    break
        else:
            raise AssertionError("a validation never got through")


def counting(connection: str, name: str) -> Stage:
    """Return a world over the real tables whose target counts versions; what is at the target is in memory."""
    on = stage(connection, name)
    service = TableServiceClient.from_connection_string(connection)
    on.reservations = TableReservations(service, table=f"t{name}")
    on.policy = FixedPolicy(leading(version="next"))
    return on


def shuffled[T](items: Sequence[T], seed: int) -> list[T]:
    """Return the items in an order that is the same in every run."""
    return random.Random(seed).sample(items, len(items))  # noqa: S311 -- repeatable, not secret


def _insist(world: World, request_id: str, who: str) -> bool:
    for _ in range(500):
        request = world.requests.get(request_id).request
        try:
            decide(world, request_id, ballot(request, person(who), Verdict.APPROVE))
        except StaleError:
            continue
        except ConflictError:
            return False
        return True
    raise AssertionError("a decision never got through")


def _event(number: int) -> Announcement:
    return Announcement(
        id=f"{number}",
        type=MODEL_REGISTERED,
        source=_SOURCE,
        subject=f"models/model-{number}:1",
        data={"ModelName": f"model-{number}", "ModelVersion": 1},
    )
