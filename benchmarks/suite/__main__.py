"""The command."""

from __future__ import annotations

import argparse
import os
import sys

from suite import data, report
from suite.measure import DisagreementError, Results, measure, missing
from suite.peers import PEERS
from suite.works import WORKS


def main() -> int:
    """Measures, writes the results and prints them; 1 if answers disagree."""
    arguments = _arguments()
    works = [work for work in WORKS if arguments.only in (None, work.name)]
    data.table(arguments.tier, "touchpoints")  # made before processes want it
    absent = missing()
    names = [name for name in PEERS if name not in absent]
    results: Results = {}
    text = ""
    for work in works:
        sys.stderr.write(f"{work.name}\n")
        try:
            results[work] = measure(work, arguments.tier, arguments.threads, names)
        except DisagreementError as error:
            sys.stderr.write(f"error: {error}\n")
            return 1
        # After each work: of a long run that is broken off there is what it had.
        text = report.write(results, arguments.tier, arguments.threads, absent)
    sys.stdout.write(text)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run", description="xqs and its peers at the same works")
    parser.add_argument("--tier", choices=data.ANSWERS, default="S", help="how many answers")
    parser.add_argument("--only", choices=[work.name for work in WORKS], help="one work")
    parser.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, help="of every library that has them"
    )
    return parser.parse_args()


sys.exit(main())
