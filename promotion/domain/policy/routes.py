"""Routes: named ways from a source to a target registry. Knows no request."""

import datetime as dt
from typing import Final, Literal

from promotion.domain.assets import AssetKind
from promotion.domain.policy.base import Spec
from promotion.domain.policy.dependencies import Dependencies
from promotion.domain.policy.registries import Notifications
from promotion.domain.policy.specs import CheckSpec
from promotion.domain.policy.stages import StageSpec

#: The tag that names a semantic version, unless a policy names another.
VERSION_TAG: Final = "semver"

_WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)


class Place(Spec, frozen=True, kw_only=True):
    """A registry or a workspace; exactly one of them is given."""

    #: Name of a registry.
    registry: str = ""
    #: Resource id of a workspace (`/subscriptions/.../workspaces/{name}`); or its name alone, which means every
    #: workspace of that name: names are unique in a resource group only.
    workspace: str = ""


class Target(Spec, frozen=True, kw_only=True):
    """Where assets of a route arrive, under which name and version. Both are settled before people are asked."""

    #: Name of the registry.
    registry: str
    #: The version there: `same` as in the source, `next` (the highest integer there and one), or `semver` (a tag's).
    version: Literal["same", "next", "semver"] = "same"
    #: For `version: semver`: the tag that says which version it becomes.
    version_tag: str = VERSION_TAG
    #: The name there: plain text with `{model}` (the name in the source), `{environment}`, `{registry}` (this one)
    #: and, where the version is the same, `{version}`. Left out, the name is the source's.
    name: str = ""
    #: What stands for `{environment}` in `name`.
    environment: str = ""

    @property
    def keeps(self) -> bool:
        """Whether assets keep their name and version."""
        return not self.name and self.version == "same"


class Route(Spec, frozen=True, kw_only=True):
    """A named way from a source to a target registry."""

    #: Where assets come from.
    source: Place
    #: Where they go.
    target: Target
    #: What every asset must pass; left out, the target registry's checks hold.
    checks: tuple[CheckSpec, ...] = ()
    #: Who must agree, one stage after the other; left out, the target registry's stages hold.
    stages: tuple[StageSpec, ...] = ()
    #: Which kinds of assets travel here.
    kinds: tuple[AssetKind, ...] = (AssetKind.MODELS,)
    #: What becomes of the assets that one of these needs.
    dependencies: Dependencies = Dependencies()
    #: Workspaces, by resource id or name, whose registrations announce an asset of the source registry.
    announced_by: tuple[str, ...] = ()
    #: How long an announced asset may take to appear in the source before a person is asked.
    patience: dt.timedelta = _DAY
    #: How long people may take to decide.
    expires_after: dt.timedelta = _WEEK
    #: How often people who have not decided are reminded; null means never.
    remind_every: dt.timedelta | None = 2 * _DAY
    #: After how long the roles of `escalate_to` may decide as well.
    escalate_after: dt.timedelta | None = None
    #: App roles that may decide as well, once it was escalated.
    escalate_to: tuple[str, ...] = ()
    #: Who is told; left out, the target registry's list holds.
    notifications: Notifications | None = None

    @property
    def brings(self) -> tuple[AssetKind, ...]:
        """Kinds that get into the target: those that are asked for, and those that travel along."""
        return tuple(dict.fromkeys((*self.kinds, *self.dependencies.travel)))
