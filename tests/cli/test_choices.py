"""--choices: every estimator, cap and zero rule side by side for the same rows."""

from __future__ import annotations

from conftest import Program, Write

# Points: (4, 3), (2, 4) and a requirement of 0 with 2.
ROWS = """\
respondent,item,requirement,satisfaction
p1,relevance,5,4
p1,effort,3,5
p2,relevance,1,3
p2,effort,2,2
"""


def test_every_choice_side_by_side(xqs: Program, write: Write) -> None:
    rows = xqs.csv(write(ROWS), "--choices")
    shown = {
        (r["estimator"], r["over_fulfilment"], r["zero_requirement"]): r["score"] for r in rows
    }
    assert len(rows) == len(shown) == 12
    # Quarters of points. Sums: R 4 + 2 + 1 = 7, S 3 + 4 + 1 = 8, and 2 where nothing was required.
    pooled = {("count", "exclude"): 800 / 7, ("count", "keep"): 1000 / 7}
    # Capped: min(4, 2) = 2, min(2, 0) = 0.
    pooled |= {("cap", "exclude"): 600 / 7, ("cap", "keep"): 600 / 7}
    for (over, zero), score in pooled.items():
        assert abs(float(shown["pooled", over, zero]) - score) < 1e-12
    # Items: relevance 3/4 (with the zero kept 5/4), effort 5/3 (capped 3/3).
    assert abs(float(shown["item_mean", "count", "exclude"]) - 50 * (3 / 4 + 5 / 3)) < 1e-12
    assert abs(float(shown["item_mean", "count", "keep"]) - 50 * (5 / 4 + 5 / 3)) < 1e-12
    # People: p1 7/6, p2 1/1 (with the zero kept 3/1).
    assert abs(float(shown["respondent_mean", "count", "exclude"]) - 50 * (7 / 6 + 1)) < 1e-9
    assert abs(float(shown["respondent_mean", "count", "keep"]) - 50 * (7 / 6 + 3)) < 1e-9
    assert len({r["definition"] for r in rows}) == 12


def test_one_row_is_what_the_definition_says(xqs: Program, write: Write) -> None:
    file = write(ROWS)
    (own,) = xqs.csv(file)
    (same,) = [r for r in xqs.csv(file, "--choices") if r["definition"] == own["definition"]]
    assert {name: same[name] for name in own} == own


def test_choices_of_groups(xqs: Program, write: Write) -> None:
    rows = xqs.csv(write(ROWS), "--choices", "--by", "item")
    assert [r["item"] for r in rows] == ["relevance"] * 12 + ["effort"] * 12


def anonymous(few: int) -> str:
    """Ten people, the first `few` of whom require nothing."""
    lines = [f"p{i},timely,{1 if i < few else 4},3" for i in range(10)]
    lines += [f"p{i},reliable,4,2" for i in range(10)]
    return "respondent,item,requirement,satisfaction\n" + "\n".join(lines) + "\n"


def test_choices_do_not_give_back_a_few_people(xqs: Program, write: Write) -> None:
    """Sums with and without the zero rule differ by the answers of those few."""
    for few, hidden in ((0, 0), (1, 6), (4, 6), (5, 0)):
        done = xqs.run(
            "score", write(anonymous(few)), "--definition", "sqr", "--choices", "--format", "csv"
        )
        assert done.status == 0
        rows = done.out.decode().splitlines()[1:]
        assert sum("suppressed" in row for row in rows) == hidden, few
        for row in rows:
            if "suppressed" in row:
                assert row.startswith(("pooled,count,keep,,", "pooled,cap,keep,,",
                                       "item_mean,count,keep,,", "item_mean,cap,keep,,",
                                       "respondent_mean,count,keep,,",
                                       "respondent_mean,cap,keep,,"))


def test_choices_do_not_give_back_who_got_more_than_they_required(
    xqs: Program, write: Write
) -> None:
    lines = [f"p{i},timely,3,{5 if i < 2 else 3}" for i in range(10)]
    file = write("respondent,item,requirement,satisfaction\n" + "\n".join(lines) + "\n")
    done = xqs.run("score", file, "--definition", "sqr", "--choices", "--format", "csv")
    rows = done.out.decode().splitlines()[1:]
    assert sum("suppressed" in row for row in rows) == 6
    assert all(",cap," in row for row in rows if "suppressed" in row)


def test_choices_are_not_mixed_with_others(xqs: Program, write: Write) -> None:
    file = write(ROWS)
    for flags in (["--estimator", "pooled"], ["--sets", "item;"], ["--top", "1"]):
        assert "$.choices" in xqs.refuses("score", file, "--choices", *flags, status=2)
