"""Stages of an approval, as the policy writes them. Knows no person and no decision."""

from typing import Annotated

from msgspec import Meta

from promotion.domain.policy.base import Spec


class StageSpec(Spec, frozen=True, kw_only=True):
    """A set of people of whom `quorum` must agree."""

    #: What the stage is called on pages and in the trail.
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    #: App roles; whoever holds one of them may decide in this stage.
    roles: tuple[str, ...] = ()
    #: People who may decide in this stage whatever their roles: `{tenant id}/{object id}` each.
    people: tuple[str, ...] = ()
    #: How many different people must approve.
    quorum: Annotated[int, Meta(ge=1)] = 1
    #: How many different people must reject to end the request.
    rejections: Annotated[int, Meta(ge=1)] = 1
    #: Whether it opens side by side with the stage before it, not after it.
    alongside: bool = False
