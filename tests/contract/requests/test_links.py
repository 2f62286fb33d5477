"""The contract of the port `Requests` for links: spent once, together with the decision, or not at all."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain import lifecycle
from promotion.domain.errors import NotFoundError, StaleError
from promotion.domain.lifecycle import Step
from promotion.domain.links import Link, hash_of
from promotion.domain.request import Request, State
from promotion.ports import Requests, Stored
from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.building import NOW, ballot, opened, person
from tests.contract.requests.test_requests import tables, to_pending

HANDLE = "h" * 43


@pytest.fixture(params=["memory", pytest.param("tables", marks=pytest.mark.azurite)])
def requests(request: pytest.FixtureRequest) -> Requests:
    """One implementation, with nothing stored."""
    if request.param == "memory":
        return MemoryRequests()
    azurite: Azurite = request.getfixturevalue("azurite")
    config: Config = request.getfixturevalue("sandbox_config")
    assert azurite.running
    return tables(config)


def link_to(request: Request, handle: str = HANDLE) -> Link:
    """Return a link for the approver, as `invite` makes one."""
    return Link(
        hash=hash_of(handle),
        request=request.id,
        revision=request.revision,
        digest=request.digest,
        policy_hash=request.policy_hash,
        stage="business",
        addressee=person("approver"),
        expires_at=NOW + dt.timedelta(days=1),
    )


def spending(stored: Stored, link: Link, who: str = "approver") -> Step:
    """Return a decision that spends a link."""
    step = lifecycle.decide(stored.request, ballot(stored.request, person(who)), now=NOW)
    return msgspec.structs.replace(step, spends=msgspec.structs.replace(link, spent_at=NOW))


def test_a_link_is_read_back_by_its_hash(requests: Requests) -> None:
    request = requests.add(opened())[0].request
    link = link_to(request)

    requests.add_link(link)

    assert requests.link(request.id, hash_of(HANDLE)) == link


def test_the_handle_itself_finds_nothing(requests: Requests) -> None:
    request = requests.add(opened())[0].request
    requests.add_link(link_to(request))

    for name in (HANDLE, hash_of("another"), ""):
        with pytest.raises(NotFoundError):
            requests.link(request.id, name)


def test_a_link_of_another_request_is_not_found(requests: Requests) -> None:
    request = requests.add(opened())[0].request
    requests.add_link(link_to(request))
    other = requests.add(opened(attempt=2))[0].request

    for request_id in (other.id, "a" * 26, "no id"):
        with pytest.raises(NotFoundError):
            requests.link(request_id, hash_of(HANDLE))


def test_the_decision_and_its_link_move_together(requests: Requests) -> None:
    stored = to_pending(requests, requests.add(opened())[0])
    link = link_to(stored.request)
    requests.add_link(link)

    after = requests.save(stored, spending(stored, link)).request

    assert after.state is State.APPROVED
    assert requests.link(after.id, link.hash).spent_at == NOW


def test_a_decision_that_lost_its_race_spends_nothing(requests: Requests) -> None:
    stored = to_pending(requests, requests.add(opened())[0])
    link = link_to(stored.request)
    requests.add_link(link)
    requests.save(
        stored, lifecycle.decide(stored.request, ballot(stored.request, person("second")), now=NOW)
    )

    with pytest.raises(StaleError):
        requests.save(stored, spending(stored, link))

    assert requests.link(stored.request.id, link.hash).spent_at is None


def test_a_link_that_nobody_made_decides_nothing(requests: Requests) -> None:
    stored = to_pending(requests, requests.add(opened())[0])

    with pytest.raises(StaleError):
        requests.save(stored, spending(stored, link_to(stored.request)))

    present = requests.get(stored.request.id).request
    assert (present.state, present.decisions) == (State.PENDING, ())
    assert len(requests.facts(present.id)) == present.revision


def test_of_many_at_once_one_spends_the_link(requests: Requests) -> None:
    stored = to_pending(requests, requests.add(opened())[0])
    link = link_to(stored.request)
    requests.add_link(link)

    def attempt(_number: int) -> bool:
        try:
            requests.save(stored, spending(stored, link))
        except StaleError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        spent = list(pool.map(attempt, range(8)))

    assert spent.count(True) == 1
    assert len(requests.get(stored.request.id).request.decisions) == 1
