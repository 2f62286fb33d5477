"""Writes a file as `torch.save` writes it, without torch: a zip of stored members, a pickle and tensors.

Layout: torch 2.x, `torch/serialization.py` and `caffe2/serialize/inline_container.cc`: `data.pkl` refers
to `data/N` by persistent ids, content is aligned to 64 bytes by an extra field named "FB".
"""

import collections
import io
import os
import pickle
import struct
import sys
import types
import zipfile
from pathlib import Path
from typing import Any, Final

_ALIGNMENT: Final = 64
_LOCAL_HEADER: Final = 30
_ZIP64_EXTRA: Final = 20
_FLOAT: Final = 4
_PIECE: Final = 1 << 24


class _Storage:
    """Stands for a tensor's bytes while the pickle is written."""

    def __init__(self, key: str, count: int) -> None:
        self.key = key
        self.count = count


class _Tensor:
    """Pickles as torch's tensors do."""

    def __init__(self, storage: _Storage) -> None:
        self._storage = storage

    def __reduce__(self) -> tuple[Any, ...]:
        rebuild = sys.modules["torch._utils"].__dict__["_rebuild_tensor_v2"]
        hooks: collections.OrderedDict[str, Any] = collections.OrderedDict()
        return rebuild, (self._storage, 0, (self._storage.count,), (1,), False, hooks)


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> Any:  # noqa: ANN401 -- the protocol of pickle
        if not isinstance(value, _Storage):
            return None
        kind = sys.modules["torch"].__dict__["FloatStorage"]
        return ("storage", kind, value.key, "cpu", value.count)


def write(path: Path, size: int, tensors: int) -> None:
    """Write a state dictionary of `tensors` float tensors, `size` bytes of numbers in all."""
    count = size // tensors // _FLOAT
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        _member(archive, "model/data.pkl", [_state(count, tensors)])
        _member(archive, "model/byteorder", [b"little"])
        for number in range(tensors):
            _member(archive, f"model/data/{number}", _random(count * _FLOAT))
        _member(archive, "model/version", [b"3\n"])


def _random(size: int) -> Any:  # noqa: ANN401 -- an iterator of bytes
    while size:
        piece = os.urandom(min(size, _PIECE))
        size -= len(piece)
        yield piece


def _member(archive: zipfile.ZipFile, name: str, pieces: Any) -> None:  # noqa: ANN401 -- an iterable of bytes
    info = zipfile.ZipInfo(name)
    begin = archive.fp.tell() + _LOCAL_HEADER + len(name) if archive.fp else 0
    padding = -(begin + 4 + _ZIP64_EXTRA) % _ALIGNMENT
    info.extra = struct.pack("<2sH", b"FB", padding) + b"Z" * padding
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)


def _state(count: int, tensors: int) -> bytes:
    names = _pretend_torch()
    try:
        state = collections.OrderedDict(
            (f"layer{number}.weight", _Tensor(_Storage(str(number), count)))
            for number in range(tensors)
        )
        content = io.BytesIO()
        _Pickler(content, protocol=2).dump(state)
        return content.getvalue()
    finally:
        for name in names:
            del sys.modules[name]


def _pretend_torch() -> tuple[str, ...]:
    # The pickler looks whether a global is where its name says; only its name is written.
    def _rebuild_tensor_v2() -> None: ...

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    kind = type("FloatStorage", (), {"__module__": "torch"})
    torch.__dict__.update(FloatStorage=kind, _utils=utils)
    utils.__dict__.update(_rebuild_tensor_v2=_rebuild_tensor_v2)
    sys.modules.update({"torch": torch, "torch._utils": utils})
    return "torch", "torch._utils"
