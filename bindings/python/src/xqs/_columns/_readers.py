"""Whose column it is, and who reads it."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Any

from xqs._loaded import is_a

from ._array import of_memory
from ._capsules import is_arrow, of_arrow
from ._numpy import of_numpy
from ._pandas import of_pandas
from ._refusal import RefusalError
from ._values import of_iterable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._column import Lendable


def column(values: Any) -> Lendable:
    """A column of whatever it is.

    Raises:
        RefusalError: its values cannot be meant.
    """
    if dimensions(values) != 1:
        raise RefusalError(f"has {dimensions(values)} dimensions; give one value a row")
    return next(read for is_theirs, read in _READERS if is_theirs(values))(values)


def dimensions(values: object) -> int:
    known = getattr(values, "ndim", 1)
    return known if isinstance(known, int) else 1


#: Who can read what; the first one that can does.
_READERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Lendable]], ...] = (
    (lambda values: isinstance(values, (list, tuple)), of_iterable),
    (lambda values: is_a(values, "narwhals", "Series"), lambda values: column(values.to_native())),
    (lambda values: is_a(values, "pandas", "Series", "Index"), of_pandas),
    (lambda values: is_a(values, "pandas.api.extensions", "ExtensionArray"), of_pandas),
    (lambda values: is_a(values, "numpy", "ndarray"), of_numpy),
    (is_arrow, of_arrow),
    (lambda values: isinstance(values, (array, memoryview)), of_memory),
    (
        lambda values: "numpy" in sys.modules and hasattr(values, "__array__"),
        lambda values: column(sys.modules["numpy"].asarray(values)),
    ),
    (lambda _: True, of_iterable),
)
