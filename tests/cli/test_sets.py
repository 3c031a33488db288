"""`xqs score` by several sets of columns, of some rows, the best or the worst; and the gate."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import HEADER, PERTH, PERTH_COLUMNS, SCORE_COLUMNS, Program, Write

PERTH_SCORE = (
    str(PERTH / "answers.csv"),
    *PERTH_COLUMNS,
    *("--definition", str(PERTH / "perth_default.json")),
)
RESULTS = SCORE_COLUMNS.split(",")


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


# Sets


def test_sets_are_the_separate_queries(xqs: Program) -> None:
    rows = xqs.json(*PERTH_SCORE, "--sets", "gender,age;gender;")
    assert list(rows[0]) == ["set", "gender", "age", *RESULTS]
    by_both = xqs.json(*PERTH_SCORE, "--by", "gender,age")
    by_gender = xqs.json(*PERTH_SCORE, "--by", "gender")
    (whole,) = xqs.json(*PERTH_SCORE)
    assert rows == [
        *({"set": 0} | row for row in by_both),
        *({"set": 1, "age": None} | row for row in by_gender),
        {"set": 2, "gender": None, "age": None} | whole,
    ]


def test_sets_in_csv(xqs: Program) -> None:
    rows = xqs.csv(*PERTH_SCORE, "--sets", ";gender")
    assert list(rows[0]) == ["set", "gender", *RESULTS]
    (whole,) = xqs.csv(*PERTH_SCORE)
    assert rows == [
        {"set": "0", "gender": ""} | whole,
        *({"set": "1"} | row for row in xqs.csv(*PERTH_SCORE, "--by", "gender")),
    ]


def test_columns_stand_in_the_order_of_their_first_set(xqs: Program) -> None:
    rows = xqs.json(*PERTH_SCORE, "--sets", "age;gender,age")
    assert list(rows[0]) == ["set", "age", "gender", *RESULTS]
    by_both = xqs.json(*PERTH_SCORE, "--by", "gender,age")
    assert [without(row, "set") for row in rows if row["set"] == 1] == by_both


@pytest.mark.parametrize("by", ["gender", "item"])
def test_one_set_is_a_grouping(xqs: Program, by: str) -> None:
    assert xqs.json(*PERTH_SCORE, "--sets", by) == xqs.json(*PERTH_SCORE, "--by", by)


def test_item_mean_of_sets(xqs: Program) -> None:
    """With and without columns by item."""
    estimator = ("--estimator", "item_mean")
    rows = xqs.json(*PERTH_SCORE, *estimator, "--sets", "item;gender;")
    expected = [
        xqs.json(*PERTH_SCORE, *estimator, *by) for by in (["--by", "item"], ["--by", "gender"], [])
    ]
    assert [without(row, "set", "item", "gender") for row in rows] == [
        without(row, "item", "gender") for query in expected for row in query
    ]


def test_exclusions_are_counted_once(xqs: Program) -> None:
    table = xqs.prints("score", *PERTH_SCORE, "--sets", "gender;item;").decode()
    assert "667 answers excluded: 667 zero_requirement" in table


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--sets", "gender;", "--by", "age"], "both"),
        (["--sets", "gender;gender"], "same set"),
        (["--sets", "gender,age;age,gender"], "same set"),
        (["--sets", ";"], "same set"),
        (["--sets", "gender,gender;"], "twice"),
        (["--top", "1", "--bottom", "1"], "both"),
        (["--top", "0"], "top"),
        (["--top", "-1"], "top"),
        (["--bottom", "1.5"], "bottom"),
        (["--bottom", "few"], "bottom"),
        (["--sets", "gender;", "--population", "700"], "population"),
        (["--where", "gender"], "gender"),
        (["--where", "gender=1"], "gender=1"),
        (["--where", " = 1"], "= 1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(xqs: Program, arguments: list[str], part: str) -> None:
    assert part in xqs.refuses("score", *PERTH_SCORE, *arguments, status=2)


def test_set_of_a_column_that_does_not_exist(xqs: Program) -> None:
    assert 'no column "none"' in xqs.refuses("score", *PERTH_SCORE, "--sets", "gender;none")


def test_column_named_set_cannot_be_grouped_by(xqs: Program, write: Write) -> None:
    file = write(HEADER.replace("\n", ",set\n") + "p1,effort,4,3,A\n")
    assert '"set"' in xqs.refuses("score", file, "--sets", "set;")


# Conditions


PEOPLE = HEADER.replace("\n", ",team,size\n") + (
    "p1,effort,5,2,Süd,9\np2,effort,5,3,Nord,10\np3,effort,5,4,Nord,100\np4,effort,5,5,,\n"
)


@pytest.mark.parametrize(
    ("conditions", "people"),
    [
        (["team = Nord"], {"p2", "p3"}),
        (["team != Nord"], {"p1"}),
        (["team in Nord|Süd"], {"p1", "p2", "p3"}),
        (["team in Süd|West"], {"p1"}),
        (["team < Süd"], {"p2", "p3"}),
        (["size = 10"], {"p2"}),
        (["size = 10.0"], set()),  # = compares text
        (["size != 10"], {"p1", "p3"}),
        (["size < 10"], {"p1"}),
        (["size <= 10"], {"p1", "p2"}),
        (["size > 10"], {"p3"}),
        (["size >= 10.0"], {"p2", "p3"}),
        (["size > 9", "size < 100"], {"p2"}),
        (["team = Nord", "size >= 10", "respondent != p2"], {"p3"}),
        (["item = effort", "satisfaction >= 4"], {"p3", "p4"}),
    ],
    ids=str,
)
def test_where(xqs: Program, write: Write, conditions: list[str], people: set[str]) -> None:
    file = write(PEOPLE)
    arguments = [part for condition in conditions for part in ("--where", condition)]
    if not people:
        assert "none of the 4 rows" in xqs.refuses("score", file, *arguments)
        return
    rows = xqs.csv(file, "--by", "respondent", *arguments)
    assert {row["respondent"] for row in rows} == people
    (whole,) = xqs.csv(file, *arguments)
    assert int(whole["answers"]) == int(whole["respondents"]) == len(people)


def test_where_names_a_standard_column_or_the_actual_one(xqs: Program) -> None:
    arguments = (*PERTH_SCORE, "--by", "gender", "--where")
    assert xqs.csv(*arguments, "requirement >= 4") == xqs.csv(*arguments, "r >= 4")


def test_where_is_the_file_with_those_rows(xqs: Program, write: Write) -> None:
    header, *lines = (PERTH / "answers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.rstrip().endswith(",2")]
    of_some = xqs.csv(*PERTH_SCORE, "--by", "item", "--where", "res = 2")
    assert of_some == xqs.csv(write(header + "".join(kept)), *PERTH_SCORE[1:], "--by", "item")


def test_where_compares_text_with_a_number(xqs: Program, write: Write) -> None:
    message = xqs.refuses("score", write(PEOPLE), "--where", "team > 3")
    for part in ("feedback.csv:2: ", 'team "Süd"', "the number 3"):
        assert part in message


def test_no_row_meets_the_conditions(xqs: Program, write: Write) -> None:
    message = xqs.refuses("score", write(PEOPLE), "--where", "team = West")
    assert "feedback.csv: none of the 4 rows meets the conditions" in message


def test_condition_on_a_column_that_does_not_exist(xqs: Program, write: Write) -> None:
    assert 'no column "none"' in xqs.refuses("score", write(PEOPLE), "--where", "none = 1")


# The best and the worst


def test_top_and_bottom(xqs: Program) -> None:
    rows = xqs.json(*PERTH_SCORE, "--by", "item")
    by_score = sorted(rows, key=lambda row: float(row["score"]))
    assert xqs.json(*PERTH_SCORE, "--by", "item", "--bottom", "3") == by_score[:3]
    assert xqs.json(*PERTH_SCORE, "--by", "item", "--top", "3") == by_score[:-4:-1]
    assert xqs.json(*PERTH_SCORE, "--by", "item", "--top", "999") == by_score[::-1]


def test_top_is_of_each_set(xqs: Program) -> None:
    rows = xqs.json(*PERTH_SCORE, "--sets", "item;gender", "--top", "1")
    assert [row["set"] for row in rows] == [0, 1]
    for row, by in zip(rows, ("item", "gender"), strict=True):
        (best,) = xqs.json(*PERTH_SCORE, "--by", by, "--top", "1")
        assert row[by] == best[by] and row["score"] == best["score"]


def test_equal_scores_keep_their_order(xqs: Program, write: Write) -> None:
    lines = [f"p,effort,5,{code},{group}\n" for group, code in zip("cadb", "3434", strict=True)]
    file = write(HEADER.replace("\n", ",group\n") + "".join(lines))
    arguments = (file, "--by", "group", "--check-duplicates", "off")
    for option, order in (("--top", "abcd"), ("--bottom", "cdab")):
        rows = xqs.csv(*arguments, option, "4")
        assert "".join(row["group"] for row in rows) == order


# The gate: what totals could give back


def anonymous_rows(**people: int) -> str:
    """As many people in each group; a group `xy` is in x of one column and in xy of the other."""
    lines = [
        f"{group}{i},timely,4,{2 + i % 3},{group[0]},{group}\n"
        for group, count in people.items()
        for i in range(count)
    ]
    return HEADER.replace("\n", ",group,team\n") + "".join(lines)


def seen(rows: list[dict[str, Any]], *by: str) -> dict[str, Any]:
    """Respondents of each cell, or the flag of a cell that shows nothing."""
    cells = {}
    for row in rows:
        hidden = [flag for flag in row["flags"] if flag in ("below_minimum", "suppressed")]
        if hidden:
            assert {row[name] for name in RESULTS if name not in ("flags", "definition")} == {None}
            assert row["flags"] == hidden
        name = "/".join(str(row[column]) for column in by)
        cells[name] = hidden[0] if hidden else row["respondents"]
    return cells


def test_a_total_does_not_give_back_a_small_cell(xqs: Program, write: Write) -> None:
    arguments = (write(anonymous_rows(a=12, b=9, c=3)), "--definition", "sqr", "--sets", "group;")
    notes = ["hidden cells: 2; definition sqr@2026.1 is anonymous"]
    rows = xqs.json(*arguments, notes=notes)
    expected = {"a": 12, "b": "suppressed", "c": "below_minimum", "None": 24}
    assert seen(rows, "group") == expected
    for row in xqs.csv(*arguments, notes=notes):
        if expected[row["group"] or "None"] in ("suppressed", "below_minimum"):
            values = {name for name in row if row[name]}
            assert values == {"set", "group", "flags", "definition"}
    table = xqs.prints("score", *arguments).decode()
    assert notes[0] in table and " 9 " not in table and " 3 " not in table


def test_without_the_total_the_rest_is_shown(xqs: Program, write: Write) -> None:
    file = write(anonymous_rows(a=12, b=9, c=3))
    rows = xqs.json(file, "--definition", "sqr", "--by", "group", notes=["hidden cells: 1"])
    assert seen(rows, "group") == {"a": 12, "b": 9, "c": "below_minimum"}


def test_small_cells_that_are_enough_together(xqs: Program, write: Write) -> None:
    file = write(anonymous_rows(a=12, b=3, c=2))
    arguments = (file, "--definition", "sqr", "--sets", "group;")
    rows = xqs.json(*arguments, notes=["hidden cells: 2"])
    assert seen(rows, "group") == {
        **{"a": 12, "b": "below_minimum", "c": "below_minimum"},
        "None": 17,
    }


def test_order_of_sets_does_not_matter_to_the_gate(xqs: Program, write: Write) -> None:
    arguments = (write(anonymous_rows(ax=6, ay=4, bx=8, by=7)), "--definition", "sqr", "--sets")
    notes = ["hidden cells: 2"]
    one = xqs.json(*arguments, ";group;group,team", notes=notes)
    other = xqs.json(*arguments, "team,group;;group", notes=notes)
    expected = {
        **{"None/None": 25, "a/None": 10, "b/None": 15},
        **{"a/ax": "suppressed", "a/ay": "below_minimum", "b/bx": 8, "b/by": 7},
    }
    assert seen(one, "group", "team") == seen(other, "group", "team") == expected


def test_sets_that_cross_are_refused(xqs: Program, write: Write) -> None:
    arguments = (write(anonymous_rows(ax=9, ay=9)), "--definition", "sqr", "--sets", "group;team;")
    for form in ("csv", "json", "table"):
        message = xqs.refuses("score", *arguments, "--format", form, "--output", "scores")
        for part in ("sqr@2026.1", "[group] and [team]", "not nested"):
            assert part in message
        assert not (xqs.folder / "scores").exists()


def test_sets_that_cross_are_fine_where_people_are_known(xqs: Program) -> None:
    rows = xqs.json(*PERTH_SCORE, "--sets", "gender;res")
    assert [without(row, "set", "gender", "res") for row in rows] == [
        without(row, by) for by in ("gender", "res") for row in xqs.json(*PERTH_SCORE, "--by", by)
    ]


def test_top_leaves_out_what_is_hidden(xqs: Program, write: Write) -> None:
    arguments = (write(anonymous_rows(a=12, b=9, c=3)), "--definition", "sqr", "--sets", "group;")
    rows = xqs.json(*arguments, "--top", "9", notes=["hidden cells: 2"])
    assert seen(rows, "group") == {"a": 12, "None": 24}


def test_a_small_population_does_not_tell_how_many_answered(xqs: Program, write: Write) -> None:
    arguments = ("--definition", "sqr", "--population")
    few = write(anonymous_rows(a=4), "few.csv")
    (row,) = xqs.json(few, *arguments, "2", notes=["hidden cells: 1"])
    assert row["flags"] == ["below_minimum"] and row["respondents"] is None
    message = xqs.refuses("score", write(anonymous_rows(a=17)), *arguments, "8")
    assert message.endswith("more units answered than the population of 8")
