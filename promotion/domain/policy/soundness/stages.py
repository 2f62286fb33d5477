"""What can be wrong with the stages of an approval. Knows no route."""

from collections.abc import Iterator
from typing import Final

from promotion.domain.policy.soundness.found import Path, Unsound, blank, doubled
from promotion.domain.policy.stages import StageSpec

#: More people than have ever to agree on one model: a quorum above it is a slip of the finger.
_MOST_PEOPLE: Final = 50


def stage_problems(path: Path, stages: tuple[StageSpec, ...]) -> Iterator[Unsound]:
    """Yield what is wrong with a list of stages at `path`."""
    yield from doubled(path, (stage.name for stage in stages), "the stage")
    for number, stage in enumerate(stages):
        yield from _one(stage, (*path, number))


def _one(stage: StageSpec, path: Path) -> Iterator[Unsound]:
    if stage.name != stage.name.strip():
        yield Unsound((*path, "name"), f"{stage.name!r} has spaces around it", "Remove them.")
    if not stage.roles:
        yield Unsound(
            (*path, "roles"),
            f"the stage {stage.name!r} names no role, so nobody could decide in it",
            "Name one, such as Promotion.Approver.",
        )
    yield from blank((*path, "roles"), stage.roles, "role")
    yield from doubled((*path, "roles"), stage.roles, "the role")
    if stage.quorum > _MOST_PEOPLE:
        yield Unsound(
            (*path, "quorum"),
            f"a quorum of {stage.quorum} cannot be reached",
            f"Ask for at most {_MOST_PEOPLE} people.",
        )
