"""`python -m tests.golden_rows`: write the rows of the present version, for later versions to be held against.

A request for each state that one can be in, and a migration, played in memory; kept as the tables' rows,
with the evidence that they refer to.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from promotion import __version__
from promotion.adapters.tables import rows
from promotion.domain import lifecycle
from promotion.domain.actors import PROMOTION, SWEEP, acting
from promotion.domain.approvals import Verdict
from promotion.domain.errors import BrokenError, StaleError
from promotion.domain.lifecycle import Opening, Step
from promotion.domain.request import Request
from promotion.ports import Query
from promotion.usecases.decide import decide
from promotion.usecases.migrate.asking import ask as ask_for_migration
from promotion.usecases.open_request import ask
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from tests.building import NOW, PROD, ROUTE, Stage, ballot, description, model, person

FOLDER: Final = Path(__file__).parent / "golden" / "rows"

_APPROVER: Final = person("approver")
_REQUESTER: Final = person("requester", "Promotion.Requester")
_OPERATOR: Final = person("operator", "Promotion.Operator")


class Golden(msgspec.Struct, frozen=True, kw_only=True):
    """What one version wrote."""

    version: str
    rows: list[dict[str, Any]]
    #: Reference -> content.
    evidence: dict[str, str]


def written() -> Golden:
    """Return the rows that the present version writes."""
    stage = Stage()
    for play in _PLAYS:
        play(stage)
    found = [
        row
        for request in stage.requests.page(Query(), limit=200).items
        for row in _rows(stage, request)
    ]
    kept = {reference: content.decode() for reference, content in stage.evidence.kept.items()}
    return Golden(version=__version__, rows=found, evidence=kept)


def _rows(stage: Stage, request: Request) -> Iterator[dict[str, Any]]:
    yield rows.request_row(request, stage.evidence)
    for fact in stage.requests.facts(request.id):
        yield rows.fact_row(fact, stage.evidence)
    for decision in request.decisions:
        yield rows.decision_row(request.id, decision, stage.evidence)


def _asked(stage: Stage, name: str, **tags: str) -> Request:
    asset = stage.register(model(name), **tags)
    opening = Opening(actor=acting(_REQUESTER), requester=_REQUESTER, reason="For later versions.")
    return ask(stage.world, asset, ROUTE, opening).request


def _pending(stage: Stage, name: str, **tags: str) -> Request:
    return validate(stage.world, _asked(stage, name, **tags).id)


def _approved(stage: Stage, name: str) -> Request:
    request = _pending(stage, name)
    return decide(stage.world, request.id, ballot(request, _APPROVER, comment="Looks right."))


def _moved(stage: Stage, request: Request, step: Step) -> None:
    stage.requests.save(stage.requests.get(request.id), step)


def _rejected(stage: Stage) -> None:
    request = _pending(stage, "rejected")
    said = ballot(request, _APPROVER, Verdict.REJECT, comment="Not yet.")
    decide(stage.world, request.id, said)


def _expired(stage: Stage) -> None:
    request = _pending(stage, "expired")
    _moved(stage, request, lifecycle.expire(request, actor=SWEEP, now=NOW))


def _cancelled(stage: Stage) -> None:
    request = _pending(stage, "cancelled")
    step = lifecycle.cancel(request, person=_REQUESTER, reason="Another follows.", now=NOW)
    _moved(stage, request, step)


def _superseded(stage: Stage) -> None:
    request = _approved(stage, "superseded")
    error = StaleError("The source changed.", "A new attempt starts.")
    _moved(stage, request, lifecycle.supersede(request, error, actor=PROMOTION, now=NOW))


def _promoting(stage: Stage) -> Request:
    request = _approved(stage, "promoting")
    step = lifecycle.start_copy(request, actor=PROMOTION, now=NOW)
    return stage.requests.save(stage.requests.get(request.id), step).request


def _failed(stage: Stage) -> None:
    request = _approved(stage, "failed")
    error = BrokenError("The storage refuses.", "Have its firewall looked at.")
    _moved(stage, request, lifecycle.fail(request, error, actor=PROMOTION, now=NOW))


def _bypassed(stage: Stage) -> None:
    found = description(model("bypassed").moved(PROD))
    stage.requests.add(lifecycle.report_bypass(found, route=ROUTE, policy_hash="", now=NOW))


def _migration(stage: Stage) -> None:
    assets = tuple(stage.register(model("moved", version)) for version in ("1", "2"))
    request = ask_for_migration(stage.world, ROUTE, assets, _OPERATOR).request
    validate(stage.world, request.id)


_PLAYS: Final = (
    lambda stage: _asked(stage, "received"),
    lambda stage: _pending(stage, "refused", r2="0.1"),
    lambda stage: _pending(stage, "pending"),
    _rejected,
    _expired,
    _cancelled,
    _superseded,
    lambda stage: _approved(stage, "approved"),
    _promoting,
    lambda stage: promote(stage.world, _approved(stage, "promoted").id),
    _failed,
    _bypassed,
    _migration,
)


def main() -> None:
    """Write them under the present version's name."""
    golden = written()
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{golden.version}.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode(golden), indent=1) + b"\n")
    print(f"{len(golden.rows)} rows in {file}")  # noqa: T201 -- a command: it says what it wrote


if __name__ == "__main__":
    main()
