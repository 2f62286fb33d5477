"""Every port together, as the use cases take them."""

from typing import Protocol

import msgspec

from promotion.domain.snapshot import NoOutside, Outside
from promotion.ports.clock import Clock
from promotion.ports.keeping import Anchors, DeadLetters, Evidence, PolicySource, Signer
from promotion.ports.probing import Probe
from promotion.ports.queues import Hints
from promotion.ports.registries import Registries, Watermarks
from promotion.ports.requests import Requests
from promotion.ports.reservations import Reservations
from promotion.ports.telling import Channel


class World(Protocol):
    """Every port of the app. Put together by `bootstrap`, each port when it is first used, or by a test."""

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def requests(self) -> Requests:
        """Requests, decisions, facts."""
        ...

    @property
    def hints(self) -> Hints:
        """Hints to the queue functions."""
        ...

    @property
    def registries(self) -> Registries:
        """Azure ML."""
        ...

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Where facts are told."""
        ...

    @property
    def evidence(self) -> Evidence:
        """Bytes too large for a row."""
        ...

    @property
    def dead_letters(self) -> DeadLetters:
        """What can never be worked on."""
        ...

    @property
    def policy(self) -> PolicySource:
        """The policy in force."""
        ...

    @property
    def signer(self) -> Signer | None:
        """The key that signs attestations, anchors and exports; none where none is set up."""
        ...

    @property
    def anchors(self) -> Anchors | None:
        """Where the heads of trails are anchored; none where nothing is set up."""
        ...

    @property
    def watermarks(self) -> Watermarks:
        """How far registries were looked through."""
        ...

    @property
    def reservations(self) -> Reservations:
        """Which request was given which version of a target."""
        ...

    @property
    def probes(self) -> tuple[Probe, ...]:
        """What looks after the technology behind the other ports."""
        ...

    @property
    def outside(self) -> Outside:
        """Where checks run that are not this product's own."""
        ...


class Ports(msgspec.Struct, frozen=True, kw_only=True):
    """A world whose ports are all there from the start."""

    clock: Clock
    requests: Requests
    hints: Hints
    registries: Registries
    channels: tuple[Channel, ...]
    evidence: Evidence
    dead_letters: DeadLetters
    policy: PolicySource
    watermarks: Watermarks
    reservations: Reservations
    signer: Signer | None = None
    anchors: Anchors | None = None
    outside: Outside = NoOutside()
    probes: tuple[Probe, ...] = ()
