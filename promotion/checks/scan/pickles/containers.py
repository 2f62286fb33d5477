"""Opcodes that build containers, move the stack, and use the memo.

A dictionary is followed while it is small and has one name; everything else only keeps its kind.
"""

from typing import Final

from promotion.checks.scan.pickles.machine import Handler, Machine
from promotion.checks.scan.pickles.symbols import (
    FROZENSET,
    LIST,
    LONGEST_TUPLE,
    MOST_FIELDS,
    OPAQUE,
    SET,
    DType,
    Fields,
    Instance,
    Symbol,
)

_MARK_ITEMS: Final = 2
_PAIR: Final = 2
_SHALLOW: Final = 20_000


def load_mark(m: Machine) -> None:
    """MARK: begins a new stretch of the stack."""
    m.push_mark()


def load_pop(m: Machine) -> None:
    """POP: drops a value, or a mark when there is none above it."""
    if m.stack:
        m.stack.pop()
    else:
        m.pop_mark()


def load_pop_mark(m: Machine) -> None:
    """POP_MARK: drops everything above the last mark."""
    m.pop_mark()


def load_dup(m: Machine) -> None:
    """DUP: the topmost value once more; a followed dictionary loses its only name."""
    value = m.top
    if isinstance(value, Fields):
        value = m.stack[-1] = OPAQUE
    m.stack.append(value)


def load_tuple(m: Machine) -> None:
    """TUPLE: everything above the mark."""
    items = m.pop_mark()
    m.stack.append(make_tuple(items))


def tuple_of(count: int) -> Handler:
    """Return the handler of EMPTY_TUPLE, TUPLE1, TUPLE2 or TUPLE3."""

    def handler(m: Machine) -> None:
        if len(m.stack) < count:
            raise m.malformed("takes a value from an empty stack")
        start = len(m.stack) - count
        value = make_tuple(m.stack[start:])
        del m.stack[start:]
        m.stack.append(value)

    return handler


def make_tuple(items: list[object]) -> object:
    """Return a tuple of symbols, tuples inside it no deeper than one level, or OPAQUE for a long one."""
    if len(items) > LONGEST_TUPLE:
        return OPAQUE
    if len(items) == _PAIR and type(items[0]) is DType:
        # A repeated type and its shape: the type is what counts.
        return items[0], OPAQUE if type(items[1]) is tuple else items[1]
    for item in items:
        if type(item) is tuple:
            return tuple([OPAQUE if _nests(item) else item for item in items])
    return tuple(items)


def _nests(item: object) -> bool:
    return type(item) is tuple and tuple in map(type, item)


def load_empty_list(m: Machine) -> None:
    """EMPTY_LIST."""
    m.stack.append(LIST)


def load_list(m: Machine) -> None:
    """LIST: everything above the mark."""
    m.pop_mark()
    m.stack.append(LIST)


def load_empty_set(m: Machine) -> None:
    """EMPTY_SET."""
    m.stack.append(SET)


def load_frozenset(m: Machine) -> None:
    """FROZENSET: everything above the mark."""
    m.pop_mark()
    m.stack.append(FROZENSET)


def load_empty_dict(m: Machine) -> None:
    """EMPTY_DICT."""
    m.stack.append(Fields())


def load_dict(m: Machine) -> None:
    """DICT: keys and values above the mark."""
    items = m.pop_mark()
    fields = Fields()
    _set_items(m, fields, items)
    m.stack.append(fields)


def load_append(m: Machine) -> None:
    """APPEND: one value to a list or an object."""
    m.pop()
    _check_extendable(m)


def load_appends(m: Machine) -> None:
    """APPENDS: everything above the mark to a list or an object."""
    m.pop_mark()
    _check_extendable(m)


def load_add_items(m: Machine) -> None:
    """ADDITEMS: everything above the mark to a set or an object."""
    m.pop_mark()
    _check_extendable(m)


def _check_extendable(m: Machine) -> None:
    target = m.top
    if target is LIST or target is SET or isinstance(target, Instance):
        return
    _refuse_change(m, target)


def load_set_item(m: Machine) -> None:
    """SETITEM: one key and value into a dictionary or an object."""
    value, key = m.pop(), m.pop()
    _set_items(m, m.top, [key, value])


def load_set_items(m: Machine) -> None:
    """SETITEMS: keys and values above the mark into a dictionary or an object."""
    items = m.pop_mark()
    _set_items(m, m.top, items)


def _set_items(m: Machine, target: object, items: list[object]) -> None:
    if len(items) % _MARK_ITEMS:
        raise m.malformed("gives a dictionary a key without a value")
    if isinstance(target, Fields):
        # Objects that matter are filled near the stack's bottom; deep down, contents only cost memory.
        target.whole = target.whole and len(m.stack) + m.held_below < _SHALLOW
        _remember(target, items)
    elif not isinstance(target, Instance):
        _refuse_change(m, target)


def _remember(target: Fields, items: list[object]) -> None:
    values = target.values = target.values or {}
    if not target.whole or len(values) + len(items) // 2 > MOST_FIELDS:
        target.whole = False
        values.clear()
        return
    for key, value in zip(items[::2], items[1::2], strict=True):
        if isinstance(key, str):
            values[key] = value
        else:
            target.whole = False


def _refuse_change(m: Machine, target: object) -> None:
    kind = target.kind if isinstance(target, Symbol) else type(target).__name__
    m.report(
        "pickle-unfollowed-change",
        m.offset,
        f"A pickle changes a {kind} that it did not just make, in a way that no pickler does.",
        kind=kind,
    )


def load_memoize(m: Machine) -> None:
    """MEMOIZE: stores the topmost value under the next number."""
    m.memo.append(m.top)


def put(width: int) -> Handler:
    """Return the handler of BINPUT or LONG_BINPUT."""

    def handler(m: Machine) -> None:
        offset = m.offset
        m.memo.put(int.from_bytes(m.tape.take(width), "little"), m.top, offset)

    return handler


def get(width: int) -> Handler:
    """Return the handler of BINGET or LONG_BINGET."""

    def handler(m: Machine) -> None:
        offset = m.offset
        m.stack.append(m.memo.get(int.from_bytes(m.tape.take(width), "little"), offset))

    return handler


def load_put(m: Machine) -> None:
    """PUT: stores the topmost value under the number of the line."""
    offset = m.offset
    m.memo.put(_line_number(m), m.top, offset)


def load_get(m: Machine) -> None:
    """GET: recalls the value of the line's number."""
    offset = m.offset
    m.stack.append(m.memo.get(_line_number(m), offset))


def _line_number(m: Machine) -> int:
    line = m.tape.line(20)
    if line is None or not line.isdigit():
        raise m.malformed("names a memo entry that is no number")
    return int(line)
