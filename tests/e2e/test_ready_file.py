"""`python -m sandbox up --ready-file F`: all that an outside program needs, and nothing it must guess."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.e2e.conftest import fresh_environment

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The ready file of a sandbox that was started as a user would."""
    folder = tmp_path_factory.mktemp("up")
    path = folder / "ready.json"
    command = [sys.executable, "-m", "sandbox", "up", "--state", str(folder / "state")]
    with subprocess.Popen(
        [*command, "--ready-file", str(path)], cwd=ROOT, env=fresh_environment()
    ) as process:
        deadline = time.monotonic() + 120
        while not path.exists():
            assert process.poll() is None, "the sandbox ended"
            assert time.monotonic() < deadline, "the sandbox never became ready"
            time.sleep(0.2)
        yield path
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_an_outside_program_promotes_a_model_with_the_ready_file_alone(
    ready: Path, tmp_path: Path
) -> None:
    program = Path(__file__).with_name("outside_program.py")

    done = subprocess.run(
        [sys.executable, str(program), str(ready), str(tmp_path)],
        cwd=tmp_path,
        env=fresh_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    assert "promoted sha256:" in done.stdout


def test_the_ready_file_names_every_role_and_place(ready: Path) -> None:
    content = json.loads(ready.read_text())
    roles = {
        *("reader", "author", "requester", "approver"),
        *("second-approver", "security", "evidence", "operator"),
    }

    assert set(content["people"]) == roles
    assert set(content["azureml"]["tokens"]) == roles
    assert {"dev-mlops-registry", "prod-mlops-registry"} <= set(content["azureml"]["registries"])
    assert len(content["azureml"]["workspaces"]) == 2
    for key in ("functions_url", "inbox_url"):
        assert requests.get(content[key], timeout=30).status_code in {200, 401}
    assert "AccountName=devstoreaccount1" in content["storage_connection_string"]


def test_the_author_of_models_cannot_write_the_production_registry(
    ready: Path, tmp_path: Path
) -> None:
    program = Path(__file__).with_name("outside_program.py")
    attempt = (
        f"import sys; sys.argv = ['x', {str(ready)!r}, {str(tmp_path)!r}]\n"
        f"sys.path.insert(0, {str(program.parent)!r})\n"
        "import outside_program as o\n"
        "from azure.ai.ml.entities import Model\n"
        "(o.FOLDER / 'w').write_text('x')\n"
        "o.registry('author', 'prod-mlops-registry').models.create_or_update("
        "Model(name='m', version='1', path=str(o.FOLDER / 'w')))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", attempt],
        cwd=tmp_path,
        env=fresh_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "not allowed to access registry prod-mlops-registry" in done.stderr
