"""Which version an asset becomes, by what is there and who was given what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.settling import Choice, Claim, Holder, Presence, counted, fixed, tagged
from promotion.domain.versions import highest
from tests.building import PROD, model

TARGET = model(version="1.4.0").moved(PROD)
BIGGEST = str(10**18 - 1)


def claims(**holders: Holder) -> list[Claim]:
    """Return claims; `v4=...` is version 4."""
    return [
        Claim(version=name.removeprefix("v"), holder=holder, whose="the request x")
        for name, holder in holders.items()
    ]


def count(present: list[str], **holders: Holder) -> str:
    return counted(TARGET, present, claims(**holders)).version


def test_the_first_version_is_one() -> None:
    assert count([]) == "1"


def test_the_next_version_follows_the_highest_integer() -> None:
    assert count(["2", "10", "9", "1.4.0", "07", "x"]) == "11"


def test_what_is_there_is_told_with_the_version_that_follows() -> None:
    first, next_one = counted(TARGET, [], []), counted(TARGET, ["3"], [])

    assert first.told == f"It becomes version 1 of taxi-fare: {PROD.name} has no counted version."
    assert next_one.told == f"It becomes version 4 of taxi-fare: {PROD.name} has versions up to 3."


def test_what_was_given_to_others_is_passed_over() -> None:
    assert count(["3"], v4=Holder.AWAITED, v5=Holder.AWAITED) == "6"


def test_what_was_given_up_is_given_again() -> None:
    assert count(["3"], v4=Holder.GIVEN_UP, v5=Holder.GIVEN_UP) == "4"


@pytest.mark.parametrize("holder", [Holder.BEGUN, Holder.DELETED])
def test_a_number_that_may_have_been_used_is_not_given_again(holder: Holder) -> None:
    assert count(["3"], v4=holder) == "5"


def test_what_was_given_stays_given() -> None:
    choice = counted(TARGET, ["3"], claims(v4=Holder.OWN, v5=Holder.AWAITED))

    assert (choice.version, choice.free) == ("4", False)


def test_what_was_given_is_left_when_a_higher_version_has_arrived() -> None:
    choice = counted(TARGET, ["5"], claims(v4=Holder.OWN))

    assert (choice.version, choice.free) == ("6", True)


def test_the_end_of_all_numbers_is_told() -> None:
    choice = counted(TARGET, [BIGGEST], [])

    told = f"No version follows {BIGGEST} in {PROD.name}. Promote under another name."
    assert choice == Choice(told=told, ok=False)


@given(
    present=st.lists(st.integers(1, 30).map(str)),
    held=st.dictionaries(st.integers(1, 30).map(str), st.sampled_from(list(Holder))),
)
def test_a_counted_version_is_above_what_is_there_and_nobody_elses(
    present: list[str], held: dict[str, Holder]
) -> None:
    choice = counted(TARGET, present, [Claim(version=v, holder=h) for v, h in held.items()])

    assert int(choice.version) > highest(present)
    assert held.get(choice.version) in {None, Holder.GIVEN_UP, Holder.OWN}
    assert choice.free == (held.get(choice.version) is not Holder.OWN)


def fix(presence: Presence, **holders: Holder) -> Choice:
    return fixed(
        TARGET,
        presence,
        [Claim(version="1.4.0", holder=h, whose="the request x") for h in holders.values()],
        "Raise the tag.",
    )


def test_a_version_that_nobody_has_is_taken() -> None:
    choice = fix(Presence.ABSENT)

    assert choice == Choice(version="1.4.0", told="It becomes taxi-fare:1.4.0.", free=True)


@pytest.mark.parametrize("holder", [Holder.GIVEN_UP, Holder.BEGUN])
def test_a_version_that_was_given_up_is_taken(holder: Holder) -> None:
    assert fix(Presence.ABSENT, a=holder).free


def test_ones_own_version_is_not_reserved_again() -> None:
    choice = fix(Presence.ABSENT, a=Holder.OWN)

    assert (choice.ok, choice.free) == (True, False)


@pytest.mark.parametrize(
    ("presence", "holder", "told"),
    [
        (Presence.OTHER, Holder.OWN, "has taxi-fare:1.4.0 already, with other files. Raise the"),
        (Presence.ABSENT, Holder.AWAITED, "was given to the request x. Wait for its end, or: Rai"),
        (Presence.ABSENT, Holder.DELETED, "was deleted; it cannot be created again. Raise the t"),
    ],
)
def test_anothers_version_is_not_taken(presence: Presence, holder: Holder, told: str) -> None:
    choice = fix(presence, a=holder)

    assert (choice.version, choice.ok, choice.free) == ("1.4.0", False, False)
    assert told in choice.told


def test_the_very_same_files_need_no_version() -> None:
    choice = fix(Presence.SAME, a=Holder.DELETED)

    assert (choice.ok, choice.free) == (True, False)
    assert "very same files" in choice.told


def test_a_tag_names_a_semantic_version() -> None:
    found = tagged("semver", "1.4.0")

    assert found == Choice(version="1.4.0", told="Its tag 'semver' names 1.4.0.")


@pytest.mark.parametrize(
    "value", ["", "v1.4.0", "1.4", "1.4.0-rc.1", "01.4.0", "1.4.0\n", "\u0661.4.0"]
)
def test_a_tag_that_names_none_is_told(value: str) -> None:
    choice = tagged("release", value)

    assert (choice.ok, choice.version) == (False, "")
    assert "'release'" in choice.told
    assert "Set it to one like 1.4.0" in choice.told
    assert choice.told.isascii()


def test_a_long_tag_is_cut() -> None:
    assert len(tagged("semver", "9" * 5000).told) < 300
