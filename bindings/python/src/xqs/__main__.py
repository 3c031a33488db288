"""``python -m xqs``: the command line program, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys

_absent = """\
The command line program xqs is not on the PATH, and is not part of the Python package.
To get it, build xqs: in a clone of its repository run

  cmake --preset quickstart && cmake --build --preset quickstart
  cmake --install build/quickstart --prefix PREFIX

and put PREFIX/bin on the PATH. From Python all questions are functions: help(xqs).
"""


def main() -> int:
    """Runs the program with the same arguments; exit status 2 if there is none."""
    program = shutil.which("xqs")
    if program is None:
        sys.stderr.write(_absent)
        return 2
    return subprocess.run([program, *sys.argv[1:]], check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
