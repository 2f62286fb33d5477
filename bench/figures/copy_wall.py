"""How long a copy takes."""

from pathlib import Path

from bench import copying, local_cloud
from bench.finding import Finding, median, median_ratio
from bench.scale import Scale

#: How many times as fast ours is.
GOAL = 20


def measure(scale: Scale, room: Path) -> Finding:
    """Copy the same model both ways, in turn."""
    with local_cloud.running(room, *local_cloud.MODELS) as config:
        copying.prepare(config, room, "model", size=scale.model, files=scale.files)
        runs = [copying.pair(config, room, "model", "seconds", run) for run in range(scale.runs)]
    ratio = median_ratio(runs, "reference_seconds", "ours_seconds")
    return Finding(
        ours=median(runs, "ours_seconds"),
        reference=median(runs, "reference_seconds"),
        ratio=ratio,
        unit="s",
        goal=f"ours >= {GOAL}x as fast",
        met=ratio >= GOAL,
        runs=runs,
        against="transfer and create / azure-ai-ml's download and create_or_update",
        notes=[
            "Azurite copies by pointing at the same bytes: ours is the time of the calls alone.",
            "Theirs moves the bytes over loopback and TLS, twice, through one Python proxy.",
        ],
    )
