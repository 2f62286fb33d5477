"""Globals of Python's own library in pickles: containers, numbers, dates, paths; nothing that reaches further.

A path is a text until somebody opens it, and nothing that a pickle may call does.

Not `getattr`, `operator`, `functools.partial`, `types` or `importlib`: with any of them a pickle reaches everything.
"""

from typing import Final

from promotion.checks.scan.allow.uses import Pair, Use, merge, table

_CALLED: Final = table(
    Use.CALL,
    """
    _codecs: encode
    builtins: bytearray bytes complex frozenset range set slice
    collections: Counter OrderedDict defaultdict deque
    copyreg: __newobj__ __newobj_ex__ _reconstructor
    datetime: date datetime time timedelta timezone
    decimal: Decimal
    fractions: Fraction
    pathlib: PosixPath PurePosixPath PureWindowsPath WindowsPath
    pathlib._local: PosixPath PurePosixPath PureWindowsPath WindowsPath
    re: _compile
    """,
)

_CREATED: Final = table(
    Use.CREATE,
    """
    argparse: Namespace
    builtins: dict list object tuple
    uuid: UUID
    """,
)

_VALUES: Final = table(
    Use.REFER,
    """
    builtins: Ellipsis None NotImplemented abs bool float int len max min round sorted str sum
    uuid: SafeUUID
    """,
)

PAIRS: Final[dict[Pair, Use]] = merge((_CALLED, _CREATED, _VALUES))
