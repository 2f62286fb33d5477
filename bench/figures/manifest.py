"""How long a model's manifest takes: every byte read once, hashed, in flat memory."""

from pathlib import Path
from typing import Any, Final

import msgspec

from bench import copying, local_cloud
from bench.child import call
from bench.finding import Finding, median, median_ratio
from bench.scale import MIB, Scale
from bench.slow_link import RATE

#: Times the reference's time.
GOAL = 1.15
#: How much the process may grow, in bytes.
GROWTH = 64 * MIB


class _Sides(msgspec.Struct, frozen=True):
    """Who reads, by the function that does, and the front they read from."""

    functions: dict[str, str]
    front: str = ""


_NEAR: Final = _Sides({"hashed": "hashed", "ours": "manifest", "reference": "plainly"})
_LINKED: Final = _Sides({"link_ours": "manifest", "link_reference": "plainly"}, "bench.slow_link")
#: Times the runs of other figures: two cores that are full make pairs differ by a tenth and more.
_ROUNDS: Final = 8
#: So much less is read over the slow link.
_PART: Final = 4
_RATE: Final = f"{RATE * 8 // 10**9} Gbit/s"


def measure(scale: Scale, room: Path) -> Finding:
    """Read the same model in each way, in turn, forwards and backwards; then a part of it over a slow link."""
    runs = _runs(scale, room, scale.model, _NEAR, rounds=_ROUNDS * scale.runs)
    linked = _runs(scale, room, scale.model // _PART, _LINKED, rounds=2 * scale.runs)
    ratio = median_ratio(runs, "ours_seconds", "reference_seconds")
    growth = max(run["ours_growth"] for run in runs)
    return Finding(
        ours=median(runs, "ours_seconds"),
        reference=median(runs, "reference_seconds"),
        ratio=ratio,
        unit="s",
        goal=f"ours <= {GOAL}x the time, growth <= {GROWTH // MIB} MiB",
        met=ratio <= GOAL and growth <= GROWTH,
        runs=[*runs, *linked],
        against="the manifest / one GET a file, all files side by side, bytes thrown away",
        notes=[
            "All read over TLS through the sandbox's one proxy, on the same cores as it and Azurite.",
            "The plain download keeps these cores busy already, so that the SHA-256 comes on top.",
            "`hashed_ratio`: the same plain download with SHA-256 in its loop, and nothing else.",
            f"`link_ratio`: the same two where the proxy sends no more than {_RATE}; 1/{_PART} of the bytes.",
        ],
        details={
            "growth_mib": growth / MIB,
            "hashed_seconds": median(runs, "hashed_seconds"),
            "hashed_ratio": median_ratio(runs, "hashed_seconds", "reference_seconds"),
            "over_hashed": median_ratio(runs, "ours_seconds", "hashed_seconds"),
            "link_seconds": median(linked, "link_ours_seconds"),
            "link_ratio": median_ratio(linked, "link_ours_seconds", "link_reference_seconds"),
        },
    )


def _runs(
    scale: Scale, room: Path, size: int, sides: _Sides, *, rounds: int
) -> list[dict[str, Any]]:
    with local_cloud.running(room, *local_cloud.MODELS, front=sides.front) as config:
        copying.prepare(config, room, "model", size=size, files=scale.files)
        return [_round(config.state, sides, swapped=bool(each % 2)) for each in range(rounds)]


def _round(state: str, sides: _Sides, *, swapped: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    functions = list(sides.functions.items())
    for side, function in reversed(functions) if swapped else functions:
        answer = call(f"bench.reading:{function}", state=state, name="model")
        found |= {f"{side}_{key}": value for key, value in answer.items()}
    return found
