"""How many requests to storage one promotion makes, whatever is stored already."""

from pathlib import Path
from typing import Any, Final

from bench import account, local_cloud
from bench.child import call
from bench.finding import Finding
from bench.scale import Scale
from sandbox.config import Config

#: What the app's own storage account serves; priced by the request.
ACCOUNT: Final = ("tables", "queues", "blobs")
PARTS: Final = (*local_cloud.MODELS, "identity endpoint", "inbox", "Event Grid")
#: Among the stored requests so many are pending, as in `listing`.
_WAITING: Final = 50
_TAGS: Final = {"owner": "bench", "r2": "0.9"}

type Counts = dict[str, dict[str, int]]


def measure(scale: Scale, room: Path) -> Finding:
    """Promote two models with nothing stored and two among many; the first of each warms up."""
    with local_cloud.running(room, *PARTS) as config:
        runs: list[dict[str, Any]] = []
        for stored in (0, scale.stored):
            with account.tables(config.folder, stored, _WAITING if stored else 0) as port:
                counts = promote_two(config, f"among-{stored}", port)
                runs.append({"stored": stored, "requests": total(counts), "steps": counts})
    few, many = runs
    return Finding(
        ours=many["requests"],
        reference=few["requests"],
        ratio=many["requests"] / few["requests"],
        unit="storage requests",
        goal=f"the same with 0 and with {scale.stored:,} requests stored",
        met=_account_only(few["steps"]) == _account_only(many["steps"]),
        runs=runs,
        against=f"one promotion among {scale.stored:,} stored requests / with nothing stored",
        notes=[
            "Exact: counted where the HTTP client begins a request, retries included.",
            "The platform's own requests (taking and deleting queue messages) come on top.",
        ],
        details={"by_service": by_service(many["steps"])},
    )


def promote_two(config: Config, prefix: str, port: int | None, *, version: str = "same") -> Counts:
    """Register and promote two models; return what the second made, by step and service.

    `version` is the route's rule for the target's versions.
    """
    names = register_two(config, prefix)
    settings = account.settings(config, port, version=version)
    counts: list[Counts] = call(
        "bench.promoting:count",
        environment=settings,
        state=config.state,
        names=names,
        port=port,
    )
    return counts[1]


def register_two(config: Config, prefix: str) -> list[str]:
    """Register two small models in the source registry; return their names."""
    names = [f"{prefix}-{number}" for number in range(2)]
    for name in names:
        folder = config.folder / name
        local_cloud.write_model(folder, 4096, 4)
        call(
            "bench.local_cloud:register",
            state=config.state,
            name=name,
            path=str(folder),
            tags=_TAGS,
        )
    return names


def total(counts: Counts) -> int:
    """Return the requests to the app's own storage account."""
    return sum(sum(step.values()) for step in _account_only(counts).values())


def by_service(counts: Counts) -> dict[str, int]:
    """Return the requests of all steps by service."""
    services = sorted({name for step in counts.values() for name in step})
    return {name: sum(step.get(name, 0) for step in counts.values()) for name in services}


def _account_only(counts: Counts) -> dict[str, dict[str, Any]]:
    return {
        step: {name: found[name] for name in ACCOUNT if name in found}
        for step, found in counts.items()
    }
