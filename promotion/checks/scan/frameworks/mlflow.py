"""MLflow's MLmodel: which module loads the model, and code that is put on the path before.

Facts: mlflow/pyfunc/__init__.py (`loader_module`, `code`, `env`), mlflow/models/model.py. A built-in flavour's module loads
data; any other is code, and so are a `pyfunc` model's own class and `code`.
"""

from typing import Final

from promotion.checks.scan.documents.yaml_values import shown
from promotion.checks.scan.names import path_problem
from promotion.checks.scan.subject import Subject

#: Loader modules of MLflow's built-in flavours that load data. Not `mlflow.pyfunc.model` and its kin, which unpickle or run a
#: class of the author's, nor flavours whose loading runs code from elsewhere (langchain, transformers with remote code).
_LOADERS: Final = frozenset(
    f"mlflow.{flavour}"
    for flavour in (
        "catboost", "fastai", "h2o", "keras", "keras.load", "lightgbm", "onnx", "paddle", "pmdarima", "prophet", "pytorch", "sklearn",
        "spacy", "statsmodels", "tensorflow", "xgboost",
    )
)  # fmt: skip

#: Keys of any flavour that name code.
_CODE_KEYS: Final = (
    "code",
    "model_code_path",
    "code_paths",
    "code_path",
    "python_model",
    "custom_objects",
    "pyfunc_code",
)
_FLAVOURS: Final = frozenset(
    ("python_function", "catboost", "fastai", "h2o", "keras", "lightgbm", "onnx", "paddle", "pmdarima", "prophet", "pytorch", "sklearn",
     "spacy", "statsmodels", "tensorflow", "xgboost")
)  # fmt: skip
#: Files of MLflow's flavours that hold the name of a module which their loader imports.
MODULE_FILES: Final = {
    "pickle_module_info.txt": frozenset({"mlflow.pytorch.pickle_module", "pickle", "cloudpickle", "dill"}),
    "keras_module.txt": frozenset({"keras", "tensorflow.keras", "tf_keras", "tf.keras"}),
}  # fmt: skip
_PATH_KEYS: Final = (
    "data",
    "model_path",
    "pickled_model",
    "saved_model_dir",
    "model_data",
    "config",
    "conda",
    "virtualenv",
)


def check_mlmodel(subject: Subject, value: object) -> None:
    """Judge every flavour of an MLmodel."""
    flavours = value.get("flavors") if isinstance(value, dict) else None
    if not isinstance(flavours, dict):
        subject.block("unreadable", "The MLmodel has no flavors.")
        return
    for name, flavour in flavours.items():
        fields = flavour if isinstance(flavour, dict) else {}
        _check_flavour(subject, shown(name), fields)


def _check_flavour(subject: Subject, name: str, fields: dict[object, object]) -> None:
    loader = fields.get("loader_module")
    if loader is not None or name == "python_function":
        _check_loader(subject, shown(loader))
    if name not in _FLAVOURS:
        _check_loader(subject, name, what="the flavour")
    for key in _CODE_KEYS:
        if fields.get(key):
            subject.block(
                "mlflow-code",
                f"The flavour {name[:50]!r} brings code: {key} is {shown(fields[key])[:100]!r}.",
                flavour=name[:100],
                key=key,
            )
    for key in _PATH_KEYS:
        _check_path(subject, name, key, fields.get(key))
    environment = fields.get("env")
    for entry in environment.values() if isinstance(environment, dict) else (environment,):
        _check_path(subject, name, "env", entry)


def _check_loader(subject: Subject, module: str, what: str = "the module") -> None:
    if module in _LOADERS:
        return
    if module in subject.policy.allowed_loaders:
        subject.note(
            "mlflow-loader",
            f"It is loaded by {what} {module}, which the policy allows by name.",
            allowed_by=module,
        )
        return
    subject.block(
        "mlflow-loader",
        f"It is loaded by {what} {module[:100]}, which is code outside of MLflow's built-in flavours.",
        module=module[:200],
    )


def _check_path(subject: Subject, flavour: str, key: str, value: object) -> None:
    if isinstance(value, str) and value and path_problem(value.removeprefix("./").rstrip("/")):
        subject.block(
            "archive-path",
            f"The flavour {flavour[:50]!r} takes its {key} from {value[:100]!r}, outside of the model.",
            key=key,
        )


def check_module_file(subject: Subject, text: str) -> None:
    """Judge a file that only names a module."""
    module = text.strip()
    if module not in MODULE_FILES[subject.base]:
        _check_loader(subject, module)
