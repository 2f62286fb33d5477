"""`python -m sandbox register`: a model of one's own, registered and shared with the ML SDK as its author would.

Knows the screen and what the SDK says when it refuses. Nothing in here looks into the app or the local service.
"""

from pathlib import Path

from azure.core.exceptions import AzureError
from rich.console import Console

from sandbox.config import Config
from sandbox.demo import people_at_work
from sandbox.errors import SandboxError, StateError
from sandbox.listening import answers

_screen = Console(highlight=False, soft_wrap=True)


class RegistrationError(SandboxError):
    """The SDK or the service refused the model; the text is what it said."""


def register(
    state: Path, path: Path, *, name: str, version: str | None, tags: dict[str, str]
) -> None:
    """Register a model in the development workspace and, with two registries, share it to the first.

    Args:
        state: folder of a running sandbox.
        path: file or folder; a folder with a file MLmodel is an MLflow model.
        name: of the model.
        version: nothing for the workspace's next one.
        tags: of the model.

    Raises:
        SandboxError: no sandbox runs there, or the model was refused.
    """
    config = _running(state)
    kind = "mlflow_model" if (path / "MLmodel").exists() else "custom_model"
    try:
        given = people_at_work.register(config, name, version, path, tags, kind=kind)
        _tell(f"Registered {name}:{given} in {people_at_work.WORKSPACE}.")
        if config.topology == "two-registries":
            people_at_work.share(config, name, given)
            _tell(f"Shared it to {people_at_work.SOURCE}.")
    except AzureError as error:
        # The SDK's text goes on with the service's own bookkeeping.
        said = str(error.message).partition("\n")[0]
        raise RegistrationError(f"{name} was not registered: {said}") from error
    _tell(f"Its request: {config.functions_url}/")


def _running(state: Path) -> Config:
    try:
        config = Config.load(state)
    except FileNotFoundError as error:
        raise StateError(
            f"There is no sandbox in {state}: start one with `make sandbox`"
        ) from error
    if not answers(config.ports.azureml, config.ports.functions):
        raise StateError(f"The sandbox in {state} does not run: start it with `make sandbox`")
    return config


def _tell(text: str) -> None:
    _screen.print(text, markup=False)
