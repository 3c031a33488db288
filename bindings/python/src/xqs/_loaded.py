"""Other libraries, of which none is needed: only what somebody else has loaded is looked at."""

import sys


def is_a(value: object, library: str, *kinds: str) -> bool:
    """Whether it is of a class of a library; one that is not loaded has made nothing."""
    module = sys.modules.get(library)
    return any(isinstance(value, getattr(module, kind, ())) for kind in kinds)
