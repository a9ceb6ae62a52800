"""Checkpoints and log directories that somebody made to harm."""

import struct

import numpy as np
import pytest
from checkpoints import (
    FLOAT,
    MAGIC,
    Bundle,
    block,
    entry,
    field,
    fixed32,
    object_graph,
    shape_message,
    slice_message,
    snappy_literals,
    varint,
)

from vectarium.errors import FormatError, TruncatedFileError
from vectarium.formats import open_path
from vectarium.formats.crc32c import masked_crc32c
from vectarium.formats.object_graph import parse_object_graph
from vectarium.formats.snappy import decompress
from vectarium.formats.sorted_table import read_sorted_table
from vectarium.formats.tensor_slice import Slice, slice_key

TABLE = np.arange(12, dtype="f4").reshape(4, 3)


def with_entry(folder, value, data=b"\0" * 48):
    bundle = Bundle()
    bundle.data[0] = data
    bundle.entries[b"emb"] = value
    return bundle.save(folder / "a")


def sealed(data, kind=0):
    return data + bytes([kind]) + struct.pack("<I", masked_crc32c([data + bytes([kind])]))


def raw_table(path, index_entries, body):
    """A table of blocks that may lie anywhere."""
    index = sealed(block(index_entries, shared=False))
    footer = varint(0) * 2 + varint(len(body)) + varint(len(index) - 5)
    path.write_bytes(body + index + footer.ljust(40, b"\0") + MAGIC)
    return path


@pytest.mark.parametrize("shape", [(1 << 40, 1 << 20), (1 << 62, 4), (1 << 63, 1 << 63), (1000, 1000)])
def test_a_shape_larger_than_the_file_allocates_nothing(tmp_path, shape):
    size = shape[0] * shape[1] * 4
    with pytest.raises(FormatError, match=r"a\.(index|data)"):
        open_path(with_entry(tmp_path, entry(FLOAT, shape, 0, size, 0)))


@pytest.mark.parametrize(("offset", "size"), [(1 << 62, 48), ((1 << 63) - 1, 48), (8, 48), (0, 1 << 62)])
def test_a_tensor_outside_of_its_file_is_refused(tmp_path, offset, size):
    with pytest.raises(FormatError, match=r"bytes|matrix"):
        open_path(with_entry(tmp_path, entry(FLOAT, (4, 3), offset, size, 0)))


def test_a_data_file_that_does_not_exist_is_not_looked_for_elsewhere(tmp_path):
    with pytest.raises(FormatError, match=r"data file 7 of 1"):
        open_path(with_entry(tmp_path, entry(FLOAT, (4, 3), 0, 48, 0, shard=7)))
    bundle = Bundle().add("emb", TABLE)
    bundle.header = field(1, 1 << 40)
    with pytest.raises(FormatError, match="1,099,511,627,776 data files"):
        open_path(bundle.save(tmp_path / "b"))


def test_blocks_that_overlap_are_refused(tmp_path):
    body = sealed(block([(b"a", b"x")]))
    handle = varint(0) + varint(len(body) - 5)
    path = raw_table(tmp_path / "a.index", [(b"a", handle), (b"b", handle)], body)
    with pytest.raises(FormatError, match="Two blocks of this table overlap"):
        list(read_sorted_table(path))


def test_a_block_outside_of_the_file_is_refused(tmp_path):
    for handle in (varint(1 << 62) + varint(8), varint(0) + varint(1 << 62)):
        path = raw_table(tmp_path / "a.index", [(b"a", handle)], b"\0" * 20)
        with pytest.raises(TruncatedFileError, match="lies outside"):
            list(read_sorted_table(path))


def test_the_index_that_names_itself_ends(tmp_path):
    entries = [(b"a", varint(0) + varint(12))]
    path = raw_table(tmp_path / "a.index", entries, b"")
    with pytest.raises(FormatError, match=r"a\.index"):
        list(read_sorted_table(path))


def test_keys_that_grow_out_of_one_another_are_stopped(tmp_path):
    long = b"k" * 65_000
    grown = varint(0) + varint(len(long)) + varint(0) + long
    grown += b"".join(varint(65_000) + varint(2) + varint(0) + struct.pack(">H", number) for number in range(20_000))
    body = sealed(grown + struct.pack("<II", 0, 1))
    path = raw_table(tmp_path / "a.index", [(b"z", varint(0) + varint(len(body) - 5))], body)
    with pytest.raises(FormatError, match="expands to more than"):
        list(read_sorted_table(path))


