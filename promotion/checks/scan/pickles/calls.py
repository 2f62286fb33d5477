"""Opcodes that call or create: REDUCE, NEWOBJ, OBJ, INST, BUILD.

Whether a global may be called, only created, or only held comes with it from the allow-lists. Calls whose
arguments decide what they do are looked at one by one, in `arguments`.
"""

from promotion.checks.scan.allow.uses import Use
from promotion.checks.scan.pickles import builds
from promotion.checks.scan.pickles.arguments import result_of
from promotion.checks.scan.pickles.machine import Machine
from promotion.checks.scan.pickles.names import from_lines
from promotion.checks.scan.pickles.symbols import OPAQUE, UNKNOWN, Global, Symbol


def load_reduce(m: Machine) -> None:
    """REDUCE: calls with a tuple of arguments."""
    offset = m.offset
    arguments, called = m.pop(), m.pop()
    m.stack.append(_call(m, called, arguments, offset))


def load_new_object(m: Machine) -> None:
    """NEWOBJ: creates an instance; the constructor does not run."""
    offset = m.offset
    arguments, made = m.pop(), m.pop()
    m.stack.append(_create(m, made, arguments, offset))


def load_new_object_ex(m: Machine) -> None:
    """NEWOBJ_EX: creates an instance with positional and named arguments."""
    offset = m.offset
    m.pop()
    arguments, made = m.pop(), m.pop()
    # Named arguments are not followed; with any kind of argument, creating counts as calling.
    m.stack.append(_create(m, made, arguments or OPAQUE, offset))


def load_object(m: Machine) -> None:
    """OBJ: calls the first value above the mark with the others."""
    offset = m.offset
    items = m.pop_mark()
    if not items:
        raise m.malformed("calls nothing")
    m.stack.append(_instantiate(m, items[0], items[1:], offset))


def load_inst(m: Machine) -> None:
    """INST: calls the global of two lines with everything above the mark."""
    offset = m.offset
    called = from_lines(m, offset)
    m.stack.append(_instantiate(m, called, m.pop_mark(), offset))


def load_build(m: Machine) -> None:
    """BUILD: fills an object's attributes, or lets it fill them itself."""
    offset = m.offset
    state = m.pop()
    m.calls += 1
    builds.build(m, m.top, state, offset)


def _instantiate(m: Machine, called: object, arguments: list[object], offset: int) -> object:
    if arguments:
        return _call(m, called, tuple(arguments), offset)
    return _create(m, called, (), offset)


def _call(m: Machine, called: object, arguments: object, offset: int) -> object:
    m.calls += 1
    maker = _named(m, called, offset)
    if maker.use and Use.CALL not in maker.use:
        m.report(
            "pickle-call",
            offset,
            f"A pickle calls {maker.label}, which may be held as a value but not called.",
            callable=maker.label,
        )
        return maker.instance
    return result_of(m, maker, arguments, offset)


def _create(m: Machine, made: object, arguments: object, offset: int) -> object:
    if arguments != ():
        return _call(m, made, arguments, offset)
    m.calls += 1
    maker = _named(m, made, offset)
    if maker.use and not maker.use & (Use.CREATE | Use.CALL):
        m.report(
            "pickle-call",
            offset,
            f"A pickle makes an instance of {maker.label}, which may only be held as a value.",
            callable=maker.label,
        )
    return maker.instance


def _named(m: Machine, called: object, offset: int) -> Global:
    if isinstance(called, Global):
        return called
    kind = called.kind if isinstance(called, Symbol) else type(called).__name__
    m.report(
        "pickle-unresolved-call",
        offset,
        f"A pickle calls a {kind}: what that is only shows while it is loaded.",
        kind=kind,
    )
    return UNKNOWN
