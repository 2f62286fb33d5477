"""What only the tables can get wrong: half-done writes, damaged rows, limits, a lost index."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableClient, UpdateMode

from promotion.adapters.memory import MemoryEvidence
from promotion.adapters.tables import TableRequests, rows
from promotion.adapters.tables.requests import _side
from promotion.domain import lifecycle
from promotion.domain.actors import VALIDATION
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.closure import MOST
from promotion.domain.dependencies import Dependency, Way
from promotion.domain.errors import BrokenError, DamagedError, NotFoundError, RetryableError
from promotion.domain.progress import Progress
from promotion.domain.request import SCHEMA, State
from promotion.ports import LOOK_AFTER, Poisoned, Query, Queue
from promotion.usecases.bring import beat
from promotion.usecases.deliver import deliver
from promotion.usecases.sweep import sweep
from sandbox.azurite import Azurite
from sandbox.config import Config
from tests.building import DEV, NOW, PROD, Stage, model, opened
from tests.contract.requests.test_requests import SECOND, tables

pytestmark = pytest.mark.azurite


@pytest.fixture
def requests(azurite: Azurite, sandbox_config: Config) -> TableRequests:
    """Tables with nothing in them."""
    assert azurite.running
    return tables(sandbox_config)


class PowerCutError(BaseException):
    """The process dies."""


class Dying:
    """A table client that dies before or after its n-th write."""

    def __init__(self, table: TableClient, counter: list[int], *, after: bool) -> None:
        self._table = table
        self._counter = counter
        self._after = after

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- any attribute of the client
        method = getattr(self._table, name)
        if name not in {"submit_transaction", "create_entity", "update_entity", "delete_entity"}:
            return method

        def call(*args: object, **kwargs: object) -> object:
            self._counter[0] -= 1
            if self._counter[0] == 0 and not self._after:
                raise PowerCutError
            answer = method(*args, **kwargs)
            if self._counter[0] == 0:
                raise PowerCutError
            return answer

        return call


def cut(requests: TableRequests, work: Callable[[], object], write: int, *, after: bool) -> None:
    """Do the work and lose power around its n-th write."""
    counter = [write]
    whole = requests._table, requests._index
    requests._table = Dying(whole[0], counter, after=after)  # type: ignore[assignment] # stands in
    requests._index = Dying(whole[1], counter, after=after)  # type: ignore[assignment] # stands in
    try:
        with pytest.raises(PowerCutError):
            work()
    finally:
        requests._table, requests._index = whole


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("write", [1, 2])
def test_a_request_that_was_stored_is_always_found_again(
    requests: TableRequests, write: int, *, after: bool
) -> None:
    step = opened()

    cut(requests, lambda: requests.add(step), write, after=after)

    try:
        requests.get(step.request.id)
    except NotFoundError:
        return
    assert step.request.id in {watch.request_id for watch in requests.due(NOW + LOOK_AFTER)}
    assert requests.page(Query()).items == (step.request,)
    assert requests.page(Query(name="taxi-fare")).items == (step.request,)
    assert requests.page(Query(state=State.RECEIVED)).items == (step.request,)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("write", [1, 2])
def test_a_transition_happened_with_its_note_or_not_at_all(
    requests: TableRequests, write: int, *, after: bool
) -> None:
    stored, _ = requests.add(opened())
    later = NOW + 1000 * SECOND
    step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=later)

    cut(requests, lambda: requests.save(stored, step), write, after=after)

    request = requests.get(stored.request.id).request
    assert request in {stored.request, step.request}
    assert len(requests.facts(request.id)) == request.revision
    assert requests.page(Query(state=request.state)).items == (request,)
    if request == step.request:
        assert later + LOOK_AFTER in {watch.due for watch in requests.due(later + LOOK_AFTER)}


DAMAGES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "bad JSON": lambda row: {**row, "body": row["body"][:-5]},
    "other JSON": lambda row: {**row, "body": "[]"},
    "no body": lambda row: {name: value for name, value in row.items() if name != "body"},
    "a body that is no text": lambda row: {**row, "body": 7},
    "no schema": lambda row: {name: value for name, value in row.items() if name != "schema"},
    "a newer schema": lambda row: {**row, "schema": SCHEMA + 1},
    "evidence that is gone": lambda row: {**row, "body_at": "sha256:" + "0" * 64},
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_request_is_reported_and_the_others_go_on(
    requests: TableRequests, name: str
) -> None:
    broken, _ = requests.add(opened(model("broken")))
    whole, _ = requests.add(opened(model("whole")))
    row = dict(requests._table.get_entity(broken.request.id, "req"))
    requests._table.update_entity(DAMAGES[name](row), UpdateMode.REPLACE)

    with pytest.raises(DamagedError, match=broken.request.id):
        requests.get(broken.request.id)
    page = requests.page(Query())
    assert page.items == (whole.request,)
    assert [damage.request_id for damage in page.damaged] == [broken.request.id]
    stage = Stage(requests=requests)
    stage.clock.move(LOOK_AFTER)
    swept = sweep(stage.world)
    assert swept.visited == 2
    assert [problem.split(":")[0] for problem in swept.problems] == [broken.request.id]


@pytest.mark.parametrize("touch", ["removed", "changed"])
def test_a_fact_that_was_touched_is_reported(requests: TableRequests, touch: str) -> None:
    stored, _ = requests.add(opened())
    step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)
    requests.save(stored, step)
    key = rows.fact_key(1)
    if touch == "removed":
        requests._table.delete_entity(stored.request.id, key)
    else:
        row = dict(requests._table.get_entity(stored.request.id, key))
        row["body"] = row["body"].replace("event-grid", "somebody--")
        requests._table.update_entity(row, UpdateMode.REPLACE)

    with pytest.raises(DamagedError, match=r"(?i)fact|evt"):
        requests.facts(stored.request.id)


@pytest.mark.parametrize("key", ["prog", "out"])
@pytest.mark.parametrize("body", ["{", "[1]", 7, None])
def test_a_damaged_side_row_is_reported_and_the_sweep_goes_on(
    requests: TableRequests, key: str, body: object
) -> None:
    stored, _ = requests.add(opened())
    row = {"PartitionKey": stored.request.id, "RowKey": key, "body": body}
    requests._table.upsert_entity({name: value for name, value in row.items() if value is not None})
    stage = Stage(requests=requests)
    stage.clock.move(LOOK_AFTER)

    with pytest.raises(DamagedError, match=key):
        requests.progress(stored.request.id) if key == "prog" else requests.delivered(
            stored.request.id
        )
    swept = sweep(stage.world)

    assert swept.visited == 1
    assert len(swept.problems) == (1 if key == "out" else 0)


def test_given_up_work_on_a_damaged_request_keeps_no_other_from_being_reported(
    requests: TableRequests,
) -> None:
    broken, _ = requests.add(opened(model("broken")))
    whole, _ = requests.add(opened(model("whole")))
    row = dict(requests._table.get_entity(broken.request.id, "req"))
    requests._table.update_entity({**row, "body": "{"}, UpdateMode.REPLACE)
    stage = Stage(requests=requests)
    stage.hints.given_up = [
        Poisoned(queue=Queue.VALIDATIONS, request_id=each.request.id, receipt="1")
        for each in (broken, whole)
    ]

    sweep(stage.world)

    assert requests.get(whole.request.id).request.problem is not None
    assert stage.hints.given_up == []


def test_a_note_that_two_write_at_once_is_tried_again(requests: TableRequests) -> None:
    class Racing:
        """The index, where somebody else is faster."""

        def submit_transaction(self, *_: object) -> None:
            raise ResourceExistsError

    requests._index = Racing()  # type: ignore[assignment] # stands in

    with pytest.raises(RetryableError, match="same moment"):
        requests.add(opened())


def test_a_lost_index_is_written_anew(requests: TableRequests) -> None:
    stored = [
        requests.add(opened(model(version=str(n)), now=NOW + n * SECOND))[0] for n in range(5)
    ]
    for row in list(requests._index.list_entities()):
        requests._index.delete_entity(row)
    assert requests.page(Query()).items == ()

    count, damaged = requests.rebuild_index(NOW)

    assert (count, damaged) == (5, ())
    assert requests.page(Query()).items == tuple(each.request for each in reversed(stored))
    assert len(requests.due(NOW)) == 5


def test_what_the_real_service_would_refuse_is_refused_here() -> None:
    row = {"PartitionKey": "p", "RowKey": "r", "body": "x" * rows.MAX_STRING}

    rows.check_limits([row] * 60)
    with pytest.raises(BrokenError):
        rows.check_limits([row] * 101)
    with pytest.raises(BrokenError):
        rows.check_limits([{**row, "more": "x" * rows.MAX_ENTITY}])
    with pytest.raises(BrokenError):
        rows.check_limits([row] * 70)


def test_a_body_of_exactly_the_limit_stays_in_the_row() -> None:
    evidence = MemoryEvidence()
    request = opened().request
    short = len(msgspec.json.encode(request))
    fitting = msgspec.structs.replace(request, reason="x" * (rows.MAX_STRING - short))
    longer = msgspec.structs.replace(request, reason=fitting.reason + "x")

    assert len(rows.request_row(fitting, evidence)["body"]) == rows.MAX_STRING
    row = rows.request_row(longer, evidence)
    assert row["body_at"] in evidence.kept
    assert rows.read_request(row, evidence) == longer


def test_a_missing_fact_shows_on_its_request_once_telling_it_was_given_up(
    requests: TableRequests,
) -> None:
    stored, _ = requests.add(opened())
    step = lifecycle.start_validation(stored.request, actor=VALIDATION, now=NOW)
    request_id = requests.save(stored, step).request.id
    requests._table.delete_entity(request_id, rows.fact_key(1))
    stage = Stage(requests=requests)
    with pytest.raises(DamagedError):
        deliver(stage.world, request_id)

    stage.hints.given_up = [
        Poisoned(queue=Queue.DELIVERIES, request_id=request_id, receipt="1"),
    ]
    sweep(stage.world)

    problem = requests.get(request_id).request.problem
    assert problem is not None
    assert "Fact 1" in problem.message
    assert "is missing" in problem.message


def test_how_far_the_largest_closure_is_fits_into_its_row(requests: TableRequests) -> None:
    long = "n" * 255
    needed = tuple(
        Dependency(
            asset=AssetRef(
                home=DEV, kind=AssetKind.DATA, name=f"{long}{n:03d}"[-255:], version=long
            ),
            target=AssetRef(home=PROD, kind=AssetKind.DATA, name=long, version=long),
            way=Way.TRAVELS,
        )
        for n in range(MOST)
    )
    stage = Stage(requests=requests)
    request = msgspec.structs.replace(opened().request, dependencies=needed)

    row = _side(request.id, "prog", beat(stage.world, request, Progress()))

    assert len(row["body"]) <= rows.MAX_STRING
