"""How much of the model passes through the process that copies it."""

from pathlib import Path

from bench import copying, local_cloud
from bench.finding import Finding, median
from bench.scale import Scale

#: Share of the model that may pass.
GOAL = 0.01


def measure(scale: Scale, room: Path) -> Finding:
    """Copy the same model both ways, counting on the sockets of each process."""
    with local_cloud.running(room, *local_cloud.MODELS) as config:
        copying.prepare(config, room, "model", size=scale.model, files=scale.files)
        # Bytes are exact: one run says it.
        runs = [copying.pair(config, room, "model", "bytes", 0)]
    ours, theirs = median(runs, "ours_bytes"), median(runs, "reference_bytes")
    return Finding(
        ours=ours / scale.model,
        reference=theirs / scale.model,
        ratio=ours / theirs,
        unit="of the model's bytes",
        goal=f"ours <= {GOAL:.0%} of the model",
        met=max(run["ours_bytes"] for run in runs) <= GOAL * scale.model,
        runs=runs,
        against="transfer and create / azure-ai-ml's download and create_or_update",
        notes=[
            "Counted on the sockets of the process, both directions together, control plane included.",
            "Validation reads every file once before, for its SHA-256: that is the figure `manifest`.",
        ],
    )
