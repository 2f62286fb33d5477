"""How large the bench's inputs are: in full, or small enough to try the bench itself."""

from typing import Final

import msgspec

MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes and repetitions."""

    #: Bytes of the model of `copy_*` and `manifest`, in `files` files.
    model: int = GIB
    files: int = 4
    #: Bytes of the large model of `copy_memory`, one file.
    large: int = 4 * GIB
    #: Bytes of the torch file of `scan`.
    torch: int = GIB
    #: Requests that are stored before `operations` and `listing`.
    stored: int = 100_000
    #: Repetitions of what takes seconds.
    runs: int = 3
    #: Repetitions of what takes a fraction of one.
    quick_runs: int = 15


FULL: Final = Scale()
#: For work on the bench: the same code, figures that say little.
SMALL: Final = Scale(
    model=64 * MIB,
    large=128 * MIB,
    torch=64 * MIB,
    stored=2_000,
    runs=1,
    quick_runs=5,
)
