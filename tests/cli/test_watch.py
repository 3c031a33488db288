"""xqs watch: stop early, and be right. Against a second opinion in plain Python."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections.abc import Iterable, Sequence

import pytest
from conftest import HEADER, PERTH, PERTH_COLUMNS, ROOT, Program, Write
from contrasts import Answer, Sums, answers_of, sums_of
from survey import Row, read_rows
from watching import Rules, anytime, better, evidence, together

PHARMA = ROOT / "examples" / "data" / "pharma"
CEQS = (
    str(PHARMA / "feedback.csv.gz"),
    *("--touchpoints", str(PHARMA / "touchpoints.csv.gz")),
)
COLUMNS = (
    "score,ci_low,ci_high,evidence_good,evidence_bad,verdict,respondents,flags,definition"
)
PERTH_ANSWERS = (str(PERTH / "answers.csv"), *PERTH_COLUMNS)


def watch(xqs: Program, *arguments: str, notes: tuple[str, ...] = ()) -> list[Row]:
    out = xqs.prints("watch", *arguments, "--format", "csv", notes=notes)
    return list(csv.DictReader(io.StringIO(out.decode())))


def near(row: Row, column: str, value: float | None, relative: float = 1e-9) -> None:
    found = float(row[column]) if row[column] else None
    wanted = value if value is None else pytest.approx(value, rel=relative)
    assert found == wanted, column


def state_agrees(row: Row, sums: Sums, rules: Rules, alpha: float = 0.05) -> None:
    score = sum(s for _, s in sums.values()) / sum(r for r, _ in sums.values())
    near(row, "score", 100 * score)
    low, high = anytime(sums, rules, alpha)
    near(row, "ci_low", low)
    near(row, "ci_high", high)


def rules_of(**changes: object) -> str:
    rating = {"rating": {"min": 1, "max": 5}}
    made = {"xqs": 1, "name": "made", "version": "1", "confidentiality": "identified"}
    made |= {"requirement": rating, "satisfaction": rating}
    made |= {"items": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
    return json.dumps(made | changes)


def definition_of(write: Write, **changes: object) -> tuple[str, str]:
    return "--definition", "./" + write(rules_of(**changes), "made.json")


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


def concept(name: str, scores: Sequence[int], prefix: str = "") -> list[Row]:
    """A person each, who requires 5; from 1 to 5."""
    who = prefix or name
    return [row_of(f"{who}{i}", "a", 5, s, concept=name) for i, s in enumerate(scores)]


def survey(seed: int, disjoint: bool = False) -> list[Row]:
    chance = random.Random(seed)
    rows = []
    for at in range(chance.randint(2 if disjoint else 1, 5)):
        level = chance.choice((1.5, 2.5, 3.2, 4.0, 4.8))
        for i in range(chance.choice((1, 4, 12, 40, 120))):
            person = f"p{at if disjoint else ''}.{i}"
            for item in chance.sample("abc", chance.randint(1, 3)):
                satisfaction = min(5, max(1, round(chance.gauss(level, 1))))
                more = {"concept": f"c{at}"}
                rows.append(row_of(person, item, chance.randint(1, 5), satisfaction, **more))
    return rows


def by_concept(answers: Iterable[Answer], by: str = "concept") -> dict[str, Sums]:
    groups: dict[str, list[Answer]] = {}
    for a in answers:
        groups.setdefault(a.row[by], []).append(a)
    return {name: sums_of(own) for name, own in groups.items()}


# Against the second opinion


@pytest.mark.parametrize("seed", range(40))
def test_random_concepts(xqs: Program, write: Write, seed: int) -> None:
    chance = random.Random(-seed)
    rows = survey(seed)
    groups = by_concept(answers_of(rows))
    alpha = chance.choice((0.01, 0.05, 0.2))
    good, bad = chance.choice(((75, 65), (80, None), (None, 55), (60.5, 60.5)))
    minimum = chance.choice((2, 10))
    rules = Rules(chance.choice((3, 7)))
    flags = [text for name, value in (("--good", good), ("--bad", bad)) if value is not None
             for text in (name, str(value))]  # fmt: skip
    found = watch(xqs, write(table_of(rows)), *definition_of(write, minimum_for_verdict=minimum),
                  "--by", "concept", "--max-answers", str(rules.most), "--alpha", str(alpha),
                  "--check-duplicates", "off", *flags)  # fmt: skip
    assert list(found[0]) == ["concept", *COLUMNS.split(",")]
    rows_of = {row["concept"]: row for row in found if row["score"]}
    assert sorted(rows_of) == sorted(groups)
    claims = {}
    for name, sums in groups.items():
        row = rows_of[name]
        state_agrees(row, sums, rules, alpha)
        values = [
            evidence(sums, rules, percent, sign) if percent is not None else None
            for percent, sign in ((good, 1), (bad, -1))
        ]
        near(row, "evidence_good", values[0])
        near(row, "evidence_bad", values[1])
        assert row["respondents"] == str(len(sums))
        few = len(sums) < minimum
        assert ("below_verdict_minimum" in row["flags"].split(";")) == few
        if not few:
            claims[name] = [value or 0.0 for value in values]
    verdicts = together(claims, alpha)
    assert {n: r["verdict"] for n, r in rows_of.items()} == {
        name: verdicts.get(name, "undecided") for name in groups
    }


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        (Rules(22), "perth_default"),
        (Rules(22, requirement=(0, 4)), "perth_keep"),
        (Rules(22, (1, 5), (1, 5)), "perth_raw_keep"),
        (Rules(22), "perth_cap"),
    ],
)
def test_visitors_of_perth(xqs: Program, rules: Rules, names: str) -> None:
    """The bounds of a unit are those of the definition."""
    with open(PERTH / "answers.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    low = rules.satisfaction[0]
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        r, s = int(row["r"]) - 1 + low, int(row["s"]) - 1 + low
        if r < rules.requirement[0]:
            continue
        s = min(r, s) if names == "perth_cap" else s
        before = sums.get(row["id"], (0, 0))
        sums[row["id"]] = (before[0] + r, before[1] + s)
    definition = ("--definition", str(PERTH / f"{names}.json"))
    (row,) = watch(xqs, *PERTH_ANSWERS, *definition, "--max-answers", "22",
                   "--good", "92", "--bad", "88")  # fmt: skip
    state_agrees(row, sums, rules)
    near(row, "evidence_good", evidence(sums, rules, 92, 1), 1e-8)
    near(row, "evidence_bad", evidence(sums, rules, 88, -1), 1e-8)
    low_end, high_end = float(row["ci_low"]), float(row["ci_high"])
    assert low_end < float(row["score"]) < high_end
    wanted = "good" if low_end > 92 else "bad" if high_end < 88 else "undecided"
    assert row["verdict"] == wanted


@pytest.fixture(scope="module")
def physicians() -> list[Answer]:
    touchpoints = {row["touchpoint"]: row for row in read_rows(PHARMA / "touchpoints.csv.gz")}
    rows = read_rows(PHARMA / "feedback.csv.gz")
    return answers_of({**touchpoints[row["touchpoint"]], **row} for row in rows)


def test_campaigns(xqs: Program, physicians: list[Answer]) -> None:
    rules = Rules(125)
    found = watch(xqs, *CEQS, "--by", "campaign", "--max-answers", "125", "--good", "75",
                  "--bad", "65")  # fmt: skip
    groups = by_concept(physicians, "campaign")
    assert [row["campaign"] for row in found] == [*sorted(groups)[1:], ""]
    claims = {}
    for row in found:
        sums = groups[row["campaign"]]
        state_agrees(row, sums, rules)
        claims[row["campaign"]] = [
            evidence(sums, rules, 75, 1),
            evidence(sums, rules, 65, -1),
        ]
        near(row, "evidence_good", claims[row["campaign"]][0])
        near(row, "evidence_bad", claims[row["campaign"]][1])
    verdicts = together(claims, 0.05)
    assert {row["campaign"]: row["verdict"] for row in found} == verdicts


def test_a_form_is_a_unit_if_asked(xqs: Program, physicians: list[Answer]) -> None:
    rules = Rules(5)
    (row,) = watch(xqs, *CEQS, "--where", "campaign = SYN-birch", "--max-answers", "5",
                   "--unit", "response", "--bad", "65")  # fmt: skip
    own = [a for a in physicians if a.row["campaign"] == "SYN-birch"]
    sums: dict[str, tuple[int, int]] = {}
    for a in own:
        before = sums.get(a.row["response"], (0, 0))
        sums[a.row["response"]] = (before[0] + a.requirement, before[1] + a.satisfaction)
    state_agrees(row, sums, rules)
    near(row, "evidence_bad", evidence(sums, rules, 65, -1))
    assert (row["evidence_good"], row["verdict"]) == ("", "bad")
    assert row["respondents"] == str(len({a.unit for a in own}))


# Against another concept


@pytest.mark.parametrize("seed", range(6))
def test_one_concept_against_another(xqs: Program, write: Write, seed: int) -> None:
    rows = survey(seed + 100, disjoint=True)
    groups = by_concept(answers_of(rows))
    rules, alpha = Rules(3), 0.1
    other = sorted(groups)[0]
    found = watch(xqs, write(table_of(rows)), *definition_of(write), "--by", "concept",
                  "--max-answers", "3", "--against", other, "--alpha", "0.1",
                  "--check-duplicates", "off")  # fmt: skip
    assert [row["concept"] for row in found if row["score"]] == sorted(groups)[1:]
    claims = {}
    for row in found:
        if not row["score"]:
            continue
        sums = groups[row["concept"]]
        state_agrees(row, sums, rules, alpha)
        pair = [better(sums, groups[other], rules), better(groups[other], sums, rules)]
        near(row, "evidence_good", pair[0], 1.1e-3)
        near(row, "evidence_bad", pair[1], 1.1e-3)
        enough = len(sums) >= 10 and len(groups[other]) >= 10
        if enough:
            claims[row["concept"]] = pair
        else:
            assert row["verdict"] == "undecided"
    if claims:
        verdicts = together(claims, alpha)
        found_verdicts = {r["concept"]: r["verdict"] for r in found if r["concept"] in claims}
        assert found_verdicts == verdicts


def test_against_another_where_no_requirement_counts_too(xqs: Program, write: Write) -> None:
    """There is no largest ratio then."""
    chance = random.Random(1)
    sums: dict[str, dict[str, tuple[int, int]]] = {"A": {}, "B": {}}
    rows = []
    for name, level in (("A", 3.4), ("B", 2.4)):
        for i in range(60):
            requirement = chance.randint(1, 5)
            satisfaction = min(5, max(1, round(chance.gauss(level, 1))))
            sums[name][str(i)] = (requirement - 1, satisfaction - 1)
            rows.append(row_of(f"{name}{i}", "a", requirement, satisfaction, concept=name))
    rules = Rules(1, requirement=(0, 4))
    (row,) = watch(xqs, write(table_of(rows)), *definition_of(write, zero_requirement="keep"),
                   "--by", "concept", "--max-answers", "1", "--against", "B")  # fmt: skip
    near(row, "evidence_good", better(sums["A"], sums["B"], rules), 1.1e-3)
    near(row, "evidence_bad", better(sums["B"], sums["A"], rules), 1.1e-3)
    assert float(row["evidence_good"]) > 1 > float(row["evidence_bad"])


def test_a_better_concept_is_good(xqs: Program, write: Write) -> None:
    rows = concept("A", [4, 5] * 30) + concept("B", [1, 2] * 30)
    options = (write(table_of(rows)), *definition_of(write), "--by", "concept",
               "--max-answers", "3", "--against")  # fmt: skip
    for other, verdict in (("B", "good"), ("A", "bad")):
        (row,) = watch(xqs, *options, other)
        assert row["verdict"] == verdict and row["concept"] != other


def test_people_in_both_are_refused(xqs: Program, write: Write) -> None:
    rows = concept("A", [4, 5] * 10) + concept("B", [1, 2] * 10) + concept("B", [3], "A")
    file, definition = write(table_of(rows)), definition_of(write)
    options = (*definition, "--by", "concept", "--max-answers", "3", "--against", "A",
               "--check-duplicates", "off")  # fmt: skip
    message = xqs.refuses("watch", file, *options)
    assert '"A"' in message and "people" in message


# Single rules


def sums_of_scores(scores: Sequence[int]) -> Sums:
    return {str(i): (4, s - 1) for i, s in enumerate(scores)}


def test_one_concept_alone_needs_two_over_alpha(xqs: Program, write: Write) -> None:
    """With one threshold too: the other claim counts, though nothing speaks for it."""
    verdicts = []
    for people in range(10, 60):
        scores = ([2, 3, 2, 4] * 15)[:people]
        e = evidence(sums_of_scores(scores), Rules(1), 60, -1)
        (row,) = watch(xqs, write(table_of(concept("A", scores))), *definition_of(write),
                       "--by", "concept", "--max-answers", "1", "--bad", "60")  # fmt: skip
        near(row, "evidence_bad", e)
        assert row["verdict"] == ("bad" if e >= 40 else "undecided")
        verdicts.append((e >= 40, e >= 20))
    assert (False, True) in verdicts and (True, True) in verdicts  # else nothing was tested


def test_many_concepts_are_judged_together(xqs: Program, write: Write) -> None:
    """One at 40 would do alone; beside nine of which nothing is known it takes 20/alpha."""
    scores = [1, 2] * 6
    e = evidence(sums_of_scores(scores), Rules(1), 60, -1)
    assert 40 <= e < 400
    rows = concept("A", scores)
    options = (*definition_of(write), "--by", "concept", "--max-answers", "1", "--bad", "60")
    (alone,) = watch(xqs, write(table_of(rows)), *options)
    for name in "BCDEFGHIJ":
        rows += concept(name, [3, 4] * 6)
    found = watch(xqs, write(table_of(rows)), *options)
    assert alone["verdict"] == "bad" and {r["verdict"] for r in found} == {"undecided"}
    assert found[0]["evidence_bad"] == alone["evidence_bad"]


def test_few_people_have_no_verdict_and_make_no_claim(xqs: Program, write: Write) -> None:
    rows = concept("A", [1, 2] * 8) + concept("few", [1] * 9)
    options = (*definition_of(write), "--by", "concept", "--max-answers", "1", "--bad", "65")
    found = watch(xqs, write(table_of(rows)), *options)
    assert float(found[1]["evidence_bad"]) > 40
    assert (found[1]["verdict"], found[1]["flags"]) == ("undecided", "below_verdict_minimum")
    assert [found[0]] == watch(xqs, write(table_of(concept("A", [1, 2] * 8))), *options)


def test_the_range_has_the_ends_of_what_is_possible(xqs: Program, write: Write) -> None:
    file = write(table_of(concept("A", [3])))
    (row,) = watch(xqs, file, *definition_of(write), "--max-answers", "3", "--good", "75")
    assert (row["ci_low"], row["ci_high"]) == ("0", "400")


def test_more_answers_make_smaller_bets(xqs: Program, write: Write) -> None:
    file = write(table_of(concept("A", [1, 2] * 10)))
    values = []
    for most in (1, 3, 30):
        (row,) = watch(xqs, file, *definition_of(write), "--max-answers", str(most), "--bad", "65")
        near(row, "evidence_bad", evidence(sums_of_scores([1, 2] * 10), Rules(most), 65, -1))
        values.append(float(row["evidence_bad"]))
    assert values[0] > values[1] > values[2] > 1


def test_what_was_not_required_is_not_watched(xqs: Program, write: Write) -> None:
    rows = concept("A", [1, 2] * 10)
    rows += [row_of(f"n{i}", "a", 1, 3, concept="none") for i in range(12)]
    found = watch(xqs, write(table_of(rows)), *definition_of(write), "--by", "concept",
                  "--max-answers", "3", "--good", "75", "--bad", "65")  # fmt: skip
    assert (found[1]["score"], found[1]["ci_low"], found[1]["verdict"]) == ("", "", "undecided")
    assert "no_requirement" in found[1]["flags"]


def test_order_of_rows_does_not_matter(xqs: Program, write: Write) -> None:
    rows = survey(5)
    options = (*definition_of(write), "--by", "concept", "--max-answers", "3", "--good", "75",
               "--bad", "65", "--check-duplicates", "off")  # fmt: skip
    before = watch(xqs, write(table_of(rows)), *options)
    assert watch(xqs, write(table_of(reversed(rows))), *options) == before


def test_excluded_answers_are_none(xqs: Program, write: Write) -> None:
    """K is of answers that count: one that was not given does not exceed it."""
    rows = concept("A", [1, 2] * 10)
    rows += [{**row, "item": "b", "satisfaction": ""} for row in rows]
    (row,) = watch(xqs, write(table_of(rows)), *definition_of(write), "--max-answers", "1",
                   "--bad", "65")  # fmt: skip
    assert row["verdict"] == "bad"


# The gate


def test_hidden_concepts_change_nothing_that_is_shown(xqs: Program, write: Write) -> None:
    rows = concept("A", [1, 2] * 12) + concept("B", [4, 5] * 12)
    small = concept("h", [1, 5, 1, 5])
    definition = definition_of(write, confidentiality="anonymous")
    options = (*definition, "--by", "concept", "--max-answers", "3", "--good", "75", "--bad", "65")
    without = watch(xqs, write(table_of(rows)), *options)
    found = watch(xqs, write(table_of(rows + small)), *options, notes=("hidden cells: 1",))
    assert found[:2] == without
    shown = {name for name, value in found[2].items() if value}
    assert shown == {"concept", "flags", "definition"} and found[2]["flags"] == "below_minimum"


def test_a_hidden_concept_is_no_other(xqs: Program, write: Write) -> None:
    """The evidence against a small one would tell of its answers."""
    rows = concept("A", [1, 2] * 12) + concept("B", [4, 5] * 12) + concept("h", [1, 5, 1, 5])
    definition = definition_of(write, confidentiality="anonymous")
    done = xqs.run("watch", write(table_of(rows)), *definition, "--by", "concept",
                   "--max-answers", "3", "--against", "h", "--format", "csv")  # fmt: skip
    for row in csv.DictReader(io.StringIO(done.out.decode())):
        assert (row["evidence_good"], row["evidence_bad"]) == ("", "")


def test_too_many_answers_of_a_hidden_person_are_not_told(xqs: Program, write: Write) -> None:
    rows = concept("A", [1, 2] * 12) + concept("h", [1, 5, 1]) + [
        row_of("h0", item, 5, 3, concept="h") for item in "bc"
    ]  # fmt: skip
    definition = definition_of(write, confidentiality="anonymous")
    done = xqs.run("watch", write(table_of(rows)), *definition, "--by", "concept",
                   "--max-answers", "2", "--bad", "65")  # fmt: skip
    assert "h0" not in done.err


# Doors


def test_json_and_a_table_to_read(xqs: Program, write: Write) -> None:
    file, definition = write(table_of(survey(5))), definition_of(write)
    options = (file, *definition, "--by", "concept", "--max-answers", "3", "--bad", "65",
               "--check-duplicates", "off")  # fmt: skip
    rows = json.loads(xqs.prints("watch", *options, "--format", "json"))
    for row, other in zip(rows, watch(xqs, *options), strict=True):
        assert list(row) == list(other)
        for column in ("score", "ci_low", "evidence_good", "evidence_bad"):
            assert row[column] == (float(other[column]) if other[column] else None)
        assert row["verdict"] == other["verdict"]
        assert row["flags"] == (other["flags"].split(";") if other["flags"] else [])
    table = xqs.prints("watch", *options).decode()
    for row in rows:
        (line,) = [text for text in table.splitlines() if text.startswith(row["concept"])]
        assert row["verdict"] in line and f"{row['score']:.1f}" in line


def test_huge_evidence_is_a_number(xqs: Program, write: Write) -> None:
    file = write(table_of(concept("A", [1] * 4000)))
    (row,) = watch(xqs, file, *definition_of(write), "--max-answers", "1", "--bad", "90")
    assert float(row["evidence_bad"]) > 1e300 and math.isfinite(float(row["evidence_bad"]))
    assert row["verdict"] == "bad"


# What is refused


BAD_REQUESTS: list[tuple[list[str], str]] = [
    (["--good", "75"], "max-answers"),
    (["--max-answers", "3"], "good"),
    (["--max-answers", "0", "--good", "75"], "max_answers"),
    (["--max-answers", "x", "--good", "75"], "max-answers"),
    (["--max-answers", "3", "--good", "75", "--alpha", "0"], "$.alpha"),
    (["--max-answers", "3", "--good", "75", "--alpha", "1"], "$.alpha"),
    (["--max-answers", "3", "--good", "60", "--bad", "70"], "bad"),
    (["--max-answers", "3", "--good", "-1"], "good"),
    (["--max-answers", "3", "--bad", "401"], "bad"),
    (["--max-answers", "3", "--against", "A"], "against"),
    (["--max-answers", "3", "--good", "75", "--by", "concept", "--against", "A"], "against"),
    (["--max-answers", "3", "--by", "concept,item", "--against", "A"], "against"),
    (["--max-answers", "3", "--good", "75", "--estimator", "item_mean"], "pooled"),
    (["--max-answers", "3", "--good", "75", "--interval", "delta"], "interval"),
    (["--max-answers", "3", "--good", "75", "--level", "0.9"], "level"),
    (["--max-answers", "3", "--good", "75", "--population", "90"], "population"),
    (["--max-answers", "3", "--good", "75", "--family", "per_entry"], "family"),
    (["--max-answers", "3", "--good", "75", "--sets", "concept;"], "sets"),
    (["--max-answers", "3", "--good", "75", "--top", "3"], "top"),
]


@pytest.mark.parametrize(("arguments", "part"), BAD_REQUESTS, ids=lambda v: " ".join(v))
def test_a_request_that_cannot_be(
    xqs: Program, write: Write, arguments: list[str], part: str
) -> None:
    file = write(table_of(concept("A", [2, 4] * 10) + concept("B", [1, 2] * 10)))
    done = xqs.run("watch", file, *definition_of(write), *arguments)
    assert (done.status, done.out) == (2, b""), done.err
    assert part in done.err


def test_too_many_answers_of_a_unit(xqs: Program, write: Write) -> None:
    rows = concept("A", [2, 4] * 10) + [row_of("A0", item, 5, 3, concept="A") for item in "bc"]
    options = (*definition_of(write), "--good", "75", "--max-answers")
    message = xqs.refuses("watch", write(table_of(rows)), *options, "2")
    assert "2" in message and "3" in message and "answers" in message
    (row,) = watch(xqs, write(table_of(rows)), *options, "3")
    assert row["respondents"] == "20"


def test_weights_cannot_be_watched(xqs: Program, write: Write) -> None:
    rows = [{**row, "weight": "1"} for row in concept("A", [2, 4] * 10)]
    definition = definition_of(write, weight_places=1)
    options = ("--max-answers", "3", "--good", "75")
    done = xqs.run("watch", write(table_of(rows)), *definition, *options)
    assert done.status in (1, 2) and done.out == b"" and "weight" in done.err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--by", "nowhere", "--good", "75"], "nowhere"),
        (["--by", "verdict", "--good", "75"], '"verdict" is a column of the result'),
        (["--by", "evidence_good", "--good", "75"], '"evidence_good" is a column of the result'),
        (["--by", "concept", "--against", "nobody"], "nobody"),
    ],
    ids=" ".join,
)
def test_data_that_do_not_fit(
    xqs: Program, write: Write, arguments: list[str], part: str
) -> None:
    rows = [
        {**row, "verdict": "", "evidence_good": ""}
        for row in concept("A", [2, 4] * 10) + concept("B", [1, 2] * 10)
    ]
    file = write(table_of(rows))
    message = xqs.refuses("watch", file, *definition_of(write), "--max-answers", "3", *arguments)
    assert part in message


def test_a_header_alone(xqs: Program, write: Write) -> None:
    file = write(HEADER)
    xqs.refuses("watch", file, "--max-answers", "5", "--good", "75")
