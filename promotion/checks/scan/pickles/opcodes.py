"""Which handler each opcode has: the whole of pickletools' table, protocols 0 to 5.

Knows the opcodes' bytes and nothing of what handlers do.
"""

from typing import Final

from promotion.checks.scan.pickles import calls, containers, literals, names, torch_ids
from promotion.checks.scan.pickles.machine import Handler, Machine, StoppedError
from promotion.checks.scan.problems import ProblemError

_NEWEST_PROTOCOL: Final = 5


def _unknown(m: Machine) -> None:
    code = m.tape.buf[m.tape.i - 1]
    raise ProblemError("pickle-malformed", f"The byte 0x{code:02x} is no pickle opcode.", m.offset)


def _proto(m: Machine) -> None:
    offset = m.offset
    version = m.tape.take(1)[0]
    if version > _NEWEST_PROTOCOL:
        raise ProblemError("pickle-malformed", f"Pickle protocol {version} is not known.", offset)
    m.protocol = version


def _frame(m: Machine) -> None:
    if m.offset < m.frame_end:
        raise m.malformed("begins a frame inside a frame")
    length = int.from_bytes(m.tape.take(8), "little")
    m.frame_end = m.tape.position + length


def _stop(m: Machine) -> None:
    m.pop()
    raise StoppedError


def _out_of_band(m: Machine) -> None:
    raise ProblemError(
        "pickle-out-of-band",
        "A pickle takes buffers that are stored outside of it, so it cannot be judged alone.",
        m.offset,
    )


_TABLE: Final[dict[bytes, Handler]] = {
    # Texts and bytes.
    b"V": literals.load_unicode_line,
    b"S": literals.load_string_line,
    b"X": literals.text(4),
    b"\x8c": literals.text(1),
    b"\x8d": literals.text(8),
    b"T": literals.old_text(4),
    b"U": literals.old_text(1),
    b"B": literals.blob(4),
    b"C": literals.blob(1),
    b"\x8e": literals.blob(8),
    b"\x96": literals.blob(8),
    # Numbers and constants.
    b"I": literals.load_int_line,
    b"L": literals.load_long_line,
    b"F": literals.load_float_line,
    b"G": literals.skipped(8),
    b"J": literals.integer(4, signed=True),
    b"K": literals.load_byte,
    b"M": literals.integer(2, signed=False),
    b"\x8a": literals.long_integer(1),
    b"\x8b": literals.long_integer(4),
    b"N": literals.constant(None),
    b"\x88": literals.constant(value=True),
    b"\x89": literals.constant(value=False),
    # Containers.
    b"(": containers.load_mark,
    b"0": containers.load_pop,
    b"1": containers.load_pop_mark,
    b"2": containers.load_dup,
    b")": containers.tuple_of(0),
    b"\x85": containers.tuple_of(1),
    b"\x86": containers.tuple_of(2),
    b"\x87": containers.tuple_of(3),
    b"t": containers.load_tuple,
    b"]": containers.load_empty_list,
    b"l": containers.load_list,
    b"a": containers.load_append,
    b"e": containers.load_appends,
    b"}": containers.load_empty_dict,
    b"d": containers.load_dict,
    b"s": containers.load_set_item,
    b"u": containers.load_set_items,
    b"\x8f": containers.load_empty_set,
    b"\x90": containers.load_add_items,
    b"\x91": containers.load_frozenset,
    # Memo.
    b"p": containers.load_put,
    b"q": containers.put(1),
    b"r": containers.put(4),
    b"g": containers.load_get,
    b"h": containers.get(1),
    b"j": containers.get(4),
    b"\x94": containers.load_memoize,
    # What reaches outside.
    b"c": names.load_global,
    b"\x93": names.load_stack_global,
    b"\x82": names.load_ext(1),
    b"\x83": names.load_ext(2),
    b"\x84": names.load_ext(4),
    b"P": torch_ids.load_persistent_line,
    b"Q": torch_ids.load_persistent,
    b"R": calls.load_reduce,
    b"i": calls.load_inst,
    b"o": calls.load_object,
    b"\x81": calls.load_new_object,
    b"\x92": calls.load_new_object_ex,
    b"b": calls.load_build,
    # The stream itself.
    b"\x80": _proto,
    b"\x95": _frame,
    b"\x97": _out_of_band,
    b"\x98": _out_of_band,
    b".": _stop,
}

#: A handler for every byte.
HANDLERS: Final[tuple[Handler, ...]] = tuple(
    _TABLE.get(bytes((code,)), _unknown) for code in range(256)
)
