"""The C library, one to one as in ``xqs.h``: structs, functions, and errors made exceptions.

Functions are called with the GIL released. An object of the library is used by one thread at a
time, others wait; definitions, which are immutable, are shared freely.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import ExitStack
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char,
    c_char_p,
    c_double,
    c_int,
    c_int32,
    c_int64,
    c_size_t,
    c_ubyte,
    c_uint32,
    c_uint64,
    c_void_p,
    sizeof,
)
from importlib.resources import as_file, files
from threading import RLock
from typing import Any

from ._errors import CLASSES, XqsError, XqsTypeError

ABI_VERSION = 0
OK = 0
POOLED = 1
PROFILE = 2
FEEDBACK = 1
TOUCHPOINTS = 2
RESPONDENTS_UNKNOWN = 1

INTERVAL_KINDS = ("none", "bounded", "exclusive", "unbounded", "degenerate", "census")
VERDICTS = (None, "up", "down", "no_clear_change", "unchanged")
FLAGS = (
    "item_missing",
    "extra_item",
    "over_100",
    "no_requirement",
    "no_gap",
    "below_minimum",
    "suppressed",
    "below_verdict_minimum",
    "single_respondent",
    "respondents_unknown",
    "unit_response",
    "independence_assumed",
    "variance_borrowed",
    "degenerate",
    "early_feedback",
)


class Sized(Structure):
    """A struct that begins with its own size, which tells versions apart."""

    struct_size: int

    def __init__(self, **members: Any) -> None:
        super().__init__(struct_size=sizeof(self), **members)


_Name = c_char * 64


class Error(Sized):
    argument: int
    row: int
    column: bytes
    value: bytes
    message: bytes
    _fields_ = (
        ("struct_size", c_uint32),
        ("argument", c_int32),
        ("row", c_int64),
        ("column", _Name),
        ("value", c_char * 64),
        ("message", c_char * 512),
    )


def cut(name: str) -> str:
    """A column's name as far as an error has room for it: whole characters, and a NUL behind."""
    return name.encode()[: sizeof(_Name) - 1].decode(errors="ignore")


class Counts(Sized):
    columns: int
    units: int
    answers: int
    excluded_no_answer: int
    excluded_not_applicable: int
    excluded_zero_requirement: int
    _fields_ = (
        ("struct_size", c_uint32),
        ("columns", c_uint32),
        ("units", c_uint64),
        ("answers", c_uint64),
        ("excluded_no_answer", c_uint64),
        ("excluded_not_applicable", c_uint64),
        ("excluded_zero_requirement", c_uint64),
    )


class ScoreOptions(Sized):
    _fields_ = (
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("population", c_uint64),
        ("respondents", c_uint64),
    )


class Score(Sized):
    flags: int
    score: float
    std_error: float
    ci_low: float
    ci_high: float
    confidence: float
    interval_kind: int
    band: int
    confirmed: int
    shown: int
    respondents: int
    units: int
    answers: int
    excluded_no_answer: int
    excluded_not_applicable: int
    excluded_zero_requirement: int
    _fields_ = (
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("score", c_double),
        ("std_error", c_double),
        ("ci_low", c_double),
        ("ci_high", c_double),
        ("confidence", c_double),
        ("interval_kind", c_int32),
        ("band", c_int32),
        ("confirmed", c_int32),
        ("shown", c_int32),
        ("respondents", c_uint64),
        ("units", c_uint64),
        ("answers", c_uint64),
        ("excluded_no_answer", c_uint64),
        ("excluded_not_applicable", c_uint64),
        ("excluded_zero_requirement", c_uint64),
    )


class CompareOptions(Sized):
    _fields_ = (
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("margin", c_double),
        ("population_before", c_uint64),
        ("population_after", c_uint64),
        ("respondents_before", c_uint64),
        ("respondents_after", c_uint64),
    )


