"""Globals in pickles of pandas 1.5 to 3.1: frames, series, indexes and their arrays.

As pandas 1.5.3, 2.1.4, 2.2.3 and 3.1.1 wrote them, with pyarrow's arrays where pandas keeps texts in those.
"""

from typing import Final

from promotion.checks.scan.allow.uses import Pair, Use, merge, table

_CREATED: Final = table(
    Use.CREATE,
    """
    pandas: BooleanDtype CategoricalDtype DataFrame DatetimeTZDtype Float64Dtype Int64Dtype Series SparseDtype
    pandas.arrays: BooleanArray FloatingArray IntegerArray SparseArray
    pandas.core.arrays.boolean: BooleanArray BooleanDtype
    pandas.core.arrays.floating: Float64Dtype FloatingArray
    pandas.core.arrays.integer: Int64Dtype IntegerArray
    pandas.core.arrays.sparse.array: SparseArray
    pandas.core.arrays.sparse.dtype: SparseDtype
    pandas.core.arrays.string_: StringDtype
    pandas.core.dtypes.dtypes: CategoricalDtype DatetimeTZDtype SparseDtype
    pandas.core.frame: DataFrame
    pandas.core.internals.managers: SingleBlockManager
    pandas.core.series: Series
    """,
)

_MADE_BY_FUNCTIONS: Final = table(
    Use.CREATE,
    """
    pandas: Categorical DatetimeIndex Index IntervalIndex MultiIndex PeriodIndex RangeIndex
    pandas.arrays: DatetimeArray PeriodArray StringArray
    pandas.core.arrays.categorical: Categorical
    pandas.core.arrays.datetimes: DatetimeArray
    pandas.core.arrays.period: PeriodArray
    pandas.core.arrays.string_: StringArray
    pandas.core.indexes.base: Index
    pandas.core.indexes.datetimes: DatetimeIndex
    pandas.core.indexes.interval: IntervalIndex
    pandas.core.indexes.multi: MultiIndex
    pandas.core.indexes.numeric: Float64Index Int64Index
    pandas.core.indexes.period: PeriodIndex
    pandas.core.indexes.range: RangeIndex
    pandas: TimedeltaIndex
    pandas.arrays: TimedeltaArray
    pandas.core.arrays.timedeltas: TimedeltaArray
    pandas: CategoricalIndex
    pandas.arrays: ArrowExtensionArray ArrowStringArray
    pandas.core.arrays.arrow.array: ArrowExtensionArray
    pandas.core.arrays.string_arrow: ArrowStringArray
    pandas.core.indexes.category: CategoricalIndex
    pandas.core.indexes.timedeltas: TimedeltaIndex
    """,
)

_CALLED: Final = table(
    Use.CALL,
    """
    pandas: Interval PeriodDtype StringDtype
    pandas._libs.arrays: __pyx_unpickle_NDArrayBacked
    pandas._libs.internals: _unpickle_block
    pandas._libs.interval: Interval
    pandas._libs.sparse: IntIndex
    pandas._libs.tslibs.nattype: _nat_unpickle
    pandas._libs.tslibs.offsets: Day MonthEnd
    pandas._libs.tslibs.timedeltas: _timedelta_unpickle
    pandas._libs.tslibs.timestamps: _unpickle_timestamp
    pandas.core.dtypes.dtypes: PeriodDtype
    pandas.core.indexes.base: _new_Index
    pandas.core.indexes.datetimes: _new_DatetimeIndex
    pandas.core.indexes.interval: _new_IntervalIndex
    pandas.core.internals.managers: BlockManager
    pyarrow.lib: _restore_array py_buffer type_for_alias
    pytz: _UTC
    """,
)

PAIRS: Final[dict[Pair, Use]] = merge(
    (_CREATED, _MADE_BY_FUNCTIONS, _CALLED, table(Use.REFER, "pandas: NA"))
)
