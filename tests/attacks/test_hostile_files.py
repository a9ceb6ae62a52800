"""Files that somebody made to harm: each is refused, or opened with nothing but what is in it."""

import io
import json
import os
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from vectarium.data.memory import check_memory
from vectarium.errors import FormatError, TruncatedFileError, UnsafeFileError
from vectarium.formats import open_path
from vectarium.formats.protobuf_text import parse


class Bomb:
    def __reduce__(self):
        return os.system, ("echo broken > /tmp/vectarium-was-broken",)


def npy_with(header, body=b""):
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + body


def saved(path, data):
    path.write_bytes(data)
    return path


def test_an_empty_file_is_refused(tmp_path):
    for name in ("a.npy", "a.npz", "a.csv", "a.tsv", "a.parquet", "a.jsonl", "a.vec", "a.bin", "a.pbtxt", "a.json"):
        with pytest.raises(FormatError, match="empty"):
            open_path(saved(tmp_path / name, b""))


def test_a_header_that_promises_a_trillion_rows_allocates_nothing(tmp_path):
    data = npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 128)}", b"\0" * 100)
    with pytest.raises(TruncatedFileError, match="512,000,000,000,000 bytes, but holds 100"):
        open_path(saved(tmp_path / "a.npy", data))


def test_a_shape_that_overflows_is_refused(tmp_path):
    data = npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", b"\0" * 100)
    with pytest.raises(TruncatedFileError, match="promises"):
        open_path(saved(tmp_path / "a.npy", data))


def test_a_truncated_array_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(10))
    data = (tmp_path / "a.npy").read_bytes()
    for cut in (3, 7, 9, 40, len(data) - 1):
        with pytest.raises(FormatError, match=r"a\.npy: "):
            open_path(saved(tmp_path / "a.npy", data[:cut]))


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2.5, 4)}",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': 'nonsense', 'fortran_order': False, 'shape': (1, 4)}",
        "{'descr': '<U0', 'fortran_order': False, 'shape': (1, 4)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 99999999999999999999)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%s)}" % ("1, " * 70),
        "{'descr': '|a4', 'fortran_order': False, 'shape': (1, 4)}",
        "{'descr': [('v', '<f4', 3)], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('v', '<f4', (0,))], 'fortran_order': False, 'shape': (4,)}",
        "{'descr': [('v', '<f4', (3,)), ('n', '<i4')], 'fortran_order': False, 'shape': (0,)}",
        "__import__('os').system('true')",
        "(" * 5000,
        "[" * 60000,
    ],
)
def test_damaged_headers_are_refused(tmp_path, header):
    with pytest.raises(FormatError, match=r"a\.npy: "):
        open_path(saved(tmp_path / "a.npy", npy_with(header, b"\0" * 64)))


def test_texts_of_what_are_no_characters_leave_the_vectors(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.eye(3), words=np.array([0x110000, 65, 66], "<u4").view("<U1"))
    collection = open_path(tmp_path / "a.npz")
    assert collection["x"].shape == (3, 3)
    assert "'words' holds the character 0x110000" in collection.notes[0].message


@pytest.mark.parametrize("order", "<>")
def test_records_of_what_are_no_characters_are_refused(tmp_path, order):
    records = np.zeros(3, [("v", "<f4", (3,)), ("code", f"{order}u4")])
    records["code"] = 0x110000
    np.save(tmp_path / "a.npy", records.view([("v", "<f4", (3,)), ("word", f"{order}U1")]))
    with pytest.raises(FormatError, match="which there is not"):
        open_path(tmp_path / "a.npy")


def test_records_of_bytes_that_are_no_text_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([(1.5, b"caf\xe9")] * 3, [("x_0", "<f4"), ("word", "S5")]))
    with pytest.raises(FormatError, match="'word' holds bytes that are no text"):
        open_path(tmp_path / "a.npy")


@pytest.mark.parametrize(
    ("name", "start", "line"),
    [
        ("a.vec", "3 333333333\n", "a 1 2 3\n"),
        ("a.vec", "9000 3000\n" + "a" + " 1" * 3000 + "\n", "b 1\n"),
        ("a.tsv", ("1\t" * 3000 + "1\n") * 21, "1\t2\n"),
        ("a.csv", "w," + ",".join(f"x_{i}" for i in range(3000)) + ("\na" + ",1" * 3000) * 21 + "\n", "b,1\n"),
    ],
)
def test_lines_that_are_much_shorter_than_the_first_ones_promise_take_no_memory(tmp_path, name, start, line):
    path = saved(tmp_path / name, (start + line * 9000).encode())
    with pytest.raises(FormatError, match=r"cannot be in|cannot be read|No vectors|numbers behind"):
        open_path(path)


