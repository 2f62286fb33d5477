"""The pictures of docs/performance.md, drawn from the figures alone: what is not measured is said, not drawn."""

from collections.abc import Mapping
from typing import Final

from bench.finding import Finding
from bench.pictures import gains, memory, overheads
from bench.pictures.paper import Picture

#: File below docs/images -> who draws it, in the order of the page.
PICTURES: Final = {
    "performance-gains.svg": gains.picture,
    "performance-memory.svg": memory.picture,
    "performance-overheads.svg": overheads.picture,
}


def drawn(found: Mapping[str, Finding]) -> dict[str, Picture]:
    """Return every picture by the name of its file."""
    return {name: draw(found) for name, draw in PICTURES.items()}
