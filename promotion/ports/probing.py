"""Looking after the technology behind the other ports: what only who put it together can look at."""

from collections.abc import Iterator
from typing import Protocol

from promotion.domain.findings import Finding


class Probe(Protocol):
    """Looks at one part of a deployment. Changes nothing."""

    @property
    def name(self) -> str:
        """What it looks at."""
        ...

    def look(self) -> Iterator[Finding]:
        """Yield what it finds.

        Raises:
            PromotionError: it could not look; that is a finding as well.
        """
        ...
