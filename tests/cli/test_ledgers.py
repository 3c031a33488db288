"""Ledgers that --save-ledger writes and that are read instead of answers.

What is in them is read by tests/golden/state_format.py, which was made from docs/tally-format.md.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from conftest import HEADER, PERTH, PERTH_COLUMNS, ROOT, Program, Write

sys.path.insert(0, str(ROOT / "tests" / "golden"))
import state_format  # noqa: E402

PHARMA = ROOT / "examples" / "data" / "pharma"
WAVES = [str(PHARMA / f"sqr_wave{i}.csv.gz") for i in (1, 2)]
TOUCHPOINTS = ("--touchpoints", str(PHARMA / "touchpoints.csv.gz"))
PERTH_DEFINITION = ("--definition", str(PERTH / "perth_default.json"))
PERTH_ANSWERS = (str(PERTH / "answers.csv"), *PERTH_COLUMNS, *PERTH_DEFINITION)
Totals = dict[str, dict[str, tuple[int, ...]]]
ROWS = HEADER.strip() + ",team\n" + "p1,relevance,5,3,A\np1,dialogue,4,4,A\np2,relevance,4,1,\n"


def totals_of(xqs: Program, name: str, definition: str = "ceqs") -> Totals:
    """Of each unit and column: requirement, satisfaction, answers, exclusions."""
    printed = xqs.prints("definition", "fingerprint", definition).decode().split()
    fingerprint = bytes.fromhex(printed[printed.index("tally") + 1])
    data = (xqs.folder / name).read_bytes()
    ledger = state_format.read(data, state_format.LEDGER, fingerprint, False)
    return {unit: dict(columns) for unit, columns in ledger.totals.items()}


def test_what_is_saved_are_the_sums_of_each_person_and_item(xqs: Program) -> None:
    xqs.prints("score", *PERTH_ANSWERS, "--save-ledger", "perth.xqst")
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 6)
    with open(PERTH / "answers.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one = sums[row["id"], row["item"]]
            required, achieved = int(row["r"]), int(row["s"])
            points = (required - 1, achieved - 1, 1, 0, 0, 0)
            counts = (0, 0, 0, 0, 0, 1)  # nothing required
            one[:] = map(sum, zip(one, points if required > 1 else counts, strict=True))
    found = totals_of(xqs, "perth.xqst", PERTH_DEFINITION[1])
    assert {(unit, item) for unit, items in found.items() for item in items} == sums.keys()
    for (unit, item), wanted in sums.items():
        assert found[unit][item] == tuple(wanted), (unit, item)


@pytest.mark.parametrize(
    ("question", "flags"),
    [
        ("score", ()),
        ("score", ("--by", "channel")),
        ("score", ("--by", "item")),
        ("score", ("--sets", "region,channel;region;")),
        ("score", ("--by", "channel", "--estimator", "item_mean")),
        ("drivers", ("--by", "channel", "--cut", "mean")),
        ("rank", ("--by", "owner")),
        ("rank", ("--by", "region", "--standardise", "segment")),
        ("compare", ("--by", "channel")),
        ("compare", ("--period", "quarter(feedback.time)", "--by", "channel")),
        ("explain", ("--period", "quarter(feedback.time)", "--by", "channel")),
        ("watch", ("--by", "campaign", "--bad", "60", "--max-answers", "125")),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_ledger_answers_as_the_rows_do(
    xqs: Program, question: str, flags: tuple[str, ...]
) -> None:
    files = (str(PHARMA / "feedback.csv.gz"), *TOUCHPOINTS, "--where", "region != south")
    asked = (*flags, "--format", "json")
    of_rows = xqs.run(question, *files, *asked, "--save-ledger", "kept.xqst")
    of_ledger = xqs.run(question, "kept.xqst", *asked)
    assert (of_rows.status, of_ledger.status) == (0, 0), of_rows.err + of_ledger.err
    expected, found = json.loads(of_rows.out), json.loads(of_ledger.out)
    # Of touchpoints, and of when they were, a ledger knows nothing.
    forgotten = {"touchpoints", "answered", "response_rate", "scored_share"}
    for row in (*expected, *found):
        row["flags"] = [f for f in row["flags"] if f != "early_feedback"]
        for name in forgotten & row.keys():
            del row[name]
    # Cells of touchpoints without any feedback are not there.
    expected = [row for row in expected if row.get("answers") != 0]
    assert found == expected


def test_people_who_are_in_both_files_stay_one(xqs: Program) -> None:
    options = ("--definition", "sqr", "--format", "csv")
    together = xqs.prints("score", *WAVES, *options)
    for i, wave in enumerate(WAVES):
        xqs.prints("score", wave, *options, "--save-ledger", f"{i}.xqst")
    assert xqs.prints("score", "0.xqst", "1.xqst", *options) == together
    assert xqs.prints("score", "1.xqst", "0.xqst", *options) == together


def test_neither_order_nor_files_change_the_bytes(xqs: Program, write: Write) -> None:
    with open(PERTH / "answers.csv", encoding="utf-8") as file:
        header, *lines = file.readlines()
    xqs.prints("score", *PERTH_ANSWERS, "--by", "gender", "--save-ledger", "first.xqst")
    random.Random(1).shuffle(lines)
    parts = [write(header + "".join(lines[i::3]), f"{i}.csv") for i in range(3)]
    xqs.prints("score", *parts, *PERTH_COLUMNS, *PERTH_DEFINITION, "--by", "gender",
               "--save-ledger", "second.xqst")  # fmt: skip
    first, second = ((xqs.folder / f"{name}.xqst").read_bytes() for name in ("first", "second"))
    assert first == second
    # What was read is written again as the same bytes.
    xqs.prints("score", "first.xqst", *PERTH_DEFINITION, "--by", "gender",
               "--save-ledger", "third.xqst")  # fmt: skip
    assert (xqs.folder / "third.xqst").read_bytes() == first


def test_groups_have_names_and_none_is_null(xqs: Program, write: Write) -> None:
    xqs.prints("score", write(ROWS), "--by", "team", "--save-ledger", "kept.xqst")
    labels = {label for columns in totals_of(xqs, "kept.xqst").values() for label in columns}
    assert labels == {
        '{"item":"relevance","team":"A"}',
        '{"item":"dialogue","team":"A"}',
        '{"item":"relevance","team":null}',
    }
    found = xqs.csv("kept.xqst", "--by", "team,item")
    assert [(row["team"], row["item"], row["answers"]) for row in found] == [
        ("A", "relevance", "1"), ("A", "dialogue", "1"), ("", "relevance", "1"),
    ]  # fmt: skip
    assert [row["answers"] for row in xqs.csv("kept.xqst", "--where", "team = A")] == ["2"]


def test_an_item_that_looks_like_a_label_is_itself(xqs: Program, write: Write) -> None:
    item = '{"item":"a"}'
    definition = json.dumps(
        {"xqs": 1, "name": "odd", "version": "1", "confidentiality": "identified",
         "requirement": {"rating": {"min": 1, "max": 5}},
         "satisfaction": {"rating": {"min": 1, "max": 5}}, "items": [{"id": item}]}
    )  # fmt: skip
    rules = ("--definition", "./" + write(definition, "odd.json"))
    quoted = '"' + item.replace('"', '""') + '"'
    file = write(f"{HEADER}p1,{quoted},5,3\n")
    wanted = xqs.prints("score", file, *rules, "--save-ledger", "odd.xqst")
    assert xqs.prints("score", "odd.xqst", *rules) == wanted


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("score", "kept.xqst", "--by", "channel"), 'no column "channel"; the input has: respondent'),
        (("score", "kept.xqst", *TOUCHPOINTS), "a ledger is of no touchpoints"),
        (("score", "kept.xqst", "rows.csv"), "long form, a row per answer, and the rows before are"),
        (("score", "rows.csv", "kept.xqst"), "are a ledger, and the rows before are in long form"),
        (("score", "kept.xqst", "--definition", "sqr"), "kept.xqst: byte 24: state of another"),
        (("score", "kept.xqst", "--by", "respondent"), "none of the groups"),
        (("score", "kept.xqst", "--unit", "row"), 'for the unit respondent, not for "row"'),
        (("score", "kept.xqst", "--time-zone", "Asia/Tokyo"), "periods of the zone it was saved with"),
        (("score", "kept.xqst", "--choices"), "need single answers, which a ledger has not"),
        (("score", "rows.csv", "--by", "respondent", "--save-ledger", "x"), "none of the groups"),
        (("score", "rows.csv", "--unit", "response", "--save-ledger", "x"), "unit respondent"),
        (("score", "rows.csv", "--choices", "--save-ledger", "x"), "need single answers"),
    ],
)  # fmt: skip
def test_what_ledgers_cannot_do_is_said(
    xqs: Program, write: Write, arguments: tuple[str, ...], part: str
) -> None:
    xqs.prints("score", write(ROWS, "rows.csv"), "--by", "team", "--save-ledger", "kept.xqst")
    assert part in xqs.refuses(*arguments)
    assert not (xqs.folder / "x").exists()


def test_a_ledger_may_not_replace_what_is_read_or_written(xqs: Program, write: Write) -> None:
    file = write(ROWS)
    for flags in ((file,), ("out.csv", "--output", "out.csv"), ("-",), ("packed.gz",)):
        xqs.refuses("score", file, "--save-ledger", *flags, status=2)
    assert (xqs.folder / file).read_text() == ROWS


def test_a_long_label_is_refused_before_it_is_written_out(xqs: Program) -> None:
    identity = state_format.Identity(bytes.fromhex("dadf66fcace584f5ff881fe3d6c92b04"), "respondent", False)
    rows = [(f"p{i}", "", "x" * 5_000, (4, 3, 1, 0, 0, 0)) for i in range(20)]
    data = state_format.write(state_format.ledger_of(identity, rows))
    (xqs.folder / "long.xqst").write_bytes(data)
    assert "has 5000 bytes; ledgers that are read may have 4096" in xqs.refuses("score", "long.xqst")


def test_damaged_bytes_are_refused(xqs: Program, write: Write) -> None:
    xqs.prints("score", write(ROWS), "--save-ledger", "kept.xqst")
    whole = (xqs.folder / "kept.xqst").read_bytes()
    chance = random.Random(2)
    for _ in range(40):
        damaged = bytearray(whole)
        damaged[chance.randrange(4, len(whole))] ^= 1 << chance.randrange(8)
        (xqs.folder / "damaged.xqst").write_bytes(damaged)
        assert "damaged.xqst: byte " in xqs.refuses("score", "damaged.xqst")
    for size in (4, 63, 64, len(whole) - 1):
        (xqs.folder / "cut.xqst").write_bytes(whole[:size])
        assert "cut.xqst: byte " in xqs.refuses("score", "cut.xqst")
    tally = ROOT / "tests" / "golden" / "v0"
    for vector in sorted(tally.glob("*tally*"))[:3]:
        assert "byte " in xqs.refuses("score", str(vector))
