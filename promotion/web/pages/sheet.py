"""What a request's page shows, put together from its dossier. Knows no HTML and no HTTP."""

from typing import Final

import msgspec

from promotion.domain.actors import Person
from promotion.domain.approvals import Decision, StageOutcome, stage_outcome
from promotion.domain.errors import RefusedError
from promotion.domain.manifest import ManifestFile
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request, State
from promotion.domain.results import CheckResult
from promotion.messages import plain
from promotion.usecases import options, views
from promotion.web import entries, pictures
from promotion.web.glance import Figure, glance

#: Files listed one by one; the others are counted.
MAX_FILES: Final = 50
#: Characters of one check's evidence; a scan of many files can find a lot.
_MAX_EVIDENCE: Final = 20_000


class CheckCard(msgspec.Struct, frozen=True):
    """A check with its drawing, where its evidence has one."""

    result: CheckResult
    title: str
    scale: pictures.Scale | None
    evidence: str


class StageCard(msgspec.Struct, frozen=True):
    """A stage with those who decided in it."""

    spec: StageSpec
    outcome: StageOutcome
    decisions: tuple[Decision, ...]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a person has filled in so far."""

    verdict: str = ""
    stage: str = ""
    comment: str = ""


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """The place where one person decides, or reads why they do not."""

    #: Stages open to the person; none of them when they may not decide.
    stages: tuple[str, ...]
    blocked: RefusedError | None
    consequence: str
    #: What one rejection leads to.
    refusal: str
    token: str
    draft: Draft


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on a request's page."""

    dossier: views.Dossier
    way: pictures.Way
    figures: tuple[Figure, ...]
    checks: tuple[CheckCard, ...]
    stages: tuple[StageCard, ...]
    files: tuple[ManifestFile, ...]
    more_files: int
    entries: tuple[entries.Entry, ...]

    @property
    def request(self) -> Request:
        """The request itself."""
        return self.dossier.request


def sheet(dossier: views.Dossier) -> Sheet:
    """Return what the page shows of a request."""
    request = dossier.request
    files = dossier.manifest.files if dossier.manifest else ()
    return Sheet(
        dossier=dossier,
        way=pictures.way(request),
        figures=glance(request),
        checks=tuple(_check(result) for result in request.checks),
        stages=tuple(_stage(request, spec) for spec in request.stages),
        files=files[:MAX_FILES],
        more_files=max(len(files) - MAX_FILES, 0),
        entries=tuple(entries.entry(fact) for fact in reversed(dossier.facts)),
    )


def panel(request: Request, person: Person, *, token: str, draft: Draft) -> Panel | None:
    """Return the place to decide on a pending request; none when there is nothing to decide."""
    if request.state is not State.PENDING:
        return None
    stages = options.open_stages(request, person)
    return Panel(
        stages=stages,
        blocked=options.why_not(request, person),
        consequence=consequence(request),
        refusal=refusal(request, stages),
        token=token,
        draft=draft,
    )


def consequence(request: Request) -> str:
    """Return what one more approval leads to."""
    missing = options.approvals_missing(request) - 1
    if missing <= 0:
        follows = (
            "it is carried out then"
            if request.order
            else f"the copy to {request.target.home.name} follows"
        )
        return f"Yours is the last approval needed: {follows}."
    one = "One more approval is" if missing == 1 else f"{missing} more approvals are"
    return f"{one} needed after yours."


def refusal(request: Request, stages: tuple[str, ...]) -> str:
    """Return what a rejection in one of these stages leads to."""
    most = max((each.rejections for each in request.stages if each.name in stages), default=1)
    if most == 1:
        return "One rejection ends the request."
    return f"It takes the rejections of {most} people to end the request."


def _check(result: CheckResult) -> CheckCard:
    written = msgspec.json.format(msgspec.json.encode(result.evidence), indent=2).decode()
    if len(written) > _MAX_EVIDENCE:
        written = f"{written[:_MAX_EVIDENCE]}\n... The API answers all of it."
    return CheckCard(result, plain.title(result.name), pictures.scale(result), written)


def _stage(request: Request, spec: StageSpec) -> StageCard:
    return StageCard(
        spec=spec,
        outcome=stage_outcome(request.stages, request.decisions, spec.name),
        decisions=tuple(each for each in request.decisions if each.stage == spec.name),
    )
