"""Versions that travel with a migration: listed under it and by name, not among what waits by state."""

import uuid

import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION, acting
from promotion.domain.lifecycle import Opening, Step
from promotion.domain.policy import Journey
from promotion.domain.request import Request, State
from promotion.ports import LOOK_AFTER, Page, Query, Requests
from sandbox.azurite import Azurite
from tests.building import NOW, ROUTE, model, opened, person, policy, route
from tests.contract.requests.test_requests import tables

MIGRATION = "m" * 26
OTHER = "n" * 26


@pytest.fixture(params=["memory", pytest.param("tables", marks=pytest.mark.azurite)])
def requests(request: pytest.FixtureRequest) -> Requests:
    """One implementation, with nothing stored."""
    if request.param == "memory":
        return MemoryRequests()
    azurite: Azurite = request.getfixturevalue("azurite")
    assert azurite.running
    return tables(request.getfixturevalue("sandbox_config"))


def member(name: str, batch: str = MIGRATION) -> Step:
    return lifecycle.open_request(
        Journey(route=ROUTE, asset=model(name)),
        route(),
        Opening(actor=acting(person("operator")), batch=batch),
        policy_hash=policy().hash,
        attempt=1,
        now=NOW,
    )


def names(page: Page) -> set[str]:
    return {each.asset.name for each in page.items}


def moved(requests: Requests, request: Request) -> None:
    stored = requests.get(request.id)
    requests.save(stored, lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW))


def test_members_are_listed_under_their_migration_whatever_their_state(requests: Requests) -> None:
    first, _ = requests.add(member("a"))
    for step in (member("b"), member("c", OTHER), opened(model("d"))):
        requests.add(step)
    moved(requests, first.request)

    assert names(requests.page(Query(batch=MIGRATION))) == {"a", "b"}
    assert names(requests.page(Query(batch=MIGRATION, state=State.VALIDATING))) == {"a"}
    assert names(requests.page(Query(batch=MIGRATION, name="b"))) == {"b"}
    assert names(requests.page(Query(batch=uuid.uuid4().hex[:26]))) == set()


def test_a_list_by_state_leaves_members_out_and_other_lists_do_not(requests: Requests) -> None:
    requests.add(member("a"))
    requests.add(opened(model("d")))

    assert names(requests.page(Query(state=State.RECEIVED))) == {"d"}
    assert names(requests.page(Query(state=State.RECEIVED, name="a"))) == {"a"}
    assert names(requests.page(Query())) == {"a", "d"}


def test_a_members_place_outlives_its_moves_and_the_settling_of_its_notes(
    requests: Requests,
) -> None:
    stored, _ = requests.add(member("a"))
    moved(requests, stored.request)
    for watch in requests.due(NOW + 2 * LOOK_AFTER):
        requests.settle(watch, requests.get(watch.request_id).request, look_again=None)

    assert names(requests.page(Query(batch=MIGRATION))) == {"a"}
    assert names(requests.page(Query(state=State.VALIDATING))) == set()


def test_members_page_like_any_other_list(requests: Requests) -> None:
    for number in range(5):
        requests.add(member(f"m{number}"))
    seen: list[str] = []
    cursor = ""

    while True:
        page = requests.page(Query(batch=MIGRATION), cursor=cursor, limit=2)
        seen += [each.asset.name for each in page.items]
        cursor = page.next_cursor
        if not cursor:
            break

    assert sorted(seen) == [f"m{number}" for number in range(5)]
