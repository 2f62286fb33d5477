"""Persistent ids: references that the loader resolves, which only torch's pickles may hold.

torch writes `("storage", storage type, key, location, number of elements, ...)` and its loader answers with the
tensor's bytes (torch/serialization.py, `persistent_load`). Everything else is refused.
"""

from typing import Final

from promotion.checks.scan.pickles.machine import Machine
from promotion.checks.scan.pickles.symbols import Global

#: Bytes of one element, by the storage type's name in `torch` or `torch.storage`.
ELEMENT_BYTES: Final = {
    "BFloat16Storage": 2,
    "BoolStorage": 1,
    "ByteStorage": 1,
    "CharStorage": 1,
    "ComplexDoubleStorage": 16,
    "ComplexFloatStorage": 8,
    "DoubleStorage": 8,
    "FloatStorage": 4,
    "HalfStorage": 2,
    "IntStorage": 4,
    "LongStorage": 8,
    "QInt32Storage": 4,
    "QInt8Storage": 1,
    "QUInt2x4Storage": 1,
    "QUInt4x2Storage": 1,
    "QUInt8Storage": 1,
    "ShortStorage": 2,
    "UntypedStorage": 1,
}

_MODULES: Final = {"torch", "torch.cuda", "torch.storage"}
_SHORTEST: Final = 5
_MODULE_PARTS: Final = 4


def load_persistent_line(m: Machine) -> None:
    """PERSID: an id on a line."""
    offset = m.offset
    # First, as a trial ends here: zip files begin like this, and their first line can be a gigabyte long.
    _refuse(m, offset)
    m.tape.line(0)
    m.stack.append(None)


def load_persistent(m: Machine) -> None:
    """BINPERSID: an id from the stack."""
    offset = m.offset
    value = m.pop()
    if m.setting.torch and _is_module(value):
        # Older files keep a class with its source beside it; the loader only takes the class.
        m.stack.append(value[1] if isinstance(value, tuple) else None)
        return
    storage = _storage(value) if m.setting.torch else None
    if storage is None:
        _refuse(m, offset)
        m.stack.append(None)
        return
    key, size, maker = storage
    m.storages.setdefault(key, size)
    m.stack.append(maker.instance)


def _is_module(value: object) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == _MODULE_PARTS
        and value[0] == "module"
        and isinstance(value[1], Global)
    )


def _storage(value: object) -> tuple[str, int, Global] | None:
    if not isinstance(value, tuple) or len(value) < _SHORTEST or value[0] != "storage":
        return None
    _, kind, key, _, count, *_ = value
    if not isinstance(kind, Global) or kind.module not in _MODULES or not kind.use:
        return None
    width = ELEMENT_BYTES.get(kind.name)
    if width is None or not isinstance(key, str) or not isinstance(count, int) or count < 0:
        return None
    return key, count * width, kind


def _refuse(m: Machine, offset: int) -> None:
    if m.setting.trial:
        raise m.malformed("asks for an object by a persistent id, which ends unpickling")
    m.report(
        "pickle-persistent-id",
        offset,
        "A pickle asks its loader for an object by a persistent id"
        + (
            " that is not a torch storage."
            if m.setting.torch
            else ", which no plain model file does."
        ),
    )
