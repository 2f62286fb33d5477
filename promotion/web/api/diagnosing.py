"""The call that looks after the deployment it runs in. Takes an operator: findings name what an attacker would ask."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from promotion import __version__
from promotion.domain.findings import Finding, Level
from promotion.usecases import access
from promotion.usecases.diagnose import diagnose
from promotion.web import answers
from promotion.web.http import Response
from promotion.web.routing import Call, Operation


class NewDiagnosis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far to look."""

    trial_copy: Annotated[
        bool, Meta(description="Copy a small model's files to each target; no version is created.")
    ] = False


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was found."""

    version: str
    #: The gravest of the findings that are not unknown.
    worst: Level
    findings: list[Finding]


DIAGNOSE: Final = Operation(
    id="diagnose",
    summary="Look after this deployment: every finding with its remedy",
    description="Changes nothing, but for a trial copy that is asked for. Takes the role Promotion.Operator.",
    body=NewDiagnosis,
    answers={200: (Diagnosis,)},
    example={"trial_copy": False},
)


def look(call: Call) -> Response:
    """Run every probe."""
    access.require_operator(call.caller)
    asked: NewDiagnosis = call.body
    return answers.json(diagnosis(diagnose(call.world, trial_copy=asked.trial_copy)))


def diagnosis(findings: tuple[Finding, ...]) -> Diagnosis:
    """Return findings as the API answers them."""
    levels = {each.level for each in findings}
    worst = next((each for each in (Level.BAD, Level.WARN) if each in levels), Level.OK)
    return Diagnosis(version=__version__, worst=worst, findings=list(findings))
