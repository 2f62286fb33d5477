"""Which settings the app reads, found by letting it read: `promotion.settings` over a recording environment.

Knows the names alone; what is set in Azure is `rules`' business.
"""

from collections.abc import Iterator, Mapping

from promotion.domain.errors import PromotionError
from promotion.settings import read_settings


class _Recording(Mapping[str, str]):
    """An environment that remembers what was asked for."""

    def __init__(self, answer: str) -> None:
        self.asked: set[str] = set()
        self._answer = answer

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._answer

    def get(self, name: str, default: object = None) -> str:
        del default
        return self[name]

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return bool(self._answer)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def read_by_the_app() -> frozenset[str]:
    """Return the names of all settings that the app reads, whether there or not."""
    # Once with nothing set and once with everything, as one may be read only when another is there.
    return frozenset(name for answer in ("", "https://127.0.0.1") for name in _asked(answer))


def _asked(answer: str) -> set[str]:
    environment = _Recording(answer)
    try:
        read_settings(environment)
    except PromotionError:
        # What is missing or malformed here is told only after all was read.
        return environment.asked
    return environment.asked
