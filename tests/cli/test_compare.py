"""xqs compare: is it a change? Against a second opinion in plain Python, and literals of R."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import HEADER, PERTH, PERTH_COLUMNS, ROOT, Program, Write
from contrasts import Answer, Change, answers_of, benjamini_hochberg, change, holm, sums_of
from survey import Row, read_rows

PHARMA = ROOT / "examples" / "data" / "pharma"
WAVES = (str(PHARMA / "sqr_wave1.csv.gz"), str(PHARMA / "sqr_wave2.csv.gz"))
SQR = (*WAVES, "--definition", "sqr", "--period", "half_year(time)")
PERTH_ANSWERS = (
    str(PERTH / "answers.csv"),
    *PERTH_COLUMNS,
    *("--definition", str(PERTH / "perth_default.json")),
)
RESULT = (
    "change,std_error,ci_low,ci_high,p,p_holm,p_bh,verdict,needed_respondents,"
    "respondents_before,respondents_after,flags,definition"
)
PERIODS = f"before,after,score_before,score_after,{RESULT}"
GROUPS = f"score,score_other,{RESULT}"
ANONYMOUS = json.dumps(
    {
        "xqs": 1,
        "name": "secret",
        "version": "1",
        "requirement": {"rating": {"min": 1, "max": 5}},
        "satisfaction": {"rating": {"min": 1, "max": 5}},
        "items": [{"id": "a"}],
        "confidentiality": "anonymous",
    }
)


def compare(xqs: Program, *arguments: str, notes: tuple[str, ...] = ()) -> list[dict[str, str]]:
    out = xqs.prints("compare", *arguments, "--format", "csv", notes=notes)
    return list(csv.DictReader(io.StringIO(out.decode())))


def waves() -> list[list[Answer]]:
    return [answers_of(read_rows(Path(wave))) for wave in WAVES]


def perth() -> list[Answer]:
    with open(PERTH / "answers.csv", encoding="utf-8", newline="") as file:
        return answers_of(csv.DictReader(file), "id", "r", "s")


def agrees(row: Row, expected: Change, names: tuple[str, str]) -> None:
    """Both sides, before and after, stand in the columns `names`."""
    found = [row[name] for name in (*names, "change", "std_error", "ci_low", "ci_high")]
    wanted = [
        expected.before,
        expected.after,
        expected.change,
        expected.std_error,
        expected.low,
        expected.high,
    ]
    assert [float(text) for text in found] == pytest.approx(wanted, rel=1e-9)
    assert float(row["p"]) == pytest.approx(expected.p, rel=1e-6, abs=1e-12)


def long_rows(groups: dict[str, list[tuple[str, int, int]]], column: str = "team") -> str:
    """A group's answers are (person, requirement, satisfaction)."""
    lines = [f"{HEADER.strip()},{column}\n"]
    for group, answers in groups.items():
        lines += [f"{who},a,{r},{s},{group}\n" for who, r, s in answers]
    return "".join(lines)


def team(prefix: str, people: int, satisfaction: int = 3) -> list[tuple[str, int, int]]:
    return [(f"{prefix}{i}", 5, satisfaction + i % 2) for i in range(people)]


# Periods


def test_the_sqr_has_fallen_between_the_waves(xqs: Program) -> None:
    (row,) = compare(xqs, *SQR)
    assert list(row) == PERIODS.split(",")
    before, after = waves()
    agrees(row, change(sums_of(before), sums_of(after)), ("score_before", "score_after"))
    assert (row["before"], row["after"]) == ("2024-H1", "2025-H2")
    assert f"{float(row['score_before']):.1f} {float(row['score_after']):.1f}" == "46.7 42.3"
    assert f"{float(row['change']):.1f} {float(row['p']):.3f}" == "-4.4 0.025"
    assert row["p_holm"] == row["p_bh"] == row["p"]
    assert row["verdict"] == "down"
    assert (row["respondents_before"], row["respondents_after"]) == ("57", "57")
    assert row["flags"] == ""


