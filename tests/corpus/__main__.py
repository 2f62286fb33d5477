"""Writes the corpus to a folder: `python -m tests.corpus FOLDER`, one folder a sample below `hostile` and `benign`.

For looking at samples by hand and for other scanners. None of the hostile ones does harm when it is opened by mistake.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.corpus import benign, hostile


def main(folder: Path) -> None:
    """Write every sample and tell how many there are."""
    counts = (
        _write(folder / "hostile", hostile.samples()),
        _write(folder / "benign", benign.samples()),
    )
    sys.stdout.write(f"{counts[0]} hostile and {counts[1]} benign samples in {folder}\n")


def _write(folder: Path, samples: Iterable[hostile.Sample | benign.Sample]) -> int:
    count = 0
    for count, sample in enumerate(samples, 1):
        words = re.sub(r"[^A-Za-z0-9.]+", "-", sample.name).strip("-.")[:60]
        for path, content in sample.files.items():
            place = folder / f"{count:03}-{words}" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    return count


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the folder to write to: python -m tests.corpus FOLDER")
    main(Path(sys.argv[1]))
