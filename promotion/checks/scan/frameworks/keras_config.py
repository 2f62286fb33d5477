"""Keras configurations: objects that name a class, which the loader makes.

Facts: keras/src/saving/serialization_lib.py (`class_name`, `module`, `registered_name`, `config`), and the older form
without `module`. A class that Keras does not ship, or that runs code, is refused wherever it stands.
"""

from typing import Final

from promotion.checks.scan.allow import keras
from promotion.checks.scan.documents.json_objects import JsonObject
from promotion.checks.scan.subject import Subject

WANTED: Final = frozenset(
    {"class_name", "module", "registered_name", "config", "items", "vocabulary", "filepath"}
)

_RUNS_CODE: Final = {
    "Lambda": "a Lambda layer, which runs Python bytecode from the file",
    "__lambda__": "a function as Python bytecode",
    "TorchModuleWrapper": "a torch module, which is a pickle inside of it",
    "TFSMLayer": "another model by its path",
    "JaxLayer": "a function of another framework",
    "FlaxLayer": "a function of another framework",
    "TFOpLambda": "a TensorFlow function by name, any of them",
    "SlicingOpLambda": "a TensorFlow function by name, any of them",
    "TensorFlowOpLayer": "a TensorFlow operator of any kind",
    "__typespec__": "a class by its module",
}


def check(subject: Subject, found: JsonObject) -> None:
    """Judge one object of a configuration."""
    class_name = found.texts.get("class_name")
    if class_name is not None and _is_serialized(found, class_name):
        _check_class(subject, found, class_name)
    if found.under == "config" and found.texts.get("vocabulary"):
        subject.block(
            "keras-file-access",
            "A layer takes its vocabulary from a path, which the loader reads.",
            found.offset,
            path=found.texts["vocabulary"][:200],
        )


def _is_serialized(found: JsonObject, class_name: str) -> bool:
    keys = found.texts.keys() | found.others.keys()
    return class_name.startswith("__") or not keys.isdisjoint(
        {"config", "module", "registered_name", "items"}
    )


def _check_class(subject: Subject, found: JsonObject, class_name: str) -> None:
    if class_name in _RUNS_CODE:
        subject.block(
            "keras-code",
            f"The configuration has {_RUNS_CODE[class_name]}.",
            found.offset,
            class_name=class_name,
        )
    elif not _is_shipped(found, class_name):
        _check_custom(subject, found, class_name)


def _is_shipped(found: JsonObject, class_name: str) -> bool:
    module, registered = found.texts.get("module"), found.texts.get("registered_name", "")
    if class_name == "function":
        return found.texts.get("config") in keras.FUNCTIONS and module in {None, "builtins", "keras.activations", "keras.losses", "keras.metrics"}  # fmt: skip
    if class_name in keras.VALUES:
        return True
    if ">" in registered and not registered.startswith(("keras.", "Keras")):
        return False
    if module is None:
        return class_name.rpartition(">")[2] in keras.CLASSES
    return (module, class_name) in keras.PAIRS


def _check_custom(subject: Subject, found: JsonObject, class_name: str) -> None:
    module = found.texts.get("module", "keras")
    if subject.lookup_policy(module, class_name):
        return
    subject.block(
        "keras-unknown-class",
        f"The configuration names {module}.{class_name}"[:300]
        + ", which Keras does not ship as data.",
        found.offset,
        module=module[:200],
        class_name=class_name[:200],
    )