def test_a_compressed_block_that_promises_gigabytes_allocates_nothing(tmp_path):
    with pytest.raises(FormatError, match="promises 4,294,967,295"):
        decompress(varint((1 << 32) - 1) + b"\0a", tmp_path)


def test_a_copy_from_before_the_beginning_is_refused(tmp_path):
    for packed in (b"\x08\x05\x01", b"\x08\x00a\x11\x09", b"\x08\x00a\x12\x00\x00", b"\x08\xff\xff\xff\xff\xff"):
        with pytest.raises(FormatError, match="damaged"):
            decompress(packed, tmp_path)


def test_parts_that_overlap_or_share_their_bytes_are_refused(tmp_path):
    halves = [((0, 2), (0, -1)), ((1, 2), (0, -1))]
    whole = field(1, FLOAT) + field(2, shape_message((4, 3)))
    bundle = Bundle()
    bundle.entries[b"emb"] = whole + b"".join(field(7, slice_message(each)) for each in halves)
    for each in halves:
        bundle.add_part(slice_key("emb", Slice(each)), TABLE[:2], 0)
    with pytest.raises(FormatError, match="overlap, or leave gaps"):
        open_path(bundle.save(tmp_path / "a"))
    many = [((row, 1), (0, -1)) for row in range(4)]
    bundle.entries = {b"emb": whole + b"".join(field(7, slice_message(each)) for each in many)}
    for each in many:
        bundle.entries[slice_key("emb", Slice(each))] = entry(FLOAT, (1, 3), 0, 12, masked_crc32c([bytes(12)]))
    with pytest.raises(FormatError, match="overlap, or leave gaps"):
        open_path(bundle.save(tmp_path / "b"))


def test_a_part_of_parts_ends(tmp_path):
    inside = slice_message(((0, -1), (0, -1)))
    value = field(1, FLOAT) + field(2, shape_message((4, 3))) + field(7, inside)
    bundle = Bundle()
    bundle.entries = {b"emb": value, slice_key("emb", Slice(((0, -1), (0, -1)))): value}
    with pytest.raises(FormatError, match="A part of 'emb' is missing"):
        open_path(bundle.save(tmp_path / "a"))


def test_data_files_outside_of_the_folder_are_not_read(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    Bundle().add("emb", TABLE).save(outside / "a")
    (inside / "a.data-00000-of-00001").symlink_to(outside / "a.data-00000-of-00001")
    (inside / "a.index").write_bytes((outside / "a.index").read_bytes())
    for path in (inside, inside / "a.index"):
        with pytest.raises(FormatError, match="link that leads out"):
            open_path(path)


def test_a_config_cannot_name_a_checkpoint_outside_of_the_folder(tmp_path):
    (tmp_path / "in").mkdir()
    Bundle().add("emb", TABLE).save(tmp_path / "a")
    config = tmp_path / "in" / "projector_config.pbtxt"
    for named in (f'path: "{tmp_path}/a"', 'path: "../a"', f'dir: "{tmp_path}"', 'dir: ".."', 'dir: "\\000"'):
        config.write_text(f'embeddings {{ tensor_name: "emb" }} model_checkpoint_{named}')
        with pytest.raises(FormatError, match="none lies beside the config"):
            open_path(tmp_path / "in")


def test_folders_that_hold_themselves_are_looked_into_once(tmp_path):
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    Bundle().add("emb", TABLE).save(tmp_path / "a")
    assert len(open_path(tmp_path)) == 1


def test_a_state_file_that_names_itself_or_nothing_is_passed_over(tmp_path):
    Bundle().add("emb", TABLE).save(tmp_path / "a")
    for text in ("", "\0", 'model_checkpoint_path: "checkpoint"', "model_checkpoint_path: " + "{" * 500, "x" * 4096):
        (tmp_path / "checkpoint").write_text(text)
        assert open_path(tmp_path)[0].shape == (4, 3)


def test_a_graph_whose_nodes_point_anywhere_is_no_harm(tmp_path):
    graph = object_graph({"a": "b"}) + field(1, field(3, field(3, 1 << 62)) + field(3, field(3, -1)))
    assert parse_object_graph(memoryview(graph), tmp_path).names == {"a": "b"}


def test_many_small_entries_take_little_time_and_memory(tmp_path):
    bundle = Bundle().add("emb", TABLE)
    value = field(1, FLOAT) + field(2, shape_message((4, 3))) + field(5, 48) + fixed32(6, 0)
    for number in range(20_000):
        bundle.entries[b"w/%06d" % number] = value
    bundle.save(tmp_path / "a", snappy_literals, in_a_block=5_000)
    assert open_path(f"{tmp_path}/a::emb")[0].shape == (4, 3)
