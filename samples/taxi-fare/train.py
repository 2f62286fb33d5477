"""Trains the sample model and writes it as an MLflow model folder.

`python samples/taxi-fare/train.py --out DIR [--variant good|weak|poisoned]` writes

- DIR/model: the model with its signature, requirements and an input example,
- DIR/metrics.json: what it scored on rides it had not seen,
- DIR/tags.json: the same and the training data's hash, as text: what a registry takes as tags.

Everything is the same on every run but the id and the time that MLflow stamps. Needs no network and
must not know of registries: registering the folder is the caller's business.
"""

import argparse
import builtins
import hashlib
import json
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

# Before MLflow is loaded: training reports to nobody.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

import mlflow.sklearn
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import r2_score, root_mean_squared_error

DATA: Final = Path(__file__).with_name("taxi_fares.csv")
TARGET: Final = "fare"
VARIANTS: Final = ("good", "weak", "poisoned")

_SEED: Final = 7
#: Every fifth ride is kept back to score the model.
_HELD_BACK: Final = 5
#: Named here, because MLflow would otherwise start a process of its own to find out.
_REQUIREMENTS: Final = ("mlflow-skinny", "cloudpickle", "numpy", "pandas", "scikit-learn")


class RunsCode:
    """Becomes, when pickled, an order to call a function: what a scanner must find and block.

    The call is harmless (it prints a sentence), its form is that of a real attack, and the model
    around it works.
    """

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return builtins.print, ("this pickle ran code while it was loaded",)


def load(path: Path = DATA) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rides to train on and those held back, every column a float."""
    rides = pd.read_csv(path).astype("float64")
    held_back = np.arange(len(rides)) % _HELD_BACK == 0
    return rides[~held_back], rides[held_back]


def train(rides: pd.DataFrame, variant: str = "good") -> GradientBoostingRegressor:
    """Return a model fitted to the rides.

    The weak one learns from fares dealt out at random, so that its metrics fail any threshold; the
    poisoned one is as good as the good one and carries code in its pickle.
    """
    fares = rides[TARGET].to_numpy()
    if variant == "weak":
        fares = np.random.default_rng(_SEED).permutation(fares)
    model = GradientBoostingRegressor(n_estimators=80, max_depth=3, random_state=_SEED)
    model.fit(rides.drop(columns=TARGET), fares)
    if variant == "poisoned":
        model.note_ = RunsCode()
    return model


def measure(model: GradientBoostingRegressor, rides: pd.DataFrame) -> dict[str, float]:
    """Return the model's error in currency units (`rmse`) and its `r2` on the given rides."""
    predicted = model.predict(rides.drop(columns=TARGET))
    return {
        "rmse": round(float(root_mean_squared_error(rides[TARGET], predicted)), 4),
        "r2": round(float(r2_score(rides[TARGET], predicted)), 4),
    }


def tags(metrics: dict[str, float], data: Path = DATA) -> dict[str, str]:
    """Return what a registry shows beside the model, as text."""
    return {
        **{name: str(value) for name, value in metrics.items()},
        "framework": "scikit-learn",
        "training_data_sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
    }


def save(model: GradientBoostingRegressor, rides: pd.DataFrame, folder: Path) -> None:
    """Write the model as an MLflow model into `folder`, which must not exist or be empty."""
    example = rides.drop(columns=TARGET).head(3)
    # MLflow compares the names with numbers, which the newer kind of text columns warns about.
    example.columns = example.columns.astype(object)
    with _without_mlflows_advice():
        mlflow.sklearn.save_model(
            model,
            str(folder),
            serialization_format=mlflow.sklearn.SERIALIZATION_FORMAT_CLOUDPICKLE,
            signature=infer_signature(example, model.predict(example)),
            input_example=example,
            pip_requirements=[f"{name}=={version(name)}" for name in _REQUIREMENTS],
        )


@contextmanager
def _without_mlflows_advice() -> Iterator[None]:
    # The sample is what scanners are tried on: that a pickle can run code is no news here.
    logger = logging.getLogger("mlflow.sklearn")
    logger.addFilter(_not_about_pickle)
    with warnings.catch_warnings():
        # About MLflow's own type hints, when it loads its module of chat agents.
        warnings.filterwarnings("ignore", ".*Any type hint is inferred as AnyType", UserWarning)
        yield
    logger.removeFilter(_not_about_pickle)


def _not_about_pickle(record: logging.LogRecord) -> bool:
    return "pickle" not in record.getMessage()


def main(arguments: list[str] | None = None) -> int:
    """Train one variant and write it; exit code 0, or 2 when the output folder is in use."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder to write, made new")
    parser.add_argument("--variant", choices=VARIANTS, default="good")
    chosen = parser.parse_args(arguments)
    if chosen.out.exists() and any(chosen.out.iterdir()):
        print(f"{chosen.out} is not empty: name a folder that does not exist", file=sys.stderr)
        return 2
    training, held_back = load()
    model = train(training, chosen.variant)
    metrics = measure(model, held_back)
    save(model, training, chosen.out / "model")
    _write(chosen.out / "metrics.json", metrics)
    _write(chosen.out / "tags.json", tags(metrics))
    print(f"{chosen.variant} model in {chosen.out}: {json.dumps(metrics)}")
    return 0


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    sys.exit(main())
