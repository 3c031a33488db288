#!/usr/bin/env python3
"""Writes the vectors of the bytes of states, v0/, with the writer of state_format.py.

    python3 make_states.py            writes the states and index.json
    python3 make_states.py --check    says whether they are what would be written, and whether the
                                      reader of state_format.py agrees with index.json

index.json: "states" are to be read, and written again, from their rows; "refused" are not to be
read, for the code and at the offset that are given. A row of v0/rows/ is [unit, group, column,
requirement, satisfaction, answers, no_answer, not_applicable, zero_requirement], totals in points;
rows of one unit and column add up. "doublings": the state is then merged with itself so often.
A definition with a "/" is a file of v0/, else a preset.
"""

import json
import sys
from functools import lru_cache
from pathlib import Path

import state_format as xqst

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE / "definitions"))
import make as definitions  # noqa: E402  canonical JSON and fingerprints, from documents as well

FOLDER = HERE / "v0"
FAMILIES = {"tally": xqst.TALLY, "ledger": xqst.LEDGER, "watch_state": xqst.WATCH}
CEQS_POINTS = (0, 4, 1, 4)  # five codes from zero; a requirement of 0 does not count
LARGEST = 2**63 - 1
CEQS_ITEMS = xqst.ordered(item["id"] for item in definitions.read(definitions.SOURCES[0])["items"])


@lru_cache
def definition(name):
    """Tally fingerprint, weighted."""
    path = FOLDER / name if "/" in name else definitions.PRESETS / f"{name}.json"
    full = definitions.fill(definitions.read(path))
    fingerprint = definitions.fingerprint(definitions.tally_part(full))
    return bytes.fromhex(fingerprint), full["weight_places"] > 0


def rows_of(name):
    if name is None:
        return []
    rows = json.loads((FOLDER / "rows" / f"{name}.json").read_text("utf-8"))
    return [(unit, group, column, tuple(totals)) for unit, group, column, *totals in rows]


def state_of(entry):
    fingerprint, weighted = definition(entry["definition"])
    identity = xqst.Identity(fingerprint, entry["unit_kind"], weighted)
    rows = rows_of(entry["rows"])
    if entry["family"] == "ledger":
        return xqst.ledger_of(identity, rows)
    if entry["family"] == "watch_state":
        state = xqst.watch_of(identity, entry["most_answers"], tuple(entry["points"]), rows)
    else:
        state = xqst.tally_of(identity, entry["labels"], entry["groups"], rows)
    return xqst.doubled(state, entry["doublings"])


def read(entry, data):
    of, weighted = definition(entry["definition"])
    return xqst.read(data, FAMILIES[entry["family"]], of, weighted, entry.get("labels", ()),
                     entry.get("groups", ()), entry.get("points", ()))


# --- What is to be read


def ledger(name, rows, definition="ceqs", kind="respondent"):
    return {"file": f"ledger_{name}.xqst", "family": "ledger", "definition": definition,
            "unit_kind": kind, "rows": rows}


def tally(name, rows, labels=("",), groups=(), definition="ceqs", kind="respondent", doublings=0):
    return {"file": f"tally_{name}.xqst", "family": "tally", "definition": definition,
            "unit_kind": kind, "labels": list(labels), "groups": list(groups), "rows": rows,
            "doublings": doublings}


def watch(name, rows, most=2, points=CEQS_POINTS, definition="ceqs", kind="respondent",
          doublings=0):
    return {"file": f"watch_{name}.xqst", "family": "watch_state", "definition": definition,
            "unit_kind": kind, "most_answers": most, "points": points, "rows": rows,
            "doublings": doublings}


SMALL, RAW, WEIGHTED = (f"definitions/{name}.json" for name in ("small", "raw", "weighted"))
SMALL_ITEMS = xqst.ordered(["größe", "日本", "a"])

