"""Pins what is wrong in azure-ai-ml 1.35.2 and met in the adapter.

Each test of the SDK alone fails when a release mends its defect: then the workaround named in it can
go. Each test of the adapter shows that the defect does not reach the product.
"""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError

from promotion.adapters.azureml import sdk
from promotion.domain.assets import AssetDescription
from promotion.domain.errors import RefusedError
from sandbox.azureml import shapes
from sandbox.azureml.client import ml_client
from sandbox.people import APP
from tests.contract.registries.copies import Copy
from tests.contract.registries.worlds import LocalWorld

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

pytestmark = pytest.mark.azurite


@pytest.fixture
def prod(local: LocalWorld) -> "MLClient":
    """azure-ai-ml's own client for the production registry."""
    return ml_client(local.config, APP, registry="prod-mlops-registry")


@pytest.fixture
def without_flavors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The service answers `flavors: null`, as the real one does for models without any."""
    models = shapes.SHAPES["models"]
    show = models.show

    def shown(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the shape's own arguments
        return {**show(*args, **kwargs), "flavors": None}

    monkeypatch.setitem(shapes.SHAPES, "models", _replaced(models, shown))
    yield


def _replaced(shape: Any, show: Any) -> Any:  # noqa: ANN401 - a shape of the sandbox
    import msgspec

    return msgspec.structs.replace(shape, show=show)


def test_the_release_is_the_one_whose_defects_are_known() -> None:
    assert version("azure-ai-ml") == "1.35.2"


def test_the_adapter_is_imported_without_azure_ai_ml() -> None:
    code = (
        "import sys, promotion.adapters.azureml as a;"
        "print(any(m == 'azure.ai' or m.startswith('azure.ai.') for m in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
