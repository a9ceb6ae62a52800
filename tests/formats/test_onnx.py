"""ONNX models."""

import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path

TABLE = np.random.default_rng(0).standard_normal((90, 4)).astype(np.float32)


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, shape, data=b"", kind=1, **external):
    parts = [field(1, size) for size in shape]
    parts += [field(2, kind), field(8, name.encode()), field(9, data) if data else b""]
    parts += [field(13, field(1, key.encode()) + field(2, str(value).encode())) for key, value in external.items()]
    return b"".join(parts)


def opened(folder, *tensors, name="a.onnx"):
    graph = field(2, b"graph") + b"".join(field(5, each) for each in tensors)
    (folder / name).write_bytes(field(1, 8) + field(7, graph))
    return open_path(folder / name)


def test_an_initialiser_that_is_called_a_table_opens(tmp_path):
    square = tensor("onnx::MatMul_3", (4, 4), TABLE[:4].tobytes())
    collection = opened(
        tmp_path, square, tensor("bert.embeddings.word_embeddings.weight", TABLE.shape, TABLE.tobytes())
    )
    assert [each.name for each in collection] == ["bert.embeddings.word_embeddings.weight"]
    np.testing.assert_array_equal(collection[0].vectors, TABLE)
    other = open_path(f"{tmp_path / 'a.onnx'}::onnx::MatMul_3")
    np.testing.assert_array_equal(other[0].vectors, TABLE[:4])


def test_numbers_in_a_file_beside_are_mapped(tmp_path):
    (tmp_path / "a.data").write_bytes(b"\0" * 64 + TABLE.tobytes())
    place = {"location": "a.data", "offset": 64, "length": TABLE.nbytes}
    vectors = opened(tmp_path, tensor("embed", TABLE.shape, **place))["embed"].vectors
    np.testing.assert_array_equal(vectors, TABLE)
    assert not vectors.flags.owndata


@pytest.mark.parametrize("location", ["../secret.data", "/etc/passwd", "http://example.com/a", "a\0b", ""])
def test_numbers_outside_of_the_folder_are_not_read(tmp_path, location):
    (tmp_path / "secret.data").write_bytes(TABLE.tobytes())
    (tmp_path / "in").mkdir()
    with pytest.raises(FormatError, match=r"leads out|is missing|nothing is fetched"):
        opened(tmp_path / "in", tensor("embed", TABLE.shape, location=location))


@pytest.mark.parametrize("offset", [-1, 1 << 62, "9" * 30, "x"])
def test_a_place_behind_the_end_of_the_file_is_refused(tmp_path, offset):
    (tmp_path / "a.data").write_bytes(TABLE.tobytes())
    with pytest.raises(FormatError, match=r"which is no place|needs"):
        opened(tmp_path, tensor("embed", TABLE.shape, location="a.data", offset=offset))


@pytest.mark.parametrize("shape", [(90, 5), (1 << 40, 1 << 40), (0, 4), ((1 << 64) - 1, 4)])
def test_a_shape_that_is_not_that_of_its_bytes_is_refused(tmp_path, shape):
    with pytest.raises(FormatError):
        opened(tmp_path, tensor("embed", shape, TABLE.tobytes()))


@pytest.mark.parametrize("data", [b"\x08", b"\x08\x08\x3a\xff\xff\xff\x7f", b"\x08" + b"\xff" * 12, b"\x0b\x0b"])
def test_a_damaged_message_is_refused(tmp_path, data):
    (tmp_path / "a.onnx").write_bytes(data)
    with pytest.raises(FormatError):
        open_path(tmp_path / "a.onnx")


def test_what_onnx_writes_opens(tmp_path):
    onnx = pytest.importorskip("onnx")
    parts = [
        onnx.numpy_helper.from_array(TABLE, "embed.raw"),
        onnx.helper.make_tensor("embed.floats", onnx.TensorProto.FLOAT, TABLE.shape, TABLE.ravel().tolist()),
    ]
    graph = onnx.helper.make_graph([], "graph", [], [], parts)
    onnx.save(onnx.helper.make_model(graph), tmp_path / "a.onnx")
    for each in open_path(tmp_path / "a.onnx"):
        np.testing.assert_array_equal(each.vectors, TABLE)
