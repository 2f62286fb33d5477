"""Mutants that only change words are told from those that change what happens."""

import pytest

from tools import mutants


@pytest.mark.parametrize(
    ("before", "after", "wording"),
    [
        ('raise InvalidError("Not so.")', 'raise InvalidError("XXNot so.XX")', True),
        ('raise InvalidError(f"No {name}.")', 'raise InvalidError(f"XXNo {name}.XX")', True),
        ("return count + 1", "return count - 1", False),
        ('data = {"files": len(files)}', 'data = {"files": None}', False),
        ('data["files"] = 1', 'data["XXfilesXX"] = 1', False),
        ('require(request, "end")', "require(None, 'end')", False),
        ('    f"{at} has {self._sequence + 1}"', '    f"{at} has {self._sequence - 1}"', False),
    ],
)
def test_only_a_changed_text_is_wording(before: str, after: str, wording: bool) -> None:  # noqa: FBT001 -- a parameter
    diff = f"--- a\n+++ b\n@@ -1 +1 @@\n def it():\n-{before}\n+{after}\n"

    assert mutants.is_wording(diff) is wording


def test_a_diff_without_changes_is_no_wording() -> None:
    assert not mutants.is_wording("--- a\n+++ b\n")


def test_a_mutant_is_explained_by_its_function_and_its_changed_line() -> None:
    diff = "--- a\n+++ b\n-        updated_at=now,\n+        updated_at=None,\n"
    name = "promotion.domain.lifecycle.opening.x_open_request__mutmut_7"

    assert mutants.why_not(name, diff) == "every step sets the time anew"
    assert mutants.why_not("promotion.domain.trail.x_verify__mutmut_1", diff) == ""
    assert mutants.why_not(name, diff.replace("None", "later")) == ""
