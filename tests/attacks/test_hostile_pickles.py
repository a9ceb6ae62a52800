"""Pickles that somebody made to harm: none of them runs anything, hangs, or fills the memory."""

import os
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from damaged_models import gensim
from damaged_models import saved as npy

from vectarium.errors import FormatError, UnsafeFileError
from vectarium.formats import open_path, pickle_machine, torch_file
from vectarium.formats.pickle_machine import PickleMachine, Thing
from vectarium.formats.pickled_arrays import leaves_of
from vectarium.formats.torch_file import machine_for

BROKEN = Path("/tmp/vectarium-was-broken")
NAME = b"X\x01\x00\x00\x00a"


class Bomb:
    def __reduce__(self):
        return os.system, (f"echo broken > {BROKEN}",)


def checkpoint(folder, program, storages=(), name="a.pt"):
    """A zip archive as PyTorch writes it, around any pickle."""
    with zipfile.ZipFile(folder / name, "w") as out:
        out.writestr("a/data.pkl", program)
        for key, data in storages:
            out.writestr(f"a/data/{key}", data)
    return folder / name


def run(program):
    return machine_for(program, Path("a.pt")).load()


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def integer(value):
    return b"\x8a" + bytes([12]) + value.to_bytes(12, "little", signed=True)


def storage(count, kind="FloatStorage", key="0"):
    return b"(" + text("storage") + f"ctorch\n{kind}\n".encode() + text(key) + text("cpu") + integer(count) + b"tQ"


def tensor(count, offset, size, stride):
    sizes = [b"(" + b"".join(map(integer, each)) + b"t" for each in (size, stride)]
    arguments = b"(" + storage(count) + integer(offset) + sizes[0] + sizes[1] + b"\x89" + b")" + b"t"
    return b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"R"


def state_dict(*tensors):
    entries = b"".join(text(f"embed.{i}") + each + b"s" for i, each in enumerate(tensors))
    return b"\x80\x02}" + entries + b"."


@pytest.mark.parametrize("protocol", range(6))
def test_a_call_is_never_made(tmp_path, protocol):
    for path in (tmp_path / "a.pt", tmp_path / "a.pkl", tmp_path / "a.bin"):
        path.write_bytes(pickle.dumps({"x": Bomb()}, protocol))
        with pytest.raises(FormatError, match=r"posix\.system|pickle|No reader|not 'number"):
            open_path(path)
    with pytest.raises(UnsafeFileError, match=r"would call posix\.system"):
        open_path(checkpoint(tmp_path, pickle.dumps(Bomb(), protocol)))
    assert not BROKEN.exists()


def test_a_call_beside_tensors_is_told_and_not_made(tmp_path):
    call = b"cposix\nsystem\n(" + text(f"echo broken > {BROKEN}") + b"tR"
    program = b"\x80\x02}" + text("embed") + tensor(4, 0, (2, 2), (2, 1)) + b"s" + text("x") + call + b"s."
    opened = open_path(checkpoint(tmp_path, program, [("0", b"\0" * 16)]))
    assert opened["embed"].shape == (2, 2)
    assert "asks to call posix.system, which no honest file of numbers does" in opened.notes[0].message
    assert not BROKEN.exists()


@pytest.mark.parametrize(
    "name",
    [
        "builtins\neval",
        "builtins\n__import__",
        "os\npopen",
        "torch.storage\n_load_from_bytes",
        "torch.jit._pickle\nbuild_intlist",
        "torch.hub\nload",
        "numpy.testing._private.utils\nrunstring",
        "pickle\nloads",
        "vectarium.cli\nmain",
        "functools\npartial",
        "operator\nattrgetter",
    ],
)
def test_no_name_out_of_a_file_is_looked_up(name):
    made = run(b"c" + name.encode() + b"\n(" + text("1+1") + b"tR.")
    assert isinstance(made, Thing)
    assert made.arguments == ("1+1",)


@pytest.mark.parametrize("code", [b"]", b"}", b")", b"N", b"(", b"2"])
def test_a_stack_that_only_grows_is_refused(code):
    with pytest.raises(FormatError, match=r"wait on its stack|damaged"):
        run(b"N" + code * 1_100_000 + b".")


def test_lists_without_end_are_refused(monkeypatch):
    monkeypatch.setattr(pickle_machine, "MOST_CONTAINERS", 1000)
    with pytest.raises(FormatError, match="more than 1,000 containers"):
        run(b"](" + b"]0" * 1100 + b"e.")


@pytest.mark.parametrize("wrap", [b"\x85", b"l"])
def test_a_million_tuples_or_lists_in_each_other_end(wrap):
    program = b"N" + b"\x85" * 300_000 + b"." if wrap == b"\x85" else b"(" * 1000 + b"l" * 1000 + b"."
    assert leaves_of(run(program), (str,)) == []


def test_deep_tuples_are_no_keys_of_a_dictionary():
    made = run(b"}" + b"N" + b"\x85" * 300_000 + b"Ns.")
    assert list(made) == ["<tuple 0>"]


def test_what_holds_itself_ends():
    made = run(b"}q\x00" + NAME + b"h\x00s.")
    assert made["a"] is made
    assert leaves_of(made, (str,)) == []
    assert leaves_of(run(b"]q\x00h\x00a."), (str,)) == []


def test_a_billion_laughs_are_each_heard_once():
    program = b"]" + b"".join(b"q%c](" % i + b"h%c" % i * 10 + b"e" for i in range(30)) + b"."
    assert leaves_of(run(program), (str,)) == []