STATES = [
    ledger("empty", None),
    ledger("empty_of_column", None, SMALL, "physician"),
    ledger("one_unit", "one_unit"),
    ledger("several", "several"),
    ledger("missing", "missing"),
    ledger("names", "names", SMALL),
    ledger("responses", "responses", kind="response"),
    ledger("weighted", "weighted", WEIGHTED),
    ledger("largest_totals", "largest_totals"),
    tally("empty", None),
    tally("empty_profile", None, CEQS_ITEMS),
    tally("no_columns", None, ()),
    tally("one_unit", "one_unit"),
    tally("several", "several"),
    tally("profile", "profile", CEQS_ITEMS),
    tally("profile_small", "names_of_items", SMALL_ITEMS, definition=SMALL),
    tally("missing", "missing"),
    tally("only_excluded", "only_excluded"),
    tally("no_requirement", "no_requirement", definition=SMALL),
    tally("responses", "responses", kind="response"),
    tally("rows", "several", kind="row"),
    tally("named_kind", "several", kind="Ärztin"),
    tally("weighted", "weighted", definition=WEIGHTED),
    tally("own_columns", "own_columns", ("north", "south", "")),
    tally("joint", "joint", ("",), ("before", "after")),
    tally("joint_empty", None, ("",), ("before", "after")),
    tally("joint_profile", "joint_profile", ("a", "b"), ("x", "y"), RAW),
    tally("largest_totals", "two_largest"),
    tally("2_to_40_units", "several", doublings=40),
    tally("2_to_63_units", "one_unit", doublings=63),
    watch("empty", None),
    watch("one_unit", "one_unit"),
    watch("several", "watched"),
    watch("small", "watched_small", 3, (0, 20, 0, 20), SMALL),
    watch("raw", "watched_raw", 2, (1, 5, 1, 5), RAW, "response"),
    watch("2_to_63_units", "one_unit", doublings=63),
    watch("most_answers", "one_unit", 2**32 - 1),
]


def counts(state):
    """Numbers to look at first: units and answers, or entries."""
    if isinstance(state, xqst.Tally):
        return {"units": str(state.units), "answers": str(sum(c[1] for c in state.columns))}
    if isinstance(state, xqst.Ledger):
        return {"units": str(len(state.totals)),
                "entries": str(sum(map(len, state.totals.values())))}
    return {"units": str(sum(state.entries.values())), "entries": str(len(state.entries))}


# --- What is to be refused: what is right but for one thing, under a checksum that is right


def patched(data, offset, value):
    return xqst.seal((data[:offset] + value + data[offset + len(value):])[:-4])


def cut(data, offset, size):
    return xqst.seal((data[:offset] + data[offset + size:])[:-4])


def inserted(data, offset, value):
    return xqst.seal((data[:offset] + value + data[offset:])[:-4])


def resealed(unsized):
    """A checksum over a length that stays as it is."""
    return unsized + xqst.u32(xqst.zlib.crc32(unsized))


class Refusals:
    def __init__(self, written):
        self.written = written
        self.all = []

    def add(self, name, base, data, offset, what, code="invalid_bytes", **asked):
        like = next(entry for entry in STATES if entry["file"] == f"{base}.xqst") | asked
        keys = ("family", "definition", "labels", "groups", "points")
        entry = {"file": f"refused/{name}.xqst"} | {key: like[key] for key in keys if key in like}
        self.all.append((entry | {"code": code, "offset": offset, "what": what}, data))


BODY = 70  # after the unit kind "respondent"
TEXTS = {"overlong": b"\xc0\x80", "surrogate": b"\xed\xa0\x80", "beyond": b"\xf4\x90\x80\x80",
         "cut_off": b"\xe2\x82", "latin_1": b"\xfc"}