class Comparison(Sized):
    flags: int
    score_before: float
    score_after: float
    change: float
    std_error: float
    ci_low: float
    ci_high: float
    p: float
    interval_kind: int
    verdict: int
    needed_respondents: int
    respondents_before: int
    respondents_after: int
    _fields_ = (
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("score_before", c_double),
        ("score_after", c_double),
        ("change", c_double),
        ("std_error", c_double),
        ("ci_low", c_double),
        ("ci_high", c_double),
        ("p", c_double),
        ("interval_kind", c_int32),
        ("verdict", c_int32),
        ("needed_respondents", c_uint64),
        ("respondents_before", c_uint64),
        ("respondents_after", c_uint64),
    )


class ArrowSchema(Structure):
    format: bytes
    name: bytes | None
    metadata: int | None
    flags: int
    n_children: int
    children: Any
    dictionary: Any
    release: Any
    private_data: int | None


class ArrowArray(Structure):
    length: int
    null_count: int
    offset: int
    n_buffers: int
    n_children: int
    buffers: Any
    children: Any
    dictionary: Any
    release: Any
    private_data: int | None


class ArrowArrayStream(Structure):
    get_schema: Any
    get_next: Any
    get_last_error: Any
    release: Any
    private_data: int | None


ArrowSchema._fields_ = (
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_void_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(ArrowSchema))),
    ("dictionary", POINTER(ArrowSchema)),
    ("release", CFUNCTYPE(None, POINTER(ArrowSchema))),
    ("private_data", c_void_p),
)
ArrowArray._fields_ = (
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(ArrowArray))),
    ("dictionary", POINTER(ArrowArray)),
    ("release", CFUNCTYPE(None, POINTER(ArrowArray))),
    ("private_data", c_void_p),
)
ArrowArrayStream._fields_ = (
    ("get_schema", CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowSchema))),
    ("get_next", CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowArray))),
    ("get_last_error", CFUNCTYPE(c_char_p, POINTER(ArrowArrayStream))),
    ("release", CFUNCTYPE(None, POINTER(ArrowArrayStream))),
    ("private_data", c_void_p),
)

_text_in = (c_char_p, c_size_t)
_text_out = (c_void_p, c_size_t, POINTER(c_size_t))
_handle_out = POINTER(c_void_p)
_tally = (c_void_p, c_size_t)

#: Parameters of the functions that return a status, but for the last one: xqs_error *.
_PARAMETERS: dict[str, tuple[Any, ...]] = {
    "definition_parse": (*_text_in, _handle_out),
    "definition_preset": (*_text_in, _handle_out),
    "definition_json": (c_void_p, *_text_out),
    "definition_provenance": (c_void_p, *_text_out),
    "definition_fingerprint": (c_void_p, c_ubyte * 16),
    "definition_tally_fingerprint": (c_void_p, c_ubyte * 16),
    "tally_size": (c_void_p, c_uint32, POINTER(c_size_t)),
    "tally_merge_disjoint": (*_tally, *_tally),
    "tally_subtract": (*_tally, *_tally),
    "tally_counts": (*_tally, POINTER(Counts)),
    "tally_score": (
        c_void_p,
        *_tally,
        POINTER(ScoreOptions),
        POINTER(Score),
        c_void_p,
        c_size_t,
    ),
    "tally_compare": (c_void_p, *_tally, *_tally, POINTER(CompareOptions), POINTER(Comparison)),
    "tally_encode": (*_tally, *_text_out),
    "tally_decode": (c_void_p, *_text_in, *_tally),
    "ledger_create": (c_void_p, *_text_in, _handle_out),
    "ledger_merge": (c_void_p, c_void_p),
    "ledger_subtract": (c_void_p, c_void_p),
    "ledger_erase": (c_void_p, *_text_in, POINTER(c_int32)),
    "ledger_fold": (c_void_p, c_uint32, *_tally),
    "ledger_encode": (c_void_p, *_text_out),
    "ledger_decode": (c_void_p, *_text_in, _handle_out),
    "query_create": (c_void_p, *_text_in, _handle_out),
    "query_may_read": (c_void_p, *_text_in, POINTER(c_int32)),
    "query_push_rows": (
        c_void_p,
        c_uint32,
        POINTER(ArrowSchema),
        POINTER(ArrowArray),
        c_int64,
        c_int64,
    ),
    "query_keep_ledger": (c_void_p,),
    "query_ledger": (c_void_p, _handle_out),
    "query_push_ledger": (c_void_p, c_void_p),
    "query_finish": (c_void_p, POINTER(ArrowArrayStream)),
    "query_rejects": (c_void_p, POINTER(ArrowArrayStream)),
}


