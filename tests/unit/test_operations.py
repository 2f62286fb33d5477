"""The runbook is whole: every alert of the templates and every drill's test stand in it, and nothing else does."""

import ast
import re

from tests.conftest import ROOT

_PAGE = (ROOT / "docs" / "operations.md").read_text()
_ALERTS = (ROOT / "infra" / "modules" / "alerts.bicep").read_text()


def test_every_alert_has_its_cause_and_cure_in_the_runbook() -> None:
    alerts = set(re.findall(r"name: '([a-z-]+)'(?=\n\s+meaning|, scope)", _ALERTS))
    described = re.findall(r"^### `promotion-([a-z-]+)`$", _PAGE, re.MULTILINE)

    assert len(alerts) >= 10
    assert sorted(described) == sorted(alerts)


def test_every_query_alert_says_what_it_means_as_the_template_does() -> None:
    meanings = dict(re.findall(r"name: '([a-z-]+)'\n\s+meaning: '(.+?)\. docs/", _ALERTS))

    for name, meaning in meanings.items():
        section = _PAGE.partition(f"### `promotion-{name}`")[2].partition("\n### ")[0]
        first = meaning.split(":")[0]
        assert first in section, f"{name}: the runbook does not say {first!r}"


def test_every_drill_names_the_test_that_plays_it_and_every_such_test_is_a_drill() -> None:
    source = (ROOT / "tests" / "e2e" / "test_runbook.py").read_text()
    played = {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    drills = _PAGE.partition("## Drills")[2].partition("\n## ")[0]

    named = re.findall(r"^`(test_\w+)`$", drills, re.MULTILINE)
    headings = re.findall(r"^### ", drills, re.MULTILINE)

    assert sorted(named) == sorted(played)
    assert len(headings) == len(named)