def frame_refusals(r):
    for base in ("tally_one_unit", "ledger_one_unit", "watch_one_unit"):
        good = r.written[f"{base}.xqst"]

        def add(name, data, offset, what, code="invalid_bytes", base=base, **asked):
            r.add(f"{base}_{name}", base, data, offset, what, code, **asked)

        add("size_0", b"", 0, "no bytes")
        add("size_63", good[:63], 0, "shorter than any state")
        add("magic", patched(good, 0, b"XQSt"), 0, "magic")
        add("version", patched(good, 4, b"\x01\0"), 4, "a version that is not known")
        add("family", patched(good, 6, b"\x04\0"), 6, "a family that is not known")
        add("flag", patched(good, 12, b"\x02\0\0\0"), 12, "a flag that is not known")
        add("flag_31", patched(good, 12, b"\0\0\0\x80"), 12, "a flag that is not known")
        for size in (0, len(good) - 1, len(good) + 1, 2**64 - 1):
            data = resealed(good[:16] + xqst.u64(size) + good[24:-4])
            add(f"length_{size}", data, 16, "not the number of bytes")
        add("longer", good + b"\0", 16, "a byte after the end")
        add("checksum", good[:-1] + bytes([good[-1] ^ 1]), len(good) - 4, "checksum")
        add("no_definition", patched(good, 24, bytes(16)), 24, "no definition", "incompatible")
        add("definition", good, 24, "another definition", "incompatible", definition=RAW)
        add("weighted", patched(good, 12, b"\x01\0\0\0"), 12, "weighted, unlike the definition")
        add("kind_long", patched(good, 56, xqst.u32(len(good) - 63)), 56, "reaches the checksum")
        add("kind_endless", patched(good, 56, xqst.u32(2**32 - 1)), 56, "longer than the state")
        for name, text in TEXTS.items():
            data = cut(inserted(good, 60, text), 60 + len(text), len(text))
            add(f"kind_{name}", data, 56, "not UTF-8")
    good = r.written["ledger_one_unit.xqst"]
    r.add("ledger_for_a_tally", "tally_one_unit", good, 6, "another family")
    r.add("tally_for_a_ledger", "ledger_one_unit", r.written["tally_one_unit.xqst"], 6,
          "another family")
    data = patched(r.written["tally_weighted.xqst"], 12, bytes(4))
    r.add("tally_weights_denied", "tally_weighted", data, 12, "weighted, as the definition is")
    data = patched(patched(r.written["watch_one_unit.xqst"], 12, b"\x01\0\0\0"), 24,
                   definition(WEIGHTED)[0])
    r.add("watch_of_weights", "watch_one_unit", data, 12, "a watch state has no weights",
          definition=WEIGHTED)


