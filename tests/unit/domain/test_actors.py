"""Who is named as the cause of a fact."""

import pytest

from promotion.domain.actors import Actor, Person, acting, system


def test_a_part_of_the_app_acts_under_its_name_alone() -> None:
    assert system("sweep") == Actor(kind="system", name="sweep", oid="", tid="", method="")


@pytest.mark.parametrize(
    ("name", "upn", "told"),
    [
        ("Approver", "approver@tests.invalid", "Approver"),
        ("", "approver@tests.invalid", "approver@tests.invalid"),
        ("", "", "oid"),
    ],
)
def test_a_person_acts_by_identity_under_the_best_name_known(
    name: str, upn: str, told: str
) -> None:
    found = acting(Person(oid="oid", tid="tenant", name=name, upn=upn, method="bearer-link"))

    assert found == Actor(kind="person", name=told, oid="oid", tid="tenant", method="bearer-link")