def test_needed_respondents_of_the_sqr_are_those_of_r(xqs: Program) -> None:
    # s <- sqrt((57 * 2.196526^2 + 57 * 2.35684^2)/2): from the standard errors of both waves
    # ceiling(power.t.test(delta = 4.400051, sd = s, power = .8)$n)
    (row,) = compare(xqs, *SQR)
    assert row["needed_respondents"] == "241"
    (row,) = compare(xqs, *SQR, "--margin", "2")
    assert row["needed_respondents"] == "1162"


def test_the_same_people_are_compared_with_themselves(xqs: Program, write: Write) -> None:
    # Reps who answered in both waves: paired, so that far fewer would be needed.
    both = {a.unit for a in waves()[0]} & {a.unit for a in waves()[1]}
    assert len(both) == 54
    (row,) = compare(xqs, *SQR, "--where", "respondent in " + "|".join(sorted(both)))
    before, after = ([a for a in wave if a.unit in both] for wave in waves())
    agrees(row, change(sums_of(before), sums_of(after)), ("score_before", "score_after"))
    assert row["needed_respondents"] == "73"


def test_each_group_and_adjusted_p_values(xqs: Program) -> None:
    rows = compare(xqs, *SQR, "--by", "department")
    assert list(rows[0]) == ["department", *PERIODS.split(",")]
    departments = [row["department"] for row in rows]
    assert departments == sorted(departments) and len(departments) == 4
    p = []
    for row in rows:
        sums = [
            sums_of(a for a in wave if a.row["department"] == row["department"])
            for wave in waves()
        ]
        expected = change(sums[0], sums[1])
        agrees(row, expected, ("score_before", "score_after"))
        p.append(expected.p)
    assert [float(row["p_holm"]) for row in rows] == pytest.approx(holm(p), rel=1e-6)
    assert [float(row["p_bh"]) for row in rows] == pytest.approx(benjamini_hochberg(p), rel=1e-6)
    verdicts = [row["verdict"] for row in rows]
    assert verdicts == ["no_clear_change", "down", "down", "no_clear_change"]


PEOPLE = team("p", 12)
SEASONS = {"2024": PEOPLE, "2025": team("p", 12, 2), "2026": team("q", 12)}


def test_consecutive_periods_and_two_that_are_named(xqs: Program, write: Write) -> None:
    file = write(long_rows(SEASONS, "year"))
    definition = ("--definition", write(ANONYMOUS, "secret.json"), "--check-duplicates", "off")
    rows = compare(xqs, file, *definition, "--period", "year")
    assert [(r["before"], r["after"]) for r in rows] == [("2024", "2025"), ("2025", "2026")]
    (row,) = compare(
        xqs, file, *definition, "--period", "year", "--before", "2026", "--after", "2024"
    )
    assert (row["before"], row["after"]) == ("2026", "2024")
    assert row["change"] == "0"


def test_what_has_no_period_or_only_one_is_left_out_and_said(xqs: Program, write: Write) -> None:
    text = "respondent,item,requirement,satisfaction,year,team\n"
    for who in range(10):
        text += f"p{who},relevance,5,4,2024,a\np{who},relevance,5,{3 + who % 2},2025,a\n"
        text += f"q{who},relevance,5,3,2024,b\nr{who},relevance,5,3,,a\n"
    rows = compare(
        xqs,
        *(write(text), "--period", "year", "--by", "team", "--check-duplicates", "off"),
        notes=("that have not two periods to compare, left out: 1", "without year is left out"),
    )
    assert [(r["team"], r["before"], r["after"]) for r in rows] == [("a", "2024", "2025")]


