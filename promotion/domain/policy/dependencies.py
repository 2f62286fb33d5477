"""What a route says about assets that the asked-for one needs. Knows no graph and no request."""

from typing import Annotated

from msgspec import Meta

from promotion.domain.assets import AssetKind
from promotion.domain.policy.base import Spec
from promotion.domain.policy.specs import CheckSpec

type _Name = Annotated[str, Meta(min_length=1)]


class Dependencies(Spec, frozen=True, kw_only=True):
    """What becomes of the assets that one on this route needs. Left out, an asset that needs any is refused."""

    #: Kinds that travel along, under the same approval.
    travel: tuple[AssetKind, ...] = ()
    #: Kinds that must be in the target already, under the same name and version, with the same content.
    present: tuple[AssetKind, ...] = ()
    #: Other registries whose assets may be referred to where they are; nothing of theirs is looked at.
    stay: tuple[_Name, ...] = ()
    #: Tags and properties that name assets, by id or as `{kind}/{name}/versions/{version}` beside this one.
    named_by: tuple[_Name, ...] = ()
    #: What every asset that travels along must pass.
    checks: tuple[CheckSpec, ...] = ()
