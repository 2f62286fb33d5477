"""Every rule of the scan: what to do about a finding, and by which part of the policy it can be allowed.

The finding itself says what is there; the advice here is the sentence behind it. Knows no format.
"""

from enum import StrEnum
from typing import Final

import msgspec


class Waiver(StrEnum):
    """Which part of the policy can allow a finding, by name."""

    NONE = "none"
    GLOBAL = "allowed_globals"
    LOADER = "allowed_loaders"
    SOURCE = "allowed_sources"
    FILE = "allowed_files"


class Rule(msgspec.Struct, frozen=True):
    """What a person does about a finding."""

    advice: str
    waiver: Waiver = Waiver.NONE


_RESAVE: Final = "Save the model again with its own library, without changing the file afterwards."
_FILES: Final = "Leave the file out of the model, or, when its code was reviewed, list its path under allowed_files."
_SOURCES: Final = "Install from the package index alone, or list the source, as written here, under allowed_sources."
_GLOBALS: Final = "If it is your own and was reviewed, list it under allowed_globals; otherwise do not load this file."
_DATA_ONLY: Final = "Save weights instead of code, or do not load this file."
_REPACK: Final = "Pack the archive again with an ordinary tool."

RULES: Final[dict[str, Rule]] = {
    # Content that cannot be judged.
    "unreadable": Rule(_RESAVE),
    "truncated": Rule("Upload the whole file again."),
    "encrypted": Rule("Store it without encryption: what cannot be read cannot be checked."),
    "unknown-kind": Rule(_FILES, Waiver.FILE),
    "unsupported-kind": Rule("Store the content in a zip or tar archive, or without compression."),
    "kind-mismatch": Rule(
        "Give the file the name that its content has, and check where it comes from."
    ),
    "trailing-data": Rule(_RESAVE),
    "too-much-work": Rule("Raise the scan's limits in the policy if the file is known to be good."),
    "too-deep": Rule("Unpack inner archives."),
    "archive-bomb": Rule(
        "Store it uncompressed, or raise the scan's limits if it is known to be good."
    ),
    "more-findings": Rule("Deal with those that are listed, then scan again."),
    "scanner-defect": Rule(
        "Report the file's kind to the maintainers; until then it cannot be judged."
    ),
    # Pickles.
    "pickle-global": Rule(_GLOBALS, Waiver.GLOBAL),
    "pickle-call": Rule(_GLOBALS, Waiver.GLOBAL),
    "pickle-build": Rule(_DATA_ONLY),
    "pickle-unresolved-global": Rule(_DATA_ONLY),
    "pickle-unresolved-call": Rule(_DATA_ONLY),
    "pickle-unfollowed-change": Rule(_RESAVE),
    "pickle-extension-code": Rule(_DATA_ONLY),
    "pickle-persistent-id": Rule(_DATA_ONLY),
    "pickle-out-of-band": Rule("Save the model into one file."),
    "pickle-malformed": Rule(_RESAVE),
    "pickle-dtype": Rule(_RESAVE),
    "pickle-hidden": Rule("Do not load this file: it is made to look like something else."),
    "joblib-array": Rule(_RESAVE),
    "torchscript-operator": Rule(_DATA_ONLY),
    # Archives.
    "archive-path": Rule(_REPACK),
    "archive-link": Rule("Replace links and devices by the files themselves."),
    "archive-duplicate": Rule(_REPACK),
    "archive-mismatch": Rule(_REPACK),
    "archive-hidden-data": Rule(_REPACK),
    # Frameworks.
    "keras-code": Rule("Replace the layer by built-in ones, or register it in the serving image."),
    "keras-unknown-class": Rule(_GLOBALS, Waiver.GLOBAL),
    "keras-file-access": Rule("Save the vocabulary inside the model."),
    "hdf5-external": Rule("Store all data inside the one HDF5 file."),
    "hdf5-filter": Rule("Store datasets with the built-in filters only."),
    "savedmodel-operator": Rule(
        "Export the model again without operators that reach outside of it."
    ),
    "savedmodel-unknown-operator": Rule(
        "Export the model again with TensorFlow's own operators only."
    ),
    "onnx-external-data": Rule("Keep external data beside the model, under a plain relative name."),
    "onnx-operator": Rule("Export the model again with ONNX's own operators only."),
    "tensor-layout": Rule(_RESAVE),
    "template-code": Rule("Use a template that only formats messages."),
    "skops-loader": Rule(_DATA_ONLY),
    # MLflow and what travels with a model.
    "mlflow-loader": Rule(
        "Log the model with a built-in flavour, or list the module under allowed_loaders.",
        Waiver.LOADER,
    ),
    "mlflow-code": Rule(
        "Log the model without code_paths, and install its package from the index instead."
    ),
    "config-object": Rule(_GLOBALS, Waiver.GLOBAL),
    "remote-code": Rule("Use a model class that its library ships."),
    "script": Rule(_FILES, Waiver.FILE),
    "notebook": Rule(_FILES, Waiver.FILE),
    "build-file": Rule(_FILES, Waiver.FILE),
    "active-content": Rule(_FILES, Waiver.FILE),
    "native-code": Rule(
        "Leave programs and libraries out of the model; install them with its environment."
    ),
    "file-link": Rule("Replace the link by the file itself."),
    "credential": Rule(
        "Remove it, revoke it at its issuer, and register the model again without it."
    ),
    "credential-file": Rule("Leave the file out of the model, and revoke what is inside."),
    "dependency-source": Rule(_SOURCES, Waiver.SOURCE),
    "dependency-option": Rule(_SOURCES, Waiver.SOURCE),
    "dependency-unreadable": Rule("Write one plain requirement a line: name, version, marker."),
}