def tally_refusals(r):
    one = r.written["tally_one_unit.xqst"]
    for columns in (0, 2, 2**32 - 1):
        r.add(f"tally_columns_{columns}", "tally_one_unit", patched(one, 8, xqst.u32(columns)), 8,
              "not as many columns as labels", "incompatible")
    r.add("tally_labels", "tally_one_unit", one, 40, "other labels", "incompatible", labels=["a"])
    r.add("tally_groups", "tally_joint", r.written["tally_joint.xqst"], 40, "other groups",
          "incompatible", groups=["before", "later"])
    r.add("tally_not_joint", "tally_joint", r.written["tally_joint.xqst"], 40, "not joint",
          "incompatible", groups=[], labels=["before", "after"])
    r.add("tally_group_count", "tally_one_unit", patched(one, BODY, xqst.u32(1)), BODY,
          "groups that the hash does not have")
    r.add("tally_short", "tally_one_unit", cut(one, 100, 8), BODY, "a body too short")
    r.add("tally_empty_body", "tally_one_unit", cut(one, BODY, len(one) - BODY - 4), BODY,
          "no body")
    r.add("tally_long", "tally_one_unit", inserted(one, 100, bytes(1)), BODY, "a body too long")

    def change(name, base, at, what, **fields):
        state = state_of(next(e for e in STATES if e["file"] == f"{base}.xqst"))
        for field, (position, value) in fields.items():
            if position is None:
                setattr(state, field, value)
            elif isinstance(position, tuple):
                getattr(state, field)[position[0]][position[1]] = value
            else:
                getattr(state, field)[position] = value
        r.add(f"tally_{name}", base, xqst.write(state), BODY + 4 + at, what)

    # rules 1 to 3: pooled, n = 6, 13 answers; joint: columns 0 and 1
    change("group_units", "tally_joint", 88, "a group of more units than there are",
           group_units=(0, 10))
    change("column_units", "tally_several", 8, "a column of more units than there are",
           units=(None, 4))
    change("column_units_of_group", "tally_joint", 8, "a column of more units than its group",
           group_units=(0, 4))
    change("answers", "tally_several", 16, "fewer answers than units", columns=((0, 1), 4))
    change("answers_of_none", "tally_own_columns", 136 - 40, "answers without a unit",
           columns=((2, 1), 5))
    change("units_of_no_column", "tally_several", 0, "units that answer nowhere", units=(None, 7))
    change("units_of_no_group", "tally_joint", 0, "units in no group", units=(None, 12))
    change("group_without_columns", "tally_joint", 88, "a group whose columns have fewer units",
           columns=((0, 0), 4))
    # rules 4 and 5: one column; sums at 48, moments at 80: RR, RS, SS
    several = state_of(tally("several", "several"))
    rr, rs, ss = several.moments
    change("negative_sum", "tally_several", 48, "a negative sum", sums=(0, -1))
    change("negative_diagonal", "tally_several", 80, "a negative moment", moments=(0, -rr))
    change("moment_below_sum", "tally_several", 112, "a moment below its sum",
           moments=(2, several.sums[1] - 1))
    change("moment_above_square", "tally_several", 80, "a moment above the square of its sum",
           moments=(0, several.sums[0]**2 + 1))
    change("sum_of_few", "tally_several", 48, "a sum too large for its units",
           moments=(0, several.sums[0]))
    change("points_of_no_unit", "tally_own_columns", 128 + 16 * 4, "points of no unit",
           sums=(4, 1), moments=(18, 1))
    change("negative_moment", "tally_several", 96, "a negative product", moments=(1, -1))
    change("cauchy_schwarz", "tally_several", 96, "Cauchy-Schwarz", moments=(1, rr + ss))
    change("cauchy_schwarz_across", "tally_own_columns", 224 + 16 * 3, "Cauchy-Schwarz",
           moments=(3, 1000))
    # rule 6: at 128 units, at 136 sum, at 152 squares
    units, total, squares = several.quotients
    change("quotients_of_more", "tally_several", 128, "more quotients than units",
           quotients=(0, 7))
    change("no_quotients", "tally_several", 128, "requirements without quotients",
           quotients=(None, [0, 0, 0]))
    change("quotients_of_nothing", "tally_no_requirement", 128, "quotients without requirements",
           quotients=(None, [1, 0, 0]))
    change("quotients_of_weights", "tally_weighted", 128, "quotients of a weighted tally",
           quotients=(None, [1, 1, 1]))
    change("quotient_negative", "tally_several", 136, "a negative sum of quotients",
           quotients=(1, -1))
    change("quotient_squares_low", "tally_several", 152, "squares below their sum",
           quotients=(2, total - 1))
    change("quotient_squares_high", "tally_several", 152, "squares above the square of their sum",
           quotients=(2, total**2 + 1))
    change("quotient_squares_negative", "tally_several", 152, "negative squares",
           quotients=(2, -squares))
    change("quotient_sum_of_few", "tally_several", 136, "a sum too large for its quotients",
           quotients=(2, total))
    change("quotient_of_none", "tally_no_requirement", 152, "squares of no quotient",
           quotients=(2, 1))


