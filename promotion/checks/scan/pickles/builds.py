"""What BUILD may fill: objects made in this pickle, NumPy data types, and joblib's array wrappers.

Never a class, a function or a module: that would change the program, not the model.
"""

from promotion.checks.scan.pickles import dtypes, joblib_arrays
from promotion.checks.scan.pickles.machine import Machine
from promotion.checks.scan.pickles.symbols import DType, Global, Instance, Symbol


def build(m: Machine, target: object, state: object, offset: int) -> None:
    """Judge filling `target`, which is on top of the stack, with `state`."""
    match target:
        case DType():
            dtypes.check_state(m, target, state, offset)
        case Instance() if target.maker.pair in joblib_arrays.WRAPPERS:
            joblib_arrays.build(m, state, offset)
        case Instance() if target.maker.pair == ("numpy", "dtype"):
            dtypes.check_state(m, DType(None), state, offset)
        case Instance():
            return
        case Global():
            if target.use:
                _refuse(m, offset, f"{target.label} itself, which the whole program shares")
        case Symbol():
            _refuse(m, offset, f"a {target.kind} that it did not just make")
        case _:
            _refuse(m, offset, f"a {type(target).__name__}")


def _refuse(m: Machine, offset: int, what: str) -> None:
    m.report("pickle-build", offset, f"A pickle sets attributes of {what}.")
