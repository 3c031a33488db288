"""Adds up the results of scripts/test: minutes per stage and tier, and the closing line.

results.py DIR stage NAME SECONDS STATUS   remembers a stage
results.py DIR summary PRESET...           prints everything; exit status 1 if anything failed,
                                           or a preset, or Python, has no results
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path


def tier_of(case: ElementTree.Element, source: str) -> str:
    """ctest names its tests "tier: name"; pytest runs are named after their file."""
    name = case.get("name", "")
    if source == "python":
        return source
    return "cli" if source.endswith("-cli") else name.split(":")[0].split(" ")[0]


def read_cases(folder: Path) -> list[tuple[str, str, float, str]]:
    """Tier, name, seconds and outcome of every test."""
    cases = []
    for path in sorted(folder.glob("*.xml")):
        for case in ElementTree.parse(path).iter("testcase"):
            failed = any(case.find(tag) is not None for tag in ("failure", "error"))
            failed = failed or case.get("status") in ("fail", "notrun", "disabled")
            outcome = "failed" if failed else "passed"
            if not failed and case.find("skipped") is not None:
                outcome = "skipped"
            seconds = float(case.get("time") or 0)
            cases.append((tier_of(case, path.stem), case.get("name", ""), seconds, outcome))
    return cases


def missing_results(folder: Path, presets: list[str]) -> list[str]:
    """Result files that are not there, or hold no test: a run that broke off."""
    names = [f"{preset}{suffix}.xml" for preset in presets for suffix in ("", "-cli")]
    names.append("python.xml")
    paths = [folder / name for name in names]
    return [p.name for p in paths if not p.exists() or "<testcase" not in p.read_text()]


def summary(folder: Path, presets: list[str]) -> int:
    stages = [json.loads(line) for line in (folder / "stages").read_text().splitlines()]
    cases = read_cases(folder)
    count: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for tier, name, time, outcome in cases:
        count[outcome] += 1
        seconds[tier] += time
        if outcome == "failed":
            print(f"FAILED {tier}: {name}")
    for stage in stages:
        count["failed" if stage["status"] else "passed"] += 1
        if stage["status"]:
            print(f"FAILED stage: {stage['name']}")

    for name in missing_results(folder, presets):
        count["failed"] += 1
        print(f"FAILED no results: {name}")

    print("\nminutes by stage")
    for stage in stages:
        print(f"  {stage['name']:24}{stage['seconds'] / 60:6.1f}")
    print("minutes by tier (both builds, one test after the other)")
    for tier, total in sorted(seconds.items()):
        print(f"  {tier:24}{total / 60:6.1f}")
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"\n{count['passed']} passed, {count['failed']} failed{skipped}")
    return 1 if count["failed"] else 0


def main() -> int:
    folder = Path(sys.argv[1])
    if sys.argv[2] == "stage":
        name, seconds, status = sys.argv[3:6]
        stage = {"name": name, "seconds": int(seconds), "status": int(status)}
        with (folder / "stages").open("a") as file:
            file.write(json.dumps(stage) + "\n")
        return 0
    return summary(folder, sys.argv[3:])


if __name__ == "__main__":
    sys.exit(main())