def ledger_refusals(r):
    """Columns "a" and "b" at 70 and 75, units at 80, "u" at 88, its entries at 93, 97 and 133."""
    identity = xqst.Identity(definition("ceqs")[0])
    entry = (4, 3, 1, 0, 0, 0)

    def record(column, values=entry):
        return xqst.u32(column) + xqst.struct.pack("<QQIIII", *values)

    def unit(name, *records):
        return xqst.text(name) + xqst.u32(len(records)) + b"".join(records)

    def add(name, offset, what, *units, labels=("a", "b"), count=None, end=b"", hashed=None):
        body = b"".join(map(xqst.text, labels))
        body += xqst.u64(len(units) if count is None else count) + b"".join(units) + end
        data = xqst.framed(xqst.LEDGER, identity, labels, [], body)
        if hashed is not None:
            data = patched(data, 40, hashed)
        r.add(f"ledger_{name}", "ledger_one_unit", data, offset, what)

    full = unit("u", record(0), record(1))
    add("hash", 40, "not the hash of its labels", full, hashed=bytes(16))
    add("labels_equal", 75, "labels not ascending", full, labels=("a", "a"))
    add("labels_descending", 75, "labels not ascending", full, labels=("b", "a"))
    good = xqst.write_ledger(xqst.Ledger(identity, {"u": {"a": entry, "b": entry}}))
    for name, text in TEXTS.items():
        data = inserted(patched(good, 75, xqst.u32(len(text))), 80, text)
        r.add(f"ledger_label_{name}", "ledger_one_unit", cut(data, 79, 1), 75, "not UTF-8")
        data = inserted(patched(good, 88, xqst.u32(len(text))), 93, text)
        r.add(f"ledger_unit_{name}", "ledger_one_unit", cut(data, 92, 1), 88, "not UTF-8")
    r.add("ledger_label_endless", "ledger_one_unit", patched(good, 75, xqst.u32(2**32 - 1)), 75,
          "longer than the state")
    r.add("ledger_unit_endless", "ledger_one_unit", patched(good, 88, xqst.u32(2**31)), 88,
          "longer than the state")
    r.add("ledger_columns_endless", "ledger_one_unit", patched(good, 8, xqst.u32(2**32 - 1)), 80,
          "units taken for a label, not ascending")
    r.add("ledger_entries_endless", "ledger_one_unit", patched(good, 93, xqst.u32(2**32 - 1)), 169,
          "more entries than bytes")
    r.add("ledger_cut", "ledger_one_unit", cut(good, len(good) - 8, 4), 165,
          "an entry that reaches the checksum")
    add("units_endless", 169, "more units than bytes", full, count=2**64 - 1)
    add("units_too_few", 8, "a column without an entry", full, count=0)
    add("column_unused", 8, "a column without an entry", unit("u", record(0)))
    add("left_over", 169, "a byte left over", full, end=b"\0")
    add("units_equal", 169, "units not ascending", full, full)
    add("units_descending", 169, "units not ascending", full, unit("A", record(0)))
    add("units_prefix", 170, "units not ascending", unit("uu", record(0), record(1)), full)
    add("no_entries", 93, "a unit without entries", unit("u"), unit("v", record(0), record(1)))
    add("no_column", 133, "a column that is not there", unit("u", record(0), record(2)))
    add("entries_equal", 133, "columns not ascending", unit("u", record(0), record(0)))
    add("entries_descending", 133, "columns not ascending", unit("u", record(1), record(0)))
    add("entry_of_nothing", 133, "an entry of nothing", unit("u", record(0), record(1, (0,) * 6)))
    add("requirement_range", 101, "a total of 64 bits",
        unit("u", record(0, (2**63,) + entry[1:]), record(1)))
    add("satisfaction_range", 109, "a total of 64 bits",
        unit("u", record(0, (4, 2**64 - 1) + entry[2:]), record(1)))
    add("requirement_of_no_answer", 101, "points without answers",
        unit("u", record(0, (4, 0, 0, 1, 0, 0)), record(1)))
    add("satisfaction_of_no_answer", 101, "points without answers",
        unit("u", record(0, (0, 3, 0, 0, 0, 1)), record(1)))


