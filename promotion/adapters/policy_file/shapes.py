"""What structures and annotations are made of. Knows msgspec and typing, no value and no place."""

import functools
from typing import Annotated, Any, Literal, TypeAliasType, get_args, get_origin, get_type_hints

import msgspec


def unaliased(wanted: Any) -> Any:  # noqa: ANN401 -- a type
    """Return what an alias stands for."""
    while isinstance(wanted, TypeAliasType):
        wanted = wanted.__value__
    return wanted


@functools.cache
def fields(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the annotation of each field."""
    hints = get_type_hints(struct, include_extras=True)
    return {name: hints[name] for name in struct.__struct_fields__}


@functools.cache
def required(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the fields that have no default."""
    return tuple(field.name for field in msgspec.structs.fields(struct) if field.required)


def stand_ins(wanted: Any, fitting: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 -- a structure's type
    """Return empty values for required fields that did not fit, so that the rest can still be judged."""
    return {
        name: _stand_in(fields(wanted)[name]) for name in required(wanted) if name not in fitting
    }


def _stand_in(wanted: Any) -> Any:  # noqa: ANN401 -- types in, values out
    wanted = unaliased(wanted)
    if get_origin(wanted) is Annotated:
        return _stand_in(get_args(wanted)[0])
    if get_origin(wanted) is Literal:
        return get_args(wanted)[0]
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return wanted(**stand_ins(wanted, {}))
    return (get_origin(wanted) or wanted)()
