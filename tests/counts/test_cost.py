"""The cost model: its arithmetic by hand, its simulation against queueing theory, its counts on the sandbox."""

from pathlib import Path

import msgspec
import pytest

from bench.cost import __main__ as program
from bench.cost import prices, saturation
from bench.cost.demand import Demand, Step
from bench.cost.limits import LIMITS, Limit, needs
from bench.cost.month import RUNS, gb_seconds, month
from bench.cost.prices import Prices

NOTHING = Step(name="sweep", executions=1, seconds=0.0, counts={"table_requests": 4})
OWN = Prices(
    currency="EUR",
    table_requests=10,
    queue_requests=0,
    blob_writes=0,
    blob_reads=0,
    event_grid_operations=0,
    executions=2,
    gb_second=0.5,
    free_executions=100,
    instance_gb=2,
    least_seconds=1,
    slower=3,
)
DEMAND = Demand(
    promotion=(
        Step(name="validate", executions=1, seconds=2.0, counts={"table_requests": 5}),
        Step(name="tell", executions=2, seconds=0.2, counts={"table_requests": 1}),
    ),
    resting=dict.fromkeys(RUNS, NOTHING),
)


def bucket(*, per_second: float, burst: float = 1) -> Limit:
    """Return a limit."""
    return Limit(name="it", kind="it", per_second=per_second, burst=burst, source="none")


def test_a_month_is_counts_times_prices_and_the_timers_run_all_the_time() -> None:
    lines = {line.kind: line for line in month(DEMAND, 1000, OWN)}
    runs = sum(RUNS.values())

    assert lines["table_requests"].promotions == 6 * 1000
    assert lines["table_requests"].timers == 4 * runs
    assert lines["table_requests"].price == pytest.approx((6000 + 4 * runs) / 10_000 * 10)
    assert lines["executions"].price == pytest.approx((3000 + runs - 100) / 1_000_000 * 2)


def test_an_execution_weighs_the_whole_instance_and_no_less_than_the_least() -> None:
    long, short = DEMAND.promotion

    assert gb_seconds(long, OWN) == 2.0 * 3 * 2
    assert gb_seconds(short, OWN) == 2 * 1 * 2


def test_what_is_free_costs_nothing() -> None:
    own = msgspec.structs.replace(OWN, free_executions=10**9)

    lines = {line.kind: line for line in month(DEMAND, 1000, own)}

    assert lines["executions"].price == 0.0


def test_below_its_rate_a_limit_makes_nobody_wait_long_and_above_it_the_line_grows() -> None:
    limit = bucket(per_second=10)

    assert saturation.worst_wait(limit, 2, 3.0, seed=1) < 3
    assert saturation.worst_wait(limit, 2, 7.0, seed=1) > 60


def test_a_limit_is_full_near_what_it_allows_divided_by_what_one_takes() -> None:
    [full] = saturation.ladder([bucket(per_second=10)], {"it": 2}, seed=1)

    assert full.rate == pytest.approx(5.0, rel=0.2)


def test_limits_stand_in_the_order_in_which_they_fill_and_unused_ones_do_not() -> None:
    wide, narrow = bucket(per_second=100), bucket(per_second=1)
    unused = Limit(name="other", kind="other", per_second=1, burst=1, source="none")

    found = saturation.ladder([wide, unused, narrow], {"it": 1}, seed=1)

    assert [each.limit for each in found] == [narrow, wide]


def test_the_busiest_of_the_storage_is_the_sum_of_its_kinds() -> None:
    found = needs({"table_requests": 3, "blob_writes": 2, "queue_requests": 1})

    assert found["storage_requests"] == 6


def test_the_sample_prices_are_complete() -> None:
    assert prices.read(program.SAMPLE).currency


@pytest.mark.parametrize(
    ("text", "told"),
    [("currency = ", "TOML|Invalid"), ('currency = "EUR"', "missing"), ("prise = 1", "unknown")],
)
def test_a_file_of_prices_that_is_wrong_is_named_with_what_is_wrong(
    tmp_path: Path,
    text: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text)
    monkeypatch.setattr("sys.argv", ["bench.cost", "--prices", str(path)])

    assert program.main() == 2
    shown = capsys.readouterr().err
    assert str(path) in shown
    assert any(word in shown for word in told.split("|"))


@pytest.mark.sandbox
@pytest.mark.timeout(300)
def test_a_promotion_is_counted_to_its_last_note() -> None:
    demand = program.counted()

    names = [step.name for step in demand.promotion]
    assert names[0] == "receive the event"
    assert names[-1] == "sweep after it"
    assert set(demand.resting) == set(RUNS)
    kinds = {limit.kind for limit in LIMITS}
    assert kinds <= set(needs(demand.counts)), "a limit of something that nobody counts"
