"""Much input in bounded memory: a million answers from a pipe, wide forms, gzip bombs."""

from __future__ import annotations

import gzip
import resource
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from conftest import Program, Write

HEADER = b"respondent,item,requirement,satisfaction\n"
ITEMS = (b"relevance", b"information", b"credibility", b"dialogue", b"effort")
CHANNELS = ("visit", "call", "mail", "video")


def limit_memory(mebibytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))


@pytest.fixture
def bounded(binary: Path) -> dict[str, Any]:
    """Options for a run in 512 MiB of address space, which a sanitizer alone would need."""
    if b"__asan_init" in binary.read_bytes():
        pytest.skip("a sanitizer reserves more memory than that")
    return {"preexec_fn": lambda: limit_memory(512)}


def test_a_million_answers_from_a_pipe(xqs: Program, write: Write, bounded: dict[str, Any]) -> None:
    """50,000 touchpoints of 5,000 contacts, four forms about each, five answers on a form."""
    count = 50_000
    lines = ["touchpoint,channel,contact,time"]
    for t in range(count):
        month, hour = t % 12 + 1, t % 24
        lines.append(f"t{t},{CHANNELS[t % 4]},p{t % 5000},2025-{month:02}-17T{hour:02}:30Z")
    touchpoints = write("\n".join(lines) + "\n", "touchpoints.csv")
    rows = [b"touchpoint,item,requirement,satisfaction\n"]
    for t in range(count):
        start = b"t%d," % t
        # Channel c achieves c + 1 of 4 points.
        form = b"".join(start + item + b",5,%d\n" % (t % 4 + 2) for item in ITEMS)
        rows.append(form * 4)
    packed = b"".join(rows)
    assert packed.count(b"\n") == 1 + 20 * count
    result = xqs.csv(
        *("-", "--touchpoints", touchpoints, "--by", "channel,month(time)"),
        *("--time-zone", "Europe/Berlin", "--check-duplicates", "off"),
        stdin=packed,
        **bounded,
    )
    # t modulo 12 is the month, so each channel has three months.
    assert [row["channel"] for row in result] == [c for c in sorted(CHANNELS) for _ in range(3)]
    assert sum(int(row["answers"]) for row in result) == 20 * count
    assert sum(int(row["touchpoints"]) for row in result) == count
    for row in result:
        at = CHANNELS.index(row["channel"])
        assert float(row["score"]) == 25 * (at + 1)
        assert int(row["month(time)"].removeprefix("2025-")) % 4 == (at + 1) % 4
        assert int(row["answered"]) == int(row["touchpoints"]) == int(row["answers"]) // 20


def test_wide_form_of_100_000_columns(
    xqs: Program, write: Write, bounded: dict[str, Any]
) -> None:
    rows = 20  # a million answers
    items = [f"item {i}" for i in range(49_999)]
    rating = '{"rating": {"min": 1, "max": 5}}'
    ids = ", ".join(f'{{"id": "{item}"}}' for item in items)
    definition = write(
        '{"xqs": 1, "name": "wide", "version": "1", "confidentiality": "identified", '
        f'"requirement": {rating}, "satisfaction": {rating}, "items": [{ids}]}}',
        "wide.json",
    )
    names = ",".join(f"requirement.{item},satisfaction.{item}" for item in items)
    lines = [f"respondent,{names}", *(f"p{r}" + ",5,4" * len(items) for r in range(rows))]
    file = write("\n".join(lines) + "\n")
    start = time.monotonic()
    (row,) = xqs.csv(file, "--definition", "./" + definition, **bounded)
    assert (row["score"], row["answers"]) == ("75", str(rows * len(items)))
    assert time.monotonic() - start < 5  # in long form they take one


def test_100_000_columns_are_the_most(xqs: Program, write: Write, bounded: dict[str, Any]) -> None:
    names = ",".join(f"requirement.{i},satisfaction.{i}" for i in range(50_000))
    message = xqs.refuses("score", write(f"respondent,{names}\n"), **bounded)
    assert "feedback.csv:1: " in message and "at most 100000" in message


