"""safetensors, alone and in parts."""

import json
import struct

import numpy as np
import pytest

from vectarium.errors import EmbeddingNotFoundError, FormatError
from vectarium.formats import open_path

KINDS = {"float32": "F32", "float16": "F16", "uint16": "BF16", "uint8": "F8_E4M3", "int32": "I32"}


def safetensors(path, arrays, **kinds):
    """Write a file as the format's page describes it."""
    header, start = {"__metadata__": {"format": "pt"}}, 0
    for name, array in arrays.items():
        offsets = [start, start + array.nbytes]
        header[name] = {
            "dtype": kinds.get(name, KINDS[array.dtype.name]),
            "shape": array.shape,
            "data_offsets": offsets,
        }
        start = offsets[1]
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(array.tobytes() for array in arrays.values())
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)
    return path


def language_model(random):
    parts = {f"h.{i}.attn.weight": random.standard_normal((8, 24)).astype(np.float32) for i in range(30)}
    return {
        "wpe.weight": np.ones((20, 8), np.float32),
        **parts,
        "wte.weight": random.standard_normal((300, 8)).astype(np.float32),
    }


@pytest.fixture
def random():
    return np.random.default_rng(0)


def test_the_tables_of_a_model_open_and_the_other_matrices_are_named(tmp_path, random):
    arrays = language_model(random)
    opened = open_path(safetensors(tmp_path / "model.safetensors", arrays))
    assert [each.name for each in opened] == ["wte.weight", "wpe.weight"]
    np.testing.assert_array_equal(opened["wte.weight"].vectors, arrays["wte.weight"])
    assert not opened["wte.weight"].vectors.flags.owndata
    assert "30 more matrices were not opened" in opened.notes[0].message
    assert "model.safetensors::h.0.attn.weight" in opened.notes[0].message


def test_any_tensor_opens_by_its_name_or_the_end_of_it(tmp_path, random):
    arrays = language_model(random)
    path = safetensors(tmp_path / "model.safetensors", arrays)
    for name in ("h.3.attn.weight", "3.attn.weight"):
        opened = open_path(f"{path}::{name}")
        assert [each.name for each in opened] == ["h.3.attn.weight"]
    with pytest.raises(EmbeddingNotFoundError, match=r"'wte\.weight'"):
        open_path(f"{path}::wte")


def test_a_tensor_opens_by_name_out_of_a_folder(tmp_path, random):
    safetensors(tmp_path / "model.safetensors", language_model(random))
    assert [each.name for each in open_path(f"{tmp_path}::h.7.attn.weight")] == ["h.7.attn.weight"]


def test_an_array_of_an_archive_opens_by_name(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.eye(3), y=np.eye(4))
    assert [each.shape for each in open_path(f"{tmp_path / 'a.npz'}::y")] == [(4, 4)]


def test_a_file_whose_name_holds_two_colons_opens(tmp_path):
    np.save(tmp_path / "a::b.npy", np.eye(3))
    assert open_path(tmp_path / "a::b.npy")[0].shape == (3, 3)


def test_narrow_floats_are_widened_and_told(tmp_path, random):
    values = random.standard_normal((50, 4)).astype(np.float32)
    bits = (values.view(np.uint32) >> 16).astype(np.uint16)
    opened = open_path(safetensors(tmp_path / "a.safetensors", {"embed": bits}))["embed"]
    np.testing.assert_array_equal(opened.vectors, (bits.astype(np.uint32) << 16).view(np.float32))
    assert "stored as bfloat16, widened to float32" in opened.notes[0].message


def test_eight_bits_are_decoded(tmp_path):
    codes = np.array([[0x00, 0x01, 0x38, 0x7E], [0x80, 0xB8, 0x7F, 0x08]] * 2, np.uint8)
    opened = open_path(safetensors(tmp_path / "a.safetensors", {"embed": codes}))["embed"]
    np.testing.assert_array_equal(opened.vectors[:2], [[0, 2**-9, 1, 448], [0, -1, np.nan, 2**-6]])


def test_float16_is_mapped_as_it_is(tmp_path, random):
    path = safetensors(tmp_path / "a.safetensors", {"embed": random.standard_normal((50, 4)).astype(np.float16)})
    assert open_path(path)["embed"].dtype == np.float16


def test_words_of_a_tokenizer_beside_are_attached(tmp_path, random):
    safetensors(tmp_path / "model.safetensors", language_model(random))
    vocab = {f"w{i}": i for i in range(298)}
    added = [{"id": 298, "content": "<pad>"}, {"id": 299, "content": "<s>"}]
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocab}, "added_tokens": added}))
    opened = open_path(tmp_path / "model.safetensors")
    assert list(opened["wte.weight"].columns["word"])[296:] == ["w296", "w297", "<pad>", "<s>"]
    assert not opened["wpe.weight"].columns


@pytest.mark.parametrize(("rows", "attached"), [(300, True), (290, True), (150, False), (301, False)])
def test_a_vocabulary_is_attached_only_where_it_fits(tmp_path, random, rows, attached):
    safetensors(tmp_path / "model.safetensors", language_model(random))
    (tmp_path / "vocab.txt").write_text("".join(f"w{i}\n" for i in range(rows)))
    words = open_path(tmp_path)["wte.weight"].columns
    assert ("word" in words) == attached
    if rows == 290:
        assert list(words["word"])[288:291] == ["w288", "w289", None]


def test_a_model_in_parts_opens_once(tmp_path, random):
    arrays = language_model(random)
    halves = dict(list(arrays.items())[:10]), dict(list(arrays.items())[10:])
    parts = {}
    for number, half in enumerate(halves, 1):
        name = f"model-0000{number}-of-00002.safetensors"
        safetensors(tmp_path / name, half)
        parts |= dict.fromkeys(half, name)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": parts}))
    for path in (tmp_path, tmp_path / "model.safetensors.index.json"):
        assert [each.name for each in open_path(path)] == ["wte.weight", "wpe.weight"]


def test_a_missing_part_takes_nothing_down(tmp_path, random):
    safetensors(tmp_path / "a.safetensors", {"embed": random.random((30, 3)).astype(np.float32)})
    parts = {"embed": "a.safetensors", "x": "../b.safetensors"}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": parts}))
    opened = open_path(tmp_path / "model.safetensors.index.json")
    assert "is missing" in opened.notes[0].message


def test_without_a_name_that_says_so_tall_matrices_are_taken(tmp_path):
    arrays = {"a": np.ones((8, 8), np.float32), "b": np.ones((500, 8), np.float32), "c": np.ones(9, np.float32)}
    assert [each.name for each in open_path(safetensors(tmp_path / "m.safetensors", arrays))] == ["b"]


def test_a_file_without_a_matrix_says_what_it_holds(tmp_path):
    path = safetensors(tmp_path / "m.safetensors", {"bias": np.ones(9, np.float32)})
    with pytest.raises(FormatError, match="Its 1 tensors are 'bias' 9"):
        open_path(path)