def _load() -> ctypes.CDLL:
    name = {"win32": "xqs_c.dll", "darwin": "libxqs_c.dylib"}.get(sys.platform, "libxqs_c.so")
    with as_file(files("xqs") / name) as path:
        library = ctypes.CDLL(str(path))
    library.xqs_version.restype = c_char_p
    library.xqs_abi_version.restype = c_uint32
    library.xqs_status_name.restype = c_char_p
    library.xqs_status_name.argtypes = (c_int32,)
    if library.xqs_abi_version() != ABI_VERSION:
        raise ImportError(f"{name} has another ABI than {ABI_VERSION}; install xqs again")
    for verb, parameters in _PARAMETERS.items():
        function = getattr(library, "xqs_" + verb)
        function.restype = c_int32
        function.argtypes = (*parameters, POINTER(Error))
    for noun in ("definition", "ledger", "query"):
        destroy = getattr(library, f"xqs_{noun}_destroy")
        destroy.restype = None
        destroy.argtypes = (c_void_p,)
    return library


_library = _load()


def version() -> str:
    text: bytes = _library.xqs_version()
    return text.decode()


def _text(raw: bytes) -> str | None:
    return raw.decode() or None


class Handle:
    """What the library owns: destroyed with this object."""

    def __init__(self, noun: str, verb: str, *arguments: Any) -> None:
        self._as_parameter_ = c_void_p()
        self._destroy = getattr(_library, f"xqs_{noun}_destroy")
        self.lock = None if noun == "definition" else RLock()
        call(verb, *arguments, ctypes.byref(self._as_parameter_))

    def __del__(self) -> None:
        if self._as_parameter_:
            self._destroy(self._as_parameter_)


def _locked(arguments: tuple[Any, ...]) -> ExitStack:
    """Holds the objects among the arguments, always in the same order."""
    owners = [a if isinstance(a, Handle) else getattr(a, "_as_parameter_", None) for a in arguments]
    locks = {o.lock for o in owners if isinstance(o, Handle) and o.lock is not None}
    held = ExitStack()
    for lock in sorted(locks, key=id):
        held.enter_context(lock)
    return held


def call(verb: str, *arguments: Any) -> None:
    """Calls ``xqs_VERB``, or raises what it reports."""
    error = Error()
    with _locked(arguments):
        status: int = getattr(_library, "xqs_" + verb)(*arguments, ctypes.byref(error))
    if status == OK:
        return
    name = _library.xqs_status_name(status).decode()
    raise CLASSES.get(name, XqsError)(
        error.message.decode(),
        status=name,
        row=None if error.row < 0 else error.row,
        column=_text(error.column),
        value=_text(error.value),
    )


def bytes_in(data: Any) -> bytes:
    """What is stored, out of whatever holds bytes."""
    try:
        return memoryview(data).tobytes()
    except TypeError:
        raise XqsTypeError(
            f"what is stored is bytes, not {type(data).__name__}", argument="data"
        ) from None


def out_bytes(verb: str, *arguments: Any, closing: int = 0) -> bytes:
    """What ``xqs_VERB`` writes to a buffer, whose size it is asked for first."""
    size = c_size_t()
    with _locked(arguments):
        call(verb, *arguments, None, 0, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value + closing)
        call(verb, *arguments, buffer, len(buffer), ctypes.byref(size))
    return buffer.raw[: size.value]


def out_text(verb: str, *arguments: Any) -> str:
    """The same for text, which ends with a NUL."""
    return out_bytes(verb, *arguments, closing=1).decode()


def flag_names(bits: int) -> tuple[str, ...]:
    return tuple(name for position, name in enumerate(FLAGS) if bits >> position & 1)
