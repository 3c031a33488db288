"""`xqs definition`, and what the program says about itself."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest

from conftest import PERTH, ROOT, Program, Write

PRESETS = ("ceqs", "sqr", "employee_experience")
SMALL: dict[str, Any] = {
    "xqs": 1,
    "name": "small",
    "version": "1",
    "requirement": {"rating": {"min": 1, "max": 5}},
    "satisfaction": {"points": {"1": 0, "2": 0.25, "-3": 1}},
    "items": [{"id": "b", "title": {"de": 'Größe "\u2028" \t'}, "weight": 2.50}, {"id": "a"}],
}


def fingerprints(xqs: Program, definition: str) -> tuple[str, str]:
    out = xqs.prints("definition", "fingerprint", definition).decode()
    found = re.fullmatch(r"tally ([0-9a-f]{32})\ndefinition ([0-9a-f]{32})\n", out)
    assert found, out
    return found[1], found[2]


def changed(write: Write, file: str = "changed.json", /, **members: Any) -> str:
    """A file with the small definition; a member given as None is left out."""
    rules = {key: value for key, value in (SMALL | members).items() if value is not None}
    return write(json.dumps(rules), file)


@pytest.mark.parametrize("preset", PRESETS)
def test_show_is_canonical_and_fingerprinted(xqs: Program, preset: str) -> None:
    """RFC 8785: sorted keys, no blanks, shortest numbers; the fingerprint is its SHA-256, cut."""
    shown = xqs.prints("definition", "show", preset)
    rules = json.loads(shown)
    canonical = json.dumps(rules, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert shown.decode() == canonical + "\n"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    assert fingerprints(xqs, preset)[1] == digest[:32]


@pytest.mark.parametrize("preset", PRESETS)
def test_show_keeps_everything_in_the_file(xqs: Program, preset: str) -> None:
    path = ROOT / "src" / "model" / "presets" / f"{preset}.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    assert json.loads(xqs.prints("definition", "show", preset)) == written
    assert xqs.prints("definition", "show", str(path)) == xqs.prints("definition", "show", preset)


@pytest.mark.parametrize("definition", [*PRESETS, str(PERTH / "perth_cap.json"), "small.json"])
def test_show_round_trips_through_a_file(xqs: Program, write: Write, definition: str) -> None:
    changed(write, "small.json")
    shown = xqs.prints("definition", "show", definition)
    copy = write(shown, "copy.json")
    assert xqs.prints("definition", "show", copy) == shown
    assert fingerprints(xqs, copy) == fingerprints(xqs, definition)


def test_show_fills_in_the_defaults(xqs: Program, write: Write) -> None:
    shown = json.loads(xqs.prints("definition", "show", changed(write)))
    ceqs = json.loads(xqs.prints("definition", "show", "ceqs"))
    defaults = {
        "confidentiality": "anonymous",
        "minimum_respondents": 5,
        "minimum_for_verdict": 10,
        "extra_items": "reject",
        "missing": {},
        "estimator": "pooled",
        "interval": "fieller",
        "level": 0.95,
        "zero_requirement": "exclude",
        "over_fulfilment": "count",
        "weight_places": 0,
    }
    assert {key: shown[key] for key in defaults} == defaults
    assert [(band["id"], band.get("to")) for band in shown["bands"]] == [
        (band["id"], band.get("to")) for band in ceqs["bands"]
    ]
    assert shown["requirement"]["rating"] == ceqs["requirement"]["rating"]
    assert [item["weight"] for item in shown["items"]] == [2.5, 1]
    other = changed(write, estimator="item_mean")
    assert json.loads(xqs.prints("definition", "show", other))["interval"] == "delta"


def test_ceqs_is_what_is_meant_without_a_name(xqs: Program) -> None:
    for command in ("show", "check", "fingerprint"):
        named = xqs.prints("definition", command, "ceqs")
        assert xqs.prints("definition", command) == named
        assert xqs.prints("definition", command, "--definition", "ceqs") == named


@pytest.mark.parametrize(
    ("members", "tally_changes"),
    [
        ({"title": {"en": "Small"}}, False),
        ({"version": "2"}, False),
        ({"items": SMALL["items"][::-1]}, False),
        ({"items": [{"id": "a"}, {"id": "b"}]}, False),
        ({"estimator": "item_mean"}, False),
        ({"level": 0.9}, False),
        ({"confidentiality": "identified"}, False),
        ({"bands": [{"id": "all"}]}, False),
        ({"items": [{"id": "a"}, {"id": "c"}]}, True),
        ({"satisfaction": {"points": {"1": 0, "2": 0.5, "-3": 1}}}, True),
        ({"missing": {"9": "no_answer"}}, True),
        ({"zero_requirement": "keep"}, True),
        ({"over_fulfilment": "cap"}, True),
        ({"weight_places": 2}, True),
    ],
    ids=str,
)
def test_what_the_fingerprints_cover(
    xqs: Program, write: Write, members: dict[str, Any], tally_changes: bool
) -> None:
    tally, definition = fingerprints(xqs, changed(write, "small.json"))
    other_tally, other_definition = fingerprints(xqs, changed(write, **members))
    assert other_definition != definition
    assert (other_tally != tally) is tally_changes


def test_the_way_a_file_is_written_does_not_matter(xqs: Program, write: Write) -> None:
    reordered = json.dumps(dict(reversed(SMALL.items())), indent=3).replace("2.5", "25.0e-1")
    file = write("\ufeff" + reordered.replace("\n", "\r\n"), "other.json")
    assert fingerprints(xqs, file) == fingerprints(xqs, changed(write))


def test_check(xqs: Program, write: Write) -> None:
    for definition in PRESETS:
        out = xqs.prints("definition", "check", definition).decode()
        assert out.startswith(f"{definition}@2026.1 is a valid definition: ")
        assert len(out.splitlines()) == 1
    assert b"small@1 is a valid definition" in xqs.prints("definition", "check", changed(write))


@pytest.mark.parametrize(
    ("members", "parts"),
    [
        ({"colour": "red"}, ["$.colour", "unknown key", "over_fulfilment"]),
        ({"items": [{"id": "a", "wieght": 1}]}, ["$.items[0].wieght", "unknown key", "weight"]),
        ({"name": None}, ["$", '"name"']),
        ({"items": []}, ["$.items", "at least one"]),
        ({"items": [{"id": "a"}, {"id": "a"}]}, ["$.items[1].id", '"a"', "twice"]),
        ({"items": [{"id": "a", "weight": 0}]}, ["$.items[0].weight", "positive"]),
        ({"xqs": 2}, ["$.xqs", "1"]),
        ({"name": "my score"}, ["$.name", "letters"]),
        ({"requirement": {"rating": {"min": 5, "max": 1}}}, ["$.requirement.rating.min", "max"]),
        ({"requirement": {"rating": {"min": 1, "max": 1e8}}}, ["$.requirement.rating", "codes"]),
        ({"requirement": {}}, ["$.requirement", "rating, points, top_box"]),
        ({"satisfaction": {"points": {"1": -1}}}, ["$.satisfaction.points"]),
        ({"missing": {"5": "no_answer"}}, ["$.missing", "5", "$.requirement"]),
        ({"missing": {"9": "skip"}}, ["$.missing", '"skip"', "no_answer", "not_applicable"]),
        ({"estimator": "mean"}, ["$.estimator", '"mean"', "pooled"]),
        ({"estimator": "item_mean", "interval": "fieller"}, ["$.interval", "pooled", "delta"]),
        ({"level": 95}, ["$.level", "below 1"]),
        ({"level": "0.95"}, ["$.level", "number", "string"]),
        ({"level": 0.12345678}, ["$.level", "0.12345678", "6 decimal places"]),
        ({"minimum_respondents": 2.5}, ["$.minimum_respondents", "whole number"]),
        ({"bands": [{"id": "a", "to": 60}, {"id": "b"}, {"id": "c"}]}, ["$.bands[1]", '"to"']),
        ({"bands": [{"id": "a", "to": 60}, {"id": "a"}]}, ["$.bands[1].id", '"a"', "twice"]),
        (
            {"bands": [{"id": "a", "to": 60}, {"id": "b", "to": 40}, {"id": "c"}]},
            ["$.bands[1].to", "overlap", "40", "60"],
        ),
        ({"\x1b[2J": 1}, ["unknown key"]),
        ({"items": [{"id": "a" * 1_000_000}, {"id": "a" * 1_000_000}]}, ["$.items[1].id", "twice"]),
    ],
    ids=lambda value: None if isinstance(value, list) else str(value)[:60],
)
def test_check_names_what_is_wrong(
    xqs: Program, write: Write, members: dict[str, Any], parts: list[str]
) -> None:
    message = xqs.refuses("definition", "check", changed(write, "bad.json", **members))
    for part in ("bad.json: ", *parts):
        assert part in message


NO_DEFINITIONS = {
    "empty": ("", ["line 1", "JSON"]),
    "no colon": ('{"xqs": 1,\n "name" "x"}', ["line 2, column ", "JSON", "expected ':'"]),
    "no literal": ('{"xqs": tru}', ["line 1", "JSON"]),
    "two values": ('{"xqs": 1} {}', ["line 1", "JSON"]),
    "deep array": ("[" * 100_000, ["64 levels"]),
    "deep object": ('{"a":' * 100_000, ["64 levels"]),
    "huge number": ('{"xqs": 1e400}', ["1e400"]),
    "key twice": ('{"items": [{"id": "a", "id": "b"}]}', ["$.items[0].id", "duplicate key"]),
    "array": ("[1]", ["$", "object", "array"]),
    "not UTF-8": (b'{"name": "\xff"}', ["line 1", "JSON"]),
    "control character": ('{"name": "\x1b[2J"}', ["line 1", "JSON"]),
}


@pytest.mark.parametrize(("text", "parts"), NO_DEFINITIONS.values(), ids=NO_DEFINITIONS)
def test_check_of_what_is_no_definition(
    xqs: Program, write: Write, text: str | bytes, parts: list[str]
) -> None:
    message = xqs.refuses("definition", "check", write(text, "bad.json"))
    for part in ("bad.json: ", *parts):
        assert part in message


@pytest.mark.parametrize("command", ["show", "check", "fingerprint"])
def test_every_command_refuses_alike(xqs: Program, write: Write, command: str) -> None:
    assert "$.level" in xqs.refuses("definition", command, changed(write, "bad.json", level=2))
    assert "missing.json: cannot be read" in xqs.refuses("definition", command, "missing.json")
    assert '"nps"' in xqs.refuses("definition", command, "nps")


def test_version(xqs: Program) -> None:
    header = (ROOT / "include" / "xqs" / "version.hpp").read_text()
    (version,) = re.findall(r'version = "(.+)"', header)
    assert xqs.prints("--version").decode() == f"xqs {version}\n"


@pytest.mark.parametrize("arguments", ["--help", "-h", "score --help", "definition --help"])
def test_help(xqs: Program, arguments: str) -> None:
    text = xqs.prints(*arguments.split()).decode()
    assert "Usage" in text
    assert re.search(r"^ *xqs (score|definition) .*", text, re.MULTILINE)  # an example to copy
    if "score" in arguments:
        for flag in ("--by", "--definition", "--map", "--format", "--output", "--population"):
            assert flag in text
    else:
        assert "Examples:" in text
        assert "Exit status" in text
