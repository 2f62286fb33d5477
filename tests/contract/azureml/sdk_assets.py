"""Entities of azure-ai-ml for each kind of asset, made from local files.

Builds values, asserts nothing. The SDK is imported inside: it is slow to load.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

#: An entity or an operations object of the SDK, which ships no types we follow.
type Entity = Any
type Make = Callable[["MLClient", str, str, Path], Entity]

CONDA: Final = {
    "name": "env",
    "channels": ["conda-forge"],
    "dependencies": ["python=3.13", {"pip": ["scikit-learn"]}],
}


def image_environment(client: "MLClient", name: str, version: str, folder: Path) -> Entity:
    """Return an environment of an image and conda packages."""
    from azure.ai.ml.entities import Environment

    return Environment(
        name=name,
        version=version,
        description=f"Python for {folder.name}, not from {client._cloud}",
        image="mcr.microsoft.com/azureml/base:1",
        conda_file=CONDA,
    )


def context_environment(client: "MLClient", name: str, version: str, folder: Path) -> Entity:
    """Return an environment of a build context."""
    from azure.ai.ml.entities import BuildContext, Environment

    context = folder / "context"
    context.mkdir(exist_ok=True)
    (context / "Dockerfile").write_text("FROM scratch\n")
    text = f"Built for {client._cloud}"
    return Environment(
        name=name, version=version, build=BuildContext(path=str(context)), description=text
    )


def file_data(client: "MLClient", name: str, version: str, folder: Path) -> Entity:
    """Return a data asset of one file."""
    file = folder / "fares.csv"
    file.write_text("distance,fare\n1,3.5\n")
    return _data(client, name, version, file, "uri_file")


def folder_data(client: "MLClient", name: str, version: str, folder: Path) -> Entity:
    """Return a data asset of a folder."""
    files = folder / "files"
    (files / "sub").mkdir(parents=True, exist_ok=True)
    (files / "one.txt").write_text("1")
    (files / "sub" / "two.txt").write_text("2")
    return _data(client, name, version, files, "uri_folder")


def table_data(client: "MLClient", name: str, version: str, folder: Path) -> Entity:
    """Return a data asset of an MLTable."""
    table = folder / "table"
    table.mkdir(exist_ok=True)
    (table / "MLTable").write_text("paths:\n- file: ./one.csv\n")
    (table / "one.csv").write_text("a\n1\n")
    return _data(client, name, version, table, "mltable")


def component(client: "MLClient", name: str, version: str, folder: Path) -> Entity:
    """Return a command component with code and an environment, which is made first."""
    from azure.ai.ml import Input, Output, command

    environment = client.environments.create_or_update(
        image_environment(client, f"{name}_env", "1", folder),
    )
    code = folder / "code"
    code.mkdir(exist_ok=True)
    (code / "train.py").write_text(f"print('{name}')\n")
    made = command(
        name=name,
        display_name="Train",
        description="Trains",
        code=str(code),
        command="python train.py --rate ${{inputs.rate}} --out ${{outputs.model}}",
        environment=environment.id,
        inputs={"rate": Input(type="number", default=0.1)},
        outputs={"model": Output(type="uri_folder")},
    ).component
    made.name, made.version = name, version
    return made


def operations(client: "MLClient", kind: str) -> Entity:
    """Return the client's operations on a kind of asset."""
    return getattr(client, kind)


def _data(client: "MLClient", name: str, version: str, path: Path, kind: str) -> Entity:
    from azure.ai.ml.entities import Data

    # An MLTable's schema is fetched from the Internet unless another address is given: ours refuses.
    schema = {"mltable_schema_url": f"{client._base_url}/MLTable.schema.json"}
    more = schema if kind == "mltable" else {}
    return Data(name=name, version=version, path=str(path), type=kind, description="Fares", **more)