def test_copying_the_same_bytes_over_and_over_is_refused():
    one = text("x" * 100_000)
    program = b"(" + one + b"q\x00" + (b"c_codecs\nencode\n(h\x00" + text("latin1") + b"tR") * 200 + b"l."
    with pytest.raises(FormatError, match="over and over"):
        run(program)


def test_numbers_whose_hashes_collide_are_no_keys():
    prime = (1 << 61) - 1
    program = b"}(" + b"".join(integer(prime * i) + b"N" for i in range(20_000)) + b"u."
    assert all(isinstance(key, str) or key == 0 for key in run(program))


@pytest.mark.parametrize(
    "program",
    [
        b"X\xff\xff\xff\xff",
        b"\x8d" + b"\xff" * 8,
        b"\x8e" + b"\xff" * 8,
        b"\x96" + b"\xff" * 7 + b"\x7f",
        b"\x8b\xff\xff\xff\x7f",
        b"T\xff\xff\xff\xff",
        b"j\xff\xff\xff\xff.",
        b"N" + b"r\xff\xff\xff\xff" + b".",
        b"L" + b"9" * 60_000 + b"L\n.",
        b"I" + b"1" * 100_000,
        b"\x82\x01.",
        b"\x97.",
        b"(.",
        b"0.",
        b"t.",
        b"a.",
        b"Q.",
        b"Na.",
        b"S'\\x1'\n.",
        b"X\x01\x00\x00\x00\xff.",
        b"c\xff\n\xff\nR.",
        b"",
    ],
)
def test_damaged_programs_are_refused(program):
    with pytest.raises(FormatError):
        PickleMachine(program, Path("a.pt"), {}).load()


@pytest.mark.parametrize(
    ("count", "offset", "size", "stride"),
    [
        (4, 0, (3, 2), (2, 1)),
        (4, 1, (2, 2), (2, 1)),
        (400, 0, (20, 20), (20, 1)),
        (4, 0, (2, 2), (1 << 40, 1)),
        (4, 1 << 40, (2, 2), (2, 1)),
        (1 << 40, 0, (1 << 20, 1 << 20), (1 << 20, 1)),
        (4, 0, (1 << 30, 1 << 10), (0, 0)),
        (4, -1, (2, 2), (2, 1)),
        (4, 0, (2, 2), (-1, 1)),
        (4, 0, (1 << 62, 1 << 62), (0, 0)),
    ],
)
def test_a_tensor_reads_nothing_outside_of_its_storage(tmp_path, count, offset, size, stride):
    path = checkpoint(tmp_path, state_dict(tensor(count, offset, size, stride)), [("0", b"\0" * 16)])
    with pytest.raises(FormatError, match=r"reaches to number|damaged|over and over"):
        open_path(path)


@pytest.mark.parametrize("key", ["1", "../0", "../../etc/passwd", "/etc/passwd"])
def test_a_storage_is_looked_for_in_the_archive_only(tmp_path, key):
    program = b"\x80\x02}" + text("embed") + tensor(4, 0, (2, 2), (2, 1)).replace(text("0"), text(key)) + b"s."
    with pytest.raises(FormatError, match="is missing in the archive"):
        open_path(checkpoint(tmp_path, program, [("0", b"\0" * 16)]))


def test_a_compressed_pickle_of_endless_zeros_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(torch_file, "LARGEST_PICKLE", 1 << 20)
    with zipfile.ZipFile(tmp_path / "a.pt", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a/data.pkl", b"N" * (2 << 20))
    with pytest.raises(FormatError, match="is not believed"):
        open_path(tmp_path / "a.pt")


def test_an_old_file_whose_storage_promises_too_much_is_refused(tmp_path):
    magic, protocol = pickle.dumps(0x1950A86A20F9469CFC6C, 2), pickle.dumps(1001, 2)
    head = magic + protocol + pickle.dumps({"little_endian": True}, 2)
    program = state_dict(tensor(4, 0, (2, 2), (2, 1))) + pickle.dumps(["0"], 2)
    for count in (1 << 61, -1, 5):
        (tmp_path / "a.pt").write_bytes(head + program + struct.pack("<q", count) + b"\0" * 16)
        with pytest.raises(FormatError, match=r"A storage promises"):
            open_path(tmp_path / "a.pt")


class Runs:
    """Says that its making was run, by a file that appears."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_plain_pickle_runs_nothing(tmp_path):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"vectors": np.eye(4), "other": Runs(tmp_path / "was run")}))
    collection = open_path(tmp_path / "a.pkl")
    assert collection["vectors"].shape == (4, 4)
    assert "do not load it with pickle" in " ".join(note.message for note in collection.notes)
    (tmp_path / "b.pkl").write_bytes(pickle.dumps(Runs(tmp_path / "was run")))
    with pytest.raises(UnsafeFileError, match="reading it would import that and run its code"):
        open_path(tmp_path / "b.pkl")
    assert not (tmp_path / "was run").exists()


@pytest.mark.parametrize("wide", [2, 1000])
def test_a_list_that_holds_itself_many_times_ends(tmp_path, wide):
    endless = []
    endless += [endless] * wide
    for value in (endless, {"a": endless, "b": endless}, [endless, [endless] * 3]):
        (tmp_path / "a.pkl").write_bytes(pickle.dumps(value))
        with pytest.raises(FormatError, match=r"can be explored|do not make up vectors"):
            open_path(tmp_path / "a.pkl")


def test_words_with_vectors_of_no_numbers_are_refused(tmp_path):
    _, beside = gensim()
    parts = beside.parts | {"b.kv.vectors.npy": npy(np.empty((8, 0), "f4"))}
    for name, data in parts.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(UnsafeFileError, match=r"vectors of shape \(8, 0\)"):
        open_path(tmp_path / "b.kv")
