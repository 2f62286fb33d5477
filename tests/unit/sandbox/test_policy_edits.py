"""The policy while it is being written: noticed when saved, taken up only when it is right."""

import os
from pathlib import Path

import pytest

from sandbox.policy_edits import PolicyEdits, PolicyError
from tests.conftest import ROOT


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    copy = tmp_path / "policy.yaml"
    copy.write_bytes((ROOT / "policy.yaml").read_bytes())
    return copy


def test_the_shipped_policy_may_be_taken_up() -> None:
    edits = PolicyEdits("policy.yaml")

    edits.check()

    assert edits.path == ROOT / "policy.yaml"


def test_each_mistake_is_named_with_its_line(policy: Path) -> None:
    policy.write_text(policy.read_text().replace("quorum: 1", "quorm: 1").replace("P7D", "soon"))

    with pytest.raises(PolicyError) as caught:
        PolicyEdits(str(policy)).check()

    assert "policy.yaml:18:55: routes.dev-to-prod.stages[0].quorm" in str(caught.value)
    assert "Did you mean 'quorum'?" in str(caught.value)
    assert "'soon' is not a duration" in str(caught.value)


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"no\.yaml cannot be read: No such file"):
        PolicyEdits(str(tmp_path / "no.yaml")).check()


def test_each_save_is_noticed_once(policy: Path) -> None:
    edits = PolicyEdits(str(policy))

    untouched = edits.saved()
    policy.write_text(policy.read_text() + "\n")
    told = [edits.saved(), edits.saved()]

    assert (untouched, told) == (False, [True, False])


def test_a_save_that_keeps_the_size_is_noticed(policy: Path) -> None:
    edits = PolicyEdits(str(policy))

    os.utime(policy, ns=(1, 1))

    assert edits.saved()


def test_a_file_that_is_away_while_an_editor_replaces_it_is_noticed(policy: Path) -> None:
    edits = PolicyEdits(str(policy))

    policy.unlink()

    assert edits.saved()
