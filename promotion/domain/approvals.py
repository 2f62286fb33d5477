"""Stages, decisions and the rule of who may decide. Pure; knows no channel by which people decide."""

import datetime as dt
from enum import StrEnum

import msgspec

from promotion.domain.actors import Person, alike
from promotion.domain.errors import ConflictError, ForbiddenError, InvalidError
from promotion.domain.policy import StageSpec


class Verdict(StrEnum):
    """What a person says to a request."""

    APPROVE = "approve"
    REJECT = "reject"


class StageOutcome(StrEnum):
    """How far a stage is."""

    WAITING = "waiting"
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One person's verdict on one revision and one digest, in one stage."""

    stage: str
    verdict: Verdict
    by: Person
    comment: str
    at: dt.datetime
    digest: str
    #: The revision the person saw.
    revision: int


class Authors(msgspec.Struct, frozen=True, kw_only=True):
    """Every identity known of those who made the asset or asked for its promotion."""

    #: `tid/oid` keys, lower case.
    keys: frozenset[str] = frozenset()
    #: Object ids, user principal names and display names, as they are compared.
    names: frozenset[str] = frozenset()

    def include(self, person: Person) -> bool:
        """Whether the person may be one of the authors; names count, to be on the safe side."""
        own = {alike(each) for each in (person.oid, person.upn, person.name)} - {""}
        # Both sides: what earlier releases kept is in lower case alone.
        return person.key in self.keys or not own.isdisjoint(alike(each) for each in self.names)


def authors(*, people: tuple[Person, ...] = (), names: tuple[str, ...] = ()) -> Authors:
    """Return the authors known by identity (`people`) and by name alone."""
    return Authors(
        keys=frozenset(person.key for person in people),
        names=frozenset(
            alike(name) for name in (*names, *(n for p in people for n in (p.oid, p.upn, p.name)))
        )
        - {""},
    )


def merge(first: Authors, second: Authors) -> Authors:
    """Return the authors of both."""
    return Authors(keys=first.keys | second.keys, names=first.names | second.names)


def stage_outcome(
    stages: tuple[StageSpec, ...],
    decisions: tuple[Decision, ...],
    name: str,
) -> StageOutcome:
    """Return how far a stage is.

    Stages open in the policy's order: each once all before it have agreed, those that stand side by
    side (`alongside`) together with the first of them.
    """
    reached = agreed = True
    for stage in stages:
        if not stage.alongside:
            reached = agreed
        outcome = _own_outcome(stage, decisions)
        if stage.name == name:
            return outcome if reached else StageOutcome.WAITING
        agreed = agreed and outcome is StageOutcome.APPROVED
    return StageOutcome.WAITING


def opened_by(
    stages: tuple[StageSpec, ...],
    decisions: tuple[Decision, ...],
    revision: int,
) -> tuple[StageSpec, ...]:
    """Return the stages that began to be asked with the decision which led to that revision."""

    def waiting(until: int) -> set[str]:
        known = tuple(each for each in decisions if each.revision < until)
        return {
            stage.name
            for stage in stages
            if stage_outcome(stages, known, stage.name) is StageOutcome.WAITING
        }

    opened = waiting(revision - 1) - waiting(revision)
    return tuple(stage for stage in stages if stage.name in opened)


def overall(stages: tuple[StageSpec, ...], decisions: tuple[Decision, ...]) -> StageOutcome:
    """Return rejected when any stage is, approved when all are, open otherwise.

    No stage at all is never an approval: it would be one that nobody gave.
    """
    outcomes = [_own_outcome(stage, decisions) for stage in stages]
    if StageOutcome.REJECTED in outcomes:
        return StageOutcome.REJECTED
    if outcomes and all(outcome is StageOutcome.APPROVED for outcome in outcomes):
        return StageOutcome.APPROVED
    return StageOutcome.OPEN


