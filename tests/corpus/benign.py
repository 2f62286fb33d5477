"""Models that the scan must pass, each made by its own library. Writes nothing but temporary files.

What is too heavy to make here (PyTorch, Keras, TensorFlow) was made once by `make_torch.py` and `make_keras.py` and lies
under `files/`.
"""

import io
import json
import pickle
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import cloudpickle
import joblib
import lightgbm
import numpy as np
import pandas as pd
import skl2onnx
import skops.io
import xgboost
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save as save_safetensors
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC

FILES: Final = Path(__file__).parent / "files"

_RANDOM: Final = np.random.default_rng(0)
_X: Final = np.abs(_RANDOM.random((40, 4)))
_Y: Final = (_X[:, 0] > 0.5).astype(int)
_NAMES: Final = np.array(["cash", "card"])[_Y]
_FARES: Final = _X @ np.array([1.0, 2.0, 3.0, 4.0])


class Sample(NamedTuple):
    """One model: its name and its files, by path."""

    name: str
    files: dict[str, bytes]


def samples() -> Iterator[Sample]:
    """Yield every benign model."""
    yield from _pickled()
    yield from _joblib()
    yield from _numpy()
    yield from _boosted()
    yield from _onnx()
    yield from _others()
    yield from _folders()
    yield from _kept()


def _estimators() -> dict[str, Any]:
    frame = pd.DataFrame(_X, columns=list("abcd")).assign(payment=_NAMES)
    columns = ColumnTransformer(
        [
            ("n", make_pipeline(SimpleImputer(), StandardScaler()), list("abcd")),
            ("c", OneHotEncoder(), ["payment"]),
        ]
    )
    return {
        "logistic": LogisticRegression().fit(_X, _NAMES),
        "forest": RandomForestClassifier(5).fit(_X, _NAMES),
        "boosting": GradientBoostingRegressor(n_estimators=3).fit(_X, _FARES),
        "hist-boosting": HistGradientBoostingClassifier(max_iter=3).fit(_X, _Y),
        "svc": SVC().fit(_X, _Y),
        "neighbours": KNeighborsClassifier(algorithm="kd_tree").fit(_X, _Y),
        "kmeans": KMeans(2, n_init=1).fit(_X),
        "pca": PCA(2).fit(_X),
        "mlp": MLPClassifier((3,), max_iter=200, tol=1.0).fit(_X, _Y),
        "isolation": IsolationForest(n_estimators=3).fit(_X),
        "sgd": SGDClassifier(loss="log_loss").fit(_X, _Y),
        "isotonic": IsotonicRegression().fit(_X[:, 0], _FARES),
        "gaussian-process": GaussianProcessRegressor(optimizer=None).fit(_X, _FARES),
        "columns": Pipeline([("columns", columns), ("model", Ridge())]).fit(frame, _FARES),
        "grid": GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, scoring="f1").fit(
            _X, _Y
        ),
        "stacking": StackingClassifier([("a", LogisticRegression()), ("b", SVC())], cv=2).fit(
            _X, _Y
        ),
        "log-transform": make_pipeline(
            FunctionTransformer(np.log1p), SelectKBest(f_classif, k=2), Ridge()
        ).fit(_X, _Y),
        "words": make_pipeline(TfidfVectorizer(), MultinomialNB()).fit(
            ["short trip", "long trip"] * 20, _Y
        ),
    }


def _pickled() -> Iterator[Sample]:
    estimators = _estimators()
    for index, (name, estimator) in enumerate(estimators.items()):
        protocol = (2, 3, 4, 5)[index % 4]
        yield Sample(f"{name}, pickle {protocol}", {"model.pkl": pickle.dumps(estimator, protocol)})
    for protocol in (0, 1):
        yield Sample(
            f"logistic, pickle {protocol}",
            {"model.pkl": pickle.dumps(estimators["logistic"], protocol)},
        )
    yield Sample("logistic, cloudpickle", {"model.pkl": cloudpickle.dumps(estimators["logistic"])})
    frame = pd.DataFrame(
        {"fare": _FARES, "payment": pd.Categorical(_NAMES), "at": pd.date_range("2024", periods=40)}
    )
    yield Sample("frame, pickle", {"data.pickle": pickle.dumps(frame)})


def _dumped(value: object, **options: object) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        joblib.dump(value, path, **options)
        return path.read_bytes()


def _joblib() -> Iterator[Sample]:
    forest = RandomForestClassifier(5).fit(_X, _NAMES)
    for method in ("zlib", "gzip", "bz2", "xz", "lzma", "lz4"):
        yield Sample(
            f"forest, joblib {method}", {"model.joblib": _dumped(forest, compress=(method, 3))}
        )
    yield Sample("forest, joblib", {"model.joblib": _dumped(forest)})
    yield Sample("forest, joblib protocol 5", {"model.joblib": _dumped(forest, protocol=5)})
    grid = GridSearchCV(SVC(), {"C": [0.1, 1.0]}, cv=2).fit(_X, _NAMES)
    yield Sample("grid, joblib", {"model.joblib": _dumped(grid)})
    arrays = [
        np.arange(1000.0),
        np.asfortranarray(_X),
        np.array(["a", None], dtype=object),
        np.zeros(3, "M8[ns]"),
    ]
    yield Sample("arrays, joblib", {"arrays.pkl": _dumped(arrays)})