def test_a_census_is_certain(xqs: Program, write: Write) -> None:
    text = "respondent,item,requirement,satisfaction,year,size\n"
    for who in range(10):
        text += f"p{who},relevance,5,4,2024,10\np{who},relevance,5,{3 + who % 2},2025,10\n"
    options = ("--period", "year", "--check-duplicates", "off", "--population", "size")
    (row,) = compare(xqs, write(text), *options)
    assert (row["std_error"], row["p"], row["verdict"]) == ("0", "0", "down")
    assert row["ci_low"] == row["ci_high"] == row["change"] == "-12.5"


# Groups


def test_each_group_against_the_rest(xqs: Program) -> None:
    rows = compare(xqs, *PERTH_ANSWERS, "--by", "age")
    assert list(rows[0]) == ["age", *GROUPS.split(",")]
    answers = perth()
    for row in rows:
        group = sums_of(a for a in answers if a.row["age"] == row["age"])
        rest = sums_of(a for a in answers if a.row["age"] != row["age"])
        agrees(row, change(rest, group), ("score_other", "score"))
        assert int(row["respondents_after"]) == len(group)
        assert int(row["respondents_before"]) == len(rest)
    assert [row["age"] for row in rows] == sorted({a.row["age"] for a in answers})


def test_people_in_several_groups_count_with_their_covariance(xqs: Program) -> None:
    answers = perth()
    for row in compare(xqs, *PERTH_ANSWERS, "--by", "item"):
        group = sums_of(a for a in answers if a.item == row["item"])
        rest = sums_of(a for a in answers if a.item != row["item"])
        agrees(row, change(rest, group), ("score_other", "score"))


def test_against_one_group(xqs: Program) -> None:
    answers = perth()
    groups = sorted({a.row["age"] for a in answers})
    rows = compare(xqs, *PERTH_ANSWERS, "--by", "age", "--against", groups[1], "--level", "0.9")
    assert [row["age"] for row in rows] == [g for g in groups if g != groups[1]]
    other = sums_of(a for a in answers if a.row["age"] == groups[1])
    for row in rows:
        group = sums_of(a for a in answers if a.row["age"] == row["age"])
        agrees(row, change(other, group, 0.9), ("score_other", "score"))


def test_the_design_of_the_request(xqs: Program) -> None:
    answers = perth()
    units = len(sums_of(answers))
    options = ("--by", "gender", "--against", "1", "--design", "request")
    other = sums_of(a for a in answers if a.row["gender"] == "1")
    rows = compare(xqs, *PERTH_ANSWERS, *options)
    finite = compare(xqs, *PERTH_ANSWERS, *options, "--population", "1000")
    for row, of_some in zip(rows, finite, strict=True):
        group = sums_of(a for a in answers if a.row["gender"] == row["gender"])
        agrees(row, change(other, group, units=units), ("score_other", "score"))
        expected = change(other, group, units=units, population=(1000, 1000))
        agrees(of_some, expected, ("score_other", "score"))


def test_unchanged_needs_a_margin(xqs: Program) -> None:
    options = (*PERTH_ANSWERS, "--by", "gender", "--against", "1")
    (row,) = [r for r in compare(xqs, *options) if r["gender"] == "2"]
    error, value = float(row["std_error"]), abs(float(row["change"]))
    # Both one-sided tests at 5 % with 150 degrees of freedom or more: 1.65 to 1.66 errors.
    for margin, verdict in ((value + 1.7 * error, "unchanged"), (value + 1.6 * error, "")):
        (again,) = [
            r for r in compare(xqs, *options, "--margin", f"{margin:.6f}") if r["gender"] == "2"
        ]
        assert again["verdict"] == (verdict or row["verdict"])


@pytest.mark.parametrize("estimator", ["item_mean", "respondent_mean"])
def test_other_estimators_have_their_scores(xqs: Program, estimator: str) -> None:
    options = (*PERTH_ANSWERS, "--by", "gender", "--estimator", estimator)
    scores = {row["gender"]: row["score"] for row in xqs.csv(*options)}
    rows = compare(xqs, *options)
    assert {row["gender"]: float(row["score"]) for row in rows} == pytest.approx(
        {gender: float(score) for gender, score in scores.items()}, rel=1e-9
    )


