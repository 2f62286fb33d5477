"""What is kept, signed and anchored, and the policy in force."""

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

import msgspec

from promotion.domain.policy import Policy


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
