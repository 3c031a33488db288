"""Definitions: where they come from, and what tells them apart."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

import perth
import xqs

if TYPE_CHECKING:
    from pathlib import Path

#: Name, fingerprint of the tally and of the whole, by the independent ``make.py`` beside them.
FINGERPRINTS = [
    line.split()
    for line in (perth.ROOT / "tests/golden/definitions/fingerprints.txt").read_text().splitlines()
    if not line.startswith("#")
]


def source(name: str) -> str | Path:
    return perth.FOLDER / f"{name}.json" if name.startswith("perth") else name


@pytest.mark.parametrize(("name", "tally", "whole"), FINGERPRINTS)
def test_fingerprints(name: str, tally: str, whole: str) -> None:
    definition = xqs.Definition(source(name))
    assert definition.fingerprint == whole
    assert definition.tally_fingerprint == tally
    assert definition.name == name
    assert definition.provenance == f"{name}@{definition.version}#{whole}"


@pytest.mark.parametrize("name", [name for name, *_ in FINGERPRINTS])
def test_every_way_in(name: str) -> None:
    definition = xqs.Definition(source(name))
    text = definition.to_json()
    canonical = (perth.ROOT / "tests/golden/definitions" / f"{name}.json").read_bytes()
    assert text.encode() == canonical.rstrip(b"\n")
    others = [
        xqs.Definition(definition.to_dict()),
        xqs.Definition.parse(text),
        xqs.Definition.parse(text.encode()),
        definition.replace(),
        pickle.loads(pickle.dumps(definition)),  # noqa: S301
    ]
    for other in others:
        assert other == definition
        assert hash(other) == hash(definition)
        assert other.fingerprint == definition.fingerprint
        assert other.tally_fingerprint == definition.tally_fingerprint


def test_presets() -> None:
    assert xqs.Definition.presets == ("ceqs", "sqr", "employee_experience")
    for name in xqs.Definition.presets:
        assert xqs.Definition(name).name == name
    with pytest.raises(xqs.XqsValueError, match='there is no preset "ceq"') as refused:
        xqs.Definition("ceq")
    assert f"presets are {', '.join(xqs.Definition.presets)}" in str(refused.value)


def test_paths() -> None:
    assert xqs.Definition(str(perth.DEFAULT)) == xqs.Definition(perth.DEFAULT)
    with pytest.raises(FileNotFoundError, match=r"absent.json"):
        xqs.Definition("absent.json")
    with pytest.raises(OSError, match="directory"):
        xqs.Definition(perth.FOLDER)


def test_what_it_says() -> None:
    ceqs = xqs.Definition("ceqs")
    assert (ceqs.name, ceqs.version) == ("ceqs", "2026.1")
    assert ceqs.items == ("relevance", "information", "credibility", "dialogue", "effort")
    assert ceqs.bands == (
        "insufficient",
        "borderline",
        "largely_meets_requirements",
        "best_practice",
    )
    assert repr(ceqs) == "Definition ceqs@2026.1, 5 items, pooled, identified"


def test_replace() -> None:
    ceqs = xqs.Definition("ceqs")
    other = ceqs.replace(estimator="item_mean", interval=None, name="ceqs_items")
    assert repr(other) == "Definition ceqs_items@2026.1, 5 items, item_mean, identified"
    assert other.to_dict()["interval"] == "delta"
    assert other != ceqs
    assert other.fingerprint != ceqs.fingerprint
    assert other.tally_fingerprint == ceqs.tally_fingerprint
    assert ceqs.to_dict()["estimator"] == "pooled"
    assert ceqs.replace(over_fulfilment="cap").tally_fingerprint != ceqs.tally_fingerprint


def test_equality() -> None:
    assert xqs.Definition("ceqs") != xqs.Definition("sqr")
    assert xqs.Definition("ceqs") != "ceqs"
    assert len({xqs.Definition("ceqs"), xqs.Definition("ceqs"), xqs.Definition("sqr")}) == 2


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"estimator": "median"}, "$.estimator"),
        ({"levl": 0.9}, "$.levl"),
        ({"items": [{"id": "a"}, {"id": "a"}]}, "$.items[1]"),
        ({"items": []}, "$.items"),
        ({"bands": [{"id": "low", "to": "x"}, {"id": "high"}]}, "$.bands[0].to"),
        ({"level": 2}, "$.level"),
        ({"xqs": 2}, "$.xqs"),
    ],
)
def test_contradictions(change: dict[str, Any], path: str, tmp_path: Path) -> None:
    document = {**xqs.Definition("ceqs").to_dict(), **change}
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(document))
    for given, says in ((document, path), (file, f"{file}: {path}")):
        with pytest.raises(xqs.DefinitionError) as refused:
            xqs.Definition(given)
        assert str(refused.value).startswith(says)
        assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"xqs": 1, "xqs": 1}', "\0"])
def test_no_json(text: str) -> None:
    with pytest.raises(xqs.DefinitionError):
        xqs.Definition.parse(text)


@pytest.mark.parametrize("source", [5, None, ["ceqs"]])
def test_no_definition(source: Any) -> None:
    with pytest.raises(xqs.XqsTypeError, match="a definition is the name of a preset") as refused:
        xqs.Definition(source)
    assert refused.value.argument == "definition"


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), object()])
def test_a_mapping_that_is_no_json(value: Any) -> None:
    with pytest.raises(xqs.XqsTypeError, match="a definition is text, numbers, lists and"):
        xqs.Definition({"xqs": value})


def test_html_is_escaped() -> None:
    nasty = "<script>alert(1)</script>"
    rules = xqs.Definition("ceqs").replace(
        title={"en": nasty}, items=[{"id": "a<b", "title": {"en": nasty}}], name="x"
    )
    html = rules._repr_html_()
    assert "<script>" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "<td>a&lt;b</td>" in html
    assert "<td>best_practice</td>" in html
