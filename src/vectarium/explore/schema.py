"""Write the messages as TypeScript: ``python -m vectarium.explore.schema``.

The page's types come from here, so that a field has one declaration. A test fails when
``web/src/schema/messages.ts`` differs from what this writes.
"""

from __future__ import annotations

import re
import sys
from dataclasses import MISSING, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from vectarium.explore.messages import MESSAGES, kinds

# From the top of the project, where the command is run.
TARGET = Path("web", "src", "schema", "messages.ts")
SCALARS = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}
ALIASES = {
    value: name for name, value in vars(kinds).items() if get_origin(value) is Literal and not name.startswith("_")
}
HEADER = """\
// Generated from src/vectarium/explore/messages/ by `python -m vectarium.explore.schema`. Do not edit.
"""


def typescript() -> str:
    """The whole file."""
    aliases = [f"export type {name} = {_union(value)};\n" for value, name in ALIASES.items()]
    return "\n".join([HEADER, *aliases, *(_interface(message) for message in MESSAGES)])


def _interface(message: type) -> str:
    hints = get_type_hints(message)
    lines = [_comment(message.__doc__ or ""), f"export interface {message.__name__} {{"]
    for field in fields(message):
        # What has a default may be left out of a request; in an answer it is always there.
        optional = field.default is not MISSING and message.__name__.endswith("Request")
        lines.append(f"  {field.name}{'?' if optional else ''}: {_type(hints[field.name])};")
    return "\n".join([*lines, "}", ""])


def _type(hint: Any) -> str:
    if hint in SCALARS:
        return SCALARS[hint]
    if hint in ALIASES:
        return ALIASES[hint]
    if get_origin(hint) is Literal:
        return _union(hint)
    if get_origin(hint) in (Union, UnionType):
        return " | ".join(_type(each) for each in get_args(hint))
    if get_origin(hint) is list:
        item = _type(get_args(hint)[0])
        return f"({item})[]" if " " in item else f"{item}[]"
    return hint.__name__


def _union(literal: Any) -> str:
    return " | ".join(f'"{each}"' for each in get_args(literal))


def _comment(docstring: str) -> str:
    text = re.sub(r"``(.*?)``", r"`\1`", docstring)
    lines = [line.strip() for line in text.strip().splitlines()]
    return "\n".join(["/**", *(f" * {line}".rstrip() for line in lines), " */"])


def main() -> None:
    """Write the file."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(typescript(), encoding="utf-8")
    sys.stdout.write(f"{TARGET}\n")


if __name__ == "__main__":
    main()
