"""Components: how requests are read, the specification normalised, and answers look.

As recorded: `description` of the version is null although one was sent (it stays in the
specification), booleans and numbers of the specification become texts, inputs say whether they are
optional, a command says its instance count, `_source` is dropped. Knows nothing of storage.
"""

from typing import Any, Final

from sandbox.azureml.documents import Properties
from sandbox.azureml.errors import bad_request
from sandbox.azureml.places import Place
from sandbox.azureml.shapes.common import Shape, base, mapping, pick, stage


def _accept(sent: Properties) -> Properties:
    spec = mapping(sent, "componentSpec")
    if not spec:
        raise bad_request("properties.componentSpec is required.")
    return {
        **base(sent),
        "description": None,
        "componentSpec": _normal_spec(spec),
        "stage": stage(sent),
    }


def _normal_spec(spec: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in spec.items() if v is not None and k != "_source"}
    # A pipeline's jobs carry bindings whose types matter to the SDK: they stay as they were sent.
    jobs = {"jobs": kept.pop("jobs")} if "jobs" in kept else {}
    normal: dict[str, Any] = {"is_deterministic": "True", **_texts(kept)}
    inputs = normal.get("inputs")
    if isinstance(inputs, dict):
        normal["inputs"] = {name: _input(one) for name, one in inputs.items()}
    if normal.get("type") == "command":
        normal["resources"] = {"instance_count": "1", **(normal.get("resources") or {})}
    return {**normal, **jobs}


def _input(one: Any) -> Any:  # noqa: ANN401 - it came from outside
    return {**one, "optional": one.get("optional", "False")} if isinstance(one, dict) else one


def _texts(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case dict():
            return {key: _texts(one) for key, one in value.items() if one is not None}
        case list():
            return [_texts(one) for one in value]
        case None:
            return None
        case _:
            return str(value)


def _show(place: Place, properties: Properties, latest: bool) -> Properties:  # noqa: ARG001, FBT001 - a shape's signature; components carry no label
    shown = pick(properties, "description", "tags", "properties", "isArchived", "isAnonymous")
    if place.registry:
        return {**shown, **pick(properties, "componentSpec")}
    state = {"autoDeleteSetting": None, "provisioningState": "Succeeded"}
    return {**shown, **state, **pick(properties, "stage", "componentSpec")}


def _content(properties: Properties) -> Any:  # noqa: ANN401 - compared, never read
    return properties["componentSpec"]


SHAPE: Final = Shape(accept=_accept, show=_show, content=_content, uri=())
