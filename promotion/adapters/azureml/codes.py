"""A component's source files: an asset of their own to Azure ML, a part of the component to everyone else.

Must not know components; reads ids alone.
"""

import re
from enum import StrEnum
from typing import Final, cast

from promotion.domain.assets import AssetKind, AssetRef, parse_asset_id
from promotion.domain.errors import InvalidError


class _Inner(StrEnum):
    """Kinds of assets that no request is about and no policy names."""

    CODES = "codes"

    @property
    def singular(self) -> str:
        """The word for one of them."""
        return "code"


#: In references of this package alone: whatever leaves it is about a component.
CODES: Final = cast("AssetKind", _Inner.CODES)

_ID: Final = re.compile(r"(azureml:.*)/codes/([^/]+)/versions/([^/]+)", re.IGNORECASE)
_ARM: Final = re.compile(r"(azureml:)?(/subscriptions/.*)", re.IGNORECASE)


def asset_id(text: str) -> str:
    """Return an id of Azure Resource Manager as an asset id; any other text as it is.

    A workspace writes `/subscriptions/...` or `azureml:/subscriptions/...`, a registry `azureml://...`.
    """
    found = _ARM.fullmatch(text)
    return f"azureml:/{found[2]}" if found else text


def code_ref(text: str) -> AssetRef | None:
    """Return the code that an id names; None: it names something else.

    Raises:
        InvalidError: it names code, but neither in a registry nor in a workspace.
    """
    found = _ID.fullmatch(asset_id(text))
    if found is None:
        return None
    # Read like a model's id, which is the same but for the kind.
    like = parse_asset_id(f"{found[1]}/models/{found[2]}/versions/{found[3]}")
    return AssetRef(home=like.home, kind=CODES, name=like.name, version=like.version)


def require_beside(asset: AssetRef, code: AssetRef) -> AssetRef:
    """Return code with its home spelt as the component's.

    Raises:
        InvalidError: it is somewhere else than the component.
    """
    if code.home.path.lower() != asset.home.path.lower():
        raise InvalidError(
            f"The code of {asset.id} is in {code.home.name}, not beside it.",
            "Register the component again with its code in the same place.",
        )
    return code.moved(asset.home)
