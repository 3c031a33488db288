"""Where memory is, and bits in it."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_int, c_ssize_t, c_void_p, py_object


class _PyBuffer(ctypes.Structure):
    """``Py_buffer`` of the stable ABI."""

    _fields_ = (
        ("buf", c_void_p),
        ("obj", py_object),
        ("len", c_ssize_t),
        ("itemsize", c_ssize_t),
        ("readonly", c_int),
        ("ndim", c_int),
        ("format", c_char_p),
        ("shape", c_void_p),
        ("strides", c_void_p),
        ("suboffsets", c_void_p),
        ("internal", c_void_p),
    )


# By index: others set the argument types of functions by name, which all share.
_get_buffer = ctypes.pythonapi["PyObject_GetBuffer"]
_get_buffer.argtypes = (py_object, POINTER(_PyBuffer), c_int)
_release_buffer = ctypes.pythonapi["PyBuffer_Release"]
_release_buffer.argtypes = (POINTER(_PyBuffer),)
_release_buffer.restype = None


def address(memory: memoryview | None) -> int | None:
    """Where memory is, for as long as its view lives."""
    if memory is None:
        return None
    buffer = _PyBuffer()
    _get_buffer(memory, ctypes.byref(buffer), 0)
    start: int | None = buffer.buf
    _release_buffer(ctypes.byref(buffer))
    return start


_DIGITS = bytes.maketrans(b"\0\1", b"01")


def bits(flags: bytes) -> memoryview:
    """Bytes of 0 and 1 as bits, the first one lowest."""
    number = int(flags[::-1].translate(_DIGITS) or b"0", 2)
    return memoryview(number.to_bytes((len(flags) + 7) // 8, "little"))
