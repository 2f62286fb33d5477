"""How versions are ordered, and which one is in use."""

import datetime as dt

import pytest

from promotion.domain.results import TargetVersion
from promotion.domain.versions import current, highest, newest_first, order
from tests.building import NOW


def versions(*names: str, days: int | None = None) -> list[TargetVersion]:
    """Return versions; with `days`, each was created that much later than the one before."""
    return [
        TargetVersion(
            version=name,
            created_at=None if days is None else NOW + number * dt.timedelta(days=days),
        )
        for number, name in enumerate(names)
    ]


def names(found: tuple[TargetVersion, ...]) -> list[str]:
    """Return the versions of versions."""
    return [each.version for each in found]


@pytest.mark.parametrize(
    ("scheme", "version", "place"),
    [
        ("integer", "12", (12,)),
        ("integer", "9" * 18, (10**18 - 1,)),
        ("integer", "1" + "0" * 18, None),
        ("integer", "0", None),
        ("integer", "01", None),
        ("integer", "1\n", None),
        ("integer", "\u0661", None),
        ("integer", "1.0.0", None),
        ("semver", "0.10.2", (0, 10, 2)),
        ("semver", "999999999.0.0", (999_999_999, 0, 0)),
        ("semver", "1000000000.0.0", None),
        ("semver", "1.0.0-rc.1", None),
        ("semver", "1.00.0", None),
        ("semver", "3", None),
    ],
)
def test_a_version_has_a_place_in_its_scheme_or_none(
    scheme: str, version: str, place: tuple[int, ...] | None
) -> None:
    assert order(scheme, version) == place


def test_a_scheme_that_is_none_has_no_places() -> None:
    with pytest.raises(KeyError):
        order("calver", "1")


def test_the_highest_number_counts_whatever_stands_beside_it() -> None:
    assert highest(["2", "10", "x", "1.4.0"]) == 10
    assert highest(["x"]) == 0


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (versions("2", "10", "9"), ["10", "9", "2"]),
        (versions("1.9.0", "1.10.0", "0.1.0"), ["1.10.0", "1.9.0", "0.1.0"]),
        # Neither scheme holds for all of them: the time does.
        (versions("9", "1.0.0", "x", days=1), ["x", "1.0.0", "9"]),
        (versions("9", "10", "8", days=1), ["10", "9", "8"]),
        # Those of one moment stay as they came.
        (versions("x", "y", days=0), ["x", "y"]),
        (versions("x"), ["x"]),
        ([], []),
    ],
)
def test_versions_stand_by_number_or_else_by_time(
    given: list[TargetVersion], wanted: list[str]
) -> None:
    assert names(newest_first(given)) == wanted


def test_where_nothing_tells_which_is_newer_some_of_them_are_named() -> None:
    with pytest.raises(ValueError, match="nothing tells") as unknown:
        newest_first(versions("f", "e", "d", "c", "b", "a"))

    assert str(unknown.value) == (
        "nothing tells which of the versions a, b, c, d, e is the current one"
    )


def test_the_version_in_use_is_the_highest_that_is_not_archived_nor_the_one_judged() -> None:
    found = [*versions("1", "2", "3"), TargetVersion(version="4", archived=True)]

    assert current(found) == TargetVersion(version="3")
    assert current(found, besides="3") == TargetVersion(version="2")
    assert current(found[3:]) is None