# The gate


def hidden_of(rows: list[dict[str, str]]) -> dict[str, str]:
    return {row["team"]: row["flags"] for row in rows if not row["change"]}


def test_the_rest_gives_back_no_small_group(xqs: Program, write: Write) -> None:
    groups = {"A": team("a", 12), "B": team("b", 11), "C": team("c", 3)}
    options = ("--by", "team", "--definition", write(ANONYMOUS, "secret.json"))
    rows = compare(xqs, write(long_rows(groups)), *options, notes=("hidden cells: 2",))
    # The whole less A and B would be C.
    assert hidden_of(rows) == {"B": "suppressed", "C": "below_minimum"}
    for row in rows:
        if row["team"] != "A":
            # The rest of C would be A and B, and so B, and the rest of A less B be C.
            shown = {name for name, value in row.items() if value}
            assert shown == {"team", "flags", "definition"}


def test_two_groups_of_which_one_is_small(xqs: Program, write: Write) -> None:
    groups = {"A": team("a", 12), "C": team("c", 4)}
    options = ("--by", "team", "--definition", write(ANONYMOUS, "secret.json"))
    rows = compare(xqs, write(long_rows(groups)), *options, notes=("hidden cells: 2",))
    assert hidden_of(rows) == {"A": "suppressed", "C": "below_minimum"}


def test_against_one_group_needs_no_whole(xqs: Program, write: Write) -> None:
    groups = {"A": team("a", 12), "B": team("b", 11), "C": team("c", 3)}
    options = ("--by", "team", "--definition", write(ANONYMOUS, "secret.json"))
    file = write(long_rows(groups))
    rows = compare(xqs, file, *options, "--against", "A", notes=("hidden cells: 1",))
    assert hidden_of(rows) == {"C": "below_minimum"}
    rows = compare(xqs, file, *options, "--against", "C", notes=("hidden cells: 2",))
    assert hidden_of(rows) == {"A": "below_minimum", "B": "below_minimum"}


def test_a_small_period_is_hidden(xqs: Program, write: Write) -> None:
    file = write(long_rows({"2024": team("a", 12), "2025": team("a", 4), "2026": team("b", 9)}))
    options = ("--period", "team", "--definition", write(ANONYMOUS, "secret.json"))
    rows = compare(
        xqs, file, *options, "--check-duplicates", "off", notes=("hidden cells: 2",)
    )
    assert [row["flags"] for row in rows] == ["below_minimum", "below_minimum"]
    assert [(row["score_before"] != "", row["score_after"] != "") for row in rows] == [
        (True, False),
        (False, True),
    ]


def test_few_people_have_no_verdict(xqs: Program, write: Write) -> None:
    groups = {"A": team("a", 12, 2), "B": team("b", 9, 4)}
    options = ("--by", "team", "--definition", write(ANONYMOUS, "secret.json"))
    for row in compare(xqs, write(long_rows(groups)), *options):
        assert float(row["p"]) < 0.01
        assert (row["verdict"], row["flags"]) == ("", "below_verdict_minimum")


