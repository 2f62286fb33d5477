"""What people are told when the domain refuses, word by word: what is wrong, and what to do about it.

A change here is seen by people. Made on purpose, it is written with `UPDATE_GOLDEN=1`.
"""

import os
from pathlib import Path

import msgspec
import pytest

from promotion.domain.errors import PromotionError
from tests.unit.domain.refusals import REFUSALS

GOLDEN = Path(__file__).parents[2] / "golden" / "refusals.json"


def told(name: str) -> list[str]:
    """Return the kind of a refusal, the problem, and the remedy."""
    with pytest.raises(PromotionError) as refused:
        REFUSALS[name]()
    return [type(refused.value).__name__, refused.value.problem, refused.value.remedy]


def test_what_is_refused_is_told_in_these_words() -> None:
    found = {name: told(name) for name in REFUSALS}
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")

    assert found == msgspec.json.decode(GOLDEN.read_bytes())
