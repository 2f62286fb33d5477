"""The sample model: what its scripts write, and that its bad variants are bad as announced."""

import hashlib
import importlib.util
import json
import os
import pickletools
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import mlflow.sklearn
import pytest

from tools import check_tree

ROOT: Final = Path(__file__).parents[3]
SAMPLE: Final = ROOT / "samples" / "taxi-fare"


def script(name: str) -> ModuleType:
    """Load one of the sample's scripts; their folder's name is no package's."""
    spec = importlib.util.spec_from_file_location(f"taxi_fare_{name}", SAMPLE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every variant, trained."""
    folder = tmp_path_factory.mktemp("models")
    train = script("train")
    for variant in train.VARIANTS:
        assert train.main(["--out", str(folder / variant), "--variant", variant]) == 0
    return folder


def read(path: Path) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(path.read_text())


def globals_of(pickle: Path) -> set[str]:
    """Return what a pickle refers to by name, as `module name`, without loading it."""
    found: set[str] = set()
    strings: list[str] = []
    for opcode, argument, _ in pickletools.genops(pickle.read_bytes()):
        if opcode.name == "STACK_GLOBAL":
            found.add(" ".join(strings[-2:]))
        elif opcode.name == "GLOBAL":
            found.add(str(argument))
        if isinstance(argument, str):
            strings.append(argument)
    return found


def test_the_shipped_data_is_what_its_script_makes(tmp_path: Path) -> None:
    script("make_data").write(tmp_path / "made.csv")

    assert (tmp_path / "made.csv").read_bytes() == (SAMPLE / "taxi_fares.csv").read_bytes()


@pytest.mark.parametrize("variant", ["good", "weak", "poisoned"])
def test_every_variant_is_a_whole_mlflow_model(models: Path, variant: str) -> None:
    names = {path.name for path in (models / variant / "model").iterdir()}

    assert names >= {
        "MLmodel",
        "model.pkl",
        "conda.yaml",
        "requirements.txt",
        "python_env.yaml",
        "input_example.json",
    }
    assert '"name": "distance_km"' in (models / variant / "model" / "MLmodel").read_text()


def test_the_good_model_predicts_what_it_was_measured_at(models: Path) -> None:
    train = script("train")
    model = mlflow.sklearn.load_model(str(models / "good" / "model"))

    measured = train.measure(model, train.load()[1])

    assert measured == read(models / "good" / "metrics.json")
    assert measured["r2"] > 0.95


def test_the_weak_model_fails_any_threshold(models: Path) -> None:
    assert read(models / "weak" / "metrics.json")["r2"] < 0.2


def test_tags_are_text_and_name_the_training_data(models: Path) -> None:
    tags = read(models / "good" / "tags.json")

    data = (SAMPLE / "taxi_fares.csv").read_bytes()
    assert tags["training_data_sha256"] == hashlib.sha256(data).hexdigest()
    assert tags["rmse"] == str(read(models / "good" / "metrics.json")["rmse"])
    assert all(isinstance(value, str) for value in tags.values())


def test_only_the_poisoned_pickle_refers_to_a_function_that_runs_when_it_is_loaded(
    models: Path,
) -> None:
    good = globals_of(models / "good" / "model" / "model.pkl")
    poisoned = globals_of(models / "poisoned" / "model" / "model.pkl")

    assert poisoned - good == {"builtins print"}
    assert good - poisoned == set()


def test_loading_the_poisoned_model_prints_and_does_no_harm(
    models: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    train = script("train")

    model = mlflow.sklearn.load_model(str(models / "poisoned" / "model"))

    assert "this pickle ran code" in capsys.readouterr().out
    assert train.measure(model, train.load()[1])["r2"] > 0.95


def test_another_run_writes_the_same_bytes_but_for_mlflows_stamps(
    models: Path,
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-W", "error", str(SAMPLE / "train.py"), "--out", str(tmp_path)]
    environment = {**os.environ, "PYTHONHASHSEED": "123"}
    subprocess.run(command, check=True, env=environment, cwd=tmp_path.parent)

    paths = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    changed = {
        path.name
        for path in paths
        if (tmp_path / path).read_bytes() != (models / "good" / path).read_bytes()
    }
    assert changed == {"MLmodel"}


@pytest.mark.parametrize("variant", ["good", "weak", "poisoned"])
def test_what_is_written_names_no_index_and_no_path_of_this_machine(
    models: Path,
    variant: str,
) -> None:
    folder = models / variant

    written = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]

    assert [found for path in written for found in check_tree.check(folder, path)] == []
    assert all(str(ROOT).encode() not in (folder / path).read_bytes() for path in written)


def test_a_folder_in_use_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("precious")

    assert script("train").main(["--out", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "precious"
