"""Checks whose answer comes from elsewhere: evidence that a pipeline posts, code of one's own. Settings only."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from promotion.domain.policy.base import Check

_MINUTE = dt.timedelta(minutes=1)
_WEEK = dt.timedelta(days=7)
_MONTH = dt.timedelta(days=30)


class RequiredEvidence(Check, frozen=True, kw_only=True, tag="required_evidence"):
    """A pipeline has posted a result under this name, for exactly these files, not too long ago."""

    #: The evidence's name, as the pipeline posts it.
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    #: How old it may be.
    max_age: dt.timedelta = _MONTH
    #: How long the request waits for it, counted from its opening, before it is refused.
    wait: dt.timedelta = _WEEK

    @property
    def detail(self) -> str:
        """The evidence's name."""
        return self.name


class CustomCheck(Check, frozen=True, kw_only=True, tag="custom"):
    """A check of one's own: a function that is deployed with the app."""

    #: What it is called in results.
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    #: Where the function is, `package.module:function`.
    run: str
    #: Handed to the function as they are.
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    #: How long it may take; then its process is stopped.
    time_limit: dt.timedelta = _MINUTE

    @property
    def detail(self) -> str:
        """The check's own name."""
        return self.name

    @property
    def reads_files(self) -> bool:
        """It does."""
        return True