def watch_refusals(r):
    """Most answers at 70, points at 74, entries at 106 and 114 + 24 i."""
    several = r.written["watch_several.xqst"]
    last = len(several) - 4 - 24

    def add(name, data, offset, what, code="invalid_bytes", base="watch_several"):
        r.add(f"watch_{name}", base, data, offset, what, code)

    def patch(name, offset, value, at, what, code="invalid_bytes"):
        add(name, patched(several, offset, value), at, what, code)

    patch("columns", 8, xqst.u32(1), 8, "a watch state has no columns")
    patch("labels", 40, bytes(16), 40, "not the hash of no labels")
    patch("no_answers", 70, bytes(4), 70, "a unit gives at least one answer")
    patch("one_satisfaction", 82, xqst.u64(0), 82, "satisfaction cannot vary")
    patch("requirement_order", 90, xqst.u64(5), 98, "least above largest")
    add("no_requirement", patched(patched(several, 90, bytes(8)), 98, bytes(8)), 98,
        "nothing is required")
    patch("points_range", 74, xqst.u64(2**63), 74, "a total of 64 bits")
    patch("points", 98, xqst.u64(5), 74, "points of another definition", "incompatible")
    patch("entries_endless", 106, xqst.u64(2**64 - 1), last + 24, "more entries than bytes")
    patch("entries_too_few", 106, xqst.u64(1), 138, "bytes left over")
    patch("satisfaction_range", 114, xqst.u64(2**63), 114, "a total of 64 bits")
    patch("requirement_range", 122, xqst.u64(2**63), 122, "a total of 64 bits")
    patch("no_units", 130, bytes(8), 130, "an entry of no units")
    patch("too_many_units", last + 16, xqst.u64(2**64 - 1), last + 16, "2^64 units and more")
    patch("entries_equal", 138, several[114:130], 138, "entries not ascending")
    patch("entries_descending", 114, several[138:162] + several[114:138], 138,
          "entries not ascending")
    patch("too_satisfied", last, xqst.u64(9), last, "more than two answers give")
    patch("too_required", last + 8, xqst.u64(9), last, "more than two answers give")
    patch("not_required", last + 8, xqst.u64(1), last, "less than two answers give")
    raw = r.written["watch_raw.xqst"]
    add("totals_of_no_answer", patched(patched(raw, 112, bytes(8)), 120, bytes(8)), 112,
        "totals of no answer", base="watch_raw")
    add("cut", cut(several, last + 20, 4), last + 16, "an entry that reaches the checksum")
    add("left_over", inserted(several, len(several) - 4, bytes(24)), last + 24, "bytes left over")


def vectors():
    """File names and their bytes; the index last."""
    written, states = {}, []
    for entry in STATES:
        state = state_of(entry)
        written[entry["file"]] = xqst.write(state)
        states.append(entry | counts(state))
    r = Refusals(written)
    for refusals in (frame_refusals, tally_refusals, ledger_refusals, watch_refusals):
        refusals(r)
    files = dict(written) | {entry["file"]: data for entry, data in r.all}
    assert len(files) == len(written) + len(r.all), "a name is used twice"
    index = {"version": xqst.VERSION, "states": states, "refused": [entry for entry, _ in r.all]}
    files["index.json"] = dumped(index)
    return files


def dumped(index):
    """JSON, one vector a line."""
    lines = []
    for key, value in index.items():
        if isinstance(value, list):
            entries = ",\n".join("  " + json.dumps(v, ensure_ascii=False) for v in value)
            lines.append(f' "{key}": [\n{entries}\n ]')
        else:
            lines.append(f' "{key}": {value}')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def write_all():
    (FOLDER / "refused").mkdir(parents=True, exist_ok=True)
    for name, data in vectors().items():
        (FOLDER / name).write_bytes(data)


def refusal_of(entry, data):
    try:
        read(entry, data)
    except xqst.Refused as refused:
        return refused.code, refused.offset
    return "read", None


def check_state(entry):
    data = (FOLDER / entry["file"]).read_bytes()
    state = read(entry, data)
    wrong = []
    if state != state_of(entry) or xqst.write(state) != data:
        wrong.append(f"{entry['file']}: not the state of its rows")
    for size in range(len(data)):
        if refusal_of(entry, data[:size])[0] != "invalid_bytes":
            wrong.append(f"{entry['file']}: its first {size} bytes are read")
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        if refusal_of(entry, bytes(flipped))[0] != "invalid_bytes":
            wrong.append(f"{entry['file']}: read although bit {bit} is flipped")
    return wrong


def check_all():
    files = vectors()
    wrong = [f"{name}: differs" for name, data in files.items()
             if not (FOLDER / name).is_file() or (FOLDER / name).read_bytes() != data]
    there = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.xqst")}
    wrong += [f"{name}: not in the index" for name in sorted(there - set(files))]
    index = json.loads((FOLDER / "index.json").read_text("utf-8"))
    for entry in index["states"]:
        wrong += check_state(entry)
    for entry in index["refused"]:
        found = refusal_of(entry, (FOLDER / entry["file"]).read_bytes())
        if found != (entry["code"], entry["offset"]):
            wrong.append(f"{entry['file']}: {found}, not {(entry['code'], entry['offset'])}")
    print("\n".join(wrong) if wrong else f"{len(files) - 1} vectors are as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(check_all() if sys.argv[1:] == ["--check"] else write_all())
