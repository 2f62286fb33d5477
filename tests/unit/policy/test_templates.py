"""Examples of names: what is told to somebody whose name does not follow the template."""

import pytest

from promotion.domain.policy.template import Known, example, parse


@pytest.mark.parametrize(
    ("environments", "name"),
    [(("prod", "test"), "prod-fare-v3.central"), ((), "environment-fare-v3.central")],
)
def test_an_example_has_a_value_for_each_variable(environments: tuple[str, ...], name: str) -> None:
    known = Known(environments=environments, version="3", registry="central")

    assert example(parse("{environment}-{model}-v{version}.{registry}"), known, "fare") == name
