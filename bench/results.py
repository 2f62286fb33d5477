"""The file of figures: read, and written whole. Knows no figure."""

from pathlib import Path
from typing import Final

import msgspec

from bench.finding import Finding

ROOT: Final = Path(__file__).parent.parent


def read(path: Path) -> dict[str, Finding]:
    """Return the figures of a file; none when there is no file yet.

    Raises:
        msgspec.DecodeError: it is not a file of figures; remove it and measure again.
    """
    if not path.exists():
        return {}
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Finding])


def keep(path: Path, found: dict[str, Finding]) -> None:
    """Put figures into the file, in the place of those of the same name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {**read(path), **found}
    part = path.with_suffix(".part")
    part.write_bytes(msgspec.json.format(msgspec.json.encode(whole)) + b"\n")
    part.replace(path)
