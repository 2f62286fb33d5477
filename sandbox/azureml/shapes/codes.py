"""Code assets: a component's source files. How requests are read and answers look.

As recorded: `codeUri` comes back without the slash it may have been sent with. Knows nothing of
storage.
"""

from typing import Any, Final

from sandbox.azureml.documents import Properties
from sandbox.azureml.places import Place
from sandbox.azureml.shapes.common import Shape, base, pick, required


def _accept(sent: Properties) -> Properties:
    return {**base(sent), "codeUri": required(sent, "codeUri").rstrip("/")}


def _show(place: Place, properties: Properties, latest: bool) -> Properties:  # noqa: ARG001, FBT001 - a shape's signature; code carries no label
    keys = ("description", "tags", "properties", "isArchived", "isAnonymous", "codeUri")
    ready = {} if place.registry else {"provisioningState": "Succeeded"}
    return {**pick(properties, *keys), **ready}


def _content(properties: Properties) -> Any:  # noqa: ANN401 - compared, never read
    return properties["codeUri"]


SHAPE: Final = Shape(accept=_accept, show=_show, content=_content, uri=("codeUri",))
