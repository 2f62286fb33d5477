"""Structures made ready before several threads read them. Knows no structure of its own.

msgspec (0.22) works out a structure's fields when it is first decoded or converted, and shows the half of it
to other threads meanwhile: two first reads at once end the process with a segmentation fault. The app's
host, the reading of many rows and the checks all have threads. So every type is made ready under one lock,
wherever the product reads typed content; tests/unit/domain/test_ready.py holds that.
"""

import threading
from typing import Any, Final

import msgspec

_ONE_AT_A_TIME: Final = threading.Lock()
_READY: Final[set[Any]] = set()


def ready[T](kind: type[T]) -> type[T]:
    """Return the type itself, once every structure in it can be read by any thread."""
    if kind not in _READY:
        with _ONE_AT_A_TIME:
            # Making a decoder fills in what msgspec keeps with each structure; the decoder itself is not used.
            msgspec.msgpack.Decoder(kind)
            _READY.add(kind)
    return kind
