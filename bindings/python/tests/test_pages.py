"""The tutorials' Python is run, block after block, and prints what stands below it."""

import ast
import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

ROOT = Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)


@pytest.fixture(autouse=True)
def readable_frames(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(ROOT)
    settings = pl.Config(
        tbl_formatting="MARKDOWN",
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        float_precision=1,
        tbl_width_chars=100,
    )
    with settings, pd.option_context("display.width", 100):
        yield


def shown(code: str, names: dict[str, Any]) -> str:
    """What a notebook shows of a cell: what it prints, and the value of its last line."""
    statements = ast.parse(code).body
    last = statements.pop() if isinstance(statements[-1], ast.Expr) else None
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(ast.Module(statements, []), "page", "exec"), names)  # noqa: S102
        value = (
            eval(compile(ast.Expression(last.value), "page", "eval"), names)  # noqa: S307
            if isinstance(last, ast.Expr)
            else None
        )
        if value is not None:
            print(value)  # noqa: T201
    return "".join(line.rstrip() + "\n" for line in output.getvalue().splitlines())


@pytest.mark.filterwarnings("ignore::xqs.XqsWarning")
@pytest.mark.parametrize("page", ["python", "python-by-hand"])
def test_prints_what_it_shows(page: str) -> None:
    text = (ROOT / "docs" / "tutorials" / f"{page}.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) > 5
    names: dict[str, Any] = {}
    for code, expected in blocks:
        assert shown(code, names) == expected, code


def test_readme_prints_what_it_shows() -> None:
    """The first Python and the first output behind it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## In Python")[2]
    code, output = re.findall(r"```(?:python|text)\n(.*?)```", text, re.DOTALL)[:2]
    assert shown(code, {}) == output
