"""What benign samples share: data to fit on, estimators, and how files are made in memory."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import joblib
import numpy as np
import pandas as pd
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

#: Files made once by `make_torch.py` and `make_keras.py`.
FILES: Final = Path(__file__).parents[1] / "files"

_RANDOM: Final = np.random.default_rng(0)
X: Final = np.abs(_RANDOM.random((40, 4)))
Y: Final = (X[:, 0] > 0.5).astype(int)
NAMES: Final = np.array(["cash", "card"])[Y]
FARES: Final = X @ np.array([1.0, 2.0, 3.0, 4.0])


class Sample(NamedTuple):
    """One model: its name and its files, by path."""

    name: str
    files: dict[str, bytes]


def estimators() -> dict[str, Any]:
    """Return fitted estimators, by name."""
    frame = pd.DataFrame(X, columns=list("abcd")).assign(payment=NAMES)
    columns = ColumnTransformer(
        [
            ("n", make_pipeline(SimpleImputer(), StandardScaler()), list("abcd")),
            ("c", OneHotEncoder(), ["payment"]),
        ]
    )
    return {
        "logistic": LogisticRegression().fit(X, NAMES),
        "forest": RandomForestClassifier(5).fit(X, NAMES),
        "boosting": GradientBoostingRegressor(n_estimators=3).fit(X, FARES),
        "hist-boosting": HistGradientBoostingClassifier(max_iter=3).fit(X, Y),
        "svc": SVC().fit(X, Y),
        "neighbours": KNeighborsClassifier(algorithm="kd_tree").fit(X, Y),
        "kmeans": KMeans(2, n_init=1).fit(X),
        "pca": PCA(2).fit(X),
        "mlp": MLPClassifier((3,), max_iter=200, tol=1.0).fit(X, Y),
        "isolation": IsolationForest(n_estimators=3).fit(X),
        "sgd": SGDClassifier(loss="log_loss").fit(X, Y),
        "isotonic": IsotonicRegression().fit(X[:, 0], FARES),
        "gaussian-process": GaussianProcessRegressor(optimizer=None).fit(X, FARES),
        "columns": Pipeline([("columns", columns), ("model", Ridge())]).fit(frame, FARES),
        "grid": GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, scoring="f1").fit(X, Y),
        "stacking": StackingClassifier([("a", LogisticRegression()), ("b", SVC())], cv=2).fit(X, Y),
        "log-transform": make_pipeline(
            FunctionTransformer(np.log1p), SelectKBest(f_classif, k=2), Ridge()
        ).fit(X, Y),
        "words": make_pipeline(TfidfVectorizer(), MultinomialNB()).fit(
            ["short trip", "long trip"] * 20, Y
        ),
    }


def dumped(value: object, **options: object) -> bytes:
    """Return what joblib writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        joblib.dump(value, path, **options)
        return path.read_bytes()


def saved(save: Callable[..., object], *values: object, **named: object) -> bytes:
    """Return what a function writes into a file."""
    buffer = io.BytesIO()
    save(buffer, *values, **named)
    return buffer.getvalue()
