"""What stands in the wheel, and what it asks of the system."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest


@pytest.fixture
def wheel() -> Path:
    path = os.environ.get("XQS_WHEEL")
    if path is None:
        pytest.skip("XQS_WHEEL does not name the wheel")
    return Path(path)


def test_one_wheel_serves_every_python(wheel: Path) -> None:
    assert re.fullmatch(r"xqs-[0-9.]+-py3-none-linux_\w+\.whl", wheel.name)


def test_holds_modules_their_types_and_one_library(wheel: Path) -> None:
    names = [name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name]
    others = sorted(name for name in names if not re.fullmatch(r"xqs/(\w+/)*\w+\.py", name))
    assert "xqs/__init__.py" in names
    assert others == ["xqs/libxqs_c.so", "xqs/py.typed"]


def test_library_is_stripped(wheel: Path) -> None:
    library = ZipFile(wheel).read("xqs/libxqs_c.so")
    assert b".dynsym\0" in library
    assert b".symtab\0" not in library


def test_needs_libc_and_libm_of_a_manylinux_system_alone(wheel: Path) -> None:
    command = [sys.executable, "-m", "auditwheel", "show", "--json", str(wheel)]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    report = json.loads(output)
    assert re.fullmatch(r"manylinux_2_\d+_\w+", report["overall_tag"])
    assert report["external_libs"] == {}
    assert set(report["versioned_symbols"]) == {"libc.so.6", "libm.so.6"}
    assert report["unsupported_isa"] is False
