"""safetensors that somebody made to harm."""

import json
import struct

import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path


def entry(offsets, shape=(2, 2), dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def written(folder, header, body=b"\0" * 64, length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path = folder / "a.safetensors"
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + body)
    return path


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"a": entry((0, 16)), "b": entry((8, 24))}, "overlap"),
        ({"a": entry((0, 16)), "b": entry((0, 16))}, "overlap"),
        ({"a": entry((1 << 60, (1 << 60) + 16))}, "there are 0"),
        ({"a": entry((0, 16), (1 << 31, 1 << 31))}, "needs|no array"),
        ({"a": entry((0, 16), (1 << 62, 1 << 62))}, "needs"),
        ({"a": entry((0, 0), (0, 1 << 62))}, "which no array has"),
        ({"a": entry((16, 0))}, "needs 16 bytes, but its place has -16"),
        ({"a": entry((-16, 0))}, "damaged entry"),
        ({"a": entry((0, 16), (2.0, 2))}, "damaged entry"),
        ({"a": entry((0, 16), (True, 4))}, "damaged entry"),
        ({"a": entry((0, 16, 32))}, "damaged entry"),
        ({"a": entry((0, 0), (1,) * 1000 + (0,))}, "which no array has"),
        ({"a": 3}, "damaged entry"),
        ([], "no JSON object"),
        (b'{"a": 1, "a": 2}', "there twice"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"\xff\xfe", "not JSON"),
    ],
)
def test_a_damaged_header_is_refused(tmp_path, header, said):
    with pytest.raises(FormatError, match=said):
        open_path(written(tmp_path, header))


@pytest.mark.parametrize("length", [1 << 63, (1 << 64) - 1, 1000])
def test_a_header_longer_than_the_file_is_refused(tmp_path, length):
    with pytest.raises(FormatError, match="The header promises"):
        open_path(written(tmp_path, {"a": entry((0, 16))}, length=length))


@pytest.mark.parametrize("named", ["../secret.safetensors", "/etc/passwd", "http://example.com/a"])
def test_an_index_reads_nothing_outside_of_its_folder(tmp_path, named):
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"embed": named}}))
    with pytest.raises(FormatError, match=r"is missing|leads out|nothing is fetched"):
        open_path(tmp_path / "model.safetensors.index.json")
