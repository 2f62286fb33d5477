"""The contract of the port `Requests`: every implementation keeps the same promises."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient

from promotion.adapters.blobs import BlobEvidence
from promotion.adapters.memory import MemoryRequests
from promotion.adapters.tables import TableRequests
from promotion.domain import lifecycle
from promotion.domain.actors import SWEEP, VALIDATION
from promotion.domain.approvals import Verdict
from promotion.domain.errors import ConflictError, InvalidError, NotFoundError, StaleError
from promotion.domain.policy import StageSpec
from promotion.domain.progress import Progress
from promotion.domain.request import Request, State
from promotion.ports import LOOK_AFTER, Delivered, Page, Query, Requests, Stored
from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.building import (
    NOW,
    PROD,
    ballot,
    examination,
    model,
    opened,
    person,
    route,
)

SECOND = dt.timedelta(seconds=1)


@pytest.fixture(params=["memory", pytest.param("tables", marks=pytest.mark.azurite)])
def requests(request: pytest.FixtureRequest) -> Requests:
    """One implementation, with nothing stored."""
    if request.param == "memory":
        return MemoryRequests()
    azurite: Azurite = request.getfixturevalue("azurite")
    config: Config = request.getfixturevalue("sandbox_config")
    assert azurite.running
    return tables(config)


def tables(config: Config) -> TableRequests:
    """Return the real implementation over tables of its own."""
    text = config.connection_string()
    name = uuid.uuid4().hex[:12]
    evidence = BlobEvidence(BlobServiceClient.from_connection_string(text), container=f"e{name}")
    service = TableServiceClient.from_connection_string(text)
    made = TableRequests(service, evidence, table=f"t{name}", index_table=f"i{name}")
    made.prepare()
    return made


def to_pending(requests: Requests, stored: Stored, *stages: StageSpec) -> Stored:
    """Bring a received request to people."""
    step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)
    stored = requests.save(stored, step)
    asked = lifecycle.request_approval(
        stored.request,
        route(*stages),
        examination(),
        actor=VALIDATION,
        now=NOW,
    )
    return requests.save(stored, asked)


def test_a_new_request_is_read_back_as_it_was_stored(requests: Requests) -> None:
    step = opened()

    stored, created = requests.add(step)

    assert created
    assert requests.get(step.request.id) == stored
    assert stored.request == step.request


def test_the_same_request_again_is_the_one_that_was_there(requests: Requests) -> None:
    first, _ = requests.add(opened())

    again, created = requests.add(opened(now=NOW + SECOND))

    assert not created
    assert again == first


def test_an_unknown_request_is_not_found(requests: Requests) -> None:
    with pytest.raises(NotFoundError):
        requests.get("nothing")


@pytest.mark.parametrize("text", ["a'b", "a/b", "a\\b", "a#b?", "\n", "ü" * 200, "' or 'a' eq 'a"])
def test_a_strange_id_is_not_found_rather_than_an_accident(requests: Requests, text: str) -> None:
    requests.add(opened())

    with pytest.raises(NotFoundError):
        requests.get(text)


def test_a_transition_moves_request_fact_and_revision_together(requests: Requests) -> None:
    stored, _ = requests.add(opened())
    step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)

    after = requests.save(stored, step)

    assert requests.get(stored.request.id) == after
    facts = requests.facts(stored.request.id)
    assert [fact.sequence for fact in facts] == [1, 2]
    assert facts[-1] == step.fact
    assert facts[-1].previous_hash == facts[0].hash
    assert requests.facts(stored.request.id, after=1) == facts[1:]


def test_a_transition_of_something_outdated_changes_nothing(requests: Requests) -> None:
    stored, _ = requests.add(opened())
    step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)
    after = requests.save(stored, step)

    with pytest.raises(StaleError):
        requests.save(stored, step)

    assert requests.get(stored.request.id) == after
    assert len(requests.facts(stored.request.id)) == 2


def test_of_many_at_once_one_transition_wins(requests: Requests) -> None:
    stored, _ = requests.add(opened())
    step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)

    def attempt(_: int) -> bool:
        try:
            requests.save(stored, step)
        except StaleError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(8)))

    assert won.count(True) == 1
    assert len(requests.facts(stored.request.id)) == 2


def test_a_decision_is_kept_with_the_request(requests: Requests) -> None:
    stored = to_pending(requests, requests.add(opened())[0])
    step = lifecycle.decide(
        stored.request,
        ballot(stored.request, person("approver"), comment="Good."),
        now=NOW,
    )

    requests.save(stored, step)

    read = requests.get(stored.request.id).request
    assert read.state is State.APPROVED
    assert [(each.by.name, each.comment) for each in read.decisions] == [("approver", "Good.")]


def test_long_evidence_is_kept_whole(requests: Requests) -> None:
    stored, _ = requests.add(opened())
    step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)
    stored = requests.save(stored, step)
    found = examination()
    large = msgspec.structs.replace(found.checks[0], evidence={"seen": "🚕" * 40_000})
    found = msgspec.structs.replace(found, checks=(large,))
    asked = lifecycle.request_approval(stored.request, route(), found, actor=VALIDATION, now=NOW)

    requests.save(stored, asked)

    assert requests.get(stored.request.id).request.checks == (large,)
    assert requests.facts(stored.request.id)[-1] == asked.fact


def test_pages_hold_every_request_once_newest_first(requests: Requests) -> None:
    made = [
        requests.add(opened(model(version=str(n)), now=NOW + n * SECOND))[0].request
        for n in range(7)
    ]

    # The same registrations again, later: each is the request that was there.
    for n in range(7):
        requests.add(opened(model(version=str(n)), now=NOW + (100 + n) * SECOND))

    pages = all_pages(requests, Query(), limit=3)

    assert pages == [request.id for request in reversed(made)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(name="b"), {"b:1", "b:2"}),
        (Query(name="b", version="2"), {"b:2"}),
        (Query(state=State.VALIDATING), {"a:1"}),
        (Query(state=State.RECEIVED, name="b"), {"b:1", "b:2"}),
        (Query(route="no-such-route"), set()),
        (Query(name="' or RowKey ge ''"), set()),
    ],
)
def test_a_query_returns_what_matches(requests: Requests, query: Query, expected: set[str]) -> None:
    stored = [
        requests.add(opened(model(name, version)))[0]
        for name, version in (("a", "1"), ("b", "1"), ("b", "2"))
    ]
    step = lifecycle.start_validation(stored[0].request, actor=VALIDATION, now=NOW)
    requests.save(stored[0], step)

    found = requests.page(query).items

    assert {request.asset.label for request in found} == expected


@pytest.mark.parametrize("cursor", ["x", "1_2", "'", "a" * 200, "../.."])
def test_a_made_up_cursor_is_refused(requests: Requests, cursor: str) -> None:
    with pytest.raises(InvalidError):
        requests.page(Query(), cursor=cursor)


def test_every_transition_leaves_a_note_to_look_at_the_request(requests: Requests) -> None:
    step = opened()
    requests.add(step)

    assert requests.due(NOW + LOOK_AFTER - SECOND) == ()
    assert [w.request_id for w in requests.due(NOW + LOOK_AFTER)] == [step.request.id]


def test_what_a_repetition_left_in_the_listings_goes_with_its_note(requests: Requests) -> None:
    stored, _ = requests.add(opened())
    requests.add(opened(now=NOW + SECOND))

    for watch in requests.due(NOW + 2 * LOOK_AFTER):
        requests.settle(watch, stored.request, look_again=None)

    assert requests.page(Query(), limit=1) == Page(items=(stored.request,))
    assert requests.due(NOW + 2 * LOOK_AFTER) == ()


def test_a_settled_note_is_gone_and_the_next_one_comes_later(requests: Requests) -> None:
    stored, _ = requests.add(opened())
    (watch,) = requests.due(NOW + LOOK_AFTER)
    later = NOW + dt.timedelta(hours=1)

    requests.settle(watch, stored.request, look_again=later)
    requests.settle(watch, stored.request, look_again=later)

    assert requests.due(later - SECOND) == ()
    watches = requests.due(later)
    assert {each.request_id for each in watches} == {stored.request.id}
    for each in watches:
        requests.settle(each, stored.request, look_again=None)
    assert requests.due(later) == ()


def test_a_request_is_listed_under_its_state_alone(requests: Requests) -> None:
    stored, _ = requests.add(opened())
    step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)
    stored = requests.save(stored, step)

    assert requests.page(Query(state=State.RECEIVED)).items == ()
    for watch in requests.due(NOW + LOOK_AFTER):
        requests.settle(watch, stored.request, look_again=None)

    assert requests.page(Query(state=State.RECEIVED)).items == ()
    assert requests.page(Query(state=State.VALIDATING)).items == (stored.request,)


def test_a_request_is_listed_under_its_names_on_both_sides(requests: Requests) -> None:
    stored, _ = requests.add(opened(model(version="7")))
    started = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)
    stored = requests.save(stored, started)
    there = msgspec.structs.replace(
        examination(), target=stored.request.target.moved(PROD, name="live-fare", version="1")
    )
    asked = lifecycle.request_approval(stored.request, route(), there, actor=VALIDATION, now=NOW)
    request = requests.save(stored, asked).request

    for name, version in (("taxi-fare", "7"), ("live-fare", "1"), ("live-fare", "")):
        assert requests.page(Query(name=name, version=version)).items == (request,)
    # A name of one side and a version of the other are nobody's.
    for name, version in (("live-fare", "7"), ("taxi-fare", "1")):
        assert requests.page(Query(name=name, version=version)).items == ()


def test_progress_is_nothing_until_it_is_recorded(requests: Requests) -> None:
    stored, _ = requests.add(opened())
    half = Progress(files=2, files_done=1, bytes=10, bytes_done=5, at=NOW)

    before = requests.progress(stored.request.id)
    requests.save_progress(stored.request.id, half)

    assert before == Progress()
    assert requests.progress(stored.request.id) == half
    assert requests.get(stored.request.id) == stored


def test_two_workers_cannot_both_record_what_was_told(requests: Requests) -> None:
    stored, _ = requests.add(opened())
    nothing = requests.delivered(stored.request.id)
    told = msgspec.structs.replace(nothing, upto={"topic": 1})

    saved = requests.save_delivered(stored.request.id, told)

    assert requests.delivered(stored.request.id) == saved
    for outdated in (told, Delivered(upto={"topic": 9}, etag="")):
        with pytest.raises(StaleError):
            requests.save_delivered(stored.request.id, outdated)
    assert requests.delivered(stored.request.id).upto == {"topic": 1}


def test_many_people_at_once_count_once_each(requests: Requests) -> None:
    quorum = StageSpec(name="board", roles=("Promotion.Approver",), quorum=9)
    stored = to_pending(requests, requests.add(opened())[0], quorum)
    voters = [person(f"approver-{n}") for n in range(8)]

    def vote(number: int) -> None:
        insist(requests, stored.request.id, voters[number % 8].name)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(vote, range(16)))

    read = requests.get(stored.request.id).request
    assert sorted(each.by.name for each in read.decisions) == sorted(v.name for v in voters)
    assert read.revision == stored.request.revision + len(voters)


def insist(requests: Requests, request_id: str, name: str) -> None:
    """Approve as that person until it is recorded or turns out to be recorded already."""
    for _ in range(200):
        stored = requests.get(request_id)
        try:
            step = lifecycle.decide(
                stored.request,
                ballot(stored.request, person(name), Verdict.APPROVE),
                now=NOW,
            )
            requests.save(stored, step)
        except StaleError:
            continue
        except ConflictError:
            return
        return
    raise AssertionError("never got through")


def all_pages(requests: Requests, query: Query, *, limit: int) -> list[str]:
    """Return the ids of all pages together."""
    ids: list[str] = []
    cursor = ""
    for _ in range(100):
        page = requests.page(query, cursor=cursor, limit=limit)
        ids += [request.id for request in page.items]
        cursor = page.next_cursor
        if not cursor:
            return ids
    raise AssertionError("the pages never end")


def expired(request: Request) -> Request:
    """Return the request after its time ran out."""
    return lifecycle.expire(request, actor=SWEEP, now=NOW).request
