"""Signature and licence: what the files say."""

import json
from typing import Any

import pytest

from promotion.checks import licence, mlflow_signature
from promotion.domain.policy import Licence, MlflowSignature
from promotion.domain.results import CheckResult, Outcome
from tests.looking import MLMODEL, snapshot

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED


def test_a_described_model_passes_with_its_columns_as_evidence() -> None:
    result = mlflow_signature.run(MlflowSignature(), snapshot())

    assert result.outcome is PASSED
    assert result.summary == "MLmodel describes 2 inputs and 1 output."
    assert result.evidence["inputs"] == ["distance: double", "hour: long"]
    assert result.evidence["counts"] == {"inputs": 2, "outputs": 1}


@pytest.mark.parametrize(
    ("signature", "missing"),
    [
        (None, "inputs and the outputs"),
        ({"inputs": "[]", "outputs": '[{"type": "double"}]'}, "inputs"),
        ({"inputs": '[{"type": "double"}]'}, "outputs"),
        ({"inputs": "not json", "outputs": "{}"}, "inputs and the outputs"),
        ({"inputs": 5, "outputs": ["x", {"no": "type"}]}, "inputs and the outputs"),
        ("text", "inputs and the outputs"),
    ],
)
def test_a_side_that_is_not_described_is_named(
    signature: Any,  # noqa: ANN401 -- whatever a file may hold
    missing: str,
) -> None:
    looked = snapshot({"MLmodel": json.dumps({"signature": signature}).encode()})

    result = mlflow_signature.run(MlflowSignature(), looked)

    assert result.outcome is FAILED
    assert f"does not describe the {missing}." in result.summary


def test_only_the_sides_that_are_asked_for_count() -> None:
    looked = snapshot({"MLmodel": b'signature: {inputs: \'[{"type": "long"}]\'}'})

    assert mlflow_signature.run(MlflowSignature(require=("inputs",)), looked).outcome is PASSED


def test_a_model_that_is_not_mlflow_fails_with_what_to_do() -> None:
    result = mlflow_signature.run(MlflowSignature(), snapshot({"model.pkl": b""}))

    assert "register the model in MLflow format" in result.summary


def judged(files: dict[str, bytes], *allowed: str, **tags: str) -> CheckResult:
    return licence.run(Licence(allowed=allowed), snapshot(files, tags=tags))


def test_the_tag_the_mlmodel_and_the_file_are_looked_at() -> None:
    files = {"MLmodel": MLMODEL, "LICENSE": b"The MIT License (MIT)\n"}

    result = judged(files, "MIT", "apache-2.0", license="MIT")

    assert result.outcome is PASSED
    assert result.evidence["found"] == {
        "tag license": "MIT",
        "MLmodel": "Apache-2.0",
        "LICENSE": "MIT",
    }


def test_one_foreign_licence_is_enough_to_fail() -> None:
    result = judged({"MLmodel": MLMODEL}, "MIT", license="MIT")

    assert result.outcome is FAILED
    assert "MLmodel names 'Apache-2.0'" in result.summary


def test_no_licence_at_all_fails_with_what_to_do() -> None:
    result = judged({"x": b""}, "MIT")

    assert result.outcome is FAILED
    assert "Set the tag 'license'" in result.summary


def test_an_mlmodel_without_metadata_names_no_licence() -> None:
    assert judged({"MLmodel": b"metadata: 5"}, "MIT", license="MIT").outcome is PASSED


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"SPDX-License-Identifier: BSD-3-Clause\n", "BSD-3-Clause"),
        (b"  Apache License\n   Version 2.0, January 2004", "Apache-2.0"),
        (b"GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", "GPL-3.0-only"),
        (b"GNU LESSER GENERAL PUBLIC LICENSE\nVersion 2.1", "LGPL-2.1-only"),
        (b"GNU AFFERO GENERAL PUBLIC LICENSE Version 3", "AGPL-3.0-only"),
        (b"BSD 3-Clause License", "BSD-3-Clause"),
        (b"Mozilla Public License Version 2.0", "MPL-2.0"),
        (b"All rights reserved.", "unknown"),
        (b"\xff\xfe\x00", "unknown"),
    ],
)
def test_licence_files_are_recognised_by_line_or_heading(text: bytes, name: str) -> None:
    assert licence.recognised(text) == name


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("mit", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND Apache-2.0", True),
        ("GPL-3.0-only OR MIT AND Apache-2.0", True),
        ("(MIT)", False),
        ("MIT WITH exception", False),
        ("", False),
        ("or", False),
    ],
)
def test_expressions_are_allowed_as_spdx_means_them(expression: str, *, allowed: bool) -> None:
    names = frozenset({"mit", "apache-2.0"})

    assert licence.is_allowed(expression, names) is allowed


def test_an_unknown_licence_file_fails() -> None:
    assert judged({"COPYING.txt": b"Secret."}, "MIT", license="MIT").outcome is FAILED


def test_only_the_places_that_the_policy_names_are_looked_at() -> None:
    spec = Licence(allowed=("MIT",), read_from=("tag",))
    looked = snapshot({"LICENSE": b"Secret."}, tags={"license": "MIT"})

    assert licence.run(spec, looked).evidence["found"] == {"tag license": "MIT"}
