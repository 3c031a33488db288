"""The C library that the wheel holds."""

import ctypes
import sys
from importlib.resources import as_file, files

_NAMES = {"darwin": "libxqs_c.dylib", "win32": "xqs_c.dll"}


def _load() -> ctypes.CDLL:
    name = _NAMES.get(sys.platform, "libxqs_c.so")
    with as_file(files("xqs") / name) as path:
        return ctypes.CDLL(str(path))


_library = _load()
_library.xqs_version.restype = ctypes.c_char_p
_library.xqs_version.argtypes = []


def version() -> str:
    """Return the version of the C library."""
    text: bytes = _library.xqs_version()
    return text.decode()