@pytest.mark.parametrize("name", ["a.arrow", "a.bin", "a.safetensors"])
def test_an_empty_part_of_several_is_refused(tmp_path, name):
    index = {"weight_map": {"embed": name}} if name != "a.arrow" else {"_data_files": [{"filename": name}]}
    path = tmp_path / ("state.json" if name == "a.arrow" else "model.safetensors.index.json")
    path.write_text(json.dumps(index))
    saved(tmp_path / name, b"")
    with pytest.raises(FormatError, match=r"empty \(0 bytes\)|0 bytes|No vectors"):
        open_path(path)


def test_objects_in_arrays_are_never_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[Bomb()]], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "a.npz", x=np.array([[Bomb()]], dtype=object), allow_pickle=True)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(UnsafeFileError, match="would run code"):
            open_path(tmp_path / name)


def test_one_member_of_objects_leaves_the_others(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.eye(3), labels=np.array(["a", None, "c"], dtype=object))
    collection = open_path(tmp_path / "a.npz")
    assert collection["x"].shape == (3, 3)
    assert "'labels.npy' holds Python objects" in collection.notes[0].message


@pytest.mark.parametrize("name", ["a.pkl", "a.pt", "a.npy", "a.csv", "a"])
def test_pickles_are_refused_whatever_they_are_called(tmp_path, name):
    with pytest.raises(FormatError, match=r"pickle|\.npy format|No reader knows|not UTF-8"):
        open_path(saved(tmp_path / name, pickle.dumps(Bomb())))
    assert not Path("/tmp/vectarium-was-broken").exists()


def archive(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return path


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    header = npy_with("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 128)}")
    with pytest.raises(FormatError, match="promises float32 numbers of shape"):
        open_path(archive(tmp_path / "a.npz", {"x.npy": header + b"\0" * 1_000_000}))


def test_an_archive_whose_directory_lies_stops_at_its_true_end(tmp_path):
    body = npy_with("{'descr': '|u1', 'fortran_order': False, 'shape': (9000, 10)}", b"\0" * 10_000)
    path = archive(tmp_path / "a.npz", {"x.npy": body})
    data = bytearray(path.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 100_000)  # the size after unpacking
    with pytest.raises(FormatError, match="ends after 10,000 of 90,000 bytes"):
        open_path(saved(tmp_path / "b.npz", bytes(data)))


@pytest.mark.parametrize("cut", [10, 100, -30])
def test_a_truncated_archive_is_refused(tmp_path, cut):
    np.savez_compressed(tmp_path / "a.npz", x=np.random.default_rng(0).random((50, 5)))
    with pytest.raises(FormatError, match=r"not an \.npz archive"):
        open_path(saved(tmp_path / "b.npz", (tmp_path / "a.npz").read_bytes()[:cut]))


def test_names_in_an_archive_are_only_names(tmp_path):
    out = io.BytesIO()
    np.save(out, np.eye(2))
    path = archive(tmp_path / "a.npz", {"/../../../etc/passwd.npy": out.getvalue()})
    assert open_path(path)[0].name == "/../../../etc/passwd"
    assert list(tmp_path.iterdir()) == [path]


def nested_json(depth):
    return '{"embeddings": ' + "[" * depth + "]" * depth + "}"


@pytest.mark.parametrize("name", ["config.json", "a.json", "a.jsonl"])
def test_deeply_nested_json_is_refused(tmp_path, name):
    text = nested_json(200_000) if name == "config.json" else '{"v": ' + "[" * 200_000 + "]" * 200_000 + "}"
    with pytest.raises(FormatError, match=name):
        open_path(saved(tmp_path / name, text.encode()))


def test_deeply_nested_pbtxt_is_refused(tmp_path):
    with pytest.raises(FormatError, match="more than 64 deep"):
        open_path(saved(tmp_path / "projector_config.pbtxt", b"a {" * 100_000 + b"}" * 100_000))


def test_a_pbtxt_of_marks_is_read_in_good_time(tmp_path):
    with pytest.raises(FormatError, match="line"):
        parse('a: "' + "\\" * 100_001, tmp_path)


def secret(folder):
    (folder / "secret.tsv").write_text("1\t2\n3\t4\n")
    (folder / "open").mkdir()
    return folder / "open"


@pytest.mark.parametrize("named", ["../secret.tsv", "/{outside}/secret.tsv", "a/../../secret.tsv", "..\\secret.tsv"])
def test_a_config_reads_nothing_outside_of_its_folder(tmp_path, named):
    folder = secret(tmp_path)
    named = named.replace("/{outside}", str(tmp_path))
    (folder / "config.json").write_text(json.dumps({"embeddings": [{"tensorName": "x", "tensorPath": named}]}))
    for path in (folder, folder / "config.json"):
        with pytest.raises(FormatError, match=r"leads out of the opened folder|is missing"):
            open_path(path)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    folder = secret(tmp_path)
    (folder / "t.tsv").symlink_to(tmp_path / "secret.tsv")
    with pytest.raises(FormatError, match=r"leads out of the opened folder.*Open that file itself"):
        open_path(folder)
    (folder / "config.json").write_text('{"embeddings": [{"tensorName": "x", "tensorPath": "t.tsv"}]}')
    with pytest.raises(FormatError, match="leads out of the opened folder"):
        open_path(folder)


def test_links_in_a_circle_end(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "self").symlink_to(tmp_path, target_is_directory=True)
    np.save(tmp_path / "v.npy", np.eye(2))
    assert len(open_path(tmp_path)) == 1
    with pytest.raises(FormatError, match="no such file"):
        open_path(tmp_path / "a")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "v.npy")
    with pytest.raises(FormatError, match="not a file that can be read"):
        open_path(tmp_path / "v.npy")


