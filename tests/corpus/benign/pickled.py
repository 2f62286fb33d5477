"""Benign models that are loaded by unpickling."""

import pickle
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import cloudpickle
import lightgbm
import numpy as np
import pandas as pd
import xgboost
from scipy.interpolate import CubicSpline, UnivariateSpline
from sklearn.ensemble import (
    RandomForestClassifier,
)
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

from tests.corpus.benign.making import FARES, NAMES, Sample, X, Y, dumped, estimators


def samples() -> Iterator[Sample]:
    """Yield every sample."""
    yield from _pickled()
    yield from _joblib()
    yield from _boosted()


def _pickled() -> Iterator[Sample]:
    fitted = estimators()
    for index, (name, estimator) in enumerate(fitted.items()):
        protocol = (2, 3, 4, 5)[index % 4]
        yield Sample(f"{name}, pickle {protocol}", {"model.pkl": pickle.dumps(estimator, protocol)})
    for protocol in (0, 1):
        yield Sample(
            f"logistic, pickle {protocol}",
            {"model.pkl": pickle.dumps(fitted["logistic"], protocol)},
        )
    yield Sample("logistic, cloudpickle", {"model.pkl": cloudpickle.dumps(fitted["logistic"])})
    frame = pd.DataFrame(
        {"fare": FARES, "payment": pd.Categorical(NAMES), "at": pd.date_range("2024", periods=40)}
    )
    yield Sample("frame, pickle", {"data.pickle": pickle.dumps(frame)})
    indexed = frame.set_index(["payment", "at"])
    yield Sample("frame of two indexes, pickle", {"data.pickle": pickle.dumps([indexed, pd.NaT])})
    curves = [CubicSpline(range(4), range(4)), UnivariateSpline(range(6), range(6)), np.poly1d([1, 2]), np.polynomial.Polynomial([1, 2])]  # fmt: skip
    yield Sample("curves, pickle", {"curves.pkl": pickle.dumps(curves)})
    settings = {
        "words": re.compile(r"\w+"),
        "folder": PurePosixPath("data/fares"),
        "root": Path("x"),
    }
    for protocol in (2, 5):
        yield Sample(
            f"settings, pickle {protocol}", {"settings.pkl": pickle.dumps(settings, protocol)}
        )


def _joblib() -> Iterator[Sample]:
    forest = RandomForestClassifier(5).fit(X, NAMES)
    for method in ("zlib", "gzip", "bz2", "xz", "lzma", "lz4"):
        yield Sample(
            f"forest, joblib {method}", {"model.joblib": dumped(forest, compress=(method, 3))}
        )
    yield Sample("forest, joblib", {"model.joblib": dumped(forest)})
    yield Sample("forest, joblib protocol 5", {"model.joblib": dumped(forest, protocol=5)})
    grid = GridSearchCV(SVC(), {"C": [0.1, 1.0]}, cv=2).fit(X, NAMES)
    yield Sample("grid, joblib", {"model.joblib": dumped(grid)})
    arrays = [
        np.arange(1000.0),
        np.asfortranarray(X),
        np.array(["a", None], dtype=object),
        np.zeros(3, "M8[ns]"),
    ]
    yield Sample("arrays, joblib", {"arrays.pkl": dumped(arrays)})
    scalars = np.array([np.float64(1), np.float64(2)], dtype=object)
    yield Sample("scalars in an array, joblib", {"scalars.pkl": dumped({"a": [scalars], "b": "x"})})


def _boosted() -> Iterator[Sample]:
    trees = xgboost.XGBClassifier(n_estimators=3).fit(X, Y)
    for ending in ("json", "ubj"):
        yield Sample(
            f"xgboost, {ending}", {f"model.{ending}": bytes(trees.get_booster().save_raw(ending))}
        )
    yield Sample(
        "xgboost, mlflow's name", {"model.xgb": bytes(trees.get_booster().save_raw("ubj"))}
    )
    yield Sample("xgboost, pickle", {"model.pkl": pickle.dumps(trees)})
    yield Sample("xgboost, joblib", {"model.joblib": dumped(trees, compress=3)})
    leaves = lightgbm.LGBMRegressor(n_estimators=3, min_child_samples=2, verbose=-1).fit(X, FARES)
    text = leaves.booster_.model_to_string().encode()
    yield Sample("lightgbm, text", {"model.txt": text})
    yield Sample("lightgbm, mlflow's name", {"model.lgb": text})
    yield Sample("lightgbm, pickle", {"model.pkl": pickle.dumps(leaves)})