def _saved(save: Callable[..., object], *values: object, **named: object) -> bytes:
    buffer = io.BytesIO()
    save(buffer, *values, **named)
    return buffer.getvalue()


def _numpy() -> Iterator[Sample]:
    records = np.zeros(
        3, dtype=[("fare", "<f8"), ("payment", "U4"), ("at", "M8[s]"), ("place", "<f4", (2,))]
    )
    words = np.array(["cash", "card"], dtype=object)
    yield Sample("numbers, npy", {"x.npy": _saved(np.save, _X)})
    yield Sample("records, npy", {"x.npy": _saved(np.save, records)})
    yield Sample("objects, npy", {"x.npy": _saved(np.save, words)})
    yield Sample("npz", {"x.npz": _saved(np.savez, x=_X, words=words)})
    yield Sample("npz, compressed", {"x.npz": _saved(np.savez_compressed, x=_X, y=_Y)})


def _boosted() -> Iterator[Sample]:
    trees = xgboost.XGBClassifier(n_estimators=3).fit(_X, _Y)
    for ending in ("json", "ubj"):
        yield Sample(
            f"xgboost, {ending}", {f"model.{ending}": bytes(trees.get_booster().save_raw(ending))}
        )
    yield Sample(
        "xgboost, mlflow's name", {"model.xgb": bytes(trees.get_booster().save_raw("ubj"))}
    )
    yield Sample("xgboost, pickle", {"model.pkl": pickle.dumps(trees)})
    yield Sample("xgboost, joblib", {"model.joblib": _dumped(trees, compress=3)})
    leaves = lightgbm.LGBMRegressor(n_estimators=3, min_child_samples=2, verbose=-1).fit(_X, _FARES)
    text = leaves.booster_.model_to_string().encode()
    yield Sample("lightgbm, text", {"model.txt": text})
    yield Sample("lightgbm, mlflow's name", {"model.lgb": text})
    yield Sample("lightgbm, pickle", {"model.pkl": pickle.dumps(leaves)})


def _onnx() -> Iterator[Sample]:
    forest = RandomForestClassifier(3).fit(_X, _NAMES)
    yield Sample(
        "forest, onnx",
        {"model.onnx": skl2onnx.to_onnx(forest, _X[:1].astype(np.float32)).SerializeToString()},
    )
    weight = numpy_helper.from_array(np.ones((2, 2), np.float32), "weight")
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    for key, value in {"location": "model.onnx.data", "offset": "0", "length": "16"}.items():
        weight.external_data.add(key=key, value=value)
    node = helper.make_node("MatMul", ["x", "weight"], ["y"])
    shape = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2]) for name in ("x", "y")]
    model = helper.make_model(helper.make_graph([node], "g", shape[:1], shape[1:], [weight]))
    yield Sample(
        "onnx, data beside it",
        {
            "m/model.onnx": model.SerializeToString(),
            "m/model.onnx.data": np.ones(4, np.float32).tobytes(),
        },
    )


def _others() -> Iterator[Sample]:
    yield Sample(
        "safetensors",
        {
            "model.safetensors": save_safetensors(
                {"w": np.ones((2, 3)), "b": np.zeros(3, np.float16)}
            )
        },
    )
    yield Sample(
        "gguf",
        {
            "model.gguf": gguf(
                template="{% for m in messages %}<|{{ m['role'] }}|>{{ m.content }}{% endfor %}"
            )
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, estimator in _estimators().items():
            if name in {"forest", "columns", "words", "hist-boosting", "sgd"}:
                path = Path(folder) / "model.skops"
                skops.io.dump(estimator, path)
                yield Sample(f"{name}, skops", {"model.skops": path.read_bytes()})
    inner = _saved(np.save, _X)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/x.npy", inner)
        archive.writestr("data/notes.md", "# Data\n")
    yield Sample("zip of data", {"data.zip": buffer.getvalue()})
    frame = pd.DataFrame(_X)
    yield Sample(
        "tables",
        {
            "x.csv": frame.to_csv().encode(),
            "x.json": frame.to_json().encode(),
            "x.jsonl": b'{"a": 1}\n{"a": 2}\n',
        },
    )


def gguf(*, template: str = "", tensors: int = 1) -> bytes:
    """Return a GGUF file, version 3, with a chat template and tensors of 32 floats."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value.encode())) + value.encode()

    pairs = [text("general.architecture") + struct.pack("<I", 8) + text("llama")]
    pairs.append(
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
    )
    pairs.append(text("tokenizer.chat_template") + struct.pack("<I", 8) + text(template))
    head = b"GGUF" + struct.pack("<IQQ", 3, tensors, len(pairs)) + b"".join(pairs)
    for index in range(tensors):
        head += text(f"t{index}") + struct.pack("<IQIQ", 1, 32, 0, index * 128)
    return head + bytes(-len(head) % 32) + bytes(128 * tensors)


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


def _folders() -> Iterator[Sample]:
    model = {
        "MLmodel": _MLMODEL.encode(),
        "model.pkl": cloudpickle.dumps(_estimators()["columns"]),
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
