"""What the use cases need from the world, as protocols. Adapters implement them; tests swap them.

Every method may raise RetryableError when the technology behind it is not available now. Methods are
synchronous: the functions that call them run in the worker's thread pool.
"""

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.facts import Fact
from promotion.domain.lifecycle import Step
from promotion.domain.manifest import Manifest
from promotion.domain.policy import Policy
from promotion.domain.progress import Progress
from promotion.domain.reading import FileAccess
from promotion.domain.request import Request, State
from promotion.domain.results import TargetVersion
from promotion.domain.snapshot import NoOutside, Outside

#: How long after each transition the sweep looks whether everything that follows from it was done.
LOOK_AFTER: Final = dt.timedelta(seconds=60)


class Clock(Protocol):
    """The time."""

    def now(self) -> dt.datetime:
        """Return the present time, aware, in UTC."""
        ...


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it was read, with what a conditional write needs."""

    request: Request
    etag: str


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """A note to look at a request at a time. Never authoritative: the request's row is the truth."""

    request_id: str
    due: dt.datetime
    #: The note's own key in its index.
    key: str = ""
    #: Listing entries of an earlier state, to be removed once the request has left it.
    leftovers: tuple[str, ...] = ()


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Which requests to list; what is empty does not restrict."""

    state: State | None = None
    route: str = ""
    name: str = ""
    version: str = ""

    def matches(self, request: Request) -> bool:
        """Whether the request is one of those asked for."""
        return (
            self.state in {None, request.state}
            and self.route in {"", request.route}
            and self.name in {"", request.asset.name}
            and self.version in {"", request.asset.version}
        )


class Damage(msgspec.Struct, frozen=True, kw_only=True):
    """A request whose record cannot be read back, and why."""

    request_id: str
    problem: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Requests, newest first, and where the next page begins (empty: there is none)."""

    items: tuple[Request, ...]
    next_cursor: str = ""
    #: Requests of this page that are there but cannot be shown.
    damaged: tuple[Damage, ...] = ()


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """The sequence of the last fact that each channel has taken, by the channel's name."""

    upto: dict[str, int] = msgspec.field(default_factory=dict)
    etag: str = ""


class Requests(Protocol):
    """Requests with their decisions and facts; state, decision and fact move in one transaction."""

    def add(self, step: Step) -> tuple[Stored, bool]:
        """Store a new request; return it and True, or the one that was there and False."""
        ...

    def get(self, request_id: str) -> Stored:
        """Return a request.

        Raises:
            NotFoundError: there is none of that id.
            DamagedError: its row cannot be read back.
        """
        ...

    def save(self, stored: Stored, step: Step) -> Stored:
        """Store a transition of what was read, all of it or nothing.

        Raises:
            StaleError: the request has changed since it was read.
        """
        ...

    def facts(self, request_id: str, *, after: int = 0) -> tuple[Fact, ...]:
        """Return the request's facts in order, those with a sequence above `after`.

        Raises:
            DamagedError: a fact cannot be read back, or one is missing.
        """
        ...

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:
        """Return requests that match, newest first.

        Raises:
            InvalidError: `cursor` did not come from an earlier page.
        """
        ...

    def due(self, now: dt.datetime, *, limit: int = 500) -> tuple[Watch, ...]:
        """Return notes whose time has come, the oldest first."""
        ...

    def settle(
        self,
        watch: Watch,
        request: Request | None,
        *,
        look_again: dt.datetime | None,
    ) -> None:
        """Take a note off, after writing the next one when the request must be looked at again.

        `request` is what the note led to; none when there is no such request.
        """
        ...

    def progress(self, request_id: str) -> Progress:
        """Return how far the copy is; nothing done when nothing was recorded."""
        ...

    def save_progress(self, request_id: str, progress: Progress) -> None:
        """Record how far the copy is; the last writer wins, as it is for show only."""
        ...

    def delivered(self, request_id: str) -> Delivered:
        """Return what the channels have taken."""
        ...

    def save_delivered(self, request_id: str, delivered: Delivered) -> Delivered:
        """Record what the channels have taken.

        Raises:
            StaleError: another worker recorded in between.
        """
        ...


class Queue(StrEnum):
    """The queues; a message in one is a hint to look at a request, nothing more."""

    VALIDATIONS = "validations"
    PROMOTIONS = "promotions"
    DELIVERIES = "deliveries"


class Poisoned(msgspec.Struct, frozen=True, kw_only=True):
    """A hint that the platform gave up on, after its function failed as often as host.json allows."""

    queue: Queue
    request_id: str
    #: What the queue needs to forget the message.
    receipt: str


class Hints(Protocol):
    """Sends hints to the queue functions, and shows those that were given up."""

    def send(
        self,
        queue: Queue,
        request_id: str,
        *,
        delay: dt.timedelta = dt.timedelta(0),
    ) -> None:
        """Ask for the request to be looked at, after `delay`."""
        ...

    def poisoned(self) -> tuple[Poisoned, ...]:
        """Return some of the hints that were given up, hidden from others for a while."""
        ...

    def forget(self, poisoned: Poisoned) -> None:
        """Take a hint that was given up off for good."""
        ...


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """An asset's name in a registry, and the version that was created last under it."""

    name: str
    #: Empty when the service does not tell.
    latest: str = ""


