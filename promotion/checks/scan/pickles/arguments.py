"""Allowed calls whose arguments decide what they do, looked at one by one.

Each rule returns what the call gives. A call without a rule takes any arguments: its target only holds them.
"""

from collections.abc import Callable
from typing import Final

from promotion.checks.scan.allow.uses import Pair, Use
from promotion.checks.scan.pickles.dtypes import RECORD
from promotion.checks.scan.pickles.machine import Machine
from promotion.checks.scan.pickles.symbols import Blob, DType, Global, Instance

#: Classes that a structured data type may be made from.
_RECORDS: Final = {("numpy", "record"), ("numpy", "void")}

type _Rule = Callable[[Machine, Global, object, int], object]

#: Encodings that picklers write bytes in; others import a codec by name.
_ENCODINGS: Final = {"latin1", "latin-1", "utf-8", "utf8", "ascii"}


def result_of(m: Machine, maker: Global, arguments: object, offset: int) -> object:
    """Return what calling `maker` gives, after looking at arguments that matter."""
    rule = _rule_for(maker)
    return maker.instance if rule is None else rule(m, maker, arguments, offset)


def _first(arguments: object) -> object:
    return arguments[0] if isinstance(arguments, tuple) and arguments else None


def _makes_first(m: Machine, maker: Global, arguments: object, offset: int) -> object:
    """The call makes an instance of its first argument."""
    made = _first(arguments)
    if not isinstance(made, Global):
        _refuse(m, maker, offset, "with a class that only shows while it is loaded")
        return maker.instance
    if made.use and not made.use & (Use.CREATE | Use.CALL):
        _refuse(m, maker, offset, f"to make an instance of {made.label}, which may only be held")
    return made.instance


def _reconstructor(m: Machine, maker: Global, arguments: object, offset: int) -> object:
    """Copyreg's way for protocols 0 and 1: class, base, and a value for the base's constructor."""
    base = arguments[1] if isinstance(arguments, tuple) and len(arguments) > 1 else None
    if not isinstance(base, Global) or base.module != "builtins":
        _refuse(m, maker, offset, "with a base class that is not one of Python's own")
    return _makes_first(m, maker, arguments, offset)


def _encode(m: Machine, maker: Global, arguments: object, offset: int) -> object:
    """Bytes, the way protocols below 3 write them."""
    encoding = arguments[1] if isinstance(arguments, tuple) and len(arguments) > 1 else None
    if encoding not in _ENCODINGS:
        _refuse(m, maker, offset, "with an encoding that no pickler uses")
    return maker.instance


def _dtype(_m: Machine, _maker: Global, arguments: object, _offset: int) -> object:
    made_from = _first(arguments)
    if isinstance(made_from, Global) and made_from.pair in _RECORDS:
        return DType(RECORD)
    return DType(made_from if isinstance(made_from, str) else None)


def _bit_generator(m: Machine, maker: Global, arguments: object, offset: int) -> object:
    """NumPy's random generators: a name, and the function that makes one of that name."""
    for argument in arguments if isinstance(arguments, tuple) else (None,):
        if isinstance(argument, Global) and argument.module.startswith("numpy.random."):
            continue
        if not isinstance(argument, str) and not isinstance(argument, Instance):
            _refuse(m, maker, offset, "with something that is no random generator")
            break
    return maker.instance


def _nested_pickle(m: Machine, maker: Global, arguments: object, offset: int) -> object:
    """Torch's storage from bytes: they are a torch file of their own."""
    content = _first(arguments)
    if isinstance(content, Blob) and m.setting.nested is not None:
        m.setting.nested(content.offset, content.length)
    else:
        _refuse(m, maker, offset, "with bytes that only come to be while it is loaded")
    return maker.instance


def _refuse(m: Machine, maker: Global, offset: int, how: str) -> None:
    m.report("pickle-call", offset, f"A pickle calls {maker.label} {how}.", callable=maker.label)


def _new_object(m: Machine, maker: Global, arguments: object, offset: int) -> object:
    """Copyreg's NEWOBJ for old protocols: with arguments, creating counts as calling."""
    made = _first(arguments)
    bare = isinstance(arguments, tuple) and len(arguments) == 1
    if isinstance(made, Global) and made.use and not bare and Use.CALL not in made.use:
        _refuse(m, maker, offset, f"to make {made.label} from arguments, which may only be created")
        return made.instance
    return _makes_first(m, maker, arguments, offset)


def _bytes(m: Machine, maker: Global, arguments: object, offset: int) -> object:
    """Bytes from bytes or from nothing; from a number they would only take memory."""
    if isinstance(_first(arguments), int):
        _refuse(m, maker, offset, "with a length instead of a content")
    return maker.instance


_FIRST_IS_CLASS: Final = (
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy.ma.core", "_mareconstruct"),
    ("pandas.core.indexes.base", "_new_Index"),
    ("pandas.core.indexes.datetimes", "_new_DatetimeIndex"),
    ("pandas.core.indexes.interval", "_new_IntervalIndex"),
    ("sklearn.metrics._dist_metrics", "newObj"),
    ("sklearn.neighbors._ball_tree", "newObj"),
    ("sklearn.neighbors._kd_tree", "newObj"),
)

#: What Cython writes for its classes: a function whose first argument is the class.
_CYTHON: Final = "__pyx_unpickle_"

_RULES: Final[dict[Pair, _Rule]] = {
    **dict.fromkeys(_FIRST_IS_CLASS, _makes_first),
    ("copyreg", "_reconstructor"): _reconstructor,
    ("copyreg", "__newobj__"): _new_object,
    ("copyreg", "__newobj_ex__"): _new_object,
    ("_codecs", "encode"): _encode,
    ("builtins", "bytes"): _bytes,
    ("builtins", "bytearray"): _bytes,
    ("numpy", "dtype"): _dtype,
    ("numpy.random._pickle", "__bit_generator_ctor"): _bit_generator,
    ("numpy.random._pickle", "__generator_ctor"): _bit_generator,
    ("numpy.random._pickle", "__randomstate_ctor"): _bit_generator,
    ("torch.storage", "_load_from_bytes"): _nested_pickle,
}


def _rule_for(maker: Global) -> _Rule | None:
    if not maker.use:
        return None
    return _makes_first if maker.name.startswith(_CYTHON) else _RULES.get(maker.pair)
