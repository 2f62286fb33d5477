"""Policies on disk, the examples, and the schema that editors read."""

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from promotion.adapters.policy_file import (
    PolicyFile,
    UnreadableError,
    check_file,
    policy_schema,
    read_policy,
)
from promotion.documents.values import read_yaml
from promotion.domain.assets import Registry
from promotion.domain.errors import BrokenError
from promotion.domain.policy import CheckSpec, journeys
from tests.building import WORKSPACE, model
from tools import write_policy_reference

ROOT = Path(__file__).parents[3]
POLICIES = ROOT / "docs" / "policies"
EXAMPLES = [ROOT / "policy.yaml", *sorted(POLICIES.glob("*.yaml"))]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_policies_that_come_along_are_sound(path: Path) -> None:
    checked = check_file(path)

    assert checked.problems == ()
    jsonschema.validate(read_yaml(path.read_bytes()), policy_schema())


def test_both_topologies_come_along() -> None:
    assert {path.stem for path in EXAMPLES} == {"policy", "two-registries", "central", "moving"}


def test_a_model_of_the_workspace_sets_off_each_topology() -> None:
    registered = model().moved(WORKSPACE)

    (two,) = journeys(read_policy(POLICIES / "two-registries.yaml"), registered)
    (central,) = journeys(read_policy(POLICIES / "central.yaml"), registered)

    assert two.asset.home == Registry("dev-mlops-registry")
    assert central.asset == registered


def test_the_schema_beside_the_examples_is_the_present_one() -> None:
    kept = json.loads((POLICIES / "schema.json").read_text())

    assert kept == policy_schema(), "python -m promotion policy schema > docs/policies/schema.json"


def test_the_schema_describes_every_field() -> None:
    schema = policy_schema()
    jsonschema.Draft202012Validator.check_schema(schema)

    bare = [
        f"{name}.{field}"
        for name, structure in schema["$defs"].items()
        for field, said in structure.get("properties", {}).items()
        if field != "check" and not said.get("description")
    ]

    assert bare == []
    assert {each.__name__ for each in get_args(CheckSpec.__value__)} <= set(schema["$defs"])


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"routez": {}},
        {"routes": {"a": {"source": {}, "target": {"registry": "x"}, "checks": [{"check": "no"}]}}},
    ],
)
def test_the_schema_refuses_what_the_check_refuses(change: dict[str, Any]) -> None:
    good = read_yaml((ROOT / "policy.yaml").read_bytes())

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**good, **change}, policy_schema())


def test_the_app_reads_its_policy_once(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes((ROOT / "policy.yaml").read_bytes())
    source = PolicyFile(path)
    first = source.current()
    path.unlink()

    assert source.current() is first


def test_a_policy_that_is_not_valid_stops_the_app_with_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("version: 2\nroutes: 5\n")

    with pytest.raises(BrokenError) as raised:
        read_policy(path)

    assert "policy.yaml:1:10" in raised.value.problem
    assert "policy.yaml:2:9" in raised.value.problem


def test_a_policy_that_is_missing_or_far_too_large_is_unreadable(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (1024 * 1024 + 1))

    with pytest.raises(UnreadableError, match="more than"):
        check_file(large)
    with pytest.raises(UnreadableError):
        check_file(tmp_path)
    with pytest.raises(BrokenError, match="cannot be read"):
        read_policy(tmp_path / "missing.yaml")


def test_the_reference_in_the_docs_is_the_present_one() -> None:
    page = (ROOT / "docs" / "policy.md").read_text()

    assert page == write_policy_reference.whole(page), "run `make docs`"
