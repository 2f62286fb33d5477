"""Many assets want versions of one name, in any interleaving with crashes, people and strangers: none is given twice."""

import contextlib

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from promotion.domain.actors import EVENT_GRID
from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetRef
from promotion.domain.errors import PromotionError
from promotion.domain.facts import FactType
from promotion.domain.lifecycle import Opening
from promotion.domain.request import Request, State
from promotion.ports import Ports, Query
from promotion.usecases import open_request
from promotion.usecases.cancel import cancel
from promotion.usecases.decide import decide
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from promotion.usecases.wish import Wish
from tests.building import FILES, PROD, ROUTE, ballot, description, model, person
from tests.crash.faults import Controller, CrashError, Fault, Watched
from tests.settling import APPROVER, world_of

OPERATOR = person("operator", "Promotion.Operator")
#: A request in one of these has given its version up.
GAVE_UP = {State.REFUSED, State.REJECTED, State.EXPIRED, State.CANCELLED, State.SUPERSEDED}
FAULTS = st.sampled_from(
    [None, None, None, *(each for each in Fault if each is not Fault.MEANWHILE)]
)
TAGS = ["1.0.0", "1.1.0", "2.0.0"]


class Versions(RuleBasedStateMachine):
    """A target whose versions are counted; the tests set the rule."""

    version = "next"

    def __init__(self) -> None:
        super().__init__()
        self.stage = world_of(version=self.version)
        self.controller = Controller()
        self.approved: dict[str, str] = {}

    @initialize()
    def begin(self) -> None:
        """Three assets ask at once."""
        for number, tag in enumerate(TAGS, 1):
            self.ask(number, tag, None, 0)

    def survive(self, fault: Fault | None, after: int, activity: object, *args: object) -> None:
        """Let an activity happen in a process of its own, with a fault at one of its calls."""
        done = len(self.controller.calls)
        self.controller.plan = {done + 1 + after: fault} if fault else {}
        names = ("requests", "registries", "reservations", "evidence")
        ports = {name: Watched(name, getattr(self.stage, name), self.controller) for name in names}
        world = msgspec.structs.replace(self.ports(), **ports)
        with contextlib.suppress(PromotionError, CrashError):
            activity(world, *args)  # type: ignore[operator] # a use case

    def ports(self) -> Ports:
        """Return the world as its parts."""
        world = self.stage.world
        assert isinstance(world, Ports)
        return world

    def requests(self) -> list[Request]:
        """Return every request."""
        return list(self.stage.requests.page(Query(), limit=200).items)

    def any(self, data: st.DataObject, *states: State) -> str:
        """Draw a request in one of the states; an id of none when there is none."""
        found = [each.id for each in self.requests() if each.state in states]
        return data.draw(st.sampled_from(found or ["a" * 26]))

    @rule(
        number=st.integers(1, 4), tag=st.sampled_from(TAGS), fault=FAULTS, after=st.integers(0, 5)
    )
    def ask(self, number: int, tag: str, fault: Fault | None, after: int) -> None:
        """Somebody asks for an asset, for the first time or again."""
        asset = model(version=str(number))
        content = {**FILES, "version": str(number).encode()}
        self.stage.registries.put(description(asset, semver=tag), content)
        self.survive(fault, after, open_request.ask, asset, ROUTE, Opening(actor=EVENT_GRID))

    @rule(data=st.data(), fault=FAULTS, after=st.integers(0, 12))
    def look(self, data: st.DataObject, fault: Fault | None, after: int) -> None:
        """A request is looked at, perhaps not for the first time."""
        chosen = self.any(data, State.RECEIVED, State.VALIDATING)
        self.survive(fault, after, validate, chosen)

    @rule(data=st.data(), fault=FAULTS, after=st.integers(0, 12))
    def copy(self, data: st.DataObject, fault: Fault | None, after: int) -> None:
        """A request is carried out, as far as that gets."""
        self.survive(fault, after, promote, self.any(data, State.APPROVED, State.PROMOTING))

    @rule(
        data=st.data(), verdict=st.sampled_from([Verdict.APPROVE, Verdict.APPROVE, Verdict.REJECT])
    )
    def vote(self, data: st.DataObject, verdict: Verdict) -> None:
        """Somebody decides."""
        if pending := [each for each in self.requests() if each.state is State.PENDING]:
            request = data.draw(st.sampled_from(pending))
            seen = ballot(request, APPROVER, verdict, comment="Seen.")
            self.survive(None, 0, decide, request.id, seen)

    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        """An operator cancels."""
        wish = Wish(person=OPERATOR, reason="Enough.", revision=None)
        chosen = self.any(data, State.VALIDATING, State.PENDING, State.FAILED)
        self.survive(None, 0, cancel, chosen, wish)

    @rule(number=st.integers(1, 4), content=st.sampled_from([b"changed", b"again"]))
    def source(self, number: int, content: bytes) -> None:
        """A source changes behind everyone's back."""
        asset = model(version=str(number))
        self.stage.registries.put(description(asset, semver="1.0.0"), {"model.pkl": content})

    @rule(data=st.data())
    def stranger(self, data: st.DataObject) -> None:
        """Somebody creates a version at the target past the app, never over one that is there."""
        version = data.draw(st.sampled_from([*map(str, range(1, 9)), *TAGS]))
        if version not in self.there():
            found = description(self.at(version))
            self.stage.registries.put(found, {"model.pkl": b"stranger"})

    @rule(data=st.data())
    def deletion(self, data: st.DataObject) -> None:
        """Somebody deletes a version at the target."""
        if there := sorted(self.there()):
            self.stage.registries.delete(self.at(data.draw(st.sampled_from(there))))

    def at(self, version: str) -> AssetRef:
        """Return a version of the target."""
        return model(version=version).moved(PROD)

    def there(self) -> dict[str, str]:
        """Return version -> the request that says it brought it, of everything at the target."""
        found = self.stage.registries.versions(self.at(""))
        return {each.version: each.properties.get("promotion.request", "") for each in found}

    @invariant()
    def no_version_is_two_requests(self) -> None:
        """Of those that may still create their version or did, no two have the same one."""
        asked = {State.PENDING, State.APPROVED, State.PROMOTING, State.FAILED, State.PROMOTED}
        standing = [each for each in self.requests() if each.state in asked]
        created = [each for each in standing if not self.there_already(each)]
        targets = [each.target.id for each in created]
        assert len(targets) == len(set(targets)), targets
        assert all(each.target.version for each in standing)

    def there_already(self, request: Request) -> bool:
        """Whether a request found its very files in the target, instead of creating the version."""
        facts = self.stage.requests.facts(request.id)
        return any(each.data.get("already_there") for each in facts) or (
            self.there().get(request.target.version, request.id) not in {request.id, ""}
        )

    @invariant()
    def what_was_approved_stays(self) -> None:
        """From asking people on, every fact of a request speaks of the same target."""
        for request in self.requests():
            facts = self.stage.requests.facts(request.id)
            asked = next((f for f in facts if f.type == FactType.APPROVAL_REQUESTED), None)
            if asked is not None:
                assert {fact.target for fact in facts[asked.sequence - 1 :]} == {asked.target}
                assert self.approved.setdefault(request.id, asked.target) == asked.target

    @invariant()
    def what_arrived_is_what_its_request_says(self) -> None:
        """A version at the target names the request whose target it is, and has its files."""
        by_id = {each.id: each for each in self.requests()}
        for version, request_id in self.there().items():
            if request_id:
                request = by_id[request_id]
                assert request.target == self.at(version)
                manifest = self.stage.registries.read_manifest(request.target)
                assert manifest.digest == request.digest


def _run(version: str) -> None:
    machine = type("Versions", (Versions,), {"version": version})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_counted_versions_are_given_once() -> None:
    _run("next")


def test_tagged_versions_are_given_once() -> None:
    _run("semver")
