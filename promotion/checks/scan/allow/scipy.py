"""Globals in pickles of SciPy 1.10 to 1.18 that models hold: sparse matrices and splines.

Not scipy.stats: the `__setstate__` of its distributions runs code that stands in the pickle.
"""

from typing import Final

from promotion.checks.scan.allow.uses import Pair, Use, table

PAIRS: Final[dict[Pair, Use]] = table(
    Use.CREATE,
    """
    scipy.interpolate._bsplines: BSpline _BSpline
    scipy.interpolate._cubic: Akima1DInterpolator CubicHermiteSpline CubicSpline PchipInterpolator
    scipy.interpolate._fitpack2: InterpolatedUnivariateSpline LSQUnivariateSpline UnivariateSpline
    scipy.interpolate._interpolate: PPoly _PPoly interp1d
    scipy.sparse._arrays: bsr_array coo_array csc_array csr_array dia_array dok_array lil_array
    scipy.sparse._bsr: bsr_array bsr_matrix
    scipy.sparse._coo: coo_array coo_matrix
    scipy.sparse._csc: csc_array csc_matrix
    scipy.sparse._csr: csr_array csr_matrix
    scipy.sparse._dia: dia_array dia_matrix
    scipy.sparse._dok: dok_array dok_matrix
    scipy.sparse._lil: lil_array lil_matrix
    scipy.sparse.csc: csc_matrix
    scipy.sparse.csr: csr_matrix
    """,
)
