"""Columns of every type that libraries keep such values in: the answer is the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import xqs
from frames import columns_of

FEEDBACK: dict[str, list[Any]] = {
    "respondent": [1, 2, 3, 1],
    "item": ["relevance", "effort", "effort", "effort"],
    "requirement": [3, 4, 2, 5],
    "satisfaction": [4, None, 2, 3],
    "channel": ["visit", "call", None, "visit"],
}
#: 100 times 3 + 2 of 2 + 4, nothing, and 1 of 1.
SCORES = {"call": None, "visit": 83.333333333, None: 100}


def scores(frame: Any, by: str = "channel", **keywords: Any) -> dict[str | None, float | None]:
    answer = columns_of(xqs.score(frame, by=by, **keywords))
    rounded = [score if score is None else round(score, 9) for score in answer["score"]]
    return dict(zip(answer[by], rounded, strict=True))


PANDAS = [
    {"satisfaction": "float64"},
    {"satisfaction": "float32"},
    {"satisfaction": "object"},
    {"satisfaction": "Int64"},
    {"satisfaction": "Int8", "requirement": "UInt16"},
    {"satisfaction": "Float64", "requirement": "float64"},
    {"requirement": "int8"},
    {"requirement": "uint8"},
    {"requirement": "category", "respondent": "category"},
    {"respondent": "Int64"},
    {"respondent": "int32"},
    {"respondent": "str"},
    {"respondent": "object"},
    {"channel": "category", "item": "category"},
    {"channel": "object", "item": "object"},
    {"channel": "string", "item": "string"},
    {"channel": "string[python]", "item": "string[python]"},
    {"channel": "string[pyarrow]", "item": "string[pyarrow]"},
    {"satisfaction": "int64[pyarrow]", "channel": "large_string[pyarrow]"},
    {"satisfaction": "double[pyarrow]", "respondent": "uint32[pyarrow]"},
]


@pytest.mark.parametrize("dtypes", PANDAS, ids=str)
def test_pandas(dtypes: dict[str, str]) -> None:
    frame = pd.DataFrame(FEEDBACK).astype(dtypes)
    before = frame.copy()
    answer = xqs.score(frame, by="channel")
    assert scores(frame) == SCORES
    pd.testing.assert_frame_equal(frame, before)
    assert answer["score"].dtype == "float64"
    assert answer["respondents"].dtype == "Int64"
    assert answer["confirmed"].dtype == "boolean"
    assert answer["channel"].dtype == "str"


def test_pandas_with_any_index() -> None:
    frame = pd.DataFrame(FEEDBACK, index=pd.Index([7, 7, 1, 0], name="row"))
    assert scores(frame) == SCORES
    assert scores(frame[::-1]) == SCORES
    assert scores(frame.iloc[::2]) == {"visit": 300 / 2, None: 100}


POLARS: list[dict[Any, Any]] = [
    {"satisfaction": pl.Float64},
    {"satisfaction": pl.Int8, "requirement": pl.UInt32},
    {"satisfaction": pl.String, "requirement": pl.String},
    {"respondent": pl.String},
    {"respondent": pl.UInt64},
    {"channel": pl.Categorical, "item": pl.Categorical},
    {"channel": pl.Enum(["visit", "call"])},
]


@pytest.mark.parametrize("dtypes", POLARS, ids=str)
def test_polars(dtypes: dict[Any, Any]) -> None:
    frame = pl.DataFrame(FEEDBACK).cast(dtypes)
    assert scores(frame) == SCORES
    assert scores(frame.lazy()) == SCORES
    assert scores(pl.concat([frame[:1], frame[1:3], frame[3:]], rechunk=False)) == SCORES
    assert scores(frame.filter(pl.col("respondent") == pl.col("respondent"))) == SCORES


ARROW = [
    {"satisfaction": pa.float64()},
    {"satisfaction": pa.float32(), "requirement": pa.int8()},
    {"satisfaction": pa.string(), "requirement": pa.large_string()},
    {"respondent": pa.uint64()},
    {"respondent": pa.string_view()},
    {"channel": pa.large_string(), "item": pa.string_view()},
    {"channel": pa.dictionary(pa.int8(), pa.string())},
    {"channel": pa.dictionary(pa.int8(), pa.string_view())},
    {"channel": pa.dictionary(pa.uint32(), pa.large_string()), "item": pa.string_view()},
]


@pytest.mark.parametrize("types", ARROW, ids=str)
def test_pyarrow(types: dict[str, pa.DataType]) -> None:
    table = pa.table(
        {
            name: pa.array(values).cast(types[name]) if name in types else values
            for name, values in FEEDBACK.items()
        }
    )
    assert scores(table) == SCORES
    assert scores(pa.concat_tables([table[:1], table[1:3], table[3:]])) == SCORES
    assert scores(table.to_reader(max_chunksize=1)) == SCORES
    (batch,) = table.combine_chunks().to_batches()
    assert scores(pa.concat_batches([batch, batch]).slice(4)) == SCORES


def test_columns_of_many_libraries() -> None:
    mixed = {
        "respondent": np.array([1, 2, 3, 1], "int16"),
        "item": pl.Series(FEEDBACK["item"], dtype=pl.Categorical),
        "requirement": pd.Series([3, 4, 2, 5], dtype="Int64"),
        "satisfaction": pa.chunked_array([[4, None], [2, 3]]),
        "channel": FEEDBACK["channel"],
    }
    answer = xqs.score(mixed, by="channel")
    assert isinstance(answer, xqs.Table)
    assert scores(mixed) == SCORES


def test_arrays_that_are_not_in_a_row() -> None:
    every_second = np.array([3, 0, 4, 0, 2, 0, 5, 0])[::2]
    swapped = every_second.astype(">i4")
    backwards = np.array([5, 2, 4, 3], "uint8")[::-1]
    for requirement in (every_second, swapped, backwards, every_second.astype("f4")):
        assert scores({**FEEDBACK, "requirement": requirement}) == SCORES
    masked = np.ma.masked_equal([4, 9, 2, 3], 9)
    assert scores({**FEEDBACK, "satisfaction": masked}) == SCORES


#: Midnight of the first of February in Berlin is still January in UTC.
MOMENTS = ["2025-01-31T23:30:00", "2025-02-01T10:00:00", "2025-03-15T00:00:00", None]
IN_BERLIN = {"2025-02": 150, "2025-03": 100, None: 50}
IN_UTC = {"2025-01": 150, "2025-02": None, "2025-03": 100, None: 50}


def _at(times: Any) -> dict[str, Any]:
    return {**FEEDBACK, "time": times}


def _zoned() -> list[Any]:
    utc = pd.Series(pd.to_datetime(MOMENTS, utc=True))
    berlin = utc.dt.tz_convert("Europe/Berlin")
    arrow = pa.array(utc, pa.timestamp("us", "Asia/Tokyo"))
    return [
        pd.DataFrame(_at(utc)),
        pd.DataFrame(_at(berlin)),
        pd.DataFrame(_at(berlin.dt.as_unit("ms"))),
        pd.DataFrame(_at(berlin.astype(object))),
        pd.DataFrame(_at(arrow)).assign(time=pd.arrays.ArrowExtensionArray(arrow)),
        pl.DataFrame(_at(pl.Series(MOMENTS).str.to_datetime(time_zone="UTC"))),
        pa.table(_at(arrow)),
        _at([moment and moment + "Z" for moment in MOMENTS]),
        _at([None if moment is pd.NaT else moment.to_pydatetime() for moment in berlin]),
    ]


@pytest.mark.parametrize("frame", _zoned(), ids=lambda frame: type(frame).__name__)
def test_times_with_a_zone(frame: Any) -> None:
    by = "month(time)"
    assert scores(frame, by, time_zone="Europe/Berlin") == IN_BERLIN
    assert scores(frame, by, time_zone="UTC") == IN_UTC


def _local() -> list[Any]:
    local = pd.Series(pd.to_datetime(MOMENTS))
    return [
        pd.DataFrame(_at(local)),
        pd.DataFrame(_at(local.dt.as_unit("s"))),
        _at(np.array(MOMENTS, "M8[ms]")),
        pl.DataFrame(_at(pl.Series(MOMENTS).str.to_datetime())),
        pa.table(_at(pa.array(local, pa.timestamp("ns")))),
        _at(MOMENTS),
    ]


@pytest.mark.parametrize("frame", _local(), ids=lambda frame: type(frame).__name__)
def test_times_without_a_zone(frame: Any) -> None:
    """They are local where the request says that we are, and else refused."""
    by = "month(time)"
    assert scores(frame, by, time_zone="Europe/Berlin") == IN_UTC
    with pytest.raises(xqs.DataError, match="zone") as refused:
        xqs.score(frame, by=by)
    assert refused.value.column == "time"


def test_days() -> None:
    days = pl.Series(MOMENTS).str.to_datetime().dt.date()
    for frame in (pl.DataFrame(_at(days)), pa.table(_at(days.to_arrow())), _at(days.to_list())):
        assert scores(frame, "month(time)", time_zone="Europe/Berlin") == IN_UTC
