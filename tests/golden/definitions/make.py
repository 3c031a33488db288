#!/usr/bin/env python3
"""Writes the golden definitions: canonical JSON and fingerprints, from the documented rules alone.

Canonical JSON is RFC 8785 (JSON Canonicalization Scheme) of the definition with all defaults
filled in. A fingerprint is the first 128 bits of the SHA-256 of such a text, in hex. The tally
fingerprint is taken over what changes a tally only: both scales, the missing values, the item ids
in byte order, the zero rule, the cap and the weight places, and "xqs_tally": 1 as its name.

    python3 make.py        writes NAME.json and fingerprints.txt next to this file
"""

import hashlib
import json
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PRESETS = ROOT / "src" / "model" / "presets"
PERTH = ROOT / "examples" / "data" / "perth"
SOURCES = [PRESETS / f"{name}.json" for name in ("ceqs", "sqr", "employee_experience")] + [
    PERTH / f"perth_{name}.json" for name in ("default", "cap", "keep", "raw_keep")]
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
           "\t": "\\t"}


def read(path):
    return json.loads(path.read_bytes(), parse_float=Decimal, parse_int=Decimal)


def canonical(value):
    """RFC 8785, for numbers from 0.000001 to below 10^21 (ECMAScript writes those plainly)."""
    if isinstance(value, str):
        return '"' + "".join(
            ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    if isinstance(value, (int, Decimal)):
        text = format(Decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, list):
        return "[" + ",".join(canonical(v) for v in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(canonical(k) + ":" + canonical(value[k]) for k in keys) + "}"


def fill_scale(scale):
    if "rating" not in scale:
        return scale
    return {"rating": {"step": 1, "origin": "zero", "best": "max"} | scale["rating"]}


def fill_item(item):
    question = {"requirement": {}, "satisfaction": {}} | item.get("question", {})
    return {"title": {}, "weight": 1} | item | {"question": question}


def fill(definition):
    """The definition with every default of the definition file written out."""
    pooled = definition.get("estimator", "pooled") == "pooled"
    full = {
        "title": {},
        "missing": {},
        "extra_items": "reject",
        "estimator": "pooled",
        "interval": "fieller" if pooled else "delta",
        "level": Decimal("0.95"),
        "zero_requirement": "exclude",
        "over_fulfilment": "count",
        "weight_places": 0,
        "confidentiality": "anonymous",
        "minimum_respondents": 5,
        "minimum_for_verdict": 10,
        "bands": read(PRESETS / "ceqs.json")["bands"],  # the default bands are those of ceqs
    } | definition
    full["requirement"] = fill_scale(full["requirement"])
    full["satisfaction"] = fill_scale(full["satisfaction"])
    full["items"] = [fill_item(item) for item in full["items"]]
    full["bands"] = [{"title": {}} | band for band in full["bands"]]
    return full


def tally_part(full):
    keys = ("requirement", "satisfaction", "missing", "zero_requirement", "over_fulfilment",
            "weight_places")
    ids = sorted((item["id"] for item in full["items"]), key=str.encode)
    return {key: full[key] for key in keys} | {"items": ids, "xqs_tally": 1}


def fingerprint(value):
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:32]


def main():
    lines = ["# name, tally fingerprint, definition fingerprint"]
    for source in SOURCES:
        full = fill(read(source))
        (HERE / source.name).write_bytes(canonical(full).encode())
        lines.append(f"{source.stem} {fingerprint(tally_part(full))} {fingerprint(full)}")
    (HERE / "fingerprints.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