class Registries(Protocol):
    """Azure ML's registries and workspaces."""

    def describe(self, asset: AssetRef) -> AssetDescription:
        """Return what the service says of an asset version.

        Raises:
            NotFoundError: there is no such version.
            ForbiddenError: the app's identity may not read there.
        """
        ...

    def versions(self, asset: AssetRef) -> tuple[TargetVersion, ...]:
        """Return the versions that exist under the asset's name in its home, in any order."""
        ...

    def names(self, registry: Registry, kind: AssetKind) -> Iterator[Name]:
        """Yield every asset name of a kind in a registry, archived ones too: a page of names a call.

        Raises:
            NotFoundError: there is no such registry.
            ForbiddenError: the app's identity may not read there.
        """
        ...

    def recent(self, asset: AssetRef, since: dt.datetime) -> Iterator[AssetDescription]:
        """Yield the versions under the asset's name that were created at `since` or later, newest first.

        Reads no further than to the first older one. A version whose time is not told is yielded.
        """
        ...

    def read_manifest(self, asset: AssetRef) -> Manifest:
        """Read every file of an asset once and return the manifest.

        Raises:
            NotFoundError: there is no such version.
            InvalidError: it has no files.
        """
        ...

    def open_files(self, asset: AssetRef, manifest: Manifest | None = None) -> FileAccess:
        """Return access to a version's files by ranges; nothing is asked before something is read.

        With a manifest only those very files are given: one that has changed raises StaleError when it
        is opened or read. Without one, whatever files the version has.
        """
        ...

    def transfer(self, source: AssetRef, manifest: Manifest, target: AssetRef) -> Progress:
        """Bring files to the target's storage, server-side, as far as one call can; return how far.

        Repeating it continues; files that are complete are not copied again.

        Raises:
            StaleError: a source file is not the one in the manifest any more.
        """
        ...

    def create(
        self,
        description: AssetDescription,
        manifest: Manifest,
        target: AssetRef,
        lineage: dict[str, str],
    ) -> AssetDescription:
        """Verify the transferred files, create the target version over them, and read it back.

        `lineage` is added to the version's properties.

        Raises:
            BrokenError: what arrived is not what the manifest says.
            ConflictError: the version was created in between, or cannot be created again.
        """
        ...


class Watermark(msgspec.Struct, frozen=True, kw_only=True):
    """How far a registry's assets of one kind have been looked through."""

    #: When they were first looked at: what is older was there before the app, and is left alone.
    floor: dt.datetime
    #: When the last look began that left nothing open.
    upto: dt.datetime
    #: When the last look began that went through every name, changed or not.
    whole_at: dt.datetime
    #: Name -> its latest version at the last look; a name where it is still the same was not touched.
    latest: dict[str, str] = msgspec.field(default_factory=dict)


class Watermarks(Protocol):
    """Remembers how far registries were looked through. Lost, nothing is lost but what came meanwhile."""

    def get(self, key: str) -> Watermark | None:
        """Return what was kept under a key; none when nothing was.

        Raises:
            DamagedError: what is kept cannot be read back.
        """
        ...

    def put(self, key: str, watermark: Watermark) -> None:
        """Keep it; the last writer wins, as looking again changes nothing."""
        ...


class Channel(Protocol):
    """Somewhere facts are told: a topic, a chat, mail."""

    @property
    def name(self) -> str:
        """The channel's name, under which its progress is kept."""
        ...

    def deliver(self, request: Request, fact: Fact) -> None:
        """Tell one fact; facts that are not for this channel are passed over.

        A repetition must be recognisable by the fact's id. Facts come in order.

        Raises:
            RetryableError: try again later.
            BrokenError: this fact can never be told here; the reason becomes the request's problem.
        """
        ...


class Evidence(Protocol):
    """Bytes too large for a row, kept under the hash of their content."""

    def put(self, content: bytes) -> str:
        """Keep `content`; return its reference, `sha256:` and the hexadecimal digest."""
        ...

    def get(self, reference: str) -> bytes:
        """Return what was kept.

        Raises:
            NotFoundError: nothing is kept under that reference.
            DamagedError: what is kept is not what the reference says.
        """
        ...


class DeadLetters(Protocol):
    """What came in and can never be worked on, kept for a person to look at."""

    def keep(self, kind: str, content: bytes, *, reason: str, at: dt.datetime) -> str:
        """Keep `content` with the reason; return where. The same content twice is kept once."""
        ...


class Signer(Protocol):
    """A private key that is used, never seen: ECDSA on P-256 with SHA-256."""

    @property
    def keyid(self) -> str:
        """SHA-256 of the public key's DER form (SubjectPublicKeyInfo), hexadecimal."""
        ...

    @property
    def public_key(self) -> str:
        """The public key in PEM, for whoever verifies."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message in DER. Two signatures of one message need not be the same."""
        ...


class Tip(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of the anchors, and where the next one goes."""

    line: bytes = b""
    position: int = 0


class Anchors(Protocol):
    """Lines that can be added and never changed, kept under another identity than the trails."""

    def tip(self) -> Tip:
        """Return the last line; an empty one when there is none yet."""
        ...

    def append(self, line: bytes, *, position: int) -> None:
        """Add a line (with its line feed) at a position that `tip` told.

        Raises:
            StaleError: somebody else added one in between.
        """
        ...

    def lines(self) -> Iterator[bytes]:
        """Return every line, the oldest first."""
        ...


class PolicySource(Protocol):
    """The policy in force."""

    def current(self) -> Policy:
        """Return the policy.

        Raises:
            BrokenError: there is none, or it is not valid.
        """
        ...


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
    signer: Signer | None = None
    anchors: Anchors | None = None
    outside: Outside = NoOutside()
