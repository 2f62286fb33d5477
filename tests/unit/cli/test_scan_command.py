"""`promotion scan`: exit codes, places, JSON, and what a policy allows."""

import json
import os
import pickle
from pathlib import Path

import pytest
from typer.testing import CliRunner

from promotion.cli import app


class _Hostile:
    """Its pickle refers to a program; it is never loaded."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


NAME = f"{os.system.__module__}:system"
POLICY = """\
version: 1
routes:
  one:
    source: {registry: dev}
    target: {registry: prod}
    checks: [{check: malware_scan, allowed_globals: ["NAME"]}]
    stages: [{name: business, roles: [Promotion.Approver]}]
  two:
    source: {registry: dev}
    target: {registry: other}
    checks: [{check: version_rule}]
    stages: [{name: business, roles: [Promotion.Approver]}]
""".replace("NAME", NAME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a harmless and a hostile pickle, and a policy."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "good.pkl").write_bytes(pickle.dumps([1]))
    (tmp_path / "model" / "bad.pkl").write_bytes(pickle.dumps(_Hostile(), protocol=2))
    (tmp_path / "policy.yaml").write_text(POLICY)
    return tmp_path


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["scan", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_a_clean_file_ends_with_zero(folder: Path) -> None:
    code, out, _ = run(folder / "model" / "good.pkl")

    assert code == 0
    assert out.startswith("clean")


def test_a_hostile_file_in_a_folder_ends_with_one_and_its_place(folder: Path) -> None:
    code, out, _ = run(folder / "model")

    assert code == 1
    assert "BLOCK bad.pkl @" in out
    assert "good.pkl" not in out


def test_the_result_can_be_had_as_json(folder: Path) -> None:
    code, out, _ = run(folder / "model", "--json")

    told = json.loads(out)
    assert code == 1
    assert told["blocked"] is True
    assert told["findings"][0]["path"] == "bad.pkl"
    assert {item["path"] for item in told["inventory"]} >= {"good.pkl", "bad.pkl"}


def test_a_policy_allows_by_name(folder: Path) -> None:
    allowed = ("--policy", folder / "policy.yaml", "--route", "one")

    assert run(folder / "model", *allowed)[0] == 0
    assert run(folder / "model", *allowed[:3], "two")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["missing"], "cannot be read"),
        (["empty"], "no file to scan"),
        (["model", "--route", "one"], "which is missing"),
        (["model", "--policy", "policy.yaml"], "several routes"),
        (["model", "--policy", "policy.yaml", "--route", "three"], "no route 'three'"),
        (["model", "--policy", "none.yaml"], "cannot be read"),
        ([], "Missing argument"),
    ],
)
def test_a_scan_that_cannot_run_ends_with_two_and_says_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], why: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()

    code, out, err = run(*arguments)

    assert code == 2
    assert why in err
    assert out == ""
