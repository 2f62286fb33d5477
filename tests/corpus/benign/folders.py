"""Benign models that are folders, and the files that were made once."""

import json
import zipfile
from collections.abc import Iterator
from typing import Final

import cloudpickle

from tests.corpus.benign.making import FILES, Sample, estimators

_MLMODEL: Final = """\
artifact_path: model
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.13.0
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.9.1
mlflow_version: 3.17.2
model_uuid: 0d4e7c3f4c2f4a0aa4c7c1f3c0c1b111
signature:
  inputs: '[{"type": "double", "name": "distance", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
utc_time_created: '2026-01-02 03:04:05.678901'
"""

_ENVIRONMENT: Final = {
    "conda.yaml": b"channels:\n- conda-forge\ndependencies:\n- python=3.13.0\n- pip<=25.0\n- pip:\n  - mlflow==3.17.2\n  - scikit-learn==1.9.1\nname: mlflow-env\n",
    "python_env.yaml": b"python: 3.13.0\nbuild_dependencies:\n- pip==25.0\n- setuptools\n- wheel==0.45.1\ndependencies:\n- -r requirements.txt\n",
    "requirements.txt": b"# pinned\nmlflow==3.17.2\nscikit-learn==1.9.1 ; python_version >= '3.10'\nxgboost[cpu]>=2,<4\n",
}


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _folders()
    yield from _kept()


def _folders() -> Iterator[Sample]:
    model = {
        "MLmodel": _MLMODEL.encode(),
        "model.pkl": cloudpickle.dumps(estimators()["columns"]),
        **_ENVIRONMENT,
    }
    example = json.dumps({"columns": ["distance"], "data": [[1.5]]}).encode()
    yield Sample(
        "mlflow sklearn",
        {
            f"model/{name}": content
            for name, content in {**model, "input_example.json": example}.items()
        },
    )
    for name in ("exported", "module"):
        with zipfile.ZipFile(FILES / "keras" / f"{name}.zip") as archive:
            yield Sample(
                f"saved model, {name}",
                {f"m/{entry}": archive.read(entry) for entry in archive.namelist()},
            )


def _kept() -> Iterator[Sample]:
    for path in sorted(FILES.rglob("*")):
        if path.is_file():
            yield Sample(f"{path.parent.name}/{path.name}", {path.name: path.read_bytes()})
