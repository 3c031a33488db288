"""The command."""

from __future__ import annotations

import argparse
import os
import sys
from itertools import product
from pathlib import Path

from suite import data, report, scaling, scan, states
from suite.measure import DisagreementError, Results, measure, missing
from suite.peers import PEERS, r_packages
from suite.works import WORKS

_base = next(iter(PEERS))


def main() -> int:
    """Measures, writes the results and prints them; 1 if answers disagree."""
    arguments = _arguments()
    absent = {name: why for name, why in missing().items() if name in arguments.peers}
    if _base in absent:
        sys.stderr.write(f"error: {_base} is {absent[_base]}\n")
        return 1
    try:
        text = _text(arguments, [name for name in arguments.peers if name not in absent], absent)
    except DisagreementError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(text)
    return 0


def _text(arguments: argparse.Namespace, names: list[str], absent: dict[str, str]) -> str:
    if arguments.only == "states":
        return states.write(arguments.build)
    if arguments.only == "scan":
        return scan.write(arguments.tier, arguments.threads)
    if arguments.scaling:
        largest = max(arguments.tier, key=data.ANSWERS.__getitem__)
        return scaling.write(largest, arguments.threads, names)
    text = _works(arguments, names, absent)
    if arguments.only:
        return text
    scanned = scan.write(arguments.tier, arguments.threads)
    return f"{text}\n{scanned}\n{states.write(arguments.build)}"


def _works(arguments: argparse.Namespace, names: list[str], absent: dict[str, str]) -> str:
    tiers: dict[str, Results] = {tier: {} for tier in arguments.tier}
    works = [work for work in WORKS if arguments.only in (None, work.name)]
    text = ""
    for tier, work in product(tiers, works):
        sys.stderr.write(f"{work.name}, tier {tier}\n")
        tiers[tier][work] = measure(work, tier, arguments.threads, names)
        # After each work: of a long run that is broken off there is what it had.
        text = report.write(tiers, arguments.threads, absent)
    return text


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run", description="xqs and its peers at the same works")
    parser.add_argument(
        "--tier", choices=data.ANSWERS, default=["S"], nargs="+", help="how many answers"
    )
    only = [*(work.name for work in WORKS), "scan", "states"]
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--only", choices=only, metavar="NAME", help=f"one of {', '.join(only)}")
    what.add_argument(
        "--scaling", action="store_true", help="by rows up to the tier, groups, people, threads"
    )
    parser.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, help="of every library that has them"
    )
    parser.add_argument("--peers", help="beside xqs, with commas between them")
    parser.add_argument(
        "--build", type=Path, default=data.FOLDER.parent / "release", help="with built benchmarks"
    )
    arguments = parser.parse_args()
    arguments.peers = _peers(parser, arguments)
    return arguments


def _peers(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> list[str]:
    """Of which xqs is the first always."""
    known = (*PEERS, *r_packages.PACKAGES)
    usual = scaling.PEERS if arguments.scaling else known
    asked = usual if arguments.peers is None else arguments.peers.split(",")
    unknown = [name for name in asked if name not in known]
    if unknown:
        parser.error(f"{unknown[0]!r} is not a peer: {', '.join(known)}")
    return [_base, *(name for name in asked if name != _base)]


sys.exit(main())
