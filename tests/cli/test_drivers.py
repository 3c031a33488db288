"""xqs drivers: where to act first. Against a second opinion in plain Python, and R's literals."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

import pytest
from conftest import HEADER, PERTH, PERTH_COLUMNS, Program, Write
from contrasts import Answer, answers_of, sums_of
from survey import t_probability

COLUMNS = (
    "item,requirement,satisfaction,score,ci_low,ci_high,gap_share,quadrant,confidence,"
    "respondents,flags,definition"
)
PERTH_ANSWERS = (
    str(PERTH / "answers.csv"),
    *PERTH_COLUMNS,
    *("--definition", str(PERTH / "perth_default.json")),
)


def drivers(xqs: Program, *arguments: str, notes: tuple[str, ...] = ()) -> list[dict[str, str]]:
    out = xqs.prints("drivers", *arguments, "--format", "csv", notes=notes)
    return list(csv.DictReader(io.StringIO(out.decode())))


def perth() -> list[Answer]:
    with open(PERTH / "answers.csv", encoding="utf-8", newline="") as file:
        return answers_of(csv.DictReader(file), "id", "r", "s")


def rules(*items: str, **changes: object) -> str:
    rating = {"rating": {"min": 1, "max": 5}}
    definition = {"xqs": 1, "name": "made", "version": "1", "confidentiality": "identified"}
    scales = {"requirement": rating, "satisfaction": rating}
    return json.dumps(definition | scales | {"items": [{"id": i} for i in items]} | changes)


def mean_with_error(
    answers: Sequence[Answer], points: str, item: str, less_all: bool
) -> tuple[float, float, int]:
    """The mean of an item, less its cut-off; its standard error and degrees of freedom."""
    own = [a for a in answers if a.item == item]
    value = sum(getattr(a, points) for a in own) / len(own)
    deviations: dict[str, float] = defaultdict(float)
    for a in own:
        deviations[a.unit] += (getattr(a, points) - value) / len(own)
    if less_all:
        mean = sum(getattr(a, points) for a in answers) / len(answers)
        for a in answers:
            deviations[a.unit] -= (getattr(a, points) - mean) / len(answers)
    n = len({a.unit for a in (answers if less_all else own)})
    variance = n * math.fsum(e * e for e in deviations.values())
    error = math.sqrt(variance / (n - 1)) if n > 1 else 0.0
    return value - (mean if less_all else 2), error, n - 1


def expected_of(answers: Sequence[Answer], item: str, cut: str) -> dict[str, float | str]:
    own = [a for a in answers if a.item == item]
    places = [
        mean_with_error(answers, points, item, cut == "mean")
        for points in ("requirement", "satisfaction")
    ]
    known = all(df > 0 and error > 1e-12 for _, error, df in places)
    chances = [t_probability(value / error, df) for value, error, df in places if known]
    gap = sum(a.requirement - a.satisfaction for a in own)
    whole = sum(a.requirement - a.satisfaction for a in answers)
    core = "core" if places[0][0] >= 0 else "marginal"
    return {
        "requirement": sum(a.requirement for a in own) / len(own) / 4,
        "satisfaction": sum(a.satisfaction for a in own) / len(own) / 4,
        "score": 100 * sum(a.satisfaction for a in own) / sum(a.requirement for a in own),
        "gap_share": float(Fraction(gap, whole)),
        "confidence": min(chances[0], 1 - chances[1]) if known else "",
        "quadrant": f"{core}_{'strength' if places[1][0] >= 0 else 'weakness'}",
    }


@pytest.mark.parametrize("cut", ["middle", "mean"])
@pytest.mark.parametrize("by", [None, "gender"])
def test_items_of_perth(xqs: Program, cut: str, by: str | None) -> None:
    rows = drivers(xqs, *PERTH_ANSWERS, "--cut", cut, *(("--by", by) if by else ()))
    assert list(rows[0]) == [*([by] if by else []), *COLUMNS.split(",")]
    everybody = perth()
    groups = sorted({a.row[by] for a in everybody}) if by else [""]
    for group in groups:
        answers = [a for a in everybody if not by or a.row[by] == group]
        own = [r for r in rows if not by or r[by] == group]
        assert sorted(r["item"] for r in own) == sorted({a.item for a in answers})
        for row in own:
            expected = expected_of(answers, row["item"], cut)
            assert row["quadrant"] == expected.pop("quadrant")
            for name, value in expected.items():
                found = float(row[name]) if value != "" else row[name]
                assert found == pytest.approx(value, rel=1e-8, abs=1e-9), name
            people = sums_of(a for a in answers if a.item == row["item"])
            assert int(row["respondents"]) == len(people)
        assert math.fsum(float(r["gap_share"]) for r in own) == pytest.approx(1, rel=1e-12)
        gap = {r["item"]: 0 for r in own}
        for a in answers:
            gap[a.item] += a.requirement - a.satisfaction
        worth = [gap[r["item"]] * float(r["confidence"]) for r in own if r["confidence"]]
        assert all(r["confidence"] for r in own[: len(worth)])
        assert all(a >= b - 1e-9 for a, b in zip(worth, worth[1:], strict=False))
    if by:
        assert [r[by] for r in rows] == sorted(r[by] for r in rows)


def test_scores_and_intervals_are_those_of_the_items(xqs: Program) -> None:
    scores = {r["item"]: r for r in xqs.csv(*PERTH_ANSWERS, "--by", "item")}
    for row in drivers(xqs, *PERTH_ANSWERS):
        for name in ("score", "ci_low", "ci_high", "respondents"):
            assert row[name] == scores[row["item"]][name]


def test_shares_are_of_a_surplus_or_there_is_none(xqs: Program, write: Write) -> None:
    definition = ("--definition", write(rules("a", "b"), "made.json"))
    rows = [(f"p{i}", item, r, s) for i in range(3) for item, r, s in (("a", 4, 5), ("b", 5, 4))]
    text = HEADER + "".join(f"{who},{item},{r},{s}\n" for who, item, r, s in rows)
    for row in drivers(xqs, write(text), *definition):
        assert (row["gap_share"], row["confidence"]) == ("", "")
        assert "no_gap" in row["flags"] and "degenerate" in row["flags"]
    surplus = {r["item"]: r for r in drivers(xqs, write(text + "p9,a,2,5\n"), *definition)}
    assert surplus["a"]["gap_share"] == "2" and surplus["b"]["gap_share"] == "-1"


def test_only_items_that_were_asked_about(xqs: Program, write: Write) -> None:
    definition = ("--definition", write(rules("a", "b", extra_items="allow"), "made.json"))
    text = HEADER + "".join(f"p{i},a,5,{3 + i % 2}\np{i},other,5,1\n" for i in range(10))
    (row,) = drivers(xqs, write(text), *definition, notes=('("other"); they are left out',))
    assert (row["item"], row["gap_share"]) == ("a", "1")


def test_weighted_answers_have_no_means(xqs: Program, write: Write) -> None:
    definition = ("--definition", write(rules("a", "b", weight_places=1), "made.json"))
    text = f"{HEADER.strip()},weight\n"
    text += "".join(f"p{i},a,5,{3 + i % 2},1.5\np{i},b,4,{3 + i % 2},0.5\n" for i in range(10))
    rows = {row["item"]: row for row in drivers(xqs, write(text), *definition)}
    for row in rows.values():
        empty = ("requirement", "satisfaction", "quadrant", "confidence")
        assert [row[name] for name in empty] == ["", "", "", ""]
    # Gaps 10 (4 - 2.5) 1.5 = 22.5 and 10 (3 - 2.5) 0.5 = 2.5.
    assert float(rows["a"]["gap_share"]) == pytest.approx(0.9, rel=1e-12)


def secret_rows(people: dict[str, int]) -> str:
    lines = [f"p{i},{item},5,{2 + i % 2}\n" for item, n in people.items() for i in range(n)]
    return HEADER + "".join(lines)


@pytest.mark.parametrize("cut", ["middle", "mean"])
def test_a_hidden_item_hides_the_shares_of_the_others(
    xqs: Program, write: Write, cut: str
) -> None:
    definition = write(rules("a", "b", "c", confidentiality="anonymous"), "secret.json")
    options = ("--definition", definition, "--cut", cut)
    for row in drivers(xqs, write(secret_rows({"a": 9, "b": 9, "c": 9})), *options):
        assert float(row["gap_share"]) == pytest.approx(1 / 3) and row["quadrant"]
    file = write(secret_rows({"a": 9, "b": 9, "c": 4}))
    rows = drivers(xqs, file, *options, notes=("hidden cells: 1",))
    assert [row["item"] for row in rows] == ["a", "b", "c"]
    for row in rows[:2]:
        assert row["score"] and not row["gap_share"]
        assert bool(row["quadrant"]) == (cut == "middle")  # means are of all items
    assert rows[2]["flags"] == "below_minimum"
    kept = {name for name, value in rows[2].items() if value}
    assert kept == {"item", "flags", "definition"}


def test_population_is_that_of_the_group(xqs: Program, write: Write) -> None:
    text = f"{HEADER.strip()},size,team\n"
    for i in range(8):
        text += f"p{i},relevance,5,{3 + i % 2},20,A\np{i},effort,5,{3 + i % 2},20,A\n"
    wide = {r["item"]: r for r in drivers(xqs, write(text))}
    narrow = {r["item"]: r for r in drivers(xqs, write(text), "--population", "20")}
    by_column = drivers(xqs, write(text), "--population", "size", "--by", "team")
    assert float(narrow["effort"]["ci_low"]) > float(wide["effort"]["ci_low"])
    assert {r["item"]: r["ci_low"] for r in by_column} == {
        item: row["ci_low"] for item, row in narrow.items()
    }
    changed = text.replace("p1,effort,5,4,20", "p1,effort,5,4,30")
    message = xqs.refuses("drivers", write(changed), "--population", "size", "--by", "team")
    assert "population 30 differs from 20" in message
    lines = [
        line.replace(",20,", ",30,") if "effort" in line else line for line in text.split("\n")
    ]
    message = xqs.refuses("drivers", write("\n".join(lines)), "--population", "size")
    assert "of another item of the same group" in message


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--by", "item"], 1, '"item" is a column of the result'),
        (["--by", "quadrant"], 1, '"quadrant" is a column of the result'),
        (["--by", "question", "--map", "item=question"], 2, "drivers have a row for each item"),
        (["--population", "90", "--by", "team"], 2, "$.population: a number is the population of"),
        (["--by", "nowhere"], 1, "nowhere"),
    ],
)
def test_a_request_that_cannot_be(
    xqs: Program, write: Write, arguments: list[str], status: int, message: str
) -> None:
    text = "respondent,item,question,requirement,satisfaction,team\n"
    text += "".join(f"p{i},effort,effort,5,4,A\n" for i in range(6))
    assert message in xqs.refuses("drivers", write(text), *arguments, status=status)


@pytest.mark.parametrize(
    "flag", ["--estimator=item_mean", "--period=year(time)", "--margin=2", "--cut=median"]
)
def test_a_flag_that_is_none(xqs: Program, write: Write, flag: str) -> None:
    done = xqs.run("drivers", write(HEADER + "p,effort,5,4\n"), flag)
    assert (done.status, done.out) == (2, b"") and flag.split("=")[0] in done.err


def test_json_and_a_table_to_read(xqs: Program) -> None:
    rows = json.loads(xqs.prints("drivers", *PERTH_ANSWERS, "--cut", "mean", "--format", "json"))
    expected = drivers(xqs, *PERTH_ANSWERS, "--cut", "mean")
    assert [row["item"] for row in rows] == [row["item"] for row in expected]
    assert rows[0]["gap_share"] == float(expected[0]["gap_share"])
    table = xqs.prints("drivers", *PERTH_ANSWERS, "--cut", "mean").decode().splitlines()
    assert table[2] == (
        "item  requirement  satisfaction  score   95 % interval  gap share %  quadrant"
        "           confidence %  respondents  flags"
    )
    assert table[3].split()[0] == expected[0]["item"] and "core weakness" in table[3]


def test_a_weakness_that_all_agree_on_comes_first(xqs: Program, write: Write) -> None:
    """All require the most, so the requirement has no variance and the item no confidence."""
    rows = [f"p{i},timely,5,{1 + i % 2}" for i in range(12)]
    rows += [f"p{i},reliable,{3 + i % 3},{2 + i % 3}" for i in range(12)]
    file = write("respondent,item,requirement,satisfaction\n" + "\n".join(rows) + "\n")
    first = drivers(xqs, file, "--definition", "sqr")[0]
    assert (first["item"], first["quadrant"], first["confidence"]) == ("timely", "core_weakness", "")
