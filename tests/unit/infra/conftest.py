"""A copy of what the infrastructure check reads, for tests to make mistakes in."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.infra_check.checking import SCHEMAS, findings

ROOT = Path(__file__).parents[3]
_READ = (
    ".python-version",
    "azure.yaml",
    "docs/policies",
    "function_app.py",
    "infra",
    "policy.yaml",
    "tests/golden/infra",
)

type Check = Callable[[], list[str]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with everything that the check reads."""
    for name in _READ:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


@pytest.fixture
def check(copy: Path) -> Check:
    """Return what the check finds in the copy, one line a finding."""
    return lambda: [str(each) for each in findings(copy, ROOT / SCHEMAS)]
