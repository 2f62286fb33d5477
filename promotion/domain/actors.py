"""Who does things: people by their Entra ID identity, and the app's own parts. Knows no protocol."""

import unicodedata
from typing import Final

import msgspec


def alike(name: str) -> str:
    """Return a name as it is compared: letter case, blanks, unseen characters and the writing of accents apart."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return " ".join(folded.split())


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An authenticated person or pipeline identity, keyed on tenant and object id."""

    oid: str
    tid: str
    name: str = ""
    #: User principal name; shown and compared to find authors, never a key.
    upn: str = ""
    #: App roles from the token's `roles` claim.
    roles: frozenset[str] = frozenset()
    #: How they proved it: `easyauth`, `bearer-link`, `operator-cli`.
    method: str = "easyauth"

    @property
    def key(self) -> str:
        """`tid/oid`, the one thing that identifies a person."""
        return f"{self.tid}/{self.oid}".lower()

    def same_as(self, other: "Person") -> bool:
        """Whether both are one person: by identity, or by the mailbox behind two accounts (a guest's, a link's)."""
        mailbox = alike(self.upn)
        return self.key == other.key or (mailbox != "" and mailbox == alike(other.upn))


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who caused a fact: a person (with `oid` and `tid`) or a part of the app (with a name alone)."""

    kind: str
    name: str
    oid: str = ""
    tid: str = ""
    method: str = ""


def acting(person: Person) -> Actor:
    """Return the person as the actor of a fact. Roles are left out: they are judged, not recorded."""
    return Actor(
        kind="person",
        name=person.name or person.upn or person.oid,
        oid=person.oid,
        tid=person.tid,
        method=person.method,
    )


def system(part: str) -> Actor:
    """Return a part of the app (`event-grid`, `validation`, `sweep` ...) as the actor of a fact."""
    return Actor(kind="system", name=part)


EVENT_GRID: Final = system("event-grid")
VALIDATION: Final = system("validation")
PROMOTION: Final = system("promotion")
DELIVERY: Final = system("delivery")
SWEEP: Final = system("sweep")
RECONCILE: Final = system("reconcile")
