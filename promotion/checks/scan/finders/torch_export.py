"""Finder for the members of torch.export's archives (`.pt2`): a program as JSON, and its weights.

Layout: torch/export/pt2_archive/constants.py: one folder with `archive_format`, `models/`, `data/weights/` and others; before
torch 2.8, `serialized_exported_program.json` beside three torch files.
"""

import re
from typing import Final

from promotion.checks.scan.finders import tensor, torch_zip
from promotion.checks.scan.finders.places import Place
from promotion.checks.scan.frameworks import torch_program
from promotion.checks.scan.kinds import Kind

_FORMAT: Final = "archive_format"
_OLD_PROGRAM: Final = "serialized_exported_program.json"


def root_of(names: frozenset[str]) -> str | None:
    """Return the folder of an exported program's files, with its slash; nothing when there is none."""
    if _OLD_PROGRAM in names:
        return ""
    roots = [
        name.removesuffix(_FORMAT)
        for name in names
        if name.endswith(f"/{_FORMAT}") and name.count("/") == 1
    ]
    return roots[0] if len(roots) == 1 else None


PLACES: Final[tuple[Place, ...]] = (
    Place(re.compile(r"models/[A-Za-z0-9_.-]{1,200}\.json|serialized_exported_program\.json"), torch_program.find, Kind.JSON),
    Place(re.compile(r"data/(?:weights|constants)/[A-Za-z0-9_]{1,200}"), tensor.find_or_archive, Kind.TENSOR),
    Place(re.compile(r"archive_format|archive_version|version|byteorder|\.data/(?:serialization_id|version)"),
          torch_zip.look_at_mark, Kind.TEXT),
)  # fmt: skip
