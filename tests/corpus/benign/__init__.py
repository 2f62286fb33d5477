"""Models that the scan must pass, each made by its own library. Writes nothing but temporary files.

What is too heavy to make here (PyTorch, Keras, TensorFlow) was made once by `make_torch.py` and `make_keras.py` and lies
under `files/`.
"""

from collections.abc import Iterator

from tests.corpus.benign import folders, formats, pickled
from tests.corpus.benign.gguf import gguf
from tests.corpus.benign.making import FILES, Sample

__all__ = ["FILES", "Sample", "gguf", "samples"]


def samples() -> Iterator[Sample]:
    """Yield every benign model."""
    for part in (pickled, formats, folders):
        yield from part.samples()
