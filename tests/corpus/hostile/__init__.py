"""Samples that the scan must block, over every format it knows. None of them does harm when it is opened by mistake.

What they would run is `os.getcwd()` or something as harmless, in opcodes that no test ever executes: the scan judges what is
named, not what it is named for.
"""

from collections.abc import Iterator
from typing import Final

from tests.corpus.hostile import (
    archives,
    claims,
    configurations,
    environments,
    frameworks,
    keras_files,
    numpy_files,
    onnx_parts,
    operators,
    pickle_calls,
    pickle_names,
    pickle_places,
    tar_layouts,
    torch_files,
    zip_layouts,
)
from tests.corpus.hostile.sample import Sample

__all__ = ["PARTS", "Sample", "samples"]


#: Every part: a module with `samples()`.
PARTS: Final = (
    pickle_names,
    pickle_calls,
    pickle_places,
    numpy_files,
    archives,
    zip_layouts,
    tar_layouts,
    torch_files,
    keras_files,
    operators,
    onnx_parts,
    claims,
    frameworks,
    configurations,
    environments,
)


def samples() -> Iterator[Sample]:
    """Yield every hostile sample."""
    for part in PARTS:
        yield from part.samples()
