"""Finder for the members of torch's zip files: pickles with tensors beside them, TorchScript, and raw bytes.

Layout: torch/csrc/jit/serialization and caffe2/serialize: one folder that holds `data.pkl`, `data/<key>` for
each storage, `version`, `byteorder`, and for TorchScript `code/` and `constants.pkl`.
"""

import re
from typing import Final

from promotion.checks.scan.finders import pickle, tensor, torchscript
from promotion.checks.scan.finders.places import Place
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.problems import ProblemError, unreadable
from promotion.checks.scan.sniff import looks_like_text
from promotion.checks.scan.sources import ends_at
from promotion.checks.scan.subject import Subject

_LONGEST_MARK: Final = 64


def root_of(names: frozenset[str]) -> str | None:
    """Return the folder of torch's files in an archive, with its slash; nothing when it is not torch's."""
    roots = [
        name.removesuffix("data.pkl")
        for name in names
        if name.endswith("/data.pkl") and name.count("/") == 1
    ]
    return roots[0] if len(roots) == 1 else None


def _look_at_pickle(member: Subject) -> None:
    script = any("/code/" in name for name in member.group.names)
    end = pickle.walk(member, 0, torch=True, script=script).tape.position
    if not ends_at(member.source, end):
        raise ProblemError("trailing-data", "Data follows the pickle's end.", end)


def look_at_mark(member: Subject) -> None:
    """Check that a place for a version or an identifier holds a short text."""
    content = member.source.read(0, _LONGEST_MARK + 1)
    if len(content) > _LONGEST_MARK or not looks_like_text(content):
        raise unreadable("It lies where torch keeps a short text, and is none.", 0)


PLACES: Final[tuple[Place, ...]] = (
    Place(re.compile(r"(?:data|constants|attributes|bytecode|traced_inputs)\.pkl"), _look_at_pickle, Kind.PICKLE),
    Place(re.compile(r"(?:data|constants|tensors|traced_inputs)/[0-9]{1,10}"), tensor.find, Kind.TENSOR),
    Place(re.compile(r"version|byteorder|\.format_version|\.storage_alignment|\.data/(?:serialization_id|version)"),
     look_at_mark, Kind.TEXT),
    Place(re.compile(r"code/[A-Za-z0-9_./]{1,500}\.py"), torchscript.find, Kind.TORCHSCRIPT),
    Place(re.compile(r"code/[A-Za-z0-9_./]{1,500}\.debug_pkl"), pickle.find, Kind.PICKLE),
)  # fmt: skip
