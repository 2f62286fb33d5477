"""Globals in pickles of NumPy 1.24 to 2.5, and joblib's wrapper around its arrays.

Not `memmap`, whose constructor opens files, nor anything that loads, applies or makes functions.
"""

from typing import Final

from promotion.checks.scan.allow.uses import Pair, Use, merge, table

_CREATED: Final = table(
    Use.CREATE,
    """
    joblib.numpy_pickle: NumpyArrayWrapper
    numpy: matrix ndarray poly1d recarray record void
    numpy.ma: MaskedArray
    numpy.ma.core: MaskedArray
    numpy.matrixlib.defmatrix: matrix
    numpy.polynomial.chebyshev: Chebyshev
    numpy.polynomial.legendre: Legendre
    numpy.polynomial.polynomial: Polynomial
    numpy.rec: recarray
    numpy.random.bit_generator: SeedSequence
    sklearn.externals.joblib.numpy_pickle: NumpyArrayWrapper
    """,
)

_CALLED: Final = table(
    Use.CALL,
    """
    numpy: dtype
    numpy._core.multiarray: _reconstruct scalar
    numpy._core.numeric: _frombuffer
    numpy.core.multiarray: _reconstruct scalar
    numpy.core.numeric: _frombuffer
    numpy.ma.core: _mareconstruct
    numpy.random._pickle: __bit_generator_ctor __generator_ctor __randomstate_ctor
    numpy.random.bit_generator: __pyx_unpickle_SeedSequence
    """,
)

_TYPES: Final = table(
    Use.REFER,
    """
    numpy: bool bool_ bytes_ complex128 complex64 datetime64 float16 float32 float64 int16 int32 int64 int8 intc
    numpy: intp longlong object_ single str_ timedelta64 uint16 uint32 uint64 uint8 uintc uintp ulonglong double
    numpy.random._generator: Generator
    numpy.random._mt19937: MT19937
    numpy.random._pcg64: PCG64 PCG64DXSM
    numpy.random._philox: Philox
    numpy.random._sfc64: SFC64
    numpy.random.mtrand: RandomState
    """,
)

#: Pure functions over arrays, kept as values by transformers. Never called while loading.
_FUNCTIONS: Final = (
    "abs absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh cbrt ceil conjugate cos cosh deg2rad"
    " degrees divide equal exp exp2 expm1 fabs float_power floor floor_divide fmax fmin greater greater_equal"
    " hypot isfinite isinf isnan less less_equal log log10 log1p log2 logaddexp logical_and logical_not"
    " logical_or maximum minimum mod multiply negative not_equal positive power rad2deg radians reciprocal"
    " remainder rint sign sin sinh sqrt square subtract tan tanh true_divide trunc"
)
_MORE_FUNCTIONS: Final = (
    "argmax argmin asarray clip cumsum diff mean median nan_to_num nanmax nanmean nanmedian nanmin nanstd nansum"
    " nanvar ravel reshape round squeeze std sum transpose var"
)

_PURE: Final = table(
    Use.REFER,
    f"""
    numpy: {_FUNCTIONS} {_MORE_FUNCTIONS}
    numpy._core._multiarray_umath: {_FUNCTIONS}
    numpy.core._multiarray_umath: {_FUNCTIONS}
    numpy._core.fromnumeric: {_MORE_FUNCTIONS}
    numpy.core.fromnumeric: {_MORE_FUNCTIONS}
    """,
)

PAIRS: Final[dict[Pair, Use]] = merge((_CREATED, _CALLED, _TYPES, _PURE))
