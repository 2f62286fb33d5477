"""How much the copying process grows, for a model of the usual size and for a large one."""

from pathlib import Path

from bench import copying, local_cloud
from bench.finding import Finding
from bench.scale import MIB, Scale

#: How much ours may grow, in bytes.
GOAL = 48 * MIB
#: Two growths that differ by less are the same: allocators round.
SAME = 8 * MIB


def measure(scale: Scale, room: Path) -> Finding:
    """Copy both models both ways, each in a fresh process, and look at its peak."""
    sizes = {"model": (scale.model, scale.files), "large": (scale.large, 1)}
    with local_cloud.running(room, *local_cloud.MODELS) as config:
        runs = []
        for name, (size, files) in sizes.items():
            copying.prepare(config, room, name, size=size, files=files)
            found = copying.pair(config, room, name, "memory", 0)
            runs.append({"bytes": size, "files": files, **found})
    growths = [run["ours_growth"] for run in runs]
    theirs = max(run["reference_growth"] for run in runs)
    return Finding(
        ours=max(growths) / MIB,
        reference=theirs / MIB,
        ratio=max(growths) / theirs,
        unit="MiB",
        goal=f"ours <= {GOAL // MIB} MiB, the same for both sizes",
        met=max(growths) <= GOAL and max(growths) - min(growths) <= SAME,
        runs=runs,
        against="transfer and create / azure-ai-ml's download and create_or_update",
        notes=[
            "Growth of the resident set from after a copy of one byte to the peak of the copy.",
            f"The same means: not more than {SAME // MIB} MiB apart.",
        ],
        details={f"ours_at_{run['bytes'] // MIB}_mib": run["ours_growth"] / MIB for run in runs},
    )