def bomb(head: bytes, block: bytes, count: int, tail: bytes = b"") -> bytes:
    """Packed in no time: a block that is flushed stands for itself, however often it is repeated.

    Only with a tail is it complete.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    if not tail:
        return start + again * count
    check = zlib.crc32(head)
    for _ in range(count):
        check = zlib.crc32(block, check)
    size = len(head) + count * len(block) + len(tail)
    raw = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    end = raw.compress(tail) + raw.flush()
    trailer = zlib.crc32(tail, check).to_bytes(4, "little") + size.to_bytes(4, "little")
    return start + again * count + end + trailer


def test_the_bomb_is_a_gzip_file() -> None:
    assert gzip.decompress(bomb(b"ab", b"c" * 1000, 3, b"d")) == b"ab" + b"c" * 3000 + b"d"


def test_gzip_bomb_of_one_field(xqs: Program, write: Write, bounded: dict[str, Any]) -> None:
    packed = bomb(HEADER + b"p1,effort,4,", b"0" * (1 << 20), 4096)
    message = xqs.refuses("score", write(packed, "bomb.csv.gz"), **bounded)
    assert "bomb.csv.gz:2: " in message and "64 MiB" in message


def test_gzip_bomb_in_the_header(xqs: Program, write: Write, bounded: dict[str, Any]) -> None:
    file = write(bomb(b"x", b"x" * (1 << 20), 4096), "bomb.csv.gz")
    for arguments in (["score", file], ["score", write(HEADER), "--touchpoints", file]):
        message = xqs.refuses(*arguments, **bounded)
        assert "bomb.csv.gz:1: " in message and "64 MiB" in message


@pytest.mark.parametrize("first", [b"", b"p0,effort,4,4\n"], ids=["at once", "after a row"])
@pytest.mark.parametrize("table", ["feedback", "touchpoints"])
def test_what_follows_many_blank_lines_is_read(
    xqs: Program, write: Write, bounded: dict[str, Any], first: bytes, table: str
) -> None:
    """More of them than are read at once: 160 MiB."""
    blank, last = b"\n" * (1 << 20), b"p1,effort,4,3\n"
    if table == "feedback":
        packed = bomb(HEADER + first, blank, 160, last)
        (row,) = xqs.csv(write(packed, "bomb.csv.gz"), **bounded)
        assert row["answers"] == ("2" if first else "1")
        return
    packed = bomb(b"touchpoint\n" + (b"t0\n" if first else b""), blank, 160, b"t1\n")
    feedback = write(b"respondent,touchpoint,item,requirement,satisfaction\np,t1,effort,4,4\n")
    (row,) = xqs.csv(feedback, "--touchpoints", write(packed, "bomb.csv.gz"), **bounded)
    assert row["touchpoints"] == ("2" if first else "1")


def test_gzip_of_many_members(xqs: Program, write: Write, bounded: dict[str, Any]) -> None:
    """20,000 of them, most of them empty, each row in several."""
    empty = gzip.compress(b"")
    data = gzip.compress(HEADER)
    for i in range(500):
        row = f"p{i},effort,4,3\n".encode()
        data += b"".join(gzip.compress(row[j : j + 7]) for j in range(0, len(row), 7)) + empty * 37
    (row,) = xqs.csv(write(data, "members.csv.gz"), **bounded)
    assert (row["answers"], row["respondents"]) == ("500", "500")


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_packed_feedback_and_touchpoints(
    xqs: Program, write: Write, bounded: dict[str, Any], encoding: str
) -> None:
    """Of 200,000 touchpoints with accents in two encodings."""
    lines = ["touchpoint;kanal"]
    lines += [f"Besuch-{i};{'Ärzte' if i % 2 else 'Büro €'}" for i in range(200_000)]
    text = "\r\n".join(lines) + "\r\n"
    table = write(gzip.compress(text.encode(encoding), 1), "t.csv.gz")
    rows = "respondent;touchpoint;item;requirement;satisfaction\np;Besuch-7;effort;4;3\n"
    file = write(gzip.compress(rows.encode(encoding)), "f.csv.gz")
    by = ("--by", "kanal", "--encoding", encoding)
    result = xqs.csv(file, "--touchpoints", table, *by, **bounded)
    assert [(row["kanal"], row["touchpoints"], row["answered"]) for row in result] == [
        ("Büro €", "100000", "0"),
        ("Ärzte", "100000", "1"),
    ]


def test_many_bad_rows(xqs: Program, write: Write, bounded: dict[str, Any]) -> None:
    """Two hundred thousand rejects are handed back, each with its line."""
    count = 200_000
    rows = "".join(f"p{i},effort,9,4\np{i},effort,{i % 90 + 10},4\n" for i in range(count // 2))
    file = write(HEADER.decode() + rows)
    skip = ("--on-error", "skip", "--rejects", "rejects.csv", "--check-duplicates", "off")
    notes = [f"rejected rows: {count // 2} of {count}; off_scale {count // 2}"]
    (row,) = xqs.csv(file, *skip, notes=notes, **bounded)
    assert (row["answers"], row["excluded_not_applicable"]) == ("0", str(count // 2))
    rejects = (xqs.folder / "rejects.csv").read_text().splitlines()
    assert len(rejects) == 1 + count // 2
    assert f",{file},{count + 1},off_scale," in rejects[-1]
