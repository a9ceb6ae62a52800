"""TensorFlow's checkpoints."""

import numpy as np
import pytest
from checkpoints import BFLOAT16, E4M3, E5M2, Bundle, field, object_graph, slice_message, snappy_literals

from vectarium.errors import FormatError, SnapshotNotFoundError, TruncatedFileError
from vectarium.formats import open_path
from vectarium.formats.crc32c import crc32c
from vectarium.formats.snappy import decompress
from vectarium.formats.tensor_bundle import TensorBundle

TABLE = np.arange(12, dtype="f4").reshape(4, 3)
SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"


def told(collection):
    return " ".join(note.message for note in collection.all_notes())


def test_a_checkpoint_opens_by_any_of_its_names(tmp_path):
    Bundle().add("embedding", TABLE).save(tmp_path / "model.ckpt-7")
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/home/me/model.ckpt-7"')
    for name in ("model.ckpt-7", "model.ckpt-7.index", "model.ckpt-7.data-00000-of-00001", "checkpoint", "."):
        np.testing.assert_array_equal(open_path(tmp_path / name)["embedding"].vectors, TABLE)


@pytest.mark.parametrize("kind", ["f4", "f8", "f2", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_numbers_of_every_type_and_byte_order_are_read(tmp_path, kind, order):
    Bundle(endianness=order == ">").add("x", TABLE.astype(order + kind)).save(tmp_path / "a")
    found = open_path(tmp_path / "a")[0]
    assert found.dtype == np.dtype(kind)
    np.testing.assert_array_equal(found.vectors, TABLE)


def test_bfloat16_and_eight_bit_floats_are_widened(tmp_path):
    bundle = Bundle().add("emb/b", (TABLE.view("u4") >> 16).astype("u2"), BFLOAT16)
    bundle.add("emb/e5", np.array([[0x3C, 0xC0, 0x7C, 1]] * 4, "u1"), E5M2)
    bundle.add("emb/e4", np.array([[0x38, 0xC0, 0x7E, 1, 0x7F]] * 4, "u1"), E4M3).save(tmp_path / "a")
    found = open_path(tmp_path / "a")
    np.testing.assert_array_equal(found["emb/b"].vectors, TABLE)
    np.testing.assert_array_equal(found["emb/e5"].vectors, np.array([[1, -2, np.inf, 2**-16]] * 4, "f4"))
    np.testing.assert_array_equal(found["emb/e4"].vectors, np.array([[1, -2, 448, 2**-9, np.nan]] * 4, "f4"))


def test_what_lies_whole_is_mapped_and_the_rest_is_read(tmp_path):
    Bundle().add("a", TABLE).add("b", TABLE, pad=1).save(tmp_path / "a")
    found = open_path(tmp_path / "a")
    assert not found["a"].vectors.flags.writeable
    assert found["b"].vectors.flags.aligned
    np.testing.assert_array_equal(found["b"].vectors, TABLE)


def test_several_data_files_and_compressed_blocks_are_read(tmp_path):
    bundle = Bundle(shards=3)
    for index in range(20):
        bundle.add(f"scope/layer_{index:02}/w", TABLE + index, shard=index % 3)
    bundle.save(tmp_path / "a", snappy_literals)
    for index in (0, 9, 19):
        found = open_path(f"{tmp_path}/a::scope/layer_{index:02}/w")
        np.testing.assert_array_equal(found[0].vectors, TABLE + index)


def test_a_table_that_was_saved_in_parts_is_joined(tmp_path):
    bundle = Bundle(shards=2).add("w", TABLE)
    whole = field(1, 1) + field(2, b"".join(field(2, field(1, size)) for size in (4, 3)))
    bundle.entries[b"w"] = whole + b"".join(field(7, slice_message(((at, 2), (0, -1)))) for at in (0, 2))
    for at, key in ((0, "00 77 00 01 01 02 80 82 80 7f"), (2, "00 77 00 01 01 02 82 82 80 7f")):
        bundle.add_part(bytes.fromhex(key), TABLE[at : at + 2], at // 2)
    bundle.save(tmp_path / "a")
    found = open_path(tmp_path / "a")
    np.testing.assert_array_equal(found["w"].vectors, TABLE)
    assert "saved in 2 parts" in told(found)


def test_optimizers_and_what_is_no_matrix_are_left_out_and_told(tmp_path):
    bundle = Bundle().add("scope/emb", TABLE).add("scope/emb/Adam", TABLE).add("training/scope/emb/Adam_1", TABLE)
    bundle.add("bias", np.ones(3, "f4")).add("step", np.array(3)).add_text("note", b"hello")
    bundle.save(tmp_path / "a")
    found = open_path(tmp_path / "a")
    assert [each.name for each in found] == ["scope/emb"]
    assert "2 that an optimizer keeps; 2 that are not of shape (n, d)" in told(found)
    assert "1 that hold no real numbers (text)" in told(found)


def test_the_object_graph_names_variables_and_tells_slots(tmp_path):
    keys = {
        f"layer_with_weights-0/embeddings{SUFFIX}": "embedding/embeddings",
        f"layer_with_weights-1/kernel{SUFFIX}": "dense/kernel",
        f"opt2/x/3{SUFFIX}": "m",
        f"optimizer/_variables/1{SUFFIX}": "Adam/m/embedding/embeddings",
    }
    bundle = Bundle()
    for key in keys:
        bundle.add(key, TABLE)
    bundle.add_text("_CHECKPOINTABLE_OBJECT_GRAPH", object_graph(keys, [f"opt2/x/3{SUFFIX}"]))
    bundle.save(tmp_path / "a")
    assert [each.name for each in open_path(tmp_path / "a")] == ["embedding/embeddings"]
    assert "1 more matrix was not opened" in told(open_path(tmp_path / "a"))
    np.testing.assert_array_equal(open_path(f"{tmp_path}/a::dense/kernel")[0].vectors, TABLE)


def test_several_checkpoints_are_one_embedding_and_the_last_is_shown(tmp_path):
    for step in (1, 2, 10):
        Bundle().add("emb", TABLE + step).save(tmp_path / f"keras_embedding.ckpt-{step}")
    found = open_path(tmp_path)
    np.testing.assert_array_equal(found["emb"].vectors, TABLE + 10)
    assert "3 checkpoints of this training, of steps 1 to 10; step 10 is shown" in told(found)


def test_each_step_of_several_checkpoints_is_read_when_asked_for(tmp_path):
    for step in (1, 2, 3, 4):
        Bundle().add("emb", TABLE[: 3 if step == 1 else 4] + step).save(tmp_path / f"ckpt-{step}")
    (tmp_path / "ckpt-3.index").write_bytes(b"nothing")
    (tmp_path / "metadata.tsv").write_text("a\nb\nc\nd\n")
    recorded = open_path(tmp_path)["emb"].recorded
    assert (recorded.steps, recorded.step, recorded.recording.steps) == ((2, 4), 4, (2, 4))
    np.testing.assert_array_equal(recorded.at(2).vectors, TABLE + 2)
    assert list(recorded.at(2).columns["label"]) == [*"abcd"]
    assert "is not there as 4 × 3 at 1 of the steps: 1" in told(open_path(tmp_path))
    with pytest.raises(SnapshotNotFoundError):
        recorded.at(3)


def test_a_checkpoint_damaged_among_several_is_told(tmp_path):
    for step in (1, 2, 3):
        path = Bundle().add("emb", TABLE + step).save(tmp_path / f"ckpt-{step}")
        path.write_bytes(path.read_bytes().replace(b"emb", b"EMB") if step == 2 else path.read_bytes())
    found = open_path(tmp_path)
    assert found["emb"].recorded.steps == (1, 3)
    assert any(note.path.name == "ckpt-2.index" and "checksum" in note.message for note in found.notes)


def test_the_state_file_says_which_checkpoint_counts(tmp_path):
    for step in (2, 900):
        Bundle().add("emb", TABLE + step).save(tmp_path / f"ckpt-{step}")
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "C:\\\\logs\\\\ckpt-2"')
    np.testing.assert_array_equal(open_path(tmp_path)["emb"].vectors, TABLE + 2)


def test_one_broken_run_does_not_hide_the_others(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        Bundle().add("emb", TABLE).save(tmp_path / name / "ckpt-1")
    (tmp_path / "a" / "ckpt-1.data-00000-of-00001").unlink()
    index = tmp_path / "b" / "ckpt-1.index"
    index.write_bytes(index.read_bytes().replace(b"emb", b"EMB"))
    found = open_path(tmp_path)
    assert len(found) == 1
    assert "data file 'ckpt-1.data-00000-of-00001' is missing" in told(found)
    assert "The checksum of the block at byte 66 is wrong" in told(found)


def test_changed_numbers_are_found_out(tmp_path):
    Bundle().add("emb", TABLE, crc=1).save(tmp_path / "a")
    with pytest.raises(FormatError, match=r"The checksum of 'emb' is .*, and the index says 00000001"):
        open_path(tmp_path / "a")


def test_a_data_file_cut_short_is_told(tmp_path):
    Bundle().add("emb", TABLE).save(tmp_path / "a")
    (tmp_path / "a.data-00000-of-00001").write_bytes(b"\0" * 40)
    with pytest.raises(FormatError, match=r"'emb'.* needs 48 bytes from byte 0 on; there are 40"):
        open_path(tmp_path / "a")


def test_an_index_cut_short_is_told(tmp_path):
    path = Bundle().add("emb", TABLE).save(tmp_path / "a")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(TruncatedFileError, match="was cut short"):
        open_path(path)


def test_data_without_an_index_names_what_is_missing(tmp_path):
    (tmp_path / "a.data-00000-of-00001").write_bytes(b"\0" * 40)
    with pytest.raises(FormatError, match=r"index, 'a\.index', is missing"):
        open_path(tmp_path / "a.data-00000-of-00001")


def test_the_checksum_is_that_of_the_standard():
    for size in (0, 1, 9, 5000, (4 << 20) + 4099):
        data = bytes(range(256)) * (size // 256 + 1)
        half = size // 2
        assert crc32c([data[:size]]) == crc32c([data[:half], data[half:size]])
    assert crc32c([b"123456789"]) == 0xE3069283
    assert crc32c([bytes(32)]) == 0x8A9136AA
    assert crc32c([bytes(range(32))]) == 0x46DD794E


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        ("06 04 61 62 01 02", b"ababab"),
        ("0a 00 61 22 01 00", b"a" * 10),
        ("0a 00 61 23 01 00 00 00", b"a" * 10),
        ("40 f0 3f " + "78 " * 64, b"x" * 64),
    ],
)
def test_snappys_literals_and_copies_are_undone(tmp_path, packed, plain):
    assert decompress(bytes.fromhex(packed), tmp_path) == plain


def test_real_checkpoints_hold_what_their_texts_hold(shared_data):
    folder = shared_data / "projector" / "tf2_natalie_headlines"
    bundle = TensorBundle(folder / "logs" / "embedding.ckpt-1.index")
    found = open_path(folder)["embedding"]
    np.testing.assert_allclose(found.vectors, np.loadtxt(folder / "logs" / "vectors.tsv"), 1e-5)
    assert list(bundle.tensors)[1] == "embedding" + SUFFIX
    assert list(found.columns["label"])[:3] == ["PAD", "OOV", "trump"]
    assert open_path(shared_data / "projector" / "tf1_waiyan_features")["Variable:0"].shape == (2297, 50)
