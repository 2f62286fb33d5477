"""`promotion policy`: what it prints and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from promotion.adapters.policy_file import policy_schema
from promotion.cli import app

ROOT = Path(__file__).parents[3]
MISTAKES = ROOT / "tests" / "unit" / "policy" / "ten_mistakes.yaml"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "40", "NO_COLOR": "1"})
    return result.exit_code, result.stdout, result.stderr


def test_a_valid_policy_is_told_with_its_routes_and_hash() -> None:
    code, out, _ = run("policy", "check", str(ROOT / "policy.yaml"))

    assert code == 0
    assert "dev-to-prod: dev-mlops-registry -> prod-mlops-registry" in out
    assert "valid, sha256:" in out


def test_names_and_versions_at_the_target_are_told() -> None:
    _, out, _ = run("policy", "check", str(ROOT / "docs" / "policies" / "central.yaml"))

    told = "-> central-mlops-registry as {environment}-{model} (version: next), 7 checks, 1 stage"
    assert told in out


def test_every_mistake_is_one_line_that_begins_with_its_place() -> None:
    code, out, err = run("policy", "check", str(MISTAKES))

    lines = out.splitlines()
    assert code == 1
    assert len(lines) == 10
    assert all(line.startswith(f"{MISTAKES}:") for line in lines)
    assert "10 problems" in err


def test_mistakes_can_be_had_as_json() -> None:
    code, out, _ = run("policy", "check", str(MISTAKES), "--json")

    told = json.loads(out)
    assert code == 1
    assert told["valid"] is False
    assert {"line", "column", "path", "problem", "remedy"} == set(told["problems"][0])


def test_a_file_that_is_not_there_cannot_be_checked() -> None:
    code, _, err = run("policy", "check", "nowhere.yaml")

    assert code == 2
    assert "nowhere.yaml cannot be read" in err


def test_the_policy_of_the_environment_is_checked_when_none_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PROMOTION_POLICY_FILE", str(MISTAKES))

    assert run("policy", "check")[0] == 1


def test_the_schema_is_printed() -> None:
    code, out, _ = run("policy", "schema")

    assert code == 0
    assert json.loads(out) == policy_schema()


def test_a_wrong_command_could_not_run() -> None:
    assert run("policy", "chek")[0] == 2


def test_the_module_is_a_program() -> None:
    command = [sys.executable, "-m", "promotion", "policy", "check", str(MISTAKES)]

    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 10


def test_without_its_requirements_the_program_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['typer'] = None\n"
        "from promotion.__main__ import main\n"
        "sys.exit(main())"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )

    assert done.returncode == 2
    assert "requirements-cli.txt" in done.stderr
