"""Check: the asset's files are neither too many nor too large."""

from typing import Final

from promotion.checks.answers import answer, shown
from promotion.domain.policy import SizeLimits, bytes_of
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot

_STEP: Final = 1024


def run(spec: SizeLimits, snapshot: Snapshot) -> CheckResult:
    """Pass when every limit that is set is kept; otherwise tell each one that is not."""
    manifest = snapshot.manifest
    largest = max(manifest.files, key=lambda file: file.size)
    total = None if spec.total is None else bytes_of(spec.total)
    single = None if spec.largest_file is None else bytes_of(spec.largest_file)
    broken = []
    if total is not None and manifest.size > total:
        broken.append(f"all files together have {told(manifest.size)}, more than {told(total)}")
    if single is not None and largest.size > single:
        broken.append(
            f"{shown(largest.path)} has {told(largest.size)}, more than {told(single)}",
        )
    if spec.files is not None and len(manifest.files) > spec.files:
        broken.append(f"it has {len(manifest.files):,} files, more than {spec.files:,}")
    summary = (
        f"Too large: {'; '.join(broken)}. Leave out what serving does not need."
        if broken
        else f"{len(manifest.files):,} files with {told(manifest.size)} are within the limits."
    )
    evidence = {
        "files": len(manifest.files),
        "bytes": manifest.size,
        "largest_file": largest.path,
        "largest_file_bytes": largest.size,
        "limits": {"bytes": total, "largest_file_bytes": single, "files": spec.files},
    }
    return answer(spec, ok=not broken, summary=summary, evidence=evidence)


def told(size: int) -> str:
    """Return a size as people read it, `1.5 GiB`."""
    value, unit = float(size), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if value < _STEP:
            break
        value, unit = value / _STEP, larger
    return f"{size:,} bytes" if unit == "bytes" else f"{value:,.1f} {unit}"