def stages_open_to(
    person: Person,
    stages: tuple[StageSpec, ...],
    decisions: tuple[Decision, ...],
    made_by: Authors,
) -> tuple[str, ...]:
    """Return the names of the stages in which the person could decide now."""
    if made_by.include(person):
        return ()
    return tuple(
        stage.name
        for stage in stages
        if stage_outcome(stages, decisions, stage.name) is StageOutcome.OPEN
        and belongs(person, stage)
        and not _has_decided(person, stage, decisions)
    )


def belongs(person: Person, stage: StageSpec) -> bool:
    """Whether the person is one of those whom the stage asks: by a role, or named."""
    named = {key.lower() for key in stage.people}
    return not person.roles.isdisjoint(stage.roles) or person.key in named


def choose_stage(
    person: Person,
    wanted: str,
    stages: tuple[StageSpec, ...],
    decisions: tuple[Decision, ...],
    made_by: Authors,
) -> StageSpec:
    """Return the stage in which the person decides; the first one open to them when none is wanted.

    Raises:
        ForbiddenError: the person is an author, or is none of those whom the stage asks.
        ConflictError: the stage is not open, or the person has decided in it already.
        InvalidError: there is no stage of that name.
    """
    # (1) Before anything else, so that no role and no stage helps an author.
    if made_by.include(person):
        raise ForbiddenError(
            f"{person.name or person.upn or person.oid} made or requested this asset "
            "and may not decide on it.",
            "Someone else who holds an approver's role must decide.",
        )
    named = {stage.name: stage for stage in stages}
    if wanted:
        if wanted not in named:
            raise InvalidError(f"There is no stage {wanted!r}.", f"Stages: {', '.join(named)}.")
        return _first_open(person, (named[wanted],), stages, decisions)
    return _first_open(person, stages, stages, decisions)


def widened(
    stages: tuple[StageSpec, ...], decisions: tuple[Decision, ...], roles: tuple[str, ...]
) -> tuple[StageSpec, ...]:
    """Return the stages with further roles in each that has not agreed yet."""
    return tuple(
        stage
        if stage_outcome(stages, decisions, stage.name) is StageOutcome.APPROVED
        else msgspec.structs.replace(stage, roles=tuple(dict.fromkeys((*stage.roles, *roles))))
        for stage in stages
    )


def _first_open(
    person: Person,
    candidates: tuple[StageSpec, ...],
    stages: tuple[StageSpec, ...],
    decisions: tuple[Decision, ...],
) -> StageSpec:
    # (2) Roles: without one of them the rest is nobody's business.
    mine = [stage for stage in candidates if belongs(person, stage)]
    if not mine:
        roles = sorted({role for stage in candidates for role in stage.roles})
        raise ForbiddenError(
            "Deciding here takes a role that you do not hold.",
            f"It takes one of: {', '.join(roles)}."
            if roles
            else "The policy names the people who decide here, and you are none of them.",
        )
    # (3) Once each.
    fresh = [stage for stage in mine if not _has_decided(person, stage, decisions)]
    if not fresh:
        raise ConflictError(
            "You have decided on this request already; a decision counts once.",
            "The others of the stage must decide.",
        )
    # (4) In order.
    for stage in fresh:
        if stage_outcome(stages, decisions, stage.name) is StageOutcome.OPEN:
            return stage
    raise ConflictError(
        f"Stage {fresh[0].name!r} is not open: the stages before it must agree first, "
        "or it is decided.",
        "Look at the request's page for what it waits for.",
    )


def _own_outcome(stage: StageSpec, decisions: tuple[Decision, ...]) -> StageOutcome:
    mine = [decision for decision in decisions if decision.stage == stage.name]
    # Distinct people: the key counts, not the row, so that a doubled decision cannot fill a quorum.
    against = {decision.by.key for decision in mine if decision.verdict is Verdict.REJECT}
    if len(against) >= stage.rejections:
        return StageOutcome.REJECTED
    agreed = {decision.by.key for decision in mine if decision.verdict is Verdict.APPROVE}
    return StageOutcome.APPROVED if len(agreed) >= stage.quorum else StageOutcome.OPEN


def _has_decided(person: Person, stage: StageSpec, decisions: tuple[Decision, ...]) -> bool:
    return any(each.stage == stage.name and each.by.same_as(person) for each in decisions)
