"""The documents say what the program does: commands are run, links are followed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md")
    for path in ROOT.glob(pattern)
)
# Those of Python are run by its own tests.
TUTORIALS = sorted(
    path for path in ROOT.glob("docs/tutorials/*.md") if not path.name.startswith("python")
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Where the transcripts (`$ command`, then what it prints) of other documents are made.
TRANSCRIPTS = {
    "README.md": ".",
    "docs/query.md": "examples/data/perth",
    "docs/definition.md": "examples/data/perth",
}


@dataclass(frozen=True)
class Step:
    """Commands, and what they print; None where the document does not say."""

    line: int
    commands: str
    printed: str | None


def tutorial_steps(text: str) -> list[Step]:
    """Each block `sh`, with the block `text` that follows it as the next one."""
    steps: list[Step] = []
    previous = ""
    for block in FENCE.finditer(text):
        language, body = block.groups()
        line = text.count("\n", 0, block.start()) + 1
        if language == "sh":
            steps.append(Step(line, body, None))
        elif language == "text":
            assert previous == "sh", f"line {line}: output that follows no commands"
            steps[-1] = Step(steps[-1].line, steps[-1].commands, body)
        previous = language
    return steps


def transcript_steps(text: str) -> list[Step]:
    """Blocks `text` that begin with `$ `; a command goes on after a backslash."""
    steps = []
    for block in FENCE.finditer(text):
        language, body = block.groups()
        found = re.match(r"\$ ((?:.*\\\n)*.*\n)", body)
        if language == "text" and found:
            line = text.count("\n", 0, block.start()) + 1
            steps.append(Step(line, found[1], body[found.end() :]))
    return steps


def run(steps: list[Step], clone: Path, folder: str = ".") -> list[str]:
    """What each step prints, in one shell. Steps without output have to succeed."""
    script = ["exec 2>&1", f"cd {folder}"]
    for at, step in enumerate(steps):
        failed = "" if step.printed is not None else f" || echo 'failed: line {step.line}'"
        script.append(f"{{\n{step.commands}}}{failed}\nprintf '@@ step {at} ends @@\\n'")
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=clone,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=os.environ | {"PATH": f"{clone}/build/quickstart/bin:{os.environ['PATH']}"},
        timeout=600,
        check=False,
    )
    parts = re.split(r"@@ step \d+ ends @@\n", done.stdout.decode())
    assert len(parts) == len(steps) + 1, parts[-1]
    return parts[:-1]


@pytest.fixture
def clone(binary: Path, tmp_path: Path) -> Path:
    """What a reader has who followed the first step: the data and the program, built."""
    folder = tmp_path / "xqs"
    shutil.copytree(ROOT / "examples" / "data", folder / "examples" / "data")
    (folder / "build" / "quickstart" / "bin").mkdir(parents=True)
    (folder / "build" / "quickstart" / "bin" / "xqs").symlink_to(binary)
    (folder / "scripts").mkdir()
    (folder / "scripts" / "quickstart").write_text("#!/bin/sh\n")
    (folder / "scripts" / "quickstart").chmod(0o755)
    return folder


def check(steps: list[Step], printed: list[str]) -> None:
    assert steps
    for step, found in zip(steps, printed, strict=True):
        assert found == (step.printed or ""), f"line {step.line}:\n{step.commands}"


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.name)
def test_a_tutorial_prints_what_it_says(tutorial: Path, clone: Path) -> None:
    steps = tutorial_steps(tutorial.read_text(encoding="utf-8"))
    check(steps, run(steps, clone))


@pytest.mark.parametrize("document", TRANSCRIPTS)
def test_a_transcript_is_what_the_program_prints(document: str, clone: Path) -> None:
    steps = transcript_steps((ROOT / document).read_text(encoding="utf-8"))
    check(steps, run(steps, clone, TRANSCRIPTS[document]))


def anchors(document: Path) -> set[str]:
    """The anchors of headings, made as GitHub makes them."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(document: Path) -> None:
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), target
        assert path.is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(path), target
