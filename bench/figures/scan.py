"""How long a scan of a large torch file takes, and how much of the file it reads."""

from pathlib import Path
from typing import Any

from bench import torch_file
from bench.child import call
from bench.finding import Finding, median, median_ratio
from bench.scale import Scale

#: Share of the file that may be read, and how many times as fast ours is.
GOAL_BYTES, GOAL_TIME = 0.01, 20
_TENSORS = 64


def measure(scale: Scale, room: Path) -> Finding:
    """Scan the same file both ways, in turn, from the page cache."""
    path = room / "model.pt"
    torch_file.write(path, scale.torch, _TENSORS)
    runs = [_pair(str(path)) for _ in range(scale.quick_runs)]
    if any(run["ours_blocked"] or run["reference_blocked"] for run in runs):
        raise RuntimeError("A scanner blocks the harmless torch file; time means nothing then.")
    ratio = median_ratio(runs, "reference_seconds", "ours_seconds")
    share = median(runs, "ours_bytes") / path.stat().st_size
    return Finding(
        ours=median(runs, "ours_seconds") * 1000,
        reference=median(runs, "reference_seconds") * 1000,
        ratio=ratio,
        unit="ms",
        goal=f"ours reads <= {GOAL_BYTES:.0%} of the file and is >= {GOAL_TIME}x as fast",
        met=share <= GOAL_BYTES and ratio >= GOAL_TIME,
        runs=runs,
        against=f"the product's scanner / picklescan, {_TENSORS} tensors in a zip as torch.save writes it",
        details={
            "ours_share_read": share,
            "reference_share_read": median(runs, "reference_bytes") / path.stat().st_size,
        },
    )


def _pair(path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for side, function in (("ours", "ours"), ("reference", "theirs")):
        answer = call(f"bench.scanning:{function}", path=path)
        found |= {f"{side}_{key}": value for key, value in answer.items()}
    return found
