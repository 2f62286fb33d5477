"""`promotion explain` has words for whatever a dry run may say."""

from promotion.cli.explaining import _EFFECTS, _PROSPECTS
from promotion.usecases.explain import Effect, Prospect


def test_every_effect_and_prospect_has_words() -> None:
    assert set(_EFFECTS) == set(Effect)
    assert set(_PROSPECTS) == set(Prospect)
