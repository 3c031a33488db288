"""Experience quality scores: satisfaction achieved, in per cent of the requirement.

The questions are functions: ``score``, ``compare``, ``rank``, ``drivers``, ``explain``, ``watch``
and ``timeline``. They take a frame of any library and give one of the same library back.
``Definition`` holds the rules, ``Ledger`` and ``Tally`` exact totals to store and to add up.

    >>> import xqs
    >>> xqs.score(answers, by=["channel"])
"""

from . import _abi
from ._definition import Definition
from ._errors import (
    BytesError,
    DataError,
    DefinitionError,
    IncompatibleError,
    QueryError,
    RefusedError,
    XqsError,
    XqsMemoryError,
    XqsOverflowError,
    XqsTypeError,
    XqsValueError,
    XqsWarning,
)
from ._ledger import Ledger
from ._query import Answer, ask
from ._questions import compare, drivers, explain, rank, score, timeline, watch
from ._score import Comparison, Score
from ._table import Table
from ._tally import Tally

__version__ = _abi.version()

__all__ = [
    "Answer",
    "BytesError",
    "Comparison",
    "DataError",
    "Definition",
    "DefinitionError",
    "IncompatibleError",
    "Ledger",
    "QueryError",
    "RefusedError",
    "Score",
    "Table",
    "Tally",
    "XqsError",
    "XqsMemoryError",
    "XqsOverflowError",
    "XqsTypeError",
    "XqsValueError",
    "XqsWarning",
    "ask",
    "compare",
    "drivers",
    "explain",
    "rank",
    "score",
    "timeline",
    "watch",
]
