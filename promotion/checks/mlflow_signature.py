"""Check: the model's MLmodel file describes what goes in and what comes out.

Source: MLflow, "Model Signature": `signature.inputs` and `.outputs` hold JSON lists of columns or tensors
as text.
"""

from collections.abc import Mapping
from typing import Any

from promotion.checks.answers import SHOWN, answer
from promotion.checks.mlmodel import NAME, UnreadableError, read_mlmodel
from promotion.documents.nodes import DocumentError
from promotion.documents.values import read_json
from promotion.domain.policy import MlflowSignature
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot


def run(spec: MlflowSignature, snapshot: Snapshot) -> CheckResult:
    """Pass when each side that the policy names has at least one column or tensor."""
    try:
        path, document = read_mlmodel(snapshot.files)
    except UnreadableError as error:
        evidence: dict[str, Any] = {"file": NAME, "require": list(spec.require)}
        return answer(spec, ok=False, summary=str(error), evidence=evidence)
    signature = document.get("signature")
    found = {side: _described(signature, side) for side in ("inputs", "outputs")}
    missing = [side for side in spec.require if not found[side]]
    evidence = {
        "file": path,
        "require": list(spec.require),
        "inputs": found["inputs"][:SHOWN],
        "outputs": found["outputs"][:SHOWN],
        "counts": {side: len(names) for side, names in found.items()},
    }
    if missing:
        summary = (
            f"{path} does not describe the {' and the '.join(missing)}. Log the model with a "
            "signature (mlflow.models.infer_signature) and register a new version."
        )
    else:
        sides = [_counted(len(found[side]), side) for side in spec.require]
        summary = f"{path} describes {' and '.join(sides)}."
    return answer(spec, ok=not missing, summary=summary, evidence=evidence)


def _counted(number: int, side: str) -> str:
    return f"{number} {side.removesuffix('s') if number == 1 else side}"


def _described(signature: object, side: str) -> list[str]:
    written = signature.get(side) if isinstance(signature, Mapping) else None
    if isinstance(written, str):
        try:
            written = read_json(written.encode())
        except DocumentError:
            return []
    if not isinstance(written, list):
        return []
    return [
        f"{each.get('name') or number}: {each['type']}"
        for number, each in enumerate(written)
        if isinstance(each, dict) and "type" in each
    ]
