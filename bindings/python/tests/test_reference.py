"""Every public name says what it is: ruff asks that of public modules only, not of re-exports."""

import inspect
from collections.abc import Iterator

import xqs


def public_members(name: str, member: object) -> Iterator[tuple[str, object]]:
    """The member itself, and what a class defines."""
    yield name, member
    if inspect.isclass(member):
        for inner, value in vars(member).items():
            described = inspect.isroutine(value) or isinstance(value, property)
            if described and not inner.startswith("_"):
                yield f"{name}.{inner}", value


def is_documented(member: object) -> bool:
    # A dataclass without a docstring is given its signature for one.
    doc = member.__doc__ or ""
    return doc != "" and not doc.startswith(f"{getattr(member, '__name__', '')}(")


def test_every_public_name_is_documented() -> None:
    members = [
        pair
        for name in xqs.__all__
        for pair in public_members(f"xqs.{name}", getattr(xqs, name))
        if callable(pair[1]) or isinstance(pair[1], property | staticmethod | classmethod)
    ]
    assert members
    assert [name for name, member in members if not is_documented(member)] == []
