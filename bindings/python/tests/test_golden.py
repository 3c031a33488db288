"""Frozen bytes of states, made by an independent writer: ``tests/golden/make_states.py``."""

from __future__ import annotations

import json
from typing import Any

import pytest

import perth
import xqs

FOLDER = perth.ROOT / "tests" / "golden" / "v0"
INDEX: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / "index.json").read_text())

Golden = dict[str, Any]


def rules(golden: Golden) -> xqs.Definition:
    name = golden["definition"]
    return xqs.Definition(FOLDER / name if "/" in name else name)


def is_ours(golden: Golden) -> bool:
    """Joint tallies, tallies of own columns and states of watches are read by the C++ library."""
    if golden["family"] == "tally":
        return golden["groups"] == [] and columns_of(golden) is not None
    return bool(golden["family"] == "ledger")


def columns_of(golden: Golden) -> str | None:
    if golden["labels"] == [""]:
        return "pooled"
    return "profile" if golden["labels"] == sorted(rules(golden).items, key=str.encode) else None


def decoded(golden: Golden) -> xqs.Tally | xqs.Ledger:
    data = (FOLDER / golden["file"]).read_bytes()
    if golden["family"] == "tally":
        return xqs.Tally.from_bytes(data, rules(golden), columns_of(golden))
    return xqs.Ledger.from_bytes(data, rules(golden))


STATES = [golden for golden in INDEX["states"] if is_ours(golden)]
REFUSED = [golden for golden in INDEX["refused"] if is_ours(golden)]


def test_there_are_many() -> None:
    assert len(STATES) >= 20
    assert len(REFUSED) >= 90


@pytest.mark.parametrize("golden", STATES, ids=lambda golden: golden["file"])
def test_read_and_written_again(golden: Golden) -> None:
    state = decoded(golden)
    frozen = (FOLDER / golden["file"]).read_bytes()
    if isinstance(state, xqs.Tally):
        # A tally that nothing was added to knows no definition: see docs/tally-format.md.
        assert bytes(state) == (frozen if golden["units"] != "0" or golden["rows"] else b"")
        assert state.counts["units"] == int(golden["units"])
        assert state.counts["answers"] == int(golden["answers"])
    else:
        assert bytes(state) == frozen


@pytest.mark.parametrize("golden", REFUSED, ids=lambda golden: golden["file"])
def test_refused(golden: Golden) -> None:
    if (FOLDER / golden["file"]).stat().st_size == 0 and golden["family"] == "tally":
        assert bytes(decoded(golden)) == b""  # no bytes are an empty tally here
        return
    refusals = {"incompatible": xqs.IncompatibleError, "invalid_bytes": xqs.BytesError}
    with pytest.raises(xqs.XqsError, match=f"^byte {golden['offset']}: ") as refused:
        decoded(golden)
    assert type(refused.value) is refusals[golden["code"]]


@pytest.mark.parametrize("golden", INDEX["states"], ids=lambda golden: golden["file"])
def test_of_another_family(golden: Golden) -> None:
    data = (FOLDER / golden["file"]).read_bytes()
    if golden["family"] != "tally":
        with pytest.raises(xqs.BytesError):
            xqs.Tally.from_bytes(data, rules(golden))
    if golden["family"] != "ledger":
        with pytest.raises(xqs.BytesError):
            xqs.Ledger.from_bytes(data, rules(golden))


@pytest.mark.parametrize("family", [xqs.Tally, xqs.Ledger])
def test_any_bit_flipped(family: type[xqs.Tally | xqs.Ledger]) -> None:
    golden = FOLDER / f"{family.__name__.lower()}_one_unit.xqst"
    data = bytearray(golden.read_bytes())
    assert bytes(family.from_bytes(data)) == data
    for bit in range(8 * len(data)):
        data[bit // 8] ^= 1 << bit % 8
        with pytest.raises((xqs.BytesError, xqs.IncompatibleError)):
            family.from_bytes(data)
        data[bit // 8] ^= 1 << bit % 8
