"""A parser of protobuf's text form, as much of it as configs use: messages, repeated fields, strings, comments.

The grammar: https://protobuf.dev/reference/protobuf/textformat-spec/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectarium.errors import FormatError

Message = dict[str, list[Any]]
"""A message: each field's name with all of its values, in order."""

DEEPEST = 64
TOKEN = re.compile(
    r"""(?P<blank>[\s,;]+|\#[^\n]*)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<word>[A-Za-z_][A-Za-z0-9_.]*|\[[A-Za-z0-9_./\s]+\])
      | (?P<number>[+-]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)[fF]?)
      | (?P<mark>[{}<>\[\]:])""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
CLOSING = {"{": "}", "<": ">"}


@dataclass(frozen=True)
class Token:
    """One word of the text."""

    kind: str
    text: str
    line: int


def parse(text: str, path: Path) -> Message:
    """Parse a whole text.

    Raises
    ------
    FormatError
        With the line, if it does not follow the grammar or is nested more than 64 deep.

    Examples
    --------
    >>> parse('a { b: "x" b: "y" }', Path("config.pbtxt"))
    {'a': [{'b': ['x', 'y']}]}
    """
    return _Parser(list(_tokens(text, path)), path).message(None, 0)


def _tokens(text: str, path: Path) -> Iterator[Token]:
    position, line = 0, 1
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise FormatError(f"This cannot be read: {text[position : position + 20].splitlines()[0]!r}.", path, line)
        if match.lastgroup != "blank":
            yield Token(str(match.lastgroup), match[0], line)
        line += match[0].count("\n")
        position = match.end()


class _Parser:
    def __init__(self, tokens: list[Token], path: Path) -> None:
        self.tokens = tokens
        self.path = path
        self.position = 0

    def peek(self) -> Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self, kind: str, wanted: str) -> Token:
        token = self.peek()
        if token is None or token.kind != kind:
            raise self.wrong(token, wanted)
        self.position += 1
        return token

    def wrong(self, token: Token | None, wanted: str) -> FormatError:
        line = token.line if token else (self.tokens[-1].line if self.tokens else 1)
        found = repr(token.text[:40]) if token else "the end of the file"
        return FormatError(f"{wanted} should stand here, not {found}.", self.path, line)

    def message(self, closing: str | None, depth: int) -> Message:
        if depth > DEEPEST:
            raise FormatError(
                f"Messages are nested more than {DEEPEST} deep.", self.path, self.tokens[self.position - 1].line
            )
        fields: Message = {}
        while True:
            token = self.peek()
            if token is None and closing is None:
                return fields
            if token is not None and token.text == closing and token.kind == "mark":
                self.position += 1
                return fields
            name = self.take("word", f"A field's name{f' or {closing!r}' if closing else ''}").text
            fields.setdefault(name, []).extend(self.values(depth))

    def values(self, depth: int) -> list[Any]:
        token = self.peek()
        if token is not None and token.text == ":":
            self.position += 1
            token = self.peek()
        elif token is None or token.text not in CLOSING:
            raise self.wrong(token, "A ':' or a message")
        if token is not None and token.kind == "mark" and token.text == "[":
            return self.listed(depth)
        if token is not None and token.kind == "word" and token.text.startswith("["):
            self.position += 1
            return token.text[1:-1].split()  # a list of numbers or words that reads like an extension's name
        return [self.value(depth)]

    def listed(self, depth: int) -> list[Any]:
        self.position += 1
        values: list[Any] = []
        while (token := self.peek()) is not None and token.text != "]":
            values.append(self.value(depth))
        self.take("mark", "A ']'")
        return values

    def value(self, depth: int) -> Any:
        token = self.peek()
        if token is not None and token.kind == "mark" and token.text in CLOSING:
            self.position += 1
            return self.message(CLOSING[token.text], depth + 1)
        if token is not None and token.kind == "string":
            return self.strings()
        if token is None or token.kind not in {"number", "word"}:
            raise self.wrong(token, "A value")
        self.position += 1
        return token.text if token.kind == "word" else _number(token.text)

    def strings(self) -> str:
        """Strings that stand side by side are one."""
        parts: list[str] = []
        while (token := self.peek()) is not None and token.kind == "string":
            parts.append(_unescaped(token.text[1:-1]))
            self.position += 1
        return "".join(parts)


def _number(text: str) -> int | float:
    plain = text.lower()
    if plain.lstrip("+-").startswith("0x"):
        return int(plain, 16)
    return float(plain.rstrip("f")) if any(mark in plain for mark in ".ef") else int(plain[:400])


def _unescaped(text: str) -> str:
    """Escapes resolved; octal and hexadecimal ones are bytes of UTF-8."""
    if "\\" not in text:
        return text
    out, position = bytearray(), 0
    for match in ESCAPE.finditer(text):
        out += text[position : match.start()].encode()
        octal, hexadecimal, short, long, letter = match.groups()
        if octal or hexadecimal:
            out.append(int(octal, 8) & 255 if octal else int(hexadecimal, 16))
        elif short or long:
            out += chr(min(int(short or long, 16), 0x10FFFF)).encode("utf-8", "replace")
        else:
            out += ESCAPES.get(letter, letter).encode()
        position = match.end()
    return (out + text[position:].encode()).decode("utf-8", "replace")
