"""The parts that notices of several facts share. Knows no single fact."""

from typing import Final
from urllib.parse import quote

from promotion.domain.actors import Actor
from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetRef, Registry
from promotion.domain.facts import Fact
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request
from promotion.domain.results import Outcome
from promotion.messages import plain
from promotion.messages.notice import CheckLine, Detail, Link, Purpose
from promotion.messages.plain import NAME

#: The most that is listed one by one; the page has all of them.
_LISTED: Final = 20
_ORDER: Final = (Outcome.ERRORED, Outcome.FAILED, Outcome.PASSED)

#: Parts of the app that ask for a promotion by themselves, in words.
_PARTS: Final = {
    "event-grid": "the model's registration in its workspace",
    "reconcile": "the regular comparison of the registries",
    "sweep": "the app, because the source had changed",
}


def subject(request: Request) -> str:
    """Return `name:version` of the asset."""
    return f"{plain.plain(request.asset.name, NAME)}:{plain.plain(request.asset.version, NAME)}"


def asset(request: Request) -> str:
    """Return the asset in words: its kind, name and version."""
    name = plain.plain(request.asset.name, NAME)
    version = plain.plain(request.asset.version, NAME)
    return f"The {request.asset.kind.singular} {name}, version {version},"


def place(ref: AssetRef) -> str:
    """Return where an asset lives, in words."""
    kind = "registry" if isinstance(ref.home, Registry) else "workspace"
    return f"{kind} {plain.plain(ref.home.name, NAME)}"


def who(actor: Actor) -> str:
    """Return who did something, in words."""
    if actor.kind == "system":
        return _PARTS.get(actor.name, f"the app ({plain.plain(actor.name, NAME)})")
    return plain.plain(actor.name, NAME)


def journey(request: Request) -> tuple[Detail, ...]:
    """Return from where to where, and what exactly."""
    target = place(request.target)
    if request.target.label != request.asset.label:
        label = plain.plain(request.target.label, 2 * NAME)
        target = f"{target}, as {label}"
    found = [Detail(label="From", value=place(request.asset)), Detail(label="To", value=target)]
    if request.digest:
        what = f"{plain.count_of(request.files, request.unit)}, {plain.size(request.size)}"
        digest = plain.short_digest(request.digest)
        label = f"{request.unit.capitalize()}s"
        found += [Detail(label=label, value=what), Detail(label="Digest", value=digest)]
    return (*found, *_needs(request))


def _needs(request: Request) -> tuple[Detail, ...]:
    needed = request.dependencies
    if not needed:
        return ()
    along = [each for each in needed if each.travels]
    told = [f"{len(along)} travel along, {plain.size(sum(each.size for each in along))}"]
    if others := len(needed) - len(along):
        told.append(f"{others} do not")
    if any(each.rebuilt for each in along):
        told.append("images are built anew")
    value = f"{plain.count_of(len(needed), 'asset')}: {'; '.join(told)}"
    return (Detail(label="Needs", value=value),)


def asker(request: Request) -> tuple[Detail, ...]:
    """Return who asked for the promotion, and why if they said so."""
    found = [Detail(label="Asked by", value=who(request.requested_by))]
    if request.reason.strip():
        found.append(Detail(label="Reason", value=plain.plain(request.reason)))
    return tuple(found)


def stages(request: Request) -> tuple[Detail, ...]:
    """Return who has to agree, stage by stage, and how many did."""
    shown = request.stages[:_LISTED]
    return tuple(
        Detail(label=_order(number, stage), value=_stage(request, stage))
        for number, stage in enumerate(shown)
    )


def deciders(request: Request, verdict: Verdict) -> tuple[str, ...]:
    """Return who gave that verdict, each with the stage."""
    return tuple(
        f"{plain.plain(each.by.name or each.by.upn or each.by.oid, NAME)}"
        f" ({plain.plain(each.stage, NAME)})"
        for each in request.decisions[:_LISTED]
        if each.verdict is verdict
    )


def checks(request: Request) -> tuple[CheckLine, ...]:
    """Return every check's answer, those that decide first."""
    ordered = sorted(request.checks, key=lambda check: _ORDER.index(check.outcome))
    return tuple(
        CheckLine(
            name=plain.plain(plain.title(check.name), NAME),
            outcome=check.outcome,
            summary=plain.plain(check.summary),
        )
        for check in ordered[:_LISTED]
    )


def checks_heading(request: Request) -> str:
    """Return the line above the checks; empty when there were none."""
    return "".join(f"Checks: {detail.value}" for detail in checks_passed(request))


def checks_passed(request: Request) -> tuple[Detail, ...]:
    """Return how many checks passed, of how many."""
    if not request.checks:
        return ()
    passed = sum(check.outcome is Outcome.PASSED for check in request.checks)
    return (Detail(label="Checks", value=f"{passed} of {len(request.checks)} passed"),)


def said(fact: Fact, key: str) -> str:
    """Return a text of the fact's data, empty when there is none."""
    return plain.plain(fact.data.get(key, ""))


def page(request: Request, base_url: str) -> Link:
    """Return the link to the request's page."""
    url = f"{base_url.rstrip('/')}/promotions/{quote(request.id, safe='')}"
    return Link(purpose=Purpose.REVIEW, label="Review", url=url)


def personal_link(request: Request, handle: str, base_url: str) -> Link:
    """Return the link by which one person decides without signing in: whoever has it has their power."""
    url = f"{page(request, base_url).url}/link/{quote(handle, safe='')}"
    return Link(purpose=Purpose.REVIEW, label="Look and decide", url=url)


def verdict_links(request: Request, base_url: str) -> tuple[Link, ...]:
    """Return the links that open the page with a verdict chosen, not given."""
    url = page(request, base_url).url
    return (
        Link(purpose=Purpose.APPROVE, label="Approve…", url=f"{url}?verdict=approve"),
        Link(purpose=Purpose.REJECT, label="Reject…", url=f"{url}?verdict=reject"),
    )


def _order(number: int, stage: StageSpec) -> str:
    if number == 0:
        return "Must agree"
    return "Meanwhile" if stage.alongside else "Then"


def _stage(request: Request, stage: StageSpec) -> str:
    agreed = {
        decision.by.key
        for decision in request.decisions
        if decision.stage == stage.name and decision.verdict is Verdict.APPROVE
    }
    have = f" ({len(agreed)} agreed)" if agreed else ""
    return f"{plain.plain(stage.name, NAME)}: {stage.quorum} {_asked(stage)}{have}"


def _asked(stage: StageSpec) -> str:
    roles = plain.plain(" or ".join(stage.roles[:_LISTED]), NAME)
    if not stage.people:
        return f"with the role {roles}"
    if not stage.roles:
        return f"of {len(stage.people)} named in the policy"
    return f"with the role {roles} or named in the policy"
