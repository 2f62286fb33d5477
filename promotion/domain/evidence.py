"""Evidence from outside: what a pipeline found out about one set of files. Knows no policy."""

import datetime as dt
from typing import Any

import msgspec

from promotion.domain.actors import Actor
from promotion.domain.results import Outcome


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One result that a pipeline posted, bound to the digest of the files that it looked at."""

    name: str
    outcome: Outcome
    #: Digest of the manifest; evidence about other files counts for nothing.
    digest: str
    by: Actor
    at: dt.datetime
    #: Where a person can look it up.
    url: str = ""
    #: Where the whole data is kept, `sha256:` and the hash of its JSON.
    reference: str
    #: The data itself when it is small, for pages; empty otherwise.
    data: dict[str, Any] = msgspec.field(default_factory=dict)
