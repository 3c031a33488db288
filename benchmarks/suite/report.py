"""What was measured, as a table and a chart."""

from __future__ import annotations

import math
import platform
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .measure import Results, Timing


_bar, _gap, _label, _plot, _limit = 9, 8, 240, 480, 100.0


def write(tiers: dict[str, Results], threads: int, absent: dict[str, str]) -> str:
    """Writes build/suite/results.md and a chart of each tier that was begun; returns the text."""
    begun = {tier: results for tier, results in tiers.items() if results}
    for old in data.FOLDER.glob("results*.svg"):
        old.unlink()
    for tier, results in begun.items():
        of = f"-{tier}" if len(tiers) > 1 else ""
        (data.FOLDER / f"results{of}.svg").write_text("\n".join(_chart(results)) + "\n")
    text = "\n".join(_text(results, tier, threads, absent) for tier, results in begun.items())
    (data.FOLDER / "results.md").write_text(text)
    return text


def table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    """A table of Markdown."""
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    yield from (f"| {' | '.join(row)} |" for row in rows)


def circumstances(threads: int, versions: dict[str, str]) -> str:
    """When, where and with what."""
    return (
        f"{datetime.now(timezone.utc):%Y-%m-%d}; {_processor()}, {threads} threads;"
        f" Python {platform.python_version()}, "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + "."
    )


def _text(results: Results, tier: str, threads: int, absent: dict[str, str]) -> str:
    lines = [*_head(results, tier, threads), "", *_ratios(results, tier, absent), ""]
    lines += [*_idioms(results), "", *_memory(results, tier)]
    return "\n".join(lines) + "\n"


def _head(results: Results, tier: str, threads: int) -> list[str]:
    versions = {name: of.version for timings in results.values() for name, of in timings.items()}
    return [
        f"# xqs and its peers, tier {tier}: {data.ANSWERS[tier]:,} answers",
        "",
        circumstances(threads, versions),
        "",
        f"Times as multiples of those of xqs, medians of up to five runs {_order(tier)},",
        "each peer by its fastest idiom: above 1 xqs is faster, below 1 the peer. xqs gives",
        "intervals, bands and counts besides; peers make the sums that score and standard error",
        "need and nothing more, for `compare` and `rank` those of each group. pandas and NumPy",
        "have one thread; so has xqs where a question takes no `threads`. NumPy's idioms need to",
        "know that keys and ids are small integers.",
    ]


def _order(tier: str) -> str:
    return "of one peer after the other" if tier in data.ALONE else "in turns"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {len(names) or '?'} cores"


def _ratios(results: Results, tier: str, absent: dict[str, str]) -> Iterator[str]:
    names = _names(results)
    rows = []
    for work, timings in results.items():
        base = timings["xqs"].median
        ratios = [_of(timings[name], partial(_ratio, base)) for name in names]
        nanoseconds = f"{1e9 * base / data.ANSWERS[tier]:.1f}"
        rows.append([work.name, nanoseconds, *ratios[1:], *absent.values()])
    yield from table(["work", "xqs, ns per answer", *names[1:], *absent], rows)


def _of(timing: Timing, cell: Callable[[Timing], str]) -> str:
    return cell(timing) if timing.seconds else "no idiom"


def _idioms(results: Results) -> Iterator[str]:
    names = _names(results)
    rows = [
        [work.name, *(_of(timings[name], lambda it: it.fastest) for name in names)]
        for work, timings in results.items()
    ]
    yield "Fastest idioms:"
    yield ""
    yield from table(["work", *names], rows)


def _memory(results: Results, tier: str) -> Iterator[str]:
    """Beside the bytes of the columns, so that a claim about them can be read off."""
    names = _names(results)
    rows = []
    for work, timings in results.items():
        size = data.size(tier, work) / (1 << 20)
        cells = [_of(timings[name], partial(_peak, size)) for name in names]
        rows.append([work.name, f"{size:,.1f}", *cells])
    yield "Peak memory of the process during the work, MiB; in brackets the part of it that was not"
    yield "there when it began, and that part as a multiple of the input columns. `xqs` holds the"
    yield "rows twice, as Polars frames and as pyarrow tables."
    yield ""
    yield from table(["work", "input columns, MiB", *names], rows)


def _ratio(base: float, timing: Timing) -> str:
    return f"{timing.median / base:.2f}"


def _peak(size: float, timing: Timing) -> str:
    """The most memory, the part that the work added, and that beside the input columns."""
    return f"{timing.peak[timing.fastest]:,.0f} (+{timing.added:,.0f}, {timing.added / size:.1f})"


def _names(results: Results) -> list[str]:
    return list(next(iter(results.values())))


def _chart(results: Results) -> Iterator[str]:
    """A bar a peer and work, on a logarithmic scale about 1."""
    names = _names(results)[1:]
    height = _gap + len(results) * (len(names) * _bar + _gap)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_label + _plot + 60}"'
        f' height="{height + 50}" font-family="sans-serif" font-size="9">'
    )
    yield f'<rect width="{_label + _plot + 60}" height="{height + 50}" fill="white"/>'
    for tick in (0.01, 0.1, 1, 10, 100):
        yield f'<line x1="{_x(tick)}" x2="{_x(tick)}" y1="0" y2="{height}" stroke="#ccc"/>'
        yield f'<text x="{_x(tick)}" y="{height + 12}" text-anchor="middle">{tick:g}</text>'
    yield (
        f'<text x="{_x(1)}" y="{height + 28}" text-anchor="middle">'
        "time as a multiple of that of xqs (right of 1: xqs is faster)</text>"
    )
    y = _gap
    for work, timings in results.items():
        yield f'<text x="4" y="{y + _bar}" font-weight="bold">{work.name}</text>'
        for name in [name for name in names if timings[name].seconds]:
            yield from _bar_of(name, timings[name].median / timings["xqs"].median, y)
            y += _bar
        y += _gap
    yield "</svg>"


def _bar_of(name: str, ratio: float, y: int) -> Iterator[str]:
    left, right = sorted((_x(1), _x(ratio)))
    colour = "#2a7" if ratio >= 1 else "#c63"
    yield f'<text x="{_label - 6}" y="{y + 8}" text-anchor="end">{name}</text>'
    yield (
        f'<rect x="{left}" y="{y + 1}" width="{right - left:.1f}" height="{_bar - 2}"'
        f' fill="{colour}"/>'
    )
    yield f'<text x="{right + 3}" y="{y + 8}">{ratio:.2f}</text>'


def _x(ratio: float) -> float:
    shown = min(max(ratio, 1 / _limit), _limit)
    return round(_label + _plot / 2 * (1 + math.log(shown) / math.log(_limit)), 1)
