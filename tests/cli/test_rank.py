"""xqs rank: who is really better? Against a second opinion in plain Python."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import HEADER, PERTH, PERTH_COLUMNS, ROOT, Program, Write
from contrasts import Answer, Sums, answers_of, sums_of
from ranking import RANKED, expected
from survey import Row, read_rows

PHARMA = ROOT / "examples" / "data" / "pharma"
WAVES = tuple(str(PHARMA / f"sqr_wave{wave}.csv.gz") for wave in (1, 2))
CEQS = (
    str(PHARMA / "feedback.csv.gz"),
    *("--touchpoints", str(PHARMA / "touchpoints.csv.gz")),
)
COLUMNS = (
    "score,ci_low,ci_high,rank,rank_low,rank_high,tier,shrunken,funnel,respondents,flags,"
    "definition"
)
PERTH_ANSWERS = (
    str(PERTH / "answers.csv"),
    *PERTH_COLUMNS,
    *("--definition", str(PERTH / "perth_default.json")),
)
TWICE = ("--check-duplicates", "off")  # people answer on several groups
Groups = Mapping[str, Mapping[str, Sums]]


def rank(xqs: Program, *arguments: str, notes: Sequence[str] = ()) -> list[Row]:
    out = xqs.prints("rank", *arguments, "--format", "csv", notes=notes)
    return list(csv.DictReader(io.StringIO(out.decode())))


def coverage(groups: Groups) -> list[str]:
    """The note about groups that lack segments: the first ten of them, and what they cover."""
    wanted = expected(groups, method="delta")
    parts = [
        f"{key or '(none)'} ({100 * wanted[key]['covered']:.1f} %)"
        for key in sorted(wanted, key=in_order)
        if wanted[key]["covered"] < 1 - 1e-12
    ]
    more = ["..."] if len(parts) > 10 else []
    return [": " + ", ".join(parts[:10] + more)] if parts else []


def unranked(groups: Groups, minimum: int) -> list[str]:
    """The note that nobody has a rank."""
    rows = expected(groups, minimum=minimum, method="delta").values()
    return [] if any(row["rank"] for row in rows) else [f"fewer than the {minimum} respondents"]


def in_order(key: str) -> tuple[bool, bytes]:
    return not key, key.encode()


def groups_of(answers: Iterable[Answer], by: str, segment: str = "") -> dict[str, dict[str, Sums]]:
    cells: dict[str, dict[str, list[Answer]]] = defaultdict(lambda: defaultdict(list))
    for a in answers:
        cells[a.row[by]][a.row[segment] if segment else ""].append(a)
    return {
        group: {name: sums_of(own) for name, own in segments.items()}
        for group, segments in cells.items()
    }


def agrees(rows: Sequence[Row], by: str, groups: Groups, **options: Any) -> None:
    """All groups are there, in the order of their bytes, and every number is as expected."""
    assert list(rows[0]) == [by, *COLUMNS.split(",")]
    wanted = expected(groups, **options)
    assert [row[by] for row in rows] == sorted(wanted, key=in_order)
    for row in rows:
        row_agrees(row, wanted[row[by]], row[by])


def row_agrees(row: Row, wanted: dict[str, object], name: str) -> None:
    for column in ("score", "ci_low", "ci_high", "shrunken"):
        value = wanted[column]
        found = float(row[column]) if row[column] else None
        assert found == (value if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)), (
            name,
            column,
        )
    for column in ("rank", "rank_low", "rank_high", "tier", "funnel", "respondents"):
        value = wanted[column]
        assert row[column] == ("" if value is None else str(value)), (name, column)
    flags = row["flags"].split(";")
    assert ("variance_borrowed" in flags) == wanted["borrowed"], name
    assert ("no_requirement" in flags) == (wanted["score"] is None), name


def rules(**changes: object) -> str:
    rating = {"rating": {"min": 1, "max": 5}}
    made = {"xqs": 1, "name": "made", "version": "1", "confidentiality": "identified"}
    made |= {"requirement": rating, "satisfaction": rating, "items": [{"id": "a"}, {"id": "b"}]}
    return json.dumps(made | changes)


def definition_of(write: Write, **changes: object) -> tuple[str, str]:
    return "--definition", "./" + write(rules(**changes), "made.json")


def table_of(rows: Iterable[Row]) -> str:
    rows = list(rows)
    text = io.StringIO()
    out = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    out.writeheader()
    out.writerows(rows)
    return text.getvalue()


def row_of(person: str, item: str, requirement: int, satisfaction: int, **more: str) -> Row:
    answer = {"requirement": str(requirement), "satisfaction": str(satisfaction)}
    return {"respondent": person, "item": item, **answer, **more}


def survey(seed: int) -> list[Row]:
    """Teams whose people overlap: some are alone, some agree, some require nothing."""
    chance = random.Random(seed)
    people = [f"p{i}" for i in range(chance.randint(3, 60))]
    rows = []
    for team in range(chance.randint(2, 8)):
        name = f"{chance.choice('äzA')}{team}"
        level = chance.uniform(1.5, 4.5)
        kind = chance.choice(("usual",) * 6 + ("agree", "nothing"))
        members = chance.sample(people, chance.randint(1, len(people)))
        for person in members:
            segment = chance.choice("XYZ"[: chance.randint(1, 3)])
            for item in "ab"[: chance.randint(1, 2)]:
                noise = chance.gauss(level, 1)
                satisfaction = 3 if kind == "agree" else min(5, max(1, round(noise)))
                requirement = {"agree": 5, "nothing": 1}.get(kind, chance.randint(1, 5))
                more = {"team": name, "segment": segment}
                rows.append(row_of(person, item, requirement, satisfaction, **more))
    return rows


# Against the second opinion


@pytest.mark.parametrize("seed", range(60))
def test_random_teams_whose_people_overlap(xqs: Program, write: Write, seed: int) -> None:
    chance = random.Random(-seed)
    rows = survey(seed)
    everybody = {row["team"] for row in rows}
    options = {
        "alpha": chance.choice((0.01, 0.05, 0.3)),
        "family": chance.choice(("simultaneous", "per_entry")),
        "adjustment": chance.choice(("holm", "bonferroni")),
        "level": chance.choice((0.8, 0.95)),
    }
    minimum = chance.choice((1, 2, 5, 10))
    flags = [text for key, value in options.items() for text in (f"--{key}", str(value))]
    segment = chance.choice(("", "segment"))
    method = chance.choice(("fieller", "delta"))
    flags += ["--standardise", segment] if segment else ["--interval", method]
    options |= {"minimum": minimum, "method": "delta" if segment else method}
    groups = groups_of(answers_of(rows), "team", segment)
    groups |= {team: {} for team in everybody - groups.keys()}
    file = write(table_of(rows))
    definition = definition_of(write, minimum_for_verdict=minimum)
    threads = str(chance.choice((1, 3)))
    found = rank(xqs, file, *definition, "--by", "team", *flags, "--threads", threads,
                 *TWICE, notes=[*coverage(groups), *unranked(groups, minimum)])  # fmt: skip
    agrees(found, "team", groups, **options)


def perth() -> list[Answer]:
    with open(PERTH / "answers.csv", encoding="utf-8", newline="") as file:
        return answers_of(csv.DictReader(file), "id", "r", "s")


@pytest.mark.parametrize("by", ["gender", "age", "res"])
@pytest.mark.parametrize("family", ["simultaneous", "per_entry"])
def test_visitors_of_perth(xqs: Program, by: str, family: str) -> None:
    found = rank(xqs, *PERTH_ANSWERS, "--by", by, "--family", family)
    agrees(found, by, groups_of(perth(), by), family=family)


@pytest.mark.parametrize("adjustment", ["holm", "bonferroni"])
def test_items_of_perth_by_the_same_people(xqs: Program, adjustment: str) -> None:
    found = rank(xqs, *PERTH_ANSWERS, "--by", "item", "--adjustment", adjustment)
    found.sort(key=lambda row: row["item"].encode())  # items come as defined
    agrees(found, "item", groups_of(perth(), "item"), adjustment=adjustment)


def test_ages_of_perth_standardised_by_residence(xqs: Program) -> None:
    groups = groups_of(perth(), "age", "res")
    found = rank(xqs, *PERTH_ANSWERS, "--by", "age", "--standardise", "res",
                 notes=coverage(groups))  # fmt: skip
    agrees(found, "age", groups, method="delta")


@pytest.mark.parametrize("waves", [WAVES[:1], WAVES[1:], WAVES])
def test_departments_in_the_view_of_the_same_reps(xqs: Program, waves: tuple[str, ...]) -> None:
    found = rank(xqs, *waves, "--definition", "sqr", "--by", "department")
    answers = [a for wave in waves for a in answers_of(read_rows(Path(wave)))]
    agrees(found, "department", groups_of(answers, "department"))
    assert found[0]["department"] == "event_organisation"
    assert (found[0]["rank"], found[0]["rank_high"], found[0]["tier"]) == ("1", "1", "1")


@pytest.fixture(scope="module")
def physicians() -> list[Answer]:
    touchpoints = {row["touchpoint"]: row for row in read_rows(PHARMA / "touchpoints.csv.gz")}
    rows = read_rows(PHARMA / "feedback.csv.gz")
    return answers_of({**touchpoints[row["touchpoint"]], **row} for row in rows)


@pytest.mark.parametrize(
    ("by", "segment", "family"),
    [
        ("owner", "", "simultaneous"),
        ("owner", "", "per_entry"),
        ("owner", "segment", "simultaneous"),
        ("region", "", "simultaneous"),
        ("region", "channel", "per_entry"),
        ("campaign", "", "simultaneous"),
        ("campaign", "class", "simultaneous"),
    ],
)
def test_the_sample_company(
    xqs: Program, physicians: list[Answer], by: str, segment: str, family: str
) -> None:
    flags = ("--standardise", segment) if segment else ()
    groups = groups_of(physicians, by, segment)
    found = rank(xqs, *CEQS, "--by", by, *flags, "--family", family, notes=coverage(groups))
    agrees(found, by, groups, family=family, method="delta" if segment else "fieller")


def test_a_segment_may_be_a_period(xqs: Program, physicians: list[Answer]) -> None:
    for a in physicians:
        a.row["year"] = a.row["time"][:4]  # of the answer; in UTC
    groups = groups_of(physicians, "campaign", "year")
    found = rank(xqs, *CEQS, "--by", "campaign", "--standardise", "year(feedback.time)",
                 notes=coverage(groups))  # fmt: skip
    agrees(found, "campaign", groups, method="delta")


def test_scores_and_intervals_are_those_of_score(xqs: Program) -> None:
    for by in ("region", "owner,class"):
        scores = xqs.csv(*CEQS, "--by", by)
        rows = rank(xqs, *CEQS, "--by", by)
        columns = [*by.split(","), "score", "ci_low", "ci_high", "respondents", "definition"]
        assert [[r[c] for c in columns] for r in rows] == [[s[c] for c in columns] for s in scores]


# Single rules


def team(name: str, scores: Sequence[int], prefix: str = "") -> list[Row]:
    """A person each, who requires 5; from 1 to 5."""
    return [row_of(f"{prefix or name}{i}", "a", 5, s, team=name) for i, s in enumerate(scores)]


def test_equal_scores_share_the_better_rank(xqs: Program, write: Write) -> None:
    rows = [*team("A", [2, 4] * 10), *team("B", [3, 3, 2, 4] * 5), *team("C", [1, 1, 1, 2] * 5)]
    found = rank(xqs, write(table_of(rows)), *definition_of(write), "--by", "team")
    assert [(r["rank"], r["rank_low"], r["rank_high"], r["tier"]) for r in found] == [
        ("1", "1", "2", "1"),
        ("1", "1", "2", "1"),
        ("3", "3", "3", "2"),
    ]


def test_nobody_has_a_variance_so_nothing_is_separated(xqs: Program, write: Write) -> None:
    rows = [*team("A", [2] * 20), *team("B", [4] * 20)]
    found = rank(xqs, write(table_of(rows)), *definition_of(write), "--by", "team")
    places = [(r["rank"], r["rank_low"], r["rank_high"], r["tier"]) for r in found]
    assert places == [("2", "1", "2", "1"), ("1", "1", "2", "1")]
    assert [(r["score"], r["ci_low"], r["funnel"]) for r in found] == [
        ("25", "", ""),
        ("75", "", ""),
    ]
    assert all("variance_borrowed" in r["flags"] for r in found)


def test_one_respondent_borrows_a_variance(xqs: Program, write: Write) -> None:
    # The pooled variance of a respondent is that of A, 19 n V/19; B gets it with 1 degree.
    rows = [*team("A", [2, 4] * 10), *team("B", [5])]
    definition = definition_of(write, minimum_for_verdict=1)
    found = rank(xqs, write(table_of(rows)), *definition, "--by", "team")
    agrees(found, "team", groups_of(answers_of(rows), "team"), minimum=1)
    assert found[1]["flags"].split(";") == ["single_respondent", "variance_borrowed"]
    assert found[1]["rank_high"] == "2"


def test_a_difference_that_is_the_same_for_all_has_no_verdict(xqs: Program, write: Write) -> None:
    # Everybody says one less of B: the variance of the difference is 0, which says nothing.
    low, high = [1, 2, 3, 4] * 5, [2, 3, 4, 5] * 5
    rows = [*team("A", high, "p"), *team("B", low, "p")]
    found = rank(xqs, write(table_of(rows)), *definition_of(write), "--by", "team", *TWICE)
    assert [(r["rank"], r["rank_low"], r["rank_high"]) for r in found] == [
        ("1", "1", "2"),
        ("2", "1", "2"),
    ]


def test_a_few_people_get_no_rank_and_count_for_nobody(xqs: Program, write: Write) -> None:
    many = [*team("A", [2, 4] * 10), *team("B", [1, 2] * 10), *team("C", [3, 4, 3] * 7)]
    few = team("few", [5, 4, 5, 4, 5, 4, 5, 4, 5])
    file, definition = write(table_of([*many, *few])), definition_of(write)
    found = rank(xqs, file, *definition, "--by", "team")
    (row,) = [r for r in found if r["team"] == "few"]
    assert all(row[column] == "" for column in RANKED)
    assert float(row["score"]) > 80 and row["ci_low"] and row["respondents"] == "9"
    assert row["flags"] == "below_verdict_minimum"
    without = rank(xqs, write(table_of(many)), *definition, "--by", "team")
    assert [r for r in found if r["team"] != "few"] == without


def test_one_that_is_left_to_be_ranked_is_first_of_one(xqs: Program, write: Write) -> None:
    rows = [*team("A", [2, 4] * 10), *team("few", [5, 4, 5])]
    found = rank(xqs, write(table_of(rows)), *definition_of(write), "--by", "team")
    place = [found[0][c] for c in ("rank", "rank_low", "rank_high", "tier", "funnel")]
    assert place == ["1", "1", "1", "1", "within"]
    assert float(found[0]["shrunken"]) == pytest.approx(50, rel=1e-12)


@pytest.mark.parametrize("rule", ["exclude", "keep"])
def test_where_nothing_is_required_there_is_no_rank(
    xqs: Program, write: Write, rule: str
) -> None:
    rows = [*team("A", [2, 4] * 10), *team("B", [1, 2] * 10)]
    rows += [row_of(f"n{i}", "a", 1, 3, team="none") for i in range(12)]
    file, definition = write(table_of(rows)), definition_of(write, zero_requirement=rule)
    found = rank(xqs, file, *definition, "--by", "team")
    assert all(found[2][column] == "" for column in ("score", "ci_low", *RANKED))
    assert "no_requirement" in found[2]["flags"]
    assert [r["rank_high"] for r in found[:2]] == ["1", "2"]


def test_a_census_is_exact(xqs: Program, write: Write) -> None:
    rows = [*team("A", [2, 4] * 10), *team("B", [2, 4] * 9 + [2, 5]), *team("C", [2, 4] * 10)]
    for row in rows:
        row["size"] = "90" if row["team"] == "C" else "20"
    file = write(table_of(rows))
    found = rank(xqs, file, *definition_of(write), "--by", "team", "--population", "size")
    sizes = {"A": 20, "B": 20, "C": 90}
    groups = groups_of(answers_of(rows), "team")
    wanted = expected(groups, populations=sizes, method="delta")
    for row in found:
        for column in ("rank", "rank_low", "rank_high", "tier"):
            assert row[column] == str(wanted[row["team"]][column]), (row["team"], column)
    assert found[0]["rank_low"] == "2" and found[1]["rank_high"] != "3"
    assert found[0]["ci_low"] == found[0]["ci_high"] == found[0]["score"] == "50"
    assert [r["flags"] for r in found] == ["", "", ""]


def test_two_censuses_of_the_same_people_differ_for_certain(xqs: Program, write: Write) -> None:
    rows = [*team("A", [2, 4] * 10, "p"), *team("B", [2, 4] * 9 + [2, 5], "p")]
    for row in rows:
        row["size"] = "20"
    file = write(table_of(rows))
    found = rank(xqs, file, *definition_of(write), "--by", "team", "--population", "size",
                 *TWICE)  # fmt: skip
    assert [(r["rank_low"], r["rank_high"], r["tier"]) for r in found] == [
        ("2", "2", "2"),
        ("1", "1", "1"),
    ]


def test_population_counts_in_standard_errors(xqs: Program, write: Write) -> None:
    rows = survey(7)
    groups = groups_of(answers_of(rows), "team")
    sizes = {group: 3 * len(cells[""]) // 2 + 2 for group, cells in groups.items()}
    rows = [{**row, "size": str(sizes[row["team"]])} for row in rows if row["team"] in sizes]
    found = rank(xqs, write(table_of(rows)), *definition_of(write, minimum_for_verdict=2),
                 "--by", "team", "--population", "size", "--interval", "delta",
                 *TWICE)  # fmt: skip
    agrees(found, "team", groups, minimum=2, populations=sizes, method="delta")


def test_the_best_and_the_worst_first(xqs: Program, physicians: list[Answer]) -> None:
    rows = [r for r in rank(xqs, *CEQS, "--by", "owner") if r["rank"]]
    rows.sort(key=lambda row: int(row["rank"]))
    assert rank(xqs, *CEQS, "--by", "owner", "--top", "5") == rows[:5]
    assert rank(xqs, *CEQS, "--by", "owner", "--bottom", "5") == rows[: -5 - 1 : -1]
    assert rank(xqs, *CEQS, "--by", "owner", "--top", "900") == rows


def test_only_the_ranked_are_best(xqs: Program, write: Write) -> None:
    rows = [*team("A", [2, 4] * 10), *team("B", [1, 2] * 10), *team("few", [5, 5, 4])]
    file, definition = write(table_of(rows)), definition_of(write)
    for flag, teams in (("--top", ["A", "B"]), ("--bottom", ["B", "A"])):
        found = rank(xqs, file, *definition, "--by", "team", flag, "3")
        assert [r["team"] for r in found] == teams


def test_several_group_columns_are_one_key(xqs: Program, write: Write) -> None:
    rows = [{**row, "pair": row["team"] + row["segment"]} for row in survey(3)]
    definition = definition_of(write, minimum_for_verdict=2)
    file = write(table_of(rows))
    one = rank(xqs, file, *definition, "--by", "pair", *TWICE)
    two = rank(xqs, file, *definition, "--by", "team,segment", *TWICE)
    assert list(two[0]) == ["team", "segment", *COLUMNS.split(",")]
    columns = COLUMNS.split(",")
    assert [[r[c] for c in columns] for r in one] == [[r[c] for c in columns] for r in two]


def test_the_unit_decides_about_errors_and_people_about_verdicts(
    xqs: Program, write: Write
) -> None:
    # 6 people with 3 forms each: 18 forms, which are not 10 people.
    rows = []
    for name in "ABC":
        for i in range(36 if name == "C" else 18):
            who, form = f"{name}{i % (12 if name == 'C' else 6)}", str(i)
            rows.append(row_of(who, "a", 5, 1 + i % 5, team=name, response=form))
    options = (write(table_of(rows)), *definition_of(write), "--by", "team", "--unit", "response")
    found = rank(xqs, *options)
    assert [(r["rank"], r["respondents"]) for r in found] == [("", "6"), ("", "6"), ("1", "12")]


def test_forms_as_units(xqs: Program, physicians: list[Answer]) -> None:
    forms: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for a in physicians:
        r, s = forms[a.row["region"]].get(a.row["response"], (0, 0))
        forms[a.row["region"]][a.row["response"]] = (r + a.requirement, s + a.satisfaction)
    wanted = expected({region: {"": sums} for region, sums in forms.items()})
    people = {(a.row["region"], a.unit) for a in physicians}
    for row in rank(xqs, *CEQS, "--by", "region", "--unit", "response"):
        own = wanted[row["region"]]
        own["respondents"] = sum(region == row["region"] for region, _ in people)
        row_agrees(row, own, row["region"])


def test_items_outside_the_definition_are_not_ranked(xqs: Program, write: Write) -> None:
    rows = [row_of(f"p{i}", item, 5, s) for i in range(12) for item, s in
            (("a", 2 + i % 2), ("b", 3 + i % 3), ("other", 1 + i % 2))]  # fmt: skip
    definition = definition_of(write, extra_items="allow")
    found = rank(xqs, write(table_of(rows)), *definition, "--by", "item", notes=("left out",))
    assert [(r["item"], r["rank"], r["rank_high"]) for r in found] == [
        ("a", "2", "2"),
        ("b", "1", "1"),
    ]
    only = [row for row in rows if row["item"] != "other"]
    assert found == rank(xqs, write(table_of(only)), *definition, "--by", "item")


def test_answers_without_a_group_are_a_group(xqs: Program, write: Write) -> None:
    rows = [*team("A", [2, 4] * 10), *team("", [1, 2] * 10)]
    found = rank(xqs, write(table_of(rows)), *definition_of(write), "--by", "team")
    assert [(r["team"], r["rank"]) for r in found] == [("A", "1"), ("", "2")]


# The gate


def test_hidden_groups_change_nothing_that_is_shown(xqs: Program, write: Write) -> None:
    """Neither ranks, nor the shares of segments, nor what is shrunken to, know of them."""
    for seed in range(8):
        chance = random.Random(seed)
        rows = []
        for name in "ABCD":
            for i in range(chance.randint(12, 30)):
                score = min(5, max(1, round(chance.gauss(3 + (name == "B"), 1))))
                more = {"team": name, "segment": chance.choice("XY")}
                rows.append(row_of(f"{name}{i}", "a", chance.randint(2, 5), score, **more))
        small = [
            row_of(f"h{i}", "a", 5, 1 + 4 * (i % 2), team=f"hidden{i % 2}", segment="Z")
            for i in range(8)
        ]
        definition = definition_of(write, confidentiality="anonymous")
        for flags in ((), ("--standardise", "segment"), ("--family", "per_entry")):
            options = (*definition, "--by", "team", *flags)
            without = rank(xqs, write(table_of(rows)), *options)
            found = rank(
                xqs, write(table_of(rows + small)), *options, notes=("hidden cells: 2",)
            )
            hidden = [r for r in found if r["flags"] == "below_minimum"]
            assert [r["team"] for r in hidden] == ["hidden0", "hidden1"]
            for row in hidden:
                shown = {name for name, value in row.items() if value}
                assert shown == {"team", "flags", "definition"}
            assert [r for r in found if r["flags"] != "below_minimum"] == without


def test_a_group_with_a_segment_of_few_is_hidden_and_counts_for_nobody(
    xqs: Program, write: Write
) -> None:
    """Its standardised score would tell of them."""
    rows = []
    for name, scores in (("A", [2, 4, 3]), ("B", [1, 2, 3]), ("C", [4, 5, 3])):
        for i in range(24):
            segment = "Z" if (name, i % 8) == ("C", 0) else "XY"[i % 2]
            more = {"team": name, "segment": segment}
            rows.append(row_of(f"{name}{i}", "a", 2 + i % 4, scores[i % 3], **more))
    options = (*definition_of(write, confidentiality="anonymous"), "--by", "team",
               "--standardise", "segment")  # fmt: skip
    notes = ("groups hidden since a segment of theirs", "hidden cells: 1")
    found = rank(xqs, write(table_of(rows)), *options, notes=notes)
    assert {name for name, value in found[2].items() if value} == {"team", "flags", "definition"}
    assert found[2]["flags"] == "suppressed"
    others = [row for row in rows if row["team"] != "C"]
    assert found[:2] == rank(xqs, write(table_of(others)), *options)
    agrees(found[:2], "team", groups_of(answers_of(others), "team", "segment"), method="delta")


def test_top_does_not_tell_of_hidden_groups(xqs: Program, write: Write) -> None:
    rows = [*team("A", [2, 4] * 10), *team("B", [1, 2] * 10), *team("h", [5, 5, 4])]
    definition = definition_of(write, confidentiality="anonymous")
    out = xqs.run("rank", write(table_of(rows)), *definition, "--by", "team", "--top", "9",
                  "--format", "csv")  # fmt: skip
    assert out.status == 0 and out.out.decode().count("\n") == 3


# Doors


def test_json_has_numbers_and_nulls(xqs: Program) -> None:
    rows = json.loads(xqs.prints("rank", *PERTH_ANSWERS, "--by", "gender", "--format", "json"))
    for row, other in zip(rows, rank(xqs, *PERTH_ANSWERS, "--by", "gender"), strict=True):
        assert list(row) == list(other)
        for column in ("rank", "rank_low", "rank_high", "tier", "respondents"):
            assert row[column] == (int(other[column]) if other[column] else None)
        for column in ("score", "ci_low", "ci_high", "shrunken"):
            assert row[column] == (float(other[column]) if other[column] else None)
        assert row["flags"] == (other["flags"].split(";") if other["flags"] else [])
        assert row["funnel"] == (other["funnel"] or None)


def test_a_table_never_shows_a_rank_alone(xqs: Program) -> None:
    lines = xqs.prints("rank", *WAVES, "--definition", "sqr", "--by", "department").decode()
    rows = rank(xqs, *WAVES, "--definition", "sqr", "--by", "department")
    for row in rows:
        (line,) = [text for text in lines.splitlines() if text.startswith(row["department"])]
        assert f"{float(row['score']):.1f}" in line
        assert f"{row['rank_low']} to {row['rank_high']}" in line


def test_threads_change_nothing(xqs: Program) -> None:
    one = xqs.prints("rank", *CEQS, "--by", "owner", "--format", "csv")
    assert xqs.prints("rank", *CEQS, "--by", "owner", "--format", "csv", "--threads", "4") == one


def test_an_estimator_that_is_not_pooled(xqs: Program, write: Write) -> None:
    file = write(table_of([*team("A", [2, 4] * 10), *team("B", [1, 2] * 10)]))
    definition = definition_of(write, estimator="item_mean", interval="delta")
    message = xqs.refuses("rank", file, *definition, "--by", "team", status=2)
    assert "pooled" in message
    found = rank(xqs, file, *definition, "--by", "team", "--estimator", "pooled")
    assert [r["rank"] for r in found] == ["1", "2"]


def test_a_single_group_has_no_rank(xqs: Program, write: Write) -> None:
    file = write(table_of(team("A", [2, 4] * 10)))
    xqs.refuses("rank", file, *definition_of(write), "--by", "team", status=1)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ([], "by"),
        (["--by", "team", "--alpha", "0"], "$.alpha"),
        (["--by", "team", "--alpha", "1"], "$.alpha"),
        (["--by", "team", "--alpha", "x"], "alpha"),
        (["--by", "team", "--family", "each"], "family"),
        (["--by", "team", "--adjustment", "bh"], "adjustment"),
        (["--by", "team", "--top", "2", "--bottom", "2"], "top"),
        (["--by", "team", "--top", "0"], "top"),
        (["--by", "team", "--threads", "0"], "threads"),
        (["--by", "team", "--standardise", "team"], "standardise"),
        (["--by", "team", "--estimator", "item_mean"], "pooled"),
        (["--by", "team", "--level", "1"], "$.level"),
        (["--by", "team", "--population", "40"], "$.population"),
        (["--by", "team", "--sets", "team;"], "sets"),
        (["--by", "team", "--max-answers", "5"], "--max-answers"),
        (["--by", "team", "--margin", "5"], "--margin"),
        (["--by", "team", "--choices"], "--choices"),
    ],
    ids=" ".join,
)
def test_a_request_that_cannot_be(
    xqs: Program, write: Write, arguments: list[str], part: str
) -> None:
    file = write(table_of([*team("A", [2, 4] * 10), *team("B", [1, 2] * 10)]))
    done = xqs.run("rank", file, *definition_of(write), *arguments)
    assert (done.status, done.out) == (2, b""), done.err
    assert part in done.err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--by", "nowhere"], "nowhere"),
        (["--by", "score"], '"score" is a column of the result'),
        (["--by", "rank"], '"rank" is a column of the result'),
        (["--by", "team", "--standardise", "nowhere"], "nowhere"),
        (["--by", "team", "--population", "nowhere"], "nowhere"),
        (["--by", "team", "--population", "requirement"], "population"),
    ],
    ids=" ".join,
)
def test_data_that_do_not_fit(
    xqs: Program, write: Write, arguments: list[str], part: str
) -> None:
    file = write(table_of([*team("A", [2, 4] * 10), *team("B", [1, 2] * 10)]))
    assert part in xqs.refuses("rank", file, *definition_of(write), *arguments)


def test_a_header_alone(xqs: Program, write: Write) -> None:
    xqs.refuses("rank", write(HEADER.strip() + ",team\n"), "--by", "team")
