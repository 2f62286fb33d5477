"""joblib's arrays: raw bytes between a pickle's opcodes, where joblib's loader reads them from the file.

joblib writes a NumpyArrayWrapper, and behind its BUILD either the array's bytes, padded for memory mapping, or
for object arrays a pickle of its own (joblib/numpy_pickle.py). Another reader would take those bytes for
opcodes; `finders/pickle` has such a pickle looked at in both ways.
"""

import math
from typing import Final

import msgspec

from promotion.checks.scan.allow.uses import Use
from promotion.checks.scan.pickles.dtypes import holds_objects, item_size
from promotion.checks.scan.pickles.machine import Machine
from promotion.checks.scan.pickles.symbols import TEXT, DType, Fields, Global, Symbol
from promotion.checks.scan.problems import ProblemError, TruncatedError

WRAPPERS: Final = {
    ("joblib.numpy_pickle", "NumpyArrayWrapper"),
    ("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"),
}

#: joblib aligns to 16 bytes, so the byte that tells the padding is 1 to 16: none of them is an opcode,
#: and a reader that takes the array for opcodes stops there.
_MOST_PADDING: Final = 16

#: What the wrapper becomes for joblib, and what it stays for others.
_ARRAY: Final = Global("numpy", "ndarray", Use.CREATE)
_WRAPPER: Final = Symbol("wrapper of an array")


class _Array(msgspec.Struct, frozen=True):
    """A wrapper's state, checked."""

    dtype: DType
    count: int
    padded: bool


def build(m: Machine, state: object, offset: int) -> None:
    """Fill a wrapper: joblib's loader goes on behind the array, any other takes its bytes for opcodes."""
    if m.setting.joblib:
        _read(m, state, offset)
    else:
        _pass_by(m)


def _pass_by(m: Machine) -> None:
    """Go on at the array. Its bytes were not written to recall texts: those that they recall are names to be refused."""
    m.stack[-1] = _WRAPPER
    if m.first_array is None:
        m.first_array = m.tape.position
        m.memo.forget_texts()
        for stack in (m.stack, *m.marks):
            stack[:] = [TEXT if isinstance(value, str) else value for value in stack]


def _read(m: Machine, state: object, offset: int) -> None:
    """Step over the array behind a wrapper, as joblib's loader does."""
    array = _array(state, offset)
    start = m.tape.position
    if m.first_array is None:
        m.first_array = start
    if start < m.frame_end:
        raise ProblemError(
            "joblib-array",
            "A joblib array begins inside a pickle frame, where readers disagree what follows.",
            offset,
        )
    if holds_objects(array.dtype):
        m.tape.jump(_inner_pickle(m, start))
    else:
        m.tape.jump(_raw(m, array, start, offset))
    m.stack[-1] = _ARRAY.instance


def _array(state: object, offset: int) -> _Array:
    if not isinstance(state, Fields) or not state.whole or not state.values:
        raise _unfollowed("its state is not followed", offset)
    values = state.values
    dtype, shape = values.get("dtype"), values.get("shape")
    if not isinstance(dtype, DType) or dtype.text is None:
        raise _unfollowed("its data type is not followed", offset)
    if not isinstance(shape, tuple) or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise _unfollowed("its shape is not followed", offset)
    subclass = values.get("subclass")
    if not isinstance(subclass, Global):
        raise _unfollowed("its class is not followed", offset)
    count = math.prod(n for n in shape if isinstance(n, int))
    padded = values.get("numpy_array_alignment_bytes") is not None
    return _Array(dtype, count, padded)


def _raw(m: Machine, array: _Array, start: int, offset: int) -> int:
    width = item_size(array.dtype.text or "")
    if width is None:
        raise _unfollowed(f"its data type {array.dtype.text!r} has no known width", offset)
    if array.padded:
        padding = m.tape.take(1)[0]
        if padding > _MOST_PADDING:
            raise _unfollowed(f"it has {padding} bytes of padding", offset)
        start += 1 + padding
    end = start + array.count * width
    size = m.source.known_size
    if size is not None and end > size:
        raise TruncatedError("a joblib array", start)
    return end


def _inner_pickle(m: Machine, start: int) -> int:
    inner = Machine(m.source, start, msgspec.structs.replace(m.setting, joblib=False))
    end = inner.walk(m.handlers)
    m.calls += inner.calls
    return end


def _unfollowed(why: str, offset: int) -> ProblemError:
    return ProblemError("joblib-array", f"Where a joblib array ends cannot be told: {why}.", offset)
