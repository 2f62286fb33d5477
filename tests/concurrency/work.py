"""What one worker process does in the concurrency tests: the app's use cases over the real tables.

Imported by the processes that the tests start; must not import pytest.
"""

import random
from collections.abc import Sequence

from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient

from promotion.adapters.blobs import BlobEvidence
from promotion.adapters.memory import FixedPolicy, MemoryHints
from promotion.adapters.tables import TableRequests
from promotion.domain.announcement import MODEL_REGISTERED, Announcement
from promotion.domain.approvals import Verdict
from promotion.domain.errors import ConflictError, StaleError
from promotion.domain.policy import StageSpec
from promotion.ports import World
from promotion.usecases.decide import decide
from promotion.usecases.receive_event import receive_event
from tests.building import WORKSPACE, Stage, ballot, person, policy

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