# What is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], '$: needs "period" or groups ("by") to compare'),
        (["--period", "year", "--before", "2024"], '$: needs both "before" and "after"'),
        (["--by", "team", "--before", "a", "--after", "b"], '$.before: is a value of "period"'),
        (["--period", "y", "--before", "a", "--after", "a"], '$.after: is the same as "before"'),
        (["--period", "team", "--by", "team"], '$.period: is a column of "by" as well'),
        (["--period", "week(time)"], "week"),
        (["--by", "team,x", "--against", "a"], "$.against: is a group of one column"),
        (["--period", "x", "--by", "team", "--against", "a"], "$.against: is a group of one"),
        (["--by", "team", "--margin", "0"], "$.margin: must be above 0"),
        (["--by", "team", "--population", "90"], "$.population: a number is the population of"),
        (["--by", "team", "--population", "size"], "$.population: of a column is of each group"),
    ],
)
def test_a_request_that_cannot_be(
    xqs: Program, write: Write, arguments: list[str], message: str
) -> None:
    file = write(long_rows({"A": team("a", 3), "B": team("b", 3)}))
    assert message in xqs.refuses("compare", file, *arguments, status=2)


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("--interval=delta", "--interval"),
        ("--sets=team;", "--sets"),
        ("--margin=few", "is not a number"),
        ("--design=mine", "--design"),
        ("--cut=mean", "--cut"),
    ],
)
def test_a_flag_that_is_none(xqs: Program, write: Write, flag: str, message: str) -> None:
    done = xqs.run("compare", write(long_rows({"A": team("a", 3)})), "--by", "team", flag)
    assert (done.status, done.out) == (2, b"") and message in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", "team", "--against", "D"], 'there is no group "D" of team to compare others'),
        (["--by", "team", "--where", "team = A"], "there is only one group, and no other"),
        (["--period", "team", "--where", "team = A"], "no group has two periods of team"),
        (
            ["--period", "team", "--before", "A", "--after", "D"],
            'no group has "A" and "D" of team to compare; there is A, B',
        ),
        (["--by", "verdict"], '"verdict" is a column of the result'),
        (["--by", "before", "--period", "team"], '"before" is a column of the result'),
        (["--by", "nowhere"], "nowhere"),
    ],
)
def test_data_without_two_sides(
    xqs: Program, write: Write, arguments: list[str], message: str
) -> None:
    text = long_rows({"A": team("a", 3), "B": team("b", 3)}).replace(",a,", ",relevance,")
    assert message in xqs.refuses("compare", write(text), *arguments)


# Formats


def test_json_and_csv_are_the_same(xqs: Program) -> None:
    rows = json.loads(xqs.prints("compare", *SQR, "--format", "json"))
    (expected,) = compare(xqs, *SQR)
    (row,) = rows
    assert list(row) == list(expected) and row["flags"] == []
    assert row["change"] == float(expected["change"]) and row["respondents_before"] == 57


def test_a_table_to_read(xqs: Program) -> None:
    lines = xqs.prints("compare", *SQR).decode().splitlines()
    assert lines[2] == (
        "before   after    score before  after  change  95 % interval      p  verdict  needed"
        "  respondents  after  flags"
    )
    assert lines[3].split() == "2024-H1 2025-H2 46.7 42.3 -4.4 -8.2 to -0.6 0.025".split() + [
        *("down", "241", "57", "57"),
    ]
    table = xqs.prints("compare", *PERTH_ANSWERS, "--by", "item").decode()
    assert "<0.001" in table and "no clear change" in table and "p (Holm)" in table


def test_two_groups_are_one_comparison(xqs: Program, write: Write) -> None:
    """Each is the rest of the other, so nothing is adjusted for the second view of it."""
    groups = {"a": team("p", 12, 3), "b": team("q", 12, 2)}
    file = write(long_rows(groups).replace(",a,", ",timely,"))
    one, other = compare(xqs, file, "--definition", "sqr", "--by", "team")
    assert one["p"] == other["p"] == one["p_holm"] == other["p_holm"] == other["p_bh"]


def test_periods_in_a_column_tell_forms_apart(xqs: Program, write: Write) -> None:
    people = team("p", 12, 3)
    waves_of = {"wave 1": people, "wave 2": people}
    file = write(long_rows(waves_of, "wave").replace(",a,", ",timely,"))
    (row,) = compare(xqs, file, "--definition", "sqr", "--period", "wave")
    assert (row["before"], row["after"], row["respondents_after"]) == ("wave 1", "wave 2", "12")
