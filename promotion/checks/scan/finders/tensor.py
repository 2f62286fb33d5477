"""Finder for raw tensors, known by their place: bytes that no other format may claim.

Raw numbers begin like anything by chance, so only marks of four bytes and more count, and opcodes that work.
"""

from typing import Final

from promotion.checks.scan import polyglot
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.sniff import sniff
from promotion.checks.scan.subject import Subject

#: What raw numbers cannot be by chance.
_NO_TENSOR: Final = frozenset(
    {Kind.ZIP, Kind.TAR, Kind.NPY, Kind.HDF5, Kind.XZ, Kind.BZIP2, Kind.EXECUTABLE, Kind.UNSUPPORTED, Kind.GGUF}
)  # fmt: skip


def find(subject: Subject) -> None:
    """Block what is something else than a tensor."""
    kind = sniff(subject.source, "")
    if kind in _NO_TENSOR:
        subject.block(
            "kind-mismatch", f"It lies where a tensor belongs, but its content is {kind.value}.", 0
        )
    polyglot.check(subject)


def find_or_archive(subject: Subject) -> None:
    """Look at raw bytes, or at a torch file where one may lie in their place."""
    if sniff(subject.source, "") is Kind.ZIP:
        subject.examine(subject.child("torch file", subject.source))
    else:
        find(subject)
