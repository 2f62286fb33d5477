"""Opcodes that name something outside the pickle: globals and extension codes.

Knows which names are allowed only through the machine's setting.
"""

from typing import Final

from promotion.checks.scan.allow.uses import Use
from promotion.checks.scan.pickles.aliases import present_name
from promotion.checks.scan.pickles.machine import Handler, Machine
from promotion.checks.scan.pickles.notorious import danger
from promotion.checks.scan.pickles.symbols import OPAQUE, TEXT, UNKNOWN, Global, Instance
from promotion.checks.scan.problems import LimitError

#: Longest module or name that is looked at, in bytes.
_LONGEST_NAME: Final = 1_000
#: Different globals of one pickle; a real model has fewer than a hundred.
_MOST_GLOBALS: Final = 2_000
#: From this protocol on, names are taken as they are written.
_NAMES_AS_WRITTEN: Final = 3


def load_global(m: Machine) -> None:
    """GLOBAL: module and name, each on a line."""
    offset = m.offset
    m.stack.append(from_lines(m, offset))


def load_stack_global(m: Machine) -> None:
    """STACK_GLOBAL: module and name from the stack; both must be texts written in this pickle."""
    offset = m.offset
    name, module = m.pop(), m.pop()
    if isinstance(module, str) and isinstance(name, str):
        m.stack.append(refer(m, module, name, offset))
        return
    if m.setting.trial and not (_may_be_text(module) and _may_be_text(name)):
        raise m.malformed("names a global by what is no text, which ends unpickling")
    m.report(
        "pickle-unresolved-global",
        offset,
        "A pickle names a global by strings that only come to be while it is loaded.",
        module=module if isinstance(module, str) else None,
        name=name if isinstance(name, str) else None,
    )
    m.stack.append(UNKNOWN)


def _may_be_text(value: object) -> bool:
    return isinstance(value, str | Instance) or value is TEXT or value is OPAQUE


def load_ext(width: int) -> Handler:
    """Return the handler of EXT1, EXT2 or EXT4."""

    def handler(m: Machine) -> None:
        offset = m.offset
        code = int.from_bytes(m.tape.take(width), "little")
        m.report(
            "pickle-extension-code",
            offset,
            f"A pickle names a global by the extension code {code}, "
            "whose meaning only the loading process knows.",
            code=code,
        )
        m.stack.append(UNKNOWN)

    return handler


def from_lines(m: Machine, offset: int) -> Global:
    """Return the global that the next two lines name."""
    module, name = m.tape.line(_LONGEST_NAME), m.tape.line(_LONGEST_NAME)
    if module is None or name is None:
        m.report(
            "pickle-unresolved-global", offset, "A pickle names a global by a text without end."
        )
        return UNKNOWN
    return refer(m, module.decode(errors="replace"), name.decode(errors="replace"), offset)


def refer(m: Machine, module: str, name: str, offset: int) -> Global:
    """Return the global of that name, reported the first time when it is not allowed."""
    if m.protocol < _NAMES_AS_WRITTEN:
        module, name = present_name(module, name)
    found = m.globals.get((module, name))
    if found is None:
        if len(m.globals) >= _MOST_GLOBALS:
            raise LimitError(f"A pickle names more than {_MOST_GLOBALS:,} globals.", offset)
        found = m.globals[module, name] = _resolve(m, module, name, offset)
    return found


def _resolve(m: Machine, module: str, name: str, offset: int) -> Global:
    use = m.setting.lookup(module, name)
    if use is None:
        label = f"{module}.{name}"[:200]
        m.report(
            "pickle-global",
            offset,
            f"A pickle refers to {label}{danger(module, name)}.",
            module=module[:200],
            name=name[:200],
        )
    return Global(module, name, Use(0) if use is None else use)
