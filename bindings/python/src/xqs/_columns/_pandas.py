"""Columns of pandas, which is loaded where there are any."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from xqs._loaded import is_a

from ._capsules import of_arrow
from ._column import Column, Lendable
from ._numpy import of_numpy, of_numpy_values, of_times
from ._refusal import RefusalError
from ._values import of_values

if TYPE_CHECKING:
    from collections.abc import Callable


def of_pandas(values: Any) -> Lendable:
    """A Series, an Index or an array. Types are known by name, as not all versions have all."""
    if is_a(values, "pandas", "MultiIndex"):
        raise RefusalError("has several levels; pass each as a column of its own")
    if is_a(values.dtype, "numpy", "dtype"):
        return _of_numpy_backed(values)
    kinds = (kind.__name__ for kind in type(values.dtype).__mro__)
    read = next((_PANDAS[kind] for kind in kinds if kind in _PANDAS), _of_objects)
    return read(getattr(values, "array", values))


def _of_objects(values: Any) -> Lendable:
    objects: list[Any] = sys.modules["numpy"].asarray(values, dtype=object).tolist()
    return of_values(objects)


def _of_numpy_backed(values: Any) -> Lendable:
    return of_numpy(sys.modules["numpy"].asarray(values))


def _of_arrow_backed(values: Any) -> Lendable:
    return of_arrow(values.__arrow_array__())


def _of_strings(values: Any) -> Lendable:
    return _of_objects(values) if values.dtype.storage == "python" else _of_arrow_backed(values)


def _of_masked(values: Any) -> Lendable:
    """Values and a mask, which pandas gives nobody without a copy but under these names."""
    return of_numpy_values(values._data, values._mask)


def _of_categorical(values: Any) -> Lendable:
    try:
        categories = of_pandas(values.categories)
    except RefusalError as refusal:
        raise refusal.of_categories() from None
    codes = of_numpy_values(values.codes, values.codes < 0)
    return Column(codes.format, codes.length, codes.buffers, categories)


def _of_zoned(values: Any) -> Lendable:
    """Times with a zone, which pandas keeps in UTC."""
    in_utc = sys.modules["numpy"].asarray(values, dtype=f"M8[{values.dtype.unit}]")
    return of_times(in_utc, None, zone=b"UTC")


def _of_sparse(values: Any) -> Lendable:
    return of_numpy(values.to_dense())


def _of_spans(values: Any) -> Lendable:
    """Periods and intervals."""
    raise RefusalError(
        f"is of type {values.dtype}, which is not taken; write .astype(str) behind it"
    )


_PANDAS: dict[str, Callable[[Any], Lendable]] = {
    "ArrowDtype": _of_arrow_backed,
    "BaseMaskedDtype": _of_masked,
    "CategoricalDtype": _of_categorical,
    "DatetimeTZDtype": _of_zoned,
    "IntervalDtype": _of_spans,
    "NumpyEADtype": _of_numpy_backed,
    "PeriodDtype": _of_spans,
    "SparseDtype": _of_sparse,
    "StringDtype": _of_strings,
}
