"""The C library, loaded from beside this file."""

import ctypes
import sys
from pathlib import Path

_NAMES = {"darwin": "libxqs_c.dylib", "win32": "xqs_c.dll"}


def _load() -> ctypes.CDLL:
    name = _NAMES.get(sys.platform, "libxqs_c.so")
    return ctypes.CDLL(str(Path(__file__).with_name(name)))


_library = _load()
_library.xqs_version.restype = ctypes.c_char_p
_library.xqs_version.argtypes = []


def version() -> str:
    """Return the version of the C library."""
    text: bytes = _library.xqs_version()
    return text.decode()
