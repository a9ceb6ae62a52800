"""What the page asks for, checked before anything is done with it."""

from __future__ import annotations

import json
import sys
from dataclasses import MISSING, fields
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from vectarium.errors import ParameterError

Message = TypeVar("Message")

LARGEST_FLOAT = sys.float_info.max


def message_from(kind: type[Message], body: bytes | dict[str, Any]) -> Message:
    """A request message from JSON, every field of the type that its class declares.

    Raises
    ------
    ParameterError
        If a field is missing, unknown or of another type.
    """
    given = _loaded(body) if isinstance(body, bytes) else body
    hints = get_type_hints(kind)
    unknown = [name for name in given if name not in hints]
    if unknown:
        raise ParameterError(f"{kind.__name__} has no field {unknown[0]!r}; its fields are {', '.join(hints)}.")
    for field in fields(kind):  # pyright: ignore[reportArgumentType]
        if field.name in given:
            _check(kind.__name__, field.name, given[field.name], hints[field.name])
        elif field.default is MISSING:
            raise ParameterError(f"{kind.__name__} needs the field {field.name!r}.")
    return kind(**{name: float(value) if hints[name] is float else value for name, value in given.items()})


def _loaded(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise ParameterError("The request's body is not JSON.") from None
    if not isinstance(given, dict):
        raise ParameterError("The request's body is not a JSON object.")
    return given


def _check(message: str, name: str, value: object, hint: Any) -> None:
    if get_origin(hint) is Literal:
        allowed = get_args(hint)
        if value not in allowed:
            raise ParameterError(f"{message}.{name} is {value!r}; allowed are {', '.join(map(repr, allowed))}.")
    elif not _is(value, hint):
        raise ParameterError(f"{message}.{name} is {value!r}; a value of type {_named(hint)} is needed.")


def _is(value: object, hint: Any) -> bool:
    """Whether a JSON value is of a type; exactly, since True is an int in Python and not in JSON."""
    if get_origin(hint) is UnionType:
        return any(_is(value, each) for each in get_args(hint))
    if get_origin(hint) is list:
        return isinstance(value, list) and all(_is(each, get_args(hint)[0]) for each in value)
    if hint is float:  # a page writes 30 for 30.0
        return type(value) in (int, float) and abs(value) <= LARGEST_FLOAT  # pyright: ignore[reportArgumentType]
    return type(value) is hint


def _named(hint: Any) -> str:
    return str(hint) if get_args(hint) else hint.__name__
