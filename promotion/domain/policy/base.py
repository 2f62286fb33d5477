"""What every entry of the policy shares: closed, frozen, tagged by the check's name. Knows no single check."""

from typing import Annotated

import msgspec
from msgspec import Meta

#: Bytes, as a number or with a binary unit: `512`, `10 MiB`, `4GiB`.
type Size = (
    Annotated[int, Meta(ge=0)] | Annotated[str, Meta(pattern=r"^[0-9]{1,15} ?(B|KiB|MiB|GiB|TiB)$")]
)

_UNITS = {"B": 0, "KiB": 1, "MiB": 2, "GiB": 3, "TiB": 4}


class Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the policy: an unknown field in it is a mistake, never a wish that is passed over."""


class Check(Spec, frozen=True, kw_only=True, tag_field="check"):
    """An entry under `checks`; its tag says which check it sets up."""

    @property
    def tag(self) -> str:
        """Which check this sets up, as the policy writes it."""
        return str(self.__struct_config__.tag)

    @property
    def detail(self) -> str:
        """What tells two entries of one check apart; empty for a check that stands once."""
        return ""

    @property
    def reads_files(self) -> bool:
        """Whether the check looks into the asset's files, not only at what is said of them."""
        return False

    @property
    def label(self) -> str:
        """The check's name in results, `metric_threshold:rmse`; unique within a route."""
        return f"{self.tag}:{self.detail}" if self.detail else self.tag


def bytes_of(size: Size) -> int:
    """Return a size in bytes."""
    if isinstance(size, int):
        return size
    number = size.rstrip("BKiMGT ")
    unit = size.removeprefix(number).strip()
    return int(number) << (10 * _UNITS[unit])
