"""Components: what defines one, with its references written so that they hold in any home. Pure.

A component is its specification and the files of its code. The manifest lists the specification as
`component.json`, canonical JSON (RFC 8785), and the code below `code/`. In it, what the component refers to
beside itself stands as `{kind}/{name}/versions/{version}`, its own name and version are left out, and
numbers and booleans are texts, as the service writes them (`True`): so that it has one digest wherever it is.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import rfc8785

from promotion.adapters.azureml.codes import asset_id, code_ref, require_beside
from promotion.adapters.azureml.plane import Document
from promotion.domain.assets import AssetRef, Home, Reference
from promotion.domain.errors import BrokenError, InvalidError

#: Written for people; an id in it refers to nothing.
_PROSE: Final = frozenset({"description", "display_name", "displayName", "tags", "properties"})
_OWN: Final = frozenset({"name", "version", "_source"})
_REFERENCES: Final = ("azureml:", "/subscriptions/")

type _Replace = Callable[[str, str], str]


class Specification(msgspec.Struct, frozen=True, kw_only=True):
    """A component version's specification, as its home has it."""

    asset: AssetRef
    #: `componentSpec` of the service's document.
    spec: Document

    @property
    def code(self) -> AssetRef | None:
        """The code it runs; None: it has none of its own.

        Raises:
            InvalidError: it runs code of several assets, or of another place.
        """
        found = {
            require_beside(self.asset, code)
            for _, text in _named(self.spec)
            if (code := code_ref(text)) is not None
        }
        if len(found) > 1:
            raise InvalidError(
                f"{self.asset.id} runs the code of {len(found)} assets.",
                "Register components with one code folder each, and a pipeline of them.",
            )
        return next(iter(found), None)

    @property
    def references(self) -> tuple[Reference, ...]:
        """The other assets it names."""
        return tuple(
            Reference(where=where, id=asset_id(text))
            for where, text in _named(self.spec)
            if code_ref(text) is None
        )

    @property
    def canonical(self) -> bytes:
        """The one spelling of this specification, RFC 8785; what is empty is left out."""
        home = self.asset.home

        def beside(_: str, text: str) -> str:
            return "code" if code_ref(text) else _moved(text, home, "")

        own = {name: value for name, value in self.spec.items() if name not in _OWN}
        return rfc8785.dumps(_plain(_visited(own, beside)))

    def written_for(self, target: AssetRef) -> Document:
        """Return the specification of the same component elsewhere, with the ids of what is beside it there."""

        def there(_: str, text: str) -> str:
            return _moved(text, self.asset.home, f"azureml://{target.home.path}/")

        spec: Document = _visited(self.spec, there)
        return {**spec, "name": target.name, "version": target.version}


def read_specification(asset: AssetRef, document: Document) -> Specification:
    """Return the specification in a component version's document.

    Raises:
        BrokenError: it has none.
    """
    spec = (document.get("properties") or {}).get("componentSpec")
    if not isinstance(spec, dict):
        raise BrokenError(f"The service's document of {asset.id} has no specification.")
    return Specification(asset=asset, spec=spec)


def _named(spec: Document) -> Iterator[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def note(where: str, text: str) -> str:
        found.append((where, text))
        return text

    _visited(spec, note)
    yield from found


def _visited(value: Any, replace: _Replace, where: str = "") -> Any:  # noqa: ANN401 -- any JSON value
    """Return a copy in which every reference is what `replace(where it stands, its text)` answers."""
    match value:
        case dict():
            return {
                key: each if key in _PROSE else _visited(each, replace, _below(where, key))
                for key, each in value.items()
            }
        case list():
            return [_visited(each, replace, _below(where, str(n))) for n, each in enumerate(value)]
        case str() if value.lower().startswith(_REFERENCES):
            return replace(where, value)
        case _:
            return value


def _moved(text: str, home: Home, beginning: str) -> str:
    identifier, own = asset_id(text), f"azureml://{home.path}/"
    provider = "providers/microsoft.machinelearningservices/"
    at = identifier.lower().find(provider)
    if at > 0:
        identifier = identifier[:at] + identifier[at + len(provider) :]
    if identifier.lower().startswith(own.lower()):
        return beginning + identifier[len(own) :]
    return text


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items() if each not in (None, {}, [])}
        case list():
            return [_plain(each) for each in value]
        case bool() | None:
            return str(value)
        case int() | float():
            return json.dumps(value)
        case _:
            return value


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
