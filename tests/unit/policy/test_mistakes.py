"""What a policy can get wrong, rule by rule: `mistakes.txt` says what is told about each."""

import pytest

from tests.unit.policy.mistakes import BASE, Mistake, mistakes, told

ALL = mistakes()


def test_the_policy_that_the_mistakes_change_is_sound() -> None:
    assert told(BASE) == []


@pytest.mark.parametrize("mistake", ALL.values(), ids=list(ALL))
def test_all_that_is_wrong_is_told_with_line_place_and_remedy(mistake: Mistake) -> None:
    assert told(mistake.policy) == mistake.told
