"""An attack on the gate: what one request prints must tell of nobody or of at least k people.

The attacker has every number of one request: the rows, the notes, what stands on standard error.
He knows the table's shape, adds and subtracts, and tries the few answers that a person can give.
People are the contacts; k is `minimum_respondents`. XQS_THOROUGH=1 attacks ten times as often.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import os
import random
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from conftest import Outcome, Program, Write

ROUNDS = 400 if os.environ.get("XQS_THOROUGH") else 40
PRIME = 1_000_003
HIDDEN = ("below_minimum", "suppressed")
ITEMS = ("timely", "complete")
GROUPS = ("region", "team", "kind", "month(touchpoint.time)")


def definition(**changes: Any) -> str:
    rating = {"rating": {"min": 1, "max": 5}}
    rules = {"xqs": 1, "name": "attacked", "version": "1", "confidentiality": "anonymous"}
    rules |= {"requirement": rating, "satisfaction": rating}
    rules |= {"items": [{"id": item} for item in ITEMS], **changes}
    return json.dumps(rules)


# Linear algebra


def rank(rows: Iterable[Sequence[int]]) -> int:
    """Over a prime field, which for so few zeros and ones is that over the rationals."""
    pivots: list[tuple[int, list[int]]] = []
    for row in rows:
        rest = list(row)
        for lead, pivot in pivots:
            if factor := rest[lead]:
                rest = [(a - factor * b) % PRIME for a, b in zip(rest, pivot, strict=True)]
        found = next((i for i, value in enumerate(rest) if value), None)
        if found is not None:
            inverse = pow(rest[found], -1, PRIME)
            pivots.append((found, [value * inverse % PRIME for value in rest]))
    return len(pivots)


def gives_back(outputs: Sequence[Sequence[int]], people: Sequence[Collection[str]], k: int) -> bool:
    """Whether a combination of sums over atoms is about 1 to k - 1 people.

    A combination that is zero outside a few atoms and not inside is lost when these are left out.
    """
    atoms = [i for i, of_atom in enumerate(people) if of_atom]
    everywhere = rank([[row[i] for i in atoms] for row in outputs])
    for size in range(1, len(atoms) + 1):
        any_few = False
        for few in itertools.combinations(atoms, size):
            if len(set().union(*(people[i] for i in few))) >= k:
                continue
            any_few = True
            if rank([[row[i] for i in atoms if i not in few] for row in outputs]) < everywhere:
                return True
        if not any_few:
            break
    return False


def test_the_attack_succeeds_where_it_should() -> None:
    people = [{"a", "b"}, {"c", "d", "e"}, {"f"}]
    assert gives_back([[1, 1, 1], [1, 1, 0]], people, 3)
    assert not gives_back([[1, 1, 1], [1, 0, 0]], people, 2)
    assert gives_back([[1, 1, 1], [1, 0, 0]], people, 3)
    assert not gives_back([[1, 1, 1]], people, 6)


# Small companies


@dataclass(frozen=True)
class Answer:
    person: str
    touchpoint: str
    item: str
    requirement: str
    satisfaction: str
    weight: str
    group: dict[str, str]

    def valid(self, zero_counts: bool) -> bool:
        if self.requirement == "1" and not zero_counts:
            return False
        return bool(self.requirement and self.satisfaction)


class Company:
    """At most nine finest groups; people in several of them, answers that do not count."""

    def __init__(self, seed: int, weighted: bool) -> None:
        chance = random.Random(seed)
        self.k = chance.choice((2, 3, 5))
        self.answers: list[Answer] = []
        self.touchpoints: list[str] = []
        groups = []
        for region in range(chance.randint(1, 3)):
            for team in range(chance.randint(1, 3)):
                kind = chance.choice(("visit", "call", ""))
                month = chance.choice(("2025-03", "2025-04"))
                groups.append((f"r{region}", f"r{region}t{team}", kind, month))
        people = 0
        for group in groups:
            for _ in range(chance.randint(0, 9)):
                known = people > 0 and chance.random() < 0.25
                person = f"p{chance.randrange(people) if known else people}"
                people += not known
                touchpoint = f"t{len(self.touchpoints)}"
                status = chance.choice(("realised",) * 5 + ("planned",))
                row = (touchpoint, *group[:3], f"{group[3]}-17", person, status)
                self.touchpoints.append(",".join(row))
                if chance.random() < 0.15:
                    continue  # no answer at all
                for item in ITEMS:
                    self.answers.append(
                        Answer(
                            person=person,
                            touchpoint=touchpoint,
                            item=item,
                            requirement=chance.choice("12345555" if item == "timely" else "3456")
                            .replace("6", ""),
                            satisfaction=chance.choice("12345 ").strip(),
                            weight=chance.choice(("0", "0.5", "1", "2.25")) if weighted else "",
                            group=dict(zip(GROUPS, group, strict=True)),
                        )
                    )

    def files(self, write: Write, weighted: bool) -> list[str]:
        header = "respondent,touchpoint,item,requirement,satisfaction"
        lines = [header + (",weight" if weighted else "")]
        for a in self.answers:
            row = [a.person, a.touchpoint, a.item, a.requirement, a.satisfaction]
            lines.append(",".join([*row, a.weight] if weighted else row))
        touchpoints = ["touchpoint,region,team,kind,time,contact,status", *self.touchpoints]
        return [
            write("\n".join(lines) + "\n"),
            *("--touchpoints", write("\n".join(touchpoints) + "\n", "touchpoints.csv")),
            *("--time-zone", "Europe/Berlin"),
        ]


def rows_of(done: Outcome) -> list[dict[str, Any]]:
    assert done.status == 0, done.err
    return list(csv.DictReader(io.StringIO(done.out.decode())))


def is_hidden(row: dict[str, Any]) -> bool:
    """A row that shows nothing, and then really nothing."""
    if not any(flag in row["flags"] for flag in HIDDEN):
        assert row["respondents"], row
        return False
    allowed = {"set", "item", *GROUPS, "channel", "touchpoint.channel", "team", "flags",
               "definition", "estimator", "over_fulfilment",
               "zero_requirement"}
    assert {name for name, value in row.items() if value} <= allowed, row
    assert row["flags"] in HIDDEN, row
    return True


def nested_sets(chance: random.Random) -> list[list[str]]:
    columns = chance.sample([*GROUPS, "item"], chance.randint(1, 3))
    sets = [columns[:length] for length in range(len(columns) + 1)]
    kept = [by for by in sets[:-1] if chance.random() < 0.8] + [columns]
    chance.shuffle(kept)
    return kept


@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_combination_of_cells(xqs: Program, write: Write, seed: int, weighted: bool) -> None:
    company = Company(seed, weighted)
    chance = random.Random(seed)
    sets = nested_sets(chance)
    estimator = chance.choice(("pooled", "pooled", "item_mean", "respondent_mean"))
    if weighted and estimator == "respondent_mean":
        estimator = "pooled"
    zero = chance.choice(("keep", "exclude"))
    rules = definition(
        minimum_respondents=company.k, estimator=estimator, zero_requirement=zero,
        **({"weight_places": 2} if weighted else {}),
    )  # fmt: skip
    if not company.answers:
        return
    arguments = [*company.files(write, weighted), "--definition", write(rules, "rules.json")]
    arguments[-1] = "./" + arguments[-1]
    arguments += ["--sets", ";".join(",".join(by) for by in sets)] if len(sets) > 1 else (
        ["--by", ",".join(sets[0])] if sets[0] else []
    )
    done = xqs.run("score", *arguments, "--format", "csv")
    rows = rows_of(done)
    # The atoms: the groups of all columns together.
    finest = max(sets, key=len)

    def key(a: Answer, by: Sequence[str]) -> tuple[str, ...]:
        return tuple(a.item if column == "item" else a.group[column] for column in by)

    atoms = sorted({key(a, finest) for a in company.answers})
    everybody: list[set[str]] = [set() for _ in atoms]
    counted: list[set[str]] = [set() for _ in atoms]
    for a in company.answers:
        at = atoms.index(key(a, finest))
        everybody[at].add(a.person)
        uses = a.valid(zero == "keep") and (not weighted or a.weight != "0")
        if uses and (estimator == "pooled" or a.requirement != "1"):
            counted[at].add(a.person)
    outputs = []
    for row in rows:
        if is_hidden(row):
            continue
        by = sets[int(row["set"])] if "set" in row else sets[0]
        columns = [finest.index(column) for column in by]
        cell = tuple(row[column] for column in by)
        outputs.append([int(tuple(atom[c] for c in columns) == cell) for atom in atoms])
    assert not gives_back(outputs, everybody, company.k), (sets, rows)
    assert not gives_back(outputs, counted, company.k), (sets, rows)
    check_other_formats(xqs, arguments, rows, done.err)


def check_other_formats(
    xqs: Program, arguments: list[str], rows: list[dict[str, Any]], notes: str
) -> None:
    """The other formats say nothing that the first does not."""
    hidden = sum(is_hidden(row) for row in rows)
    said = re.findall(r"hidden cells: (\d+)", notes)
    assert said == ([str(hidden)] if hidden else [])
    assert len(notes.splitlines()) == len(said)
    done = xqs.run("score", *arguments, "--format", "json")
    assert done.err == notes
    for row, of_json in zip(rows, json.loads(done.out), strict=True):
        assert {name for name, value in row.items() if value} >= {
            name for name, value in of_json.items() if value not in (None, [])
        } - {"set"}
        if is_hidden(row):
            values = {type(value) for value in of_json.values() if value is not None}
            assert values <= {str, list, int}
    table = xqs.run("score", *arguments)
    assert table.err == ""
    shown = [line for line in table.out.decode().splitlines() if "below_minimum" in line]
    assert all(not re.search(r"\d\.\d", line) for line in shown)


# Choices


Rule = tuple[str, str]


def effect(a: Answer, rule: Rule, weighted: bool) -> tuple[float, ...]:
    """What an answer adds to its own count and to the sums of requirement and satisfaction.

    A cap cuts off all of an answer without requirement, even where that is nothing.
    """
    over, zero = rule
    if not a.valid(zero == "keep"):
        return 0, 0, 0, 0
    r, s = int(a.requirement) - 1, int(a.satisfaction) - 1
    w = float(a.weight) if weighted else 1
    if r == 0 and over == "cap":
        return w, 0, 0, w
    return w, w * r, w * (min(r, s) if over == "cap" else s), 0


@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_difference_of_choices(xqs: Program, write: Write, seed: int, weighted: bool) -> None:
    """Sums under two rules differ by the answers of nobody or of k people."""
    company = Company(seed, weighted)
    chance = random.Random(seed)
    by = chance.sample(["region", "kind", "item"], chance.randint(0, 2))
    places = {"weight_places": 2} if weighted else {}
    rules = definition(minimum_respondents=company.k, **places)
    if not company.answers:
        return
    arguments = [*company.files(write, weighted), "--definition", "./" + write(rules, "rules.json")]
    arguments += ["--choices", *(["--by", ",".join(by)] if by else [])]
    groups: dict[tuple[str, ...], list[Answer]] = {}
    for a in company.answers:
        cell = tuple(a.item if column == "item" else a.group[column] for column in by)
        groups.setdefault(cell, []).append(a)
    shown: dict[tuple[str, ...], set[Rule]] = {}
    for row in rows_of(xqs.run("score", *arguments, "--format", "csv")):
        if not is_hidden(row):
            rule = (row["over_fulfilment"], row["zero_requirement"])
            shown.setdefault(tuple(row[column] for column in by), set()).add(rule)
    for cell, rules_shown in shown.items():
        for one, other in itertools.combinations(sorted(rules_shown), 2):
            few = {
                a.person
                for a in groups[cell]
                if effect(a, one, weighted) != effect(a, other, weighted)
            }
            assert not 0 < len(few) < company.k, (cell, one, other, few)


HEADER = "respondent,item,requirement,satisfaction"


def ask(
    xqs: Program, write: Write, rules: str, rows: Iterable[str], *arguments: str, header: str = ""
) -> list[dict[str, Any]]:
    file = write("\n".join([header or HEADER, *rows]) + "\n")
    done = xqs.run("score", file, "--definition", "./" + write(rules, "rules.json"),
                   *arguments, "--format", "csv")  # fmt: skip
    return rows_of(done)


def test_choices_are_not_fooled_by_weights_of_zero(xqs: Program, write: Write) -> None:
    """Four answers of weight 0 are no cover for the one of somebody who required nothing."""
    rows = [f"p{i},timely,4,3,1" for i in range(10)] + ["q,timely,1,5,1"]
    rows += [f"z{i},timely,4,3,0" for i in range(4)]
    result = ask(xqs, write, definition(weight_places=2), rows, "--choices",
                 header=HEADER + ",weight")  # fmt: skip
    shown = {
        row["zero_requirement"]: float(row["score"])
        for row in result
        if row["estimator"] == "pooled" and row["over_fulfilment"] == "count" and row["score"]
    }
    # R = 30: of 30 points 20 with "exclude", and q's 4 more with "keep".
    assert set(shown) != {"keep", "exclude"}, f"q achieved {0.3 * (shown['keep'] - 200 / 3):.1f}"


def test_choices_do_not_tell_why_an_answer_is_excluded(xqs: Program, write: Write) -> None:
    """One person requires nothing and says nothing about satisfaction.

    Excluded under both rules, for want of an answer under one, of a requirement under the other.
    """
    rows = [f"p{i},timely,4,{2 + i % 3}" for i in range(10)] + ["p0,complete,1,"]
    result = ask(xqs, write, definition(), rows, "--choices")
    reasons = {
        (row["excluded_no_answer"], row["excluded_zero_requirement"])
        for row in result
        if not is_hidden(row)
    }
    assert len(reasons) == 1, reasons


def test_choices_do_not_count_who_required_nothing_at_all(xqs: Program, write: Write) -> None:
    """Six people have an answer without requirement; for two of them it is the only answer."""
    rows = [f"p{i},timely,4,{2 + i % 3}" for i in range(14)]
    rows += [f"p{i},complete,1,3" for i in range(10, 16)]
    result = ask(xqs, write, definition(), rows, "--choices")
    respondents = {int(row["respondents"]) for row in result if not is_hidden(row)}
    assert not 0 < max(respondents) - min(respondents) < 5, respondents


@pytest.mark.parametrize("choices", [["--choices"], ["--estimator", "item_mean"]], ids=" ".join)
def test_item_mean_does_not_give_back_the_one_answer_to_an_item(
    xqs: Program, write: Write, choices: list[str]
) -> None:
    """An item that one person answered has a ratio of its own in the mean.

    A person has 20 answers to give. Twelve others answered the other item; their sums are integers,
    and few of them fit with 16 digits.
    """
    chance = random.Random(3)
    rows = [f"p{i},timely,{chance.randint(2, 5)},{chance.randint(1, 5)}" for i in range(12)]
    rows.append("p3,complete,4,2")
    result = ask(xqs, write, definition(), rows, *choices)
    if "--estimator" in choices:
        result = [row | {"estimator": "item_mean"} for row in result]
    scores = {
        row["estimator"]: float(row["score"]) / 100
        for row in result
        if row["score"] and row.get("over_fulfilment", "count") == "count"
    }
    if "item_mean" not in scores:
        return
    fits = set()
    for r, s in itertools.product(range(1, 5), range(5)):
        for total_r in range(12, 4 * 12 + 1):
            ratio = 2 * scores["item_mean"] - s / r
            total_s = round(ratio * total_r)
            if not 0 <= total_s <= 48 or not math.isclose(total_s / total_r, ratio, abs_tol=1e-12):
                continue
            whole = (total_s + s) / (total_r + r)
            if math.isclose(whole, scores.get("pooled", whole), abs_tol=1e-12):
                fits.add((r + 1, s + 1))
    assert len(fits) == 0 or len(fits) > 2, f"the answer of one person is among {fits}"


def test_rules_that_are_hidden_are_noted(xqs: Program, write: Write) -> None:
    """Two people got more than they required: the rows with a cap show nothing, and it is said."""
    rows = [f"p{i},timely,3,{5 if i < 2 else 3}" for i in range(10)]
    file = write("\n".join([HEADER, *rows]) + "\n")
    rules = "./" + write(definition(), "rules.json")
    done = xqs.run("score", file, "--definition", rules, "--choices", "--format", "csv")
    assert sum(is_hidden(row) for row in rows_of(done)) == 6
    assert "hidden cells" in done.err


# Notes, flags and counts beside the scores


def test_counts_of_rejected_rows_do_not_count_hidden_rows(xqs: Program, write: Write) -> None:
    """8 answers are shown, 1 row is rejected; "of 12" would leave 3 rows for the hidden group."""
    rows = [f"p{i},timely,4,{2 + i % 3},a" for i in range(8)]
    rows += [f"q{i},timely,4,3,b" for i in range(3)] + ["r,timely,7,3,a"]
    file = write("\n".join([HEADER + ",team", *rows]) + "\n")
    rules = "./" + write(definition(), "rules.json")
    done = xqs.run("score", file, "--definition", rules, "--by", "team", "--on-error", "skip",
                   "--format", "csv")  # fmt: skip
    shown = [row for row in rows_of(done) if not is_hidden(row)]
    assert [row["team"] for row in shown] == ["a"]
    assert "rejected rows: 1" in done.err
    answers = sum(int(row["answers"]) + int(row["excluded"]) for row in shown)
    for number in re.findall(r"rejected rows: 1 of (\d+)", done.err):
        assert not 0 < int(number) - 1 - answers < 5, done.err


TOUCHPOINTS = "touchpoint,channel,contact"
JOINED = "respondent,touchpoint,item,requirement,satisfaction"


def ask_joined(
    xqs: Program, write: Write, touchpoints: Iterable[str], rows: Iterable[str], *arguments: str,
    rules: str = "",
) -> list[dict[str, Any]]:  # fmt: skip
    table = write("\n".join([TOUCHPOINTS, *touchpoints]) + "\n", "touchpoints.csv")
    return ask(xqs, write, rules or definition(), rows, "--touchpoints", table, *arguments,
               header=JOINED)  # fmt: skip


def test_an_answer_to_an_item_outside_does_not_answer_a_touchpoint(
    xqs: Program, write: Write
) -> None:
    """It counts nowhere in this grouping; `answered` beside `respondents` would tell of one."""
    touchpoints = [f"t{i},visit,p{i}" for i in range(9)]
    rows = [f"p{i},t{i},timely,4,{2 + i % 3}" for i in range(8)] + ["p8,t8,charm,4,3"]
    (row,) = ask_joined(xqs, write, touchpoints, rows, "--by", "channel",
                        rules=definition(extra_items="allow"))  # fmt: skip
    assert (row["answers"], row["touchpoints"], row["answered"]) == ("8", "9", "8")


def test_answers_to_items_outside_by_a_few_are_not_counted(xqs: Program, write: Write) -> None:
    rows = [f"p{i},timely,4,{2 + i % 3}" for i in range(8)] + ["p0,charm,4,3"]
    file = write("\n".join([HEADER, *rows]) + "\n")
    rules = "./" + write(definition(extra_items="allow"), "rules.json")
    for arguments in ([], ["--by", "item"]):
        done = xqs.run("score", file, "--definition", rules, *arguments, "--format", "csv")
        assert done.status == 0
        assert not re.search(r"extra answers: [1-4]\b", done.err), done.err


def test_touchpoints_of_a_hidden_group_are_not_given_back(xqs: Program, write: Write) -> None:
    """Two contacts were called and did not answer; the group is hidden, and so is their number."""
    touchpoints = [f"t{i},visit,p{i}" for i in range(9)] + ["u1,call,q1", "u2,call,q2"]
    rows = [f"p{i},t{i},timely,4,{2 + i % 3}" for i in range(9)]
    result = ask_joined(xqs, write, touchpoints, rows, "--sets", "channel;")
    counts = {
        row["channel"]: int(row["touchpoints"]) for row in result if row["touchpoints"]
    }  # fmt: skip
    hidden = [row["channel"] for row in result if is_hidden(row)]
    assert "call" not in hidden or not {"visit", ""} <= set(counts), counts


def test_touchpoints_beside_the_answers_of_a_hidden_group(xqs: Program, write: Write) -> None:
    """Three contacts answered; neither their touchpoints nor their rate may be computed."""
    touchpoints = [f"t{i},visit,p{i}" for i in range(12)] + [f"u{i},call,q{i}" for i in range(3)]
    touchpoints += [f"v{i},mail,s{i}" for i in range(7)]
    rows = [f"p{i},t{i},timely,4,{2 + i % 3}" for i in range(12)]
    rows += [f"q{i},u{i},timely,4,3" for i in range(3)]
    rows += [f"s{i},v{i},timely,4,3" for i in range(7)]
    result = ask_joined(xqs, write, touchpoints, rows, "--sets", "channel;")
    assert [row["channel"] for row in result if is_hidden(row)] == ["call", "mail"]
    (total,) = [row for row in result if row["set"] == "1"]
    assert (total["touchpoints"], total["answered"]) == ("22", "22")


@pytest.mark.parametrize(
    "sets",
    ["region;team", "region,kind;region,team", "month(time),region;quarter(time);",
     "month(time);quarter(time)", "day(time);month(time);", "touchpoint.region;kind"],
)  # fmt: skip
def test_sets_that_are_not_nested_are_refused(xqs: Program, write: Write, sets: str) -> None:
    company = Company(1, False)
    sets = sets.replace("(time)", "(touchpoint.time)")
    rules = "./" + write(definition(), "rules.json")
    arguments = [*company.files(write, False), "--definition", rules, "--sets", sets]
    for form in ("csv", "json", "table"):
        assert "not nested" in xqs.refuses("score", *arguments, "--format", form)


def test_names_of_one_column_are_one_column(xqs: Program, write: Write) -> None:
    touchpoints = [f"t{i},{'visit' if i < 8 else 'call'},p{i}" for i in range(11)]
    rows = [f"p{i},t{i},timely,4,{2 + i % 3}" for i in range(11)]
    result = ask_joined(xqs, write, touchpoints, rows, "--sets", "channel;touchpoint.channel;")
    # 8 of 11 would leave three.
    assert [is_hidden(row) for row in result] == [True, True, True, True, False]


@pytest.mark.parametrize("order", ["top", "bottom"])
def test_the_best_and_the_worst_are_of_those_shown(
    xqs: Program, write: Write, order: str
) -> None:
    touchpoints = [f"t{i},{'visit' if i < 12 else 'call' if i < 20 else 'mail'},p{i}"
                   for i in range(23)]  # fmt: skip
    rows = [f"p{i},t{i},timely,4,{1 if i < 12 else 5 if i < 20 else 2}" for i in range(23)]
    result = ask_joined(xqs, write, touchpoints, rows, "--sets", "channel;", f"--{order}", "9")
    assert [(row["set"], row["channel"]) for row in result] == [("0", "visit"), ("1", "")]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--population", "2"],
        ["--by", "team", "--population", "size"],
        ["--where", "team = c"],
        ["--where", "team = b"],
        ["--where", "team = b", "--by", "team", "--top", "1"],
    ],
    ids=" ".join,
)
def test_messages_do_not_tell_of_hidden_groups(
    xqs: Program, write: Write, arguments: list[str]
) -> None:
    """An error that only a small group can cause tells how many are in it, or that they exist."""
    rows = [f"p{i},timely,4,{2 + i % 3},a,20" for i in range(8)]
    rows += [f"q{i},timely,4,3,b,2" for i in range(3)]
    file = write("\n".join([HEADER + ",team,size", *rows]) + "\n")
    rules = "./" + write(definition(), "rules.json")
    done = xqs.run("score", file, "--definition", rules, *arguments, "--format", "csv")
    said = re.sub(r"definition attacked.*", "", done.err).replace("xqs: note: hidden cells: 1", "")
    assert not re.search(r"\b3\b", said), done.err
    if "size" in arguments:
        assert done.status == 0, done.err


def test_flags_of_a_hidden_group(xqs: Program, write: Write) -> None:
    """Neither early feedback nor items outside the definition are flagged there."""
    table = "touchpoint,channel,time\n" + "".join(
        f"t{i},{'visit' if i < 6 else 'call'},2025-03-07T00:00Z\n" for i in range(9)
    )
    header = "respondent,touchpoint,item,requirement,satisfaction,time"
    rows = [f"p{i},t{i},timely,4,{2 + i % 3},2025-03-0{8 if i < 6 else 1}" for i in range(9)]
    rows.append("p7,t7,charm,4,4,2025-03-01")
    rules = definition(extra_items="allow")
    result = ask(xqs, write, rules, rows, "--touchpoints", write(table, "touchpoints.csv"),
                 "--by", "channel", header=header)  # fmt: skip
    assert [row["flags"] for row in result] == ["below_minimum", "below_verdict_minimum"]


def test_timelines_of_one_contact_are_refused(xqs: Program, write: Write) -> None:
    company = Company(2, False)
    rules = "./" + write(definition(), "rules.json")
    arguments = [*company.files(write, False), "--definition", rules, "--contact", "p0"]
    for form in ("csv", "json", "table"):
        assert "anonymous" in xqs.refuses("timeline", *arguments, "--format", form)
