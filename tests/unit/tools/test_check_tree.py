"""`tools/check_tree.py`: what must not be in the repository."""

import json
import subprocess
from pathlib import Path

import pytest

from tools import check_tree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """An empty git work tree."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def add(tree: Path, name: str, text: str) -> None:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("requirements.txt", "--index-url https://mirror.example/simple"),
        ("requirements-dev.in", "--extra-index-url=https://mirror.example/"),
        ("requirements.txt", "--find-links wheels"),
        ("requirements.txt", "--trusted-host mirror.example"),
        ("requirements.txt", "-i https://mirror.example/root"),
        ("sandbox/.npmrc", "registry=https://mirror.example/npm/"),
        ("tools/setup.sh", "PIP_INDEX_URL=https://mirror.example pip install x"),
        ("pyproject.toml", 'index-url = "https://mirror.example"'),
        (".ci/run", "curl https://files.pythonhosted.org/x"),
        ("samples/m/conda.yaml", "  - --extra-index-url https://mirror.example/simple"),
    ],
)
def test_an_index_address_is_reported_where_it_stands(
    tree: Path,
    name: str,
    line: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    add(tree, name, f"first\n{line}\n")

    assert check_tree.main(tree) == 1
    assert capsys.readouterr().err == f"{name}:2: an index address\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "a==1 \\\n    --hash=sha256:00\n"),
        ("tools/setup.sh", "# install uv (https://docs.astral.sh/uv)\npip install --no-index x\n"),
        ("tests/test_scan.py", 'BAD = "--index-url https://evil.example/simple"\n'),
        ("docs/policy.md", "blocks `--extra-index-url`; the app lies in /home/site/wwwroot\n"),
        ("sandbox/package-lock.json", json.dumps({"packages": {"a": {"version": "1"}}})),
    ],
)
def test_what_installs_from_nowhere_in_particular_is_fine(
    tree: Path,
    name: str,
    text: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    add(tree, name, text)

    assert check_tree.main(tree) == 0
    assert capsys.readouterr().err == ""


def test_a_download_address_in_the_npm_lock_is_reported(
    tree: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    host = "mirror.example"
    packages = {"node_modules/a": {"version": "1", "resolved": f"https://{host}/a.tgz"}}
    add(tree, "sandbox/package-lock.json", json.dumps({"packages": packages}))

    assert check_tree.main(tree) == 1
    assert "node_modules/a: an address to download from" in capsys.readouterr().err


@pytest.mark.parametrize("parts", [("", "home"), ("", "Users"), ("C:", "Users")])
def test_a_path_of_one_machine_is_reported(
    tree: Path,
    parts: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Put together here, or this file would be reported.
    separator = "\\" if parts[0] else "/"
    add(tree, "notes.txt", f"see {separator.join([*parts, 'someone', 'file'])}\n")

    assert check_tree.main(tree) == 1
    assert capsys.readouterr().err == "notes.txt:1: a path of one machine\n"


def test_the_path_of_this_very_checkout_is_reported(tree: Path) -> None:
    add(tree, "made.json", json.dumps({"file": f"{tree}/data.csv"}))

    assert check_tree.main(tree) == 1


def test_a_file_too_big_for_git_is_reported(
    tree: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tree / "model.bin").write_bytes(bytes(1024 * 1024 + 1))

    assert check_tree.main(tree) == 1
    assert "do not belong into git" in capsys.readouterr().err
