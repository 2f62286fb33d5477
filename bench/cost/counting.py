"""Counts one whole promotion, people's looks and the sweep's work after it included, in this process.

The platform's own requests are added by rule: each queue message costs it one to take and one to delete.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from bench import promoting, wire
from bench.cost.demand import Demand, Step
from bench.wire import Sent
from promotion.bootstrap import entry
from sandbox import resolver
from sandbox.config import Config

#: After it, every note to look at a request again is due.
_LATER: Final = dt.timedelta(days=2)
_MOST: Final = 20
_PLAIN: Final = {
    "queues": ["queue_requests"],
    "topic": ["event_grid_operations"],
    "Teams": ["notices"],
}
#: Requests of the platform for each queue message that the app writes.
_PER_MESSAGE: Final = 2


def count(state: str, names: list[str]) -> dict[str, Any]:
    """Promote each of the registered models; return the last one's demand as plain values."""
    resolver.install()
    config = Config.load(Path(state))
    steps: tuple[Step, ...] = ()
    for name in names:
        counted = _Counted(config)
        promoting.play(name, counted.step)
        _sweep(counted)
        steps = tuple(counted.steps)
    resting = _Counted(config)
    resting.step("sweep", entry.sweep)
    resting.step("reconcile", entry.reconcile)
    demand = Demand(promotion=steps, resting={each.name: each for each in resting.steps})
    found: dict[str, Any] = msgspec.to_builtins(demand)
    return found


def _sweep(counted: "_Counted") -> None:
    world = entry.world()
    clock = world.clock
    world.__dict__["clock"] = _Later()
    try:
        for _ in range(_MOST):
            visited = counted.step("sweep after it", entry.sweep).visited
            counted.add("sweep_visits", visited)
            if visited == 0:
                return
    finally:
        world.__dict__["clock"] = clock
    raise RuntimeError(f"The sweep still had something to do after {_MOST} runs.")


class _Later:
    def now(self) -> dt.datetime:
        """Return a time at which everything is due that only waits for time."""
        return dt.datetime.now(dt.UTC) + _LATER


class _Counted:
    """Runs steps and keeps what each asked for."""

    def __init__(self, config: Config) -> None:
        self._kind = _kinds(config)
        self.steps: list[Step] = []

    def step[T](self, name: str, work: Callable[[], T]) -> T:
        """Run one execution and count it; the same name again adds to the same step."""
        started = time.monotonic()
        with wire.counted() as traffic:
            result = work()
        step = Step(
            name=name,
            executions=1,
            seconds=time.monotonic() - started,
            counts=dict(self._count(traffic.requests)),
        )
        if self.steps and self.steps[-1].name == name:
            step = _joined(self.steps.pop(), step)
        self.steps.append(step)
        return result

    def add(self, kind: str, count: int) -> None:
        """Count something else for the last step."""
        last = self.steps.pop()
        counts = dict(Counter(last.counts) + Counter({kind: count}))
        self.steps.append(msgspec.structs.replace(last, counts=counts))

    def _count(self, requests: list[Sent]) -> Counter[str]:
        found: Counter[str] = Counter()
        for request in requests:
            found.update(self._kind(request))
        messages = sum(_is_message(each) for each in requests)
        found["queue_requests"] += messages * _PER_MESSAGE
        return +found


def _joined(one: Step, other: Step) -> Step:
    return Step(
        name=one.name,
        executions=one.executions + other.executions,
        seconds=one.seconds + other.seconds,
        counts=dict(Counter(one.counts) + Counter(other.counts)),
    )


def _is_message(request: Sent) -> bool:
    return request.method == "POST" and "/messages" in request.target


def _kinds(config: Config) -> Callable[[Sent], list[str]]:
    ports = config.ports
    services = {
        ports.azurite_table: "tables",
        ports.azurite_queue: "queues",
        ports.azurite_blob: "blobs",
        ports.event_grid: "topic",
        ports.inbox: "Teams",
        ports.azureml: "Azure ML",
        ports.azureml_operations: "Azure ML",
    }
    return lambda request: _kind(services.get(request.port, ""), request)


def _kind(service: str, request: Sent) -> list[str]:
    reads = request.method in {"GET", "HEAD"}
    match service:
        case "tables":
            return ["table_requests", *_index(request)]
        case "blobs":
            return ["blob_reads" if reads else "blob_writes"]
        case "Azure ML":
            return ["management_reads" if reads else "management_writes"]
        case _:
            return _PLAIN.get(service, [])


def _index(request: Sent) -> list[str]:
    # A transaction's address names no table: all count, although every second one is on the other table.
    return ["index_writes"] if request.method != "GET" and _may_be_index(request) else []


def _may_be_index(request: Sent) -> bool:
    return "promotionindex" in request.target or "$batch" in request.target
