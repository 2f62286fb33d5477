"""How long a scan of a large torch file takes, and how much of the file it reads."""

from pathlib import Path
from typing import Any

from bench import local_cloud, torch_file
from bench.child import call
from bench.finding import Finding, Run, median, median_ratio
from bench.scale import Scale
from sandbox.config import Config

#: Share of the file that may be read, and how many times as fast ours is.
GOAL_BYTES, GOAL_TIME = 0.01, 20
_TENSORS = 64
_SMALL = 1 << 16


def measure(scale: Scale, room: Path) -> Finding:
    """Scan the same file both ways, in turn: where it is registered, and as a local file."""
    path = room / "model.pt"
    with local_cloud.running(room / "state", *local_cloud.MODELS) as config:
        for name, size, tensors in (("warm", _SMALL, 1), ("model", scale.torch, _TENSORS)):
            torch_file.write(path, size, tensors)
            call("bench.local_cloud:register", state=config.state, name=name, path=str(path))
        runs = [_stored(config, room) for _ in range(scale.runs)]
        local = [_local(path) for _ in range(scale.runs)]
        size = path.stat().st_size
    if any(value for run in (*runs, *local) for key, value in run.items() if "blocked" in key):
        raise RuntimeError("A scanner blocks the harmless torch file; time means nothing then.")
    return _finding(runs, local, size)


def _finding(runs: list[dict[str, Any]], local: list[dict[str, Any]], size: int) -> Finding:
    ratio = median_ratio(runs, "reference_seconds", "ours_seconds")
    share = max(median(runs, "ours_bytes"), median(local, "ours_bytes")) / size
    return Finding(
        ours=median(runs, "ours_seconds"),
        reference=median(runs, "reference_seconds"),
        ratio=ratio,
        unit="s",
        goal=f"ours reads <= {GOAL_BYTES:.0%} of the file and is >= {GOAL_TIME}x as fast",
        met=share <= GOAL_BYTES and ratio >= GOAL_TIME,
        runs=[*runs, *({f"local_{key}": value for key, value in run.items()} for run in local)],
        against=(
            f"a registered torch file of {_TENSORS} tensors scanned by ranges where it is / "
            "downloaded with azure-ai-ml and scanned with picklescan"
        ),
        notes=[
            "On a file that is already local both take milliseconds, as `local_` says: picklescan, too,",
            "reads a zip by its directory, so that a multiple of its time is not to be had there.",
        ],
        details={"ours_share_read": share, **_told(local, size)},
    )


def _told(local: list[dict[str, Any]], size: int) -> dict[str, float]:
    runs: list[Run] = list(local)
    return {
        "local_ours_ms": median(runs, "ours_seconds") * 1000,
        "local_reference_ms": median(runs, "reference_seconds") * 1000,
        "local_times_as_fast": median_ratio(runs, "reference_seconds", "ours_seconds"),
        "local_reference_share_read": median(runs, "reference_bytes") / size,
    }


def _stored(config: Config, room: Path) -> dict[str, Any]:
    ours = call("bench.scanning:ours_stored", state=config.state, name="model")
    theirs = call(
        "bench.scanning:theirs_stored",
        state=config.state,
        room=str(room),
        name="model",
    )
    return _both(ours, theirs)


def _local(path: Path) -> dict[str, Any]:
    ours = call("bench.scanning:ours", path=str(path))
    return _both(ours, call("bench.scanning:theirs", path=str(path)))


def _both(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    sides = {"ours": ours, "reference": theirs}
    return {f"{side}_{key}": value for side, each in sides.items() for key, value in each.items()}