@pytest.mark.parametrize("named", ["http://example.com/t.tsv", "a\0b.tsv", "x" * 5000, ""])
def test_strange_paths_in_a_config_become_a_message(tmp_path, named):
    (tmp_path / "config.json").write_text(json.dumps({"embeddings": [{"tensorName": "x", "tensorPath": named}]}))
    with pytest.raises(FormatError, match="Not one embedding of this config opens"):
        open_path(tmp_path / "config.json")


@pytest.mark.parametrize(
    "value", ["1", "[]", '"x"', "null", '{"embeddings": 3}', '{"embeddings": [3, null, {"sprite": 1}]}']
)
def test_a_config_of_other_types_becomes_a_message(tmp_path, value):
    with pytest.raises(FormatError, match=r"config\.json"):
        open_path(saved(tmp_path / "config.json", value.encode()))


def test_markup_in_labels_and_names_is_kept_as_text(tmp_path):
    label = "<img src=x onerror=alert(1)>"
    (tmp_path / "t.csv").write_text(f'"{label}",x_0,x_1,x_2,x_3\n"<script>",1,2,3,4\n"&amp;",5,6,7,8\n')
    embedding = open_path(tmp_path / "t.csv")[0]
    assert list(embedding.columns) == [label]
    assert list(embedding.columns[label]) == ["<script>", "&amp;"]


def test_names_of_columns_are_never_part_of_a_query(tmp_path):
    name = "a\" FROM read_csv('/etc/passwd') --"
    (tmp_path / "t.jsonl").write_text(
        json.dumps({name: "x", "v": [1, 2]}) + "\n" + json.dumps({name: "y", "v": [3, 4]})
    )
    assert list(open_path(tmp_path / "t.jsonl")[0].columns[name]) == ["x", "y"]


def test_a_table_is_no_pattern_for_other_files(tmp_path):
    for name in ("a.jsonl", "b.jsonl", "[ab].jsonl", "*.jsonl"):
        (tmp_path / name).write_text(json.dumps({"v": [1, 2], "file": name}) + "\n")
    for name in ("[ab].jsonl", "*.jsonl"):
        assert list(open_path(tmp_path / name)[0].columns["file"]) == [name]


@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl", "a.bin", "a.vec", "a.png", "a.npz", "a.bytes"])
def test_noise_is_refused_whatever_it_is_called(tmp_path, name):
    noise = np.random.default_rng(0).integers(0, 256, 5000, dtype=np.uint8).tobytes()
    starts = {"a.parquet": b"PAR1", "a.bin": b"500 3\n", "a.npz": b"PK\x03\x04"}
    with pytest.raises(FormatError, match=name):
        open_path(saved(tmp_path / name, starts.get(name, b"") + noise))


def test_more_than_there_is_memory_for_is_refused(tmp_path):
    with pytest.raises(FormatError, match=r"x needs 1,152,921,504,606,846,976 bytes of memory, and .* are free"):
        check_memory(1 << 60, "x", tmp_path)
    check_memory(1, "x", tmp_path)


def test_a_member_whose_name_is_no_text_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.eye(3))
    data = bytearray((tmp_path / "a.npz").read_bytes())
    data[7] |= 0x08  # the local header says that its name is UTF-8
    data[30] = 0xFF
    with pytest.raises(FormatError, match=r"Its member 'x\.npy' cannot be read"):
        open_path(saved(tmp_path / "b.npz", bytes(data)))
