"""What the domain refuses, each way once, by a name. The words that are told then: tests/golden/refusals.json."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from promotion.domain import lifecycle
from promotion.domain.actors import SWEEP, Person
from promotion.domain.announcement import MAX_DATA, announced_asset
from promotion.domain.approvals import Verdict, authors
from promotion.domain.assets import AssetDescription, AssetKind, Reference, Registry, parse_asset_id
from promotion.domain.closure import MOST, closure
from promotion.domain.links import Link, why_not
from promotion.domain.manifest import ManifestFile, make_manifest
from promotion.domain.migration import MOST as MOST_VERSIONS
from promotion.domain.migration import make_plan
from promotion.domain.naming import written_for
from promotion.domain.ordering import check_cursor
from promotion.domain.orders import Verb
from promotion.domain.policy import Dependencies, StageSpec
from promotion.domain.reading import NoFiles
from promotion.domain.request import Request, State
from promotion.domain.snapshot import NoOutside, Snapshot
from tests.building import (
    NOW,
    PROD,
    ROUTE,
    ballot,
    description,
    manifest,
    model,
    pending,
    person,
    policy,
    submission,
)
from tests.transitions import APPROVER, TRANSITIONS, in_state, ordered
from tests.unit.domain.test_announcement import event
from tests.unit.domain.test_closure import RULES, Shelf, ref
from tests.unit.domain.test_naming import needing

BUSINESS = StageSpec(name="business", roles=("Promotion.Owner", "Promotion.Approver"), quorum=2)
SECURITY = StageSpec(name="security", roles=("Promotion.Approver.Security",))
OWNERS = StageSpec(name="owners", people=("tenant/oid-owner",))
GUARD = person("guard", "Promotion.Approver.Security")
EVENT: dict[str, Any] = {"ModelName": "m", "ModelVersion": 1}
WAITING = pending(BUSINESS, SECURITY)
LINK = Link(
    hash="",
    request=WAITING.id,
    revision=WAITING.revision,
    digest=WAITING.digest,
    policy_hash=WAITING.policy_hash,
    stage="business",
    addressee=APPROVER,
    expires_at=WAITING.expires_at or NOW,
)

type Refusal = Callable[[], object]


def out_of_place(name: str) -> Refusal:
    """Begin a transition in a state where it may not."""
    transition, _, allowed = TRANSITIONS[name]
    return lambda: transition(in_state(next(state for state in State if state not in allowed)))


def decided(
    request: Request,
    who: Person,
    verdict: Verdict = Verdict.APPROVE,
    **said: Any,  # noqa: ANN401 -- fields of Ballot
) -> Request:
    """Return the request after a verdict."""
    vote = msgspec.structs.replace(ballot(request, who, verdict), **said)
    return lifecycle.decide(request, vote, now=NOW).request


def agreed() -> Request:
    """Return the request once one of the two people agreed."""
    return decided(WAITING, APPROVER)


def linked(to: Request = WAITING, **changes: Any) -> Refusal:  # noqa: ANN401 -- fields of Link
    """Open a link that is not to be used."""

    def opened() -> None:
        problem = why_not(msgspec.structs.replace(LINK, **changes), to, NOW)
        if problem:
            raise problem

    return opened


def needed(rules: Dependencies, shelf: Shelf, *ids: str) -> Refusal:
    """Look for what a component needs."""
    references = tuple(Reference(where="environment", id=each) for each in ids)
    root = AssetDescription(ref=ref("a"), references=references)
    return lambda: closure(root, rules, shelf.look)


def announced(data: object, **event_of: str) -> Refusal:
    """Take an event."""
    return lambda: announced_asset(event(data, **event_of))


def _deciding() -> dict[str, Refusal]:
    late = msgspec.structs.replace(WAITING, expires_at=NOW)
    unread = msgspec.structs.replace(WAITING, digest="")
    nameless = Person(oid="oid-approver", tid="tenant", roles=APPROVER.roles)
    mailbox = msgspec.structs.replace(nameless, upn=APPROVER.upn)
    own = pending(BUSINESS, made_by=("oid-approver",))
    return {
        "decided on what has changed": lambda: decided(WAITING, APPROVER, revision=2),
        "decided on other files": lambda: decided(WAITING, APPROVER, digest="sha256:0"),
        "decided on files that nobody has read": lambda: decided(unread, APPROVER, digest="x"),
        "decided too late": lambda: decided(late, APPROVER),
        "decided on one's own": lambda: decided(own, APPROVER),
        "decided on one's own by mailbox": lambda: decided(own, mailbox),
        "decided on one's own by key": lambda: decided(own, nameless),
        "rejected without a reason": lambda: decided(WAITING, APPROVER, Verdict.REJECT),
        "decided in no stage": lambda: decided(WAITING, APPROVER, stage="legal"),
        "decided without a role": lambda: decided(WAITING, person("x", "Promotion.Reader")),
        "decided where others are named": lambda: decided(pending(OWNERS), APPROVER),
        "decided twice": lambda: decided(agreed(), APPROVER),
        "decided out of turn": lambda: decided(WAITING, GUARD),
    }


def _going_on() -> dict[str, Refusal]:
    unread = msgspec.structs.replace(in_state(State.RECEIVED), digest="")
    untimed = msgspec.structs.replace(WAITING, timers=None)
    order = ordered(WAITING)
    assert order.order is not None
    restoring = msgspec.structs.replace(
        order, order=msgspec.structs.replace(order.order, verb=Verb.RESTORE)
    )
    force = partial(lifecycle.force, person=APPROVER, reason="Now.", now=NOW)
    evidence = partial(lifecycle.submit_evidence, now=NOW)
    other = submission(digest="sha256:0")
    return {
        "evidence before the files were read": lambda: evidence(unread, submission()),
        "evidence about other files": lambda: evidence(in_state(State.RECEIVED), other),
        "reminded of without timers": lambda: lifecycle.remind(untimed, actor=SWEEP, now=NOW),
        "a restoration forced": lambda: force(restoring),
        "what is no order forced": lambda: force(WAITING),
    }


def _links() -> dict[str, Refusal]:
    author = msgspec.structs.replace(WAITING, made_by=authors(people=(APPROVER,)))
    return {
        "a link that was used": linked(spent_at=NOW),
        "a link to what is decided": linked(to=in_state(State.APPROVED)),
        "a link after its time": linked(expires_at=NOW),
        "a link made for another request": linked(request="other"),
        "a link made before": linked(revision=2),
        "a link about other files": linked(digest="sha256:0"),
        "a link under another policy": linked(policy_hash="sha256:0"),
        "a link to a stage that is not open": linked(stage="security"),
        "a link of an author": linked(to=author),
    }


def _naming() -> dict[str, Refusal]:
    registry = "azureml://registries/dev"
    return {
        "an id that is none": lambda: parse_asset_id("taxi-fare:1"),
        "an id as long as is shown": lambda: parse_asset_id("x" * 120),
        "an id longer than is shown": lambda: parse_asset_id("x" * 121),
        "an id of another kind": lambda: parse_asset_id(f"{registry}/jobs/m/versions/1"),
        "a name that is too long": lambda: parse_asset_id(
            f"{registry}/models/{'m' * 256}/versions/1"
        ),
        "a version with a line break": lambda: parse_asset_id(f"{registry}/models/m/versions/1\n2"),
        "an event of another type": announced(EVENT, kind="Microsoft.Storage.BlobCreated"),
        "an event that is too large": announced(EVENT | {"ModelTags": "x" * MAX_DATA}),
        "an event from elsewhere": announced(EVENT, source="/somewhere"),
        "an event without a name": announced({"ModelVersion": 1}),
        "an event without a version": announced({"ModelName": "m"}),
        "an event with an empty name": announced({}),
        "names that changed since": lambda: written_for(*needing("components/step/versions/1")),
    }


def _needing() -> dict[str, Refusal]:
    many = [f"n{number}" for number in range(MOST + 1)]
    crowd = Shelf(**dict.fromkeys(many, ""))
    environment = ref("env", AssetKind.ENVIRONMENTS)
    foreign = ref("base", AssetKind.ENVIRONMENTS, Registry("elsewhere")).id
    return {
        "what needs itself": needed(RULES, Shelf(), ref("a").id),
        "what needs something foreign": needed(RULES, Shelf(), foreign),
        "what needs something that may not travel": needed(Dependencies(), Shelf(), environment.id),
        "what needs something that is gone": needed(RULES, Shelf(), environment.id),
        "what needs no single version": needed(RULES, Shelf(), "azureml:env:3"),
        "what needs too much": needed(RULES, crowd, *(ref(name).id for name in many)),
    }


def _collecting() -> dict[str, Refusal]:
    looked_at = Snapshot(
        asset=description(model()), manifest=manifest(), target=model().moved(PROD), now=NOW
    )
    file = ManifestFile(path="a\n", size=1, sha256="00" * 32)
    one, two = model(version="1"), model(version="2")
    crowd = [model(version=str(number)) for number in range(MOST_VERSIONS + 1)]
    return {
        "no files": lambda: make_manifest([]),
        "a file twice": lambda: make_manifest([file, file]),
        "a file where there are none": lambda: NoFiles().open("x" * 201),
        "no versions": lambda: make_plan(ROUTE, []),
        "too many versions": lambda: make_plan(ROUTE, crowd),
        "a version twice": lambda: make_plan(ROUTE, [one, two, two]),
        "versions from two places": lambda: make_plan(ROUTE, [one, two.moved(PROD)]),
        "a check from outside where there are none": lambda: NoOutside().run(
            "package.module:function", {}, looked_at, dt.timedelta()
        ),
        "a cursor that is none": lambda: check_cursor("x"),
        "a route that is none": lambda: policy().route("nowhere"),
    }


REFUSALS: dict[str, Refusal] = {
    **{f"{name} out of place": out_of_place(name) for name in TRANSITIONS},
    **_deciding(),
    **_going_on(),
    **_links(),
    **_naming(),
    **_needing(),
    **_collecting(),
}
