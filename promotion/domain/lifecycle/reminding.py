"""Transitions of a request that waits too long: remind the people asked, ask others as well."""

import datetime as dt
from typing import Any

import msgspec

from promotion.domain.actors import Actor
from promotion.domain.approvals import widened
from promotion.domain.errors import ConflictError
from promotion.domain.facts import FactType
from promotion.domain.lifecycle import table
from promotion.domain.lifecycle.step import Step, require, step, written
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request
from promotion.domain.timers import Timers


def remind(request: Request, *, actor: Actor, now: dt.datetime) -> Step:
    """People who were asked are asked again."""
    require(request, "be reminded of", table.REMIND)
    timers = _timers(request).reminded(now)
    after = _with(request, timers, request.stages)
    data = {"expires_at": written(timers.expires_at)}
    return step(after, FactType.APPROVAL_REMINDED, actor, now, data, before=request.state)


def escalate(request: Request, *, actor: Actor, now: dt.datetime) -> Step:
    """Others may decide as well, in every stage that is not decided yet."""
    require(request, "be escalated", table.ESCALATE)
    timers = _timers(request).escalated()
    stages = widened(request.stages, request.decisions, timers.escalate_to)
    after = _with(request, timers, stages)
    data: dict[str, Any] = {"to": timers.escalate_to, "expires_at": written(timers.expires_at)}
    return step(after, FactType.APPROVAL_ESCALATED, actor, now, data, before=request.state)


def _timers(request: Request) -> Timers:
    if request.timers is None:
        raise ConflictError("The request has no timers.", "Report this with the request's id.")
    return request.timers


def _with(request: Request, timers: Timers, stages: tuple[StageSpec, ...]) -> Request:
    return msgspec.structs.replace(request, timers=timers, due_at=timers.next, stages=stages)
