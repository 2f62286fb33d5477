"""The check passes the templates as they are, and finds every seeded mistake by its meaning."""

from pathlib import Path

import pytest

from tests.unit.infra.conftest import Check
from tests.unit.infra.mistakes import MISTAKES, Mistake


def test_the_templates_have_no_mistake(check: Check) -> None:
    found = check()

    assert found == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.name)
def test_a_seeded_mistake_is_found(mistake: Mistake, copy: Path, check: Check) -> None:
    file = copy / mistake.file
    text = file.read_text()
    assert mistake.old in text, "the mistake no longer applies: write it anew"

    file.write_text(text.replace(mistake.old, mistake.new, 1))

    assert any(mistake.says in line for line in check())


def test_a_deployment_that_changed_has_to_be_reviewed(copy: Path, check: Check) -> None:
    file = copy / "infra/main.bicep"
    file.write_text(
        file.read_text().replace(
            "param logRetentionDays int = 90", "param logRetentionDays int = 91"
        )
    )

    found = check()

    assert len(found) == 5
    assert all("retentionInDays = 91" in line for line in found)
