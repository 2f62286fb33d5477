"""What can be wrong with the stages of an approval. Knows no route."""

from collections.abc import Iterator
from typing import Final

from promotion.domain.policy.soundness.found import PERSON, Path, Unsound, blank, doubled
from promotion.domain.policy.stages import StageSpec

#: More people than have ever to agree on one model: a quorum above it is a slip of the finger.
_MOST_PEOPLE: Final = 50


def stage_problems(path: Path, stages: tuple[StageSpec, ...]) -> Iterator[Unsound]:
    """Yield what is wrong with a list of stages at `path`."""
    yield from doubled(path, (stage.name for stage in stages), "the stage")
    if stages and stages[0].alongside:
        yield Unsound(
            (*path, 0, "alongside"),
            f"the stage {stages[0].name!r} is the first: there is none it could stand beside",
            "Set it on the second of the two.",
        )
    for number, stage in enumerate(stages):
        yield from _one(stage, (*path, number))


def _one(stage: StageSpec, path: Path) -> Iterator[Unsound]:
    if stage.name != stage.name.strip():
        yield Unsound((*path, "name"), f"{stage.name!r} has spaces around it", "Remove them.")
    if not stage.roles and not stage.people:
        yield Unsound(
            (*path, "roles"),
            f"the stage {stage.name!r} names no role and no people, so nobody could decide in it",
            "Name one, such as Promotion.Approver.",
        )
    yield from blank((*path, "roles"), stage.roles, "role")
    yield from doubled((*path, "roles"), stage.roles, "the role")
    yield from _people(stage, (*path, "people"))
    most = _MOST_PEOPLE if stage.roles or not stage.people else len(stage.people)
    for field, number in (("quorum", stage.quorum), ("rejections", stage.rejections)):
        if number > most:
            yield Unsound(
                (*path, field),
                f"a {field.removesuffix('s')} of {number} cannot be reached",
                f"Ask for at most {most} people.",
            )


def _people(stage: StageSpec, path: Path) -> Iterator[Unsound]:
    yield from doubled(path, stage.people, "the person")
    for number, person in enumerate(stage.people):
        if not PERSON.fullmatch(person):
            yield Unsound(
                (*path, number),
                f"{person[:100]!r} names no person",
                "Write {tenant id}/{object id}, both as Entra ID shows them; mail addresses change.",
            )
