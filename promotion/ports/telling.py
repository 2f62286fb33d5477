"""Where facts are told."""

from typing import Protocol

from promotion.domain.facts import Fact
from promotion.domain.request import Request


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
