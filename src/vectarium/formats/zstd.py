"""Zstandard, unpacked by DuckDB: a frame is what a page of Parquet holds, so it is put into a Parquet file of one value.

Python has Zstandard since 3.14 only, and DuckDB is there in any case. The file has one column of bytes of a fixed
length, without levels, so that the frame needs no change.
https://parquet.apache.org/docs/file-format/ and https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

import atexit
import contextlib
import shutil
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MAGIC = b"\x28\xb5\x2f\xfd"
PARQUET = b"PAR1"
I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
FIXED, REQUIRED, PLAIN, RLE, BY_ZSTD = 7, 0, 0, 3, 6
LARGEST = 1 << 30
_NUMBERS = count()


def unpack_zstd(data: bytes, most: int) -> bytes:
    """Unpack a frame of at most ``most`` bytes.

    Raises
    ------
    ValueError
        If it is damaged, holds more, or does not tell how much, which no writer of arrays leaves out.
    """
    size = zstd_size(data)
    if size > min(most, LARGEST):
        raise ValueError(f"a frame of Zstandard that promises {size:,} bytes, where {most:,} are the most")
    if size == 0:
        return b""
    import duckdb

    connection, folder = _reader()
    file = folder / f"{next(_NUMBERS)}.parquet"
    try:
        file.write_bytes(_parquet(data, size))
        found = connection.cursor().execute("SELECT c FROM read_parquet(?)", [str(file)]).fetchone()
    except duckdb.Error:
        raise ValueError("a damaged frame of Zstandard") from None
    finally:
        with contextlib.suppress(OSError):
            file.unlink()
    if found is None or len(found[0]) != size:
        raise ValueError("a frame of Zstandard that holds another number of bytes than it says")
    return found[0]


def zstd_size(data: bytes) -> int:
    """How many bytes a frame promises.

    https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1.1

    Raises
    ------
    ValueError
        If it is none, or does not tell.
    """
    if len(data) < 6 or data[:4] != MAGIC:
        raise ValueError("no frame of Zstandard")
    flags = data[4]
    single = bool(flags & 32)
    width = (int(single), 2, 4, 8)[flags >> 6]
    start = 5 + (not single) + (0, 1, 2, 4)[flags & 3]
    if width == 0 or len(data) < start + width:
        raise ValueError("a frame of Zstandard that does not tell its size")
    return int.from_bytes(data[start : start + width], "little") + (256 if width == 2 else 0)


@cache
def _reader() -> tuple[duckdb.DuckDBPyConnection, Path]:
    """A connection that may read one folder of its own, which goes when the program ends."""
    import duckdb

    folder = Path(tempfile.mkdtemp(prefix="vectarium-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    connection.execute("SET threads = 1")
    connection.execute("SET allowed_directories = ?", [[str(folder)]])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection, folder


def _parquet(frame: bytes, size: int) -> bytes:
    """A Parquet file of one value of ``size`` bytes, whose page is the frame."""
    data_page = _struct((1, I32, _int(1)), (2, I32, _int(PLAIN)), (3, I32, _int(RLE)), (4, I32, _int(RLE)))
    page = _struct((1, I32, _int(0)), (2, I32, _int(size)), (3, I32, _int(len(frame))), (5, STRUCT, data_page))
    at = _int(len(PARQUET))
    column = _struct(
        (1, I32, _int(FIXED)),
        (2, LIST, _list(I32, _int(PLAIN))),
        (3, LIST, _list(BINARY, _bytes(b"c"))),
        (4, I32, _int(BY_ZSTD)),
        (5, I64, _int(1)),
        (6, I64, _int(len(page) + size)),
        (7, I64, _int(len(page) + len(frame))),
        (9, I64, at),
    )
    chunk = _struct((2, I64, at), (3, STRUCT, column))
    group = _struct((1, LIST, _list(STRUCT, chunk)), (2, I64, _int(size)), (3, I64, _int(1)))
    root = _struct((4, BINARY, _bytes(b"s")), (5, I32, _int(1)))
    leaf = _struct((1, I32, _int(FIXED)), (2, I32, _int(size)), (3, I32, _int(REQUIRED)), (4, BINARY, _bytes(b"c")))
    schema, groups = _list(STRUCT, root, leaf), _list(STRUCT, group)
    footer = _struct((1, I32, _int(1)), (2, LIST, schema), (3, I64, _int(1)), (4, LIST, groups))
    return PARQUET + page + frame + footer + len(footer).to_bytes(4, "little") + PARQUET


def _struct(*fields: tuple[int, int, bytes]) -> bytes:
    """Fields in ascending order, each with the distance of its number to the last."""
    out, last = b"", 0
    for number, kind, value in fields:
        out += bytes([(number - last) << 4 | kind]) + value
        last = number
    return out + b"\0"


def _list(kind: int, *values: bytes) -> bytes:
    return bytes([len(values) << 4 | kind]) + b"".join(values)


def _bytes(value: bytes) -> bytes:
    return _varint(len(value)) + value


def _int(value: int) -> bytes:
    return _varint(2 * value)  # zigzag, and none here is negative


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])
