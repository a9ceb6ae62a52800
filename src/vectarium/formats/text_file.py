"""Text out of files: UTF-8 proven, byte-order marks gone, and the line named where a byte is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vectarium.errors import FormatError

UTF8_MARK = b"\xef\xbb\xbf"
MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
BLOCK = 1 << 20
NO_CONTROL = bytes([*range(9, 14), *range(32, 256)])


def open_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file with their endings as they are, for Python's csv module.

    Raises
    ------
    FormatError
        If it is not UTF-8; the message names the line and the byte.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from file
    except UnicodeDecodeError:
        raise wrong_encoding(path) from None


def read_text(path: Path) -> str:
    """The whole of a UTF-8 file, without its byte-order mark.

    Raises
    ------
    FormatError
        If it is not UTF-8; the message names the line and the byte.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise wrong_encoding(path) from None


def wrong_encoding(path: Path) -> FormatError:
    """The error for a file that is not UTF-8."""
    advice = "Save it as UTF-8: in an editor, or with iconv -f latin1 -t utf-8."
    line = 0
    with path.open("rb") as file:
        for line, text in enumerate(file, 1):
            if line == 1 and text[:2] in MARKS:
                return FormatError(f"The file is in {MARKS[text[:2]]}, not in UTF-8. {advice}", path)
            try:
                text.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = text[error.start]
                return FormatError(
                    f"Byte {error.start + 1:,} of this line, 0x{byte:02x}, is not UTF-8. {advice}", path, line
                )
    return FormatError(f"The file is not in UTF-8. {advice}", path, line or None)


def looks_like_text(start: bytes) -> bool:
    """Whether the first bytes of a file could be text: no control characters but blanks."""
    return not start.translate(None, NO_CONTROL)
