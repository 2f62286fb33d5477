"""Values that many tests need: a policy, an asset, people, a world in memory. Builds, never asserts."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from promotion.adapters.memory import (
    FixedPolicy,
    ManualClock,
    MemoryAnchors,
    MemoryDeadLetters,
    MemoryEvidence,
    MemoryHints,
    MemoryRegistries,
    MemoryRequests,
    MemoryReservations,
    MemoryWatermarks,
    RecordingChannel,
)
from promotion.adapters.signing import LocalSigner
from promotion.domain import lifecycle
from promotion.domain.actors import EVENT_GRID, VALIDATION, Person, acting
from promotion.domain.approvals import Verdict, authors
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry, Workspace
from promotion.domain.evidence import Submission
from promotion.domain.lifecycle import Ballot, Examination, Opening, Step
from promotion.domain.manifest import Manifest, ManifestFile, make_manifest
from promotion.domain.policy import (
    Journey,
    MetricThreshold,
    Place,
    Policy,
    RequiredTags,
    Route,
    StageSpec,
    Target,
    VersionRule,
)
from promotion.domain.request import Request
from promotion.domain.results import CheckResult, Outcome
from promotion.domain.snapshot import NoOutside, Outside
from promotion.ports import Ports, Requests, Reservations, World

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DEV = Registry("dev-mlops-registry")
PROD = Registry("prod-mlops-registry")
WORKSPACE = Workspace("00000000-0000-0000-0000-000000000001", "mlops", "dev-mlops-workspace")
ROUTE = "dev-to-prod"
FILES = {"MLmodel": b"flavors: {}\n", "model.pkl": b"\x80\x04N."}


def person(name: str, *roles: str) -> Person:
    """Return a person of one tenant."""
    return Person(
        oid=f"oid-{name}",
        tid="tenant",
        name=name,
        upn=f"{name}@sandbox.invalid",
        roles=frozenset(roles or {"Promotion.Approver"}),
    )


def model(name: str = "taxi-fare", version: str = "1") -> AssetRef:
    """Return a model of the dev registry."""
    return AssetRef(home=DEV, kind=AssetKind.MODELS, name=name, version=version)


def description(asset: AssetRef, **tags: str) -> AssetDescription:
    """Return what the registry says of a model that passes every check of the policy below."""
    return AssetDescription(
        ref=asset,
        type="mlflow_model",
        tags={"owner": "team-fares", "r2": "0.93", **tags},
        created_by="Author",
    )


def route(*stages: StageSpec) -> Route:
    """Return a route with the three first checks, and one stage of one approver unless told otherwise."""
    return Route(
        source=Place(registry=DEV.name),
        target=Target(registry=PROD.name),
        announced_by=(WORKSPACE.name,),
        checks=(
            RequiredTags(tags=("owner",)),
            MetricThreshold(metric="r2", at_least=0.8),
            VersionRule(),
        ),
        stages=stages or (StageSpec(name="business", roles=("Promotion.Approver",)),),
    )


def policy(*stages: StageSpec) -> Policy:
    """Return a policy of that one route."""
    return Policy(version=1, routes={ROUTE: route(*stages)})


def manifest() -> Manifest:
    """Return the manifest of a small model."""
    return make_manifest([ManifestFile(path="MLmodel", size=12, sha256="ab" * 32, etag="1")])


def submission(name: str = "load-test", **changes: Any) -> Submission:  # noqa: ANN401 -- fields of Submission
    """Return evidence that a pipeline posted about the files of `manifest`."""
    fields: dict[str, Any] = {
        "outcome": Outcome.PASSED,
        "digest": manifest().digest,
        "at": NOW,
        "reference": "sha256:" + "11" * 32,
        **changes,
    }
    by = acting(person("evidence-pipeline", "Promotion.Evidence"))
    return Submission(name=name, by=by, **fields)


def opened(asset: AssetRef | None = None, *, attempt: int = 1, now: dt.datetime = NOW) -> Step:
    """Return the first transition of a request."""
    journey = Journey(route=ROUTE, asset=asset or model())
    opening = Opening(actor=EVENT_GRID)
    return lifecycle.open_request(
        journey,
        route(),
        opening,
        policy_hash=policy().hash,
        attempt=attempt,
        now=now,
    )


def validating() -> Request:
    """Return a request that is being looked at."""
    return lifecycle.start_validation(opened().request, actor=VALIDATION, now=NOW).request


def examination(outcome: Outcome = Outcome.PASSED, *names: str) -> Examination:
    """Return what validation found."""
    return Examination(
        target=model().moved(PROD),
        manifest=manifest(),
        manifest_at="sha256:" + "00" * 32,
        checks=(CheckResult(name="required_tags", outcome=outcome, summary="All there."),),
        policy_hash=policy().hash,
        made_by=authors(names=names or ("Author",)),
    )


def pending(*stages: StageSpec, made_by: tuple[str, ...] = ("Author",)) -> Request:
    """Return a request that waits for people."""
    found = examination(Outcome.PASSED, *made_by)
    step = lifecycle.request_approval(
        validating(), route(*stages), found, actor=VALIDATION, now=NOW
    )
    return step.request


def ballot(
    request: Request, who: Person, verdict: Verdict = Verdict.APPROVE, **changes: str
) -> Ballot:
    """Return a verdict on what the request says now."""
    return Ballot(
        person=who,
        verdict=verdict,
        digest=request.digest,
        revision=request.revision,
        **changes,
    )


@dataclass
class Stage:
    """A world in memory with handles on its parts."""

    requests: Requests = field(default_factory=MemoryRequests)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    hints: MemoryHints = field(default_factory=MemoryHints)
    registries: MemoryRegistries = field(default_factory=MemoryRegistries)
    channel: RecordingChannel = field(default_factory=RecordingChannel)
    evidence: MemoryEvidence = field(default_factory=MemoryEvidence)
    dead_letters: MemoryDeadLetters = field(default_factory=MemoryDeadLetters)
    policy: FixedPolicy = field(default_factory=lambda: FixedPolicy(policy()))
    outside: Outside = field(default_factory=NoOutside)
    signer: LocalSigner = field(default_factory=LocalSigner.generated)
    watermarks: MemoryWatermarks = field(default_factory=MemoryWatermarks)
    reservations: Reservations = field(default_factory=MemoryReservations)
    anchors: MemoryAnchors = field(default_factory=MemoryAnchors)

    @property
    def world(self) -> World:
        """The ports, as the use cases take them."""
        return Ports(
            clock=self.clock,
            requests=self.requests,
            hints=self.hints,
            registries=self.registries,
            channels=(self.channel,),
            evidence=self.evidence,
            dead_letters=self.dead_letters,
            policy=self.policy,
            watermarks=self.watermarks,
            reservations=self.reservations,
            outside=self.outside,
            signer=self.signer,
            anchors=self.anchors,
        )

    def register(self, asset: AssetRef | None = None, **tags: str) -> AssetRef:
        """Put a model with files into its registry."""
        asset = asset or model()
        self.registries.put(description(asset, **tags), FILES)
        return asset
