import re
from importlib.metadata import version

import xqs


def test_package_and_library_are_of_one_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", xqs.__version__)
    assert version("xqs") == xqs.__version__
