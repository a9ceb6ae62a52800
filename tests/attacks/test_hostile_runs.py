"""Runs that somebody made to harm: refused, or opened without the part, and the reason told."""

import io
import json
import os
import pickle
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vectarium.data import Run
from vectarium.errors import FormatError, VectariumError
from vectarium.formats import open_path

GOLDEN = Path(__file__).parents[2] / "spec" / "golden" / "run"
STEP = Path("snapshots") / "000000000100"


@pytest.fixture
def run(tmp_path):
    """A copy of the golden run, to be harmed."""
    return Path(shutil.copytree(GOLDEN, tmp_path / "run"))


def change(path, *keys, value):
    """Set one value deep inside of a JSON file; a value of ... removes it."""
    told = json.loads(path.read_text("utf-8"))
    place = told
    for key in keys[:-1]:
        place = place[key]
    if value is ...:
        del place[keys[-1]]
    else:
        place[keys[-1]] = value
    path.write_text(json.dumps(told), "utf-8")


def skipped(run, said):
    """The run opens, but not the last step, and says why."""
    opened = Run(run)
    assert opened.steps == (0,)
    (note,) = opened.notes
    assert "The snapshot of step 100 was skipped" in note.message
    assert said in str(note)


@pytest.mark.parametrize(
    "name", ["../../secret", "/etc/passwd", "a/../b", "..", ".", "a\\b", "C:x", "a/b/c", "con\n", "é"]
)
def test_paths_that_could_lead_out_are_refused(run, name):
    change(run / STEP / "snapshot.json", "files", name, value={"size": 1, "sha256": "0" * 64})
    skipped(run, "no plain name inside of the run")


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "a/b", "predictions", "Snapshot", "", "x" * 101, ".hidden"]
)
def test_names_of_files_that_could_lead_out_are_refused(run, name):
    change(run / "run.json", "embeddings", 0, "file", value=name)
    with pytest.raises(FormatError, match=r"'file' is .*; a plain name"):
        Run(run)


@pytest.mark.parametrize("part", ["columns", "rows", "thumbnails"])
@pytest.mark.parametrize("path", ["/etc/passwd", "../x.parquet", "columns/../../x", "~/x"])
def test_parts_that_lie_elsewhere_are_refused(run, part, path):
    change(run / "run.json", "embeddings", 0, part, "path", value=path)
    with pytest.raises(FormatError, match="no plain name inside of the run"):
        Run(run)


def linked(path, target):
    """Put a link in the place of a file or folder; what it leads to is as good as the original."""
    moved = target / path.name
    path.rename(moved)
    path.symlink_to(moved)


@pytest.mark.parametrize("path", ["embed.npy", "snapshot.json", "columns", "predictions.npy"])
def test_links_inside_of_a_snapshot_are_not_followed(run, tmp_path, path):
    linked(run / STEP / path, tmp_path)
    skipped(run, "run" if path == "snapshot.json" else "links are not followed")


def test_a_link_in_the_place_of_a_snapshot_is_not_followed(run, tmp_path):
    linked(run / STEP, tmp_path)
    skipped(run, "links in a run are not followed")


def test_a_link_in_the_place_of_all_snapshots_is_not_followed(run, tmp_path):
    linked(run / "snapshots", tmp_path)
    opened = Run(run)
    assert opened.steps == ()
    assert "links in a run are not followed" in opened.notes[0].message


@pytest.mark.parametrize("path", ["columns", "columns/embed.parquet", "rows/embed.npy", "thumbnails/embed.png"])
def test_links_in_the_place_of_parts_are_not_followed(run, tmp_path, path):
    linked(run / path, tmp_path)
    embedding = Run(run).collection()["embed"]
    assert any("links are not followed" in note.message for note in embedding.notes)


def test_a_link_in_the_place_of_the_description_is_not_followed(run, tmp_path):
    linked(run / "run.json", tmp_path)
    with pytest.raises(FormatError, match=r"no plain file run\.json"):
        Run(run)


def test_a_pipe_is_not_waited_for(run):
    (run / STEP / "embed.npy").unlink()
    os.mkfifo(run / STEP / "embed.npy")
    skipped(run, "no plain file")


@pytest.mark.parametrize(
    "shape",
    [[-3, 2], [3, 0], [3], [3, 2, 1], [3.0, 2], ["3", 2], [True, 2], [1 << 50, 2], [1 << 70, 1 << 70], "3", None],
)
def test_shapes_that_cannot_be_are_refused(run, shape):
    change(run / "run.json", "embeddings", 0, "shape", value=shape)
    with pytest.raises(FormatError, match=r"'embed': 'shape' is .* a list of sizes"):
        Run(run)


def test_a_shape_that_is_not_the_files_is_refused_before_anything_is_allocated(run):
    change(run / "run.json", "embeddings", 0, "shape", value=[1 << 39, 1 << 39])
    opened = Run(run)
    assert opened.steps == ()
    assert "numbers of shape (3, 2) in C order" in opened.notes[0].message


def replaced(run, data, size=None):
    """Another file of vectors, of which the list of files knows."""
    path = run / STEP / "embed.npy"
    path.write_bytes(data)
    change(run / STEP / "snapshot.json", "files", "embed.npy", "size", value=len(data) if size is None else size)


def npy_with(header, body=b"", length=None):
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text) if length is None else length) + text + body


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}", "of shape (3, 4) in C order"),
        ("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2)}", "in F order"),
        ("{'descr': '>f4', 'fortran_order': False, 'shape': (3, 2)}", ">f4"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2)}", "<f8"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-3, 2)}", "damaged .npy header"),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (3, 2)}", "would run code"),
        ("(" * 5000, "damaged .npy header"),
    ],
)
def test_headers_that_say_something_else_are_refused(run, header, said):
    replaced(run, npy_with(header, b"\0" * 24))
    skipped(run, said)


def test_a_header_larger_than_its_file_is_refused(run):
    replaced(run, npy_with("{}", length=60_000))
    skipped(run, "header of 60,000 bytes")


def test_bytes_behind_the_numbers_are_refused(run):
    replaced(run, (run / STEP / "embed.npy").read_bytes() + b"more")
    skipped(run, "a header of 128 and numbers of 24")


class Bomb:
    def __reduce__(self):
        return os.system, ("echo broken > /tmp/vectarium-run-was-broken",)


def test_pickles_are_never_loaded(run):
    out = io.BytesIO()
    np.save(out, np.array([[Bomb()] * 2] * 3, dtype=object), allow_pickle=True)
    replaced(run, out.getvalue())
    skipped(run, "would run code")
    replaced(run, pickle.dumps(Bomb()))
    skipped(run, "not in NumPy's .npy format")
    assert not Path("/tmp/vectarium-run-was-broken").exists()


def test_two_embeddings_of_one_name_are_refused(run):
    told = json.loads((run / "run.json").read_text("utf-8"))["embeddings"]
    change(run / "run.json", "embeddings", value=[told[0], told[0] | {"file": "other"}])
    with pytest.raises(FormatError, match="Two embeddings are called 'embed'"):
        Run(run)
    change(run / "run.json", "embeddings", value=[told[0], told[0] | {"name": "other", "file": "EMBED"}])
    with pytest.raises(FormatError, match="Two embeddings have the file 'embed'"):
        Run(run)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": "vectarium.run", "format": "vectarium.run"}', "'format' is there twice"),
        ('{"format": "vectarium.run", "version": NaN}', "NaN is no number"),
        ('{"format": "vectarium.run", "version": 1' + "0" * 5000 + "}", r"not JSON|whole number"),
        ('{"format": "vectarium.run", "version": true}', "a whole number"),
        ('{"format": "vectarium.run", "version": 1, "id": "x", "name": "\\ud800"}', "'name' is .* a text"),
        ('{"format": "vectarium.run", "version": 1, "id": "x", "name": 7}', "'name' is 7; a text"),
        (
            '{"format": "vectarium.run", "version": 1, "id": "x", "name": "x", "embeddings": {"a": 1}}',
            "list of objects",
        ),
        ('{"a":' * 100_000 + '"vectarium.run"' + "}" * 100_000, "nested too deep"),
        ("[" * 100_000 + '"vectarium.run"' + "]" * 100_000, "nested too deep"),
        ('["vectarium.run"]', "a JSON object is needed"),
        ('"vectarium.run', "not JSON"),
        ("", "not JSON"),
        ("\x00\xff", "not JSON"),
    ],
)
def test_descriptions_that_are_none_are_refused(run, text, said):
    (run / "run.json").write_text(text, "utf-8")
    with pytest.raises(FormatError, match=said):
        Run(run)


@pytest.mark.parametrize("dtype", ["<f1", "|f8", "<b8", "|V8", "<M8", "O"])
def test_examples_of_a_type_that_is_none_are_refused(run, dtype):
    change(run / "run.json", "probe", "inputs", 0, "dtype", value=dtype)
    with pytest.raises(FormatError, match="a code of NumPy"):
        Run(run)


def test_an_endless_description_is_not_read(run):
    with (run / "run.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(FormatError, match="larger than 16,777,216 bytes"):
        Run(run)


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (["step"], 99, "'step' is 99"),
        (["step"], -1, "'step' is -1"),
        (["loss"], "much", "'loss' is \"much\"; a number"),
        (["loss"], 10**400, "a number is needed"),
        (["metrics"], {"accuracy": None}, "a number is needed"),
        (["time"], "0001-01-01T00:00:00+23:59", "a time such as"),
        (["time"], "yesterday", "a time such as"),
        (["embeddings", "other"], {"nonfinite": 0}, "'other' that run.json does not know"),
        (["embeddings", "embed", "nonfinite"], -1, "a whole number from 0"),
        (["files", "embed.npy", "size"], -1, "a whole number from 0"),
        (["files", "embed.npy", "size"], 1 << 61, "it was written with 2,305,843,009,213,693,952"),
        (["files", "embed.npy", "sha256"], "x", "a checksum of 64"),
        (["files", "embed.npy"], ..., "lacks 'embed.npy'"),
        (["predictions", "classes"], 0, "a whole number from 1"),
        (["columns", "encoder/0", 0, "kind"], "text", "cannot change with the step"),
        (["columns", "encoder/0", 0, "kind"], "object", "'kind' is \"object\""),
        (["columns", "encoder/0", 0, "name"], "loss", "have the same name"),
        (["columns", "encoder/0", 0, "categories"], ["a", "a"], "a list of distinct texts"),
        (["format"], "other", "'format' is \"other\""),
    ],
)
def test_snapshots_that_say_what_cannot_be_are_skipped(run, keys, value, said):
    change(run / STEP / "snapshot.json", *keys, value=value)
    skipped(run, said)


def test_codes_that_stand_for_nothing_leave_the_vectors(run):
    change(run / STEP / "snapshot.json", "columns", "encoder/0", 0, "categories", value=["no"])
    embedding = Run(run).collection()["encoder/0"]
    assert embedding.shape == (2, 3)
    assert "codes from -1 to 1; there are 1" in str(embedding.notes)


def test_a_wrong_checksum_is_found(run):
    change(run / STEP / "snapshot.json", "files", "embed.npy", "sha256", value="0" * 64)
    assert "The checksum is wrong" in Run(run).validate()[0].message


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([{"name": "a", "kind": "text"}], "6 columns; the run says 1"),
        ([{"name": str(i), "kind": "text"} for i in range(6)], "the run says that it is text"),
    ],
)
def test_columns_that_are_not_what_was_said_leave_the_vectors(run, fields, said):
    change(run / "run.json", "embeddings", 0, "columns", "fields", value=fields)
    embedding = Run(run).collection()["embed"]
    assert said in str(embedding.notes)
    assert list(embedding.columns) == ["row"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("padding", 10),
        ("unknown", -1),
        ("start", True),
        ("end", "1"),
        ("length", 0),
        ("length", 1 << 40),
        ("padding_side", "left"),
        ("truncation_side", 1),
        ("mask", 1),
        ("column", ...),
        ("column", None),
    ],
)
def test_a_lookup_that_cannot_be_is_refused(run, field, value):
    change(run / "run.json", "embeddings", 0, "lookup", field, value=value)
    with pytest.raises(FormatError, match=field):
        Run(run)


@pytest.mark.parametrize("column", ["rate", "gone", "<b>"])
def test_a_lookup_without_tokens_leaves_the_vectors(run, column):
    change(run / "run.json", "embeddings", 0, "lookup", "column", value=column)
    embedding = Run(run).collection()["embed"]
    assert embedding.lookup is None
    assert f"the column of tokens is '{column}'" in str(embedding.notes)


def test_a_sprite_that_is_too_small_is_left_out(run):
    change(run / "run.json", "embeddings", 0, "thumbnails", "width", value=60_000)
    embedding = Run(run).collection()["embed"]
    assert embedding.thumbnails is None
    assert "The sprite is 4 × 4 pixels" in str(embedding.notes)


def test_folders_of_other_names_are_no_snapshots(run):
    for name in ("1", "000000000001x", "-00000000001", "0000000000010", "٠٠٠٠٠٠٠٠٠٠٠١", ".damaged-000000000001-ab"):
        (run / "snapshots" / name).mkdir()
    assert Run(run).steps == (0, 100)
    assert "'-00000000001', '0000000000010'" in Run(run).notes[0].message


FILES = sorted(path.relative_to(GOLDEN) for path in GOLDEN.rglob("*") if path.is_file())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(FILES), data=st.data())
def test_any_bytes_changed_cut_or_put_in_give_a_run_or_an_error_of_ours(tmp_path_factory, file, data):
    run = Path(shutil.copytree(GOLDEN, tmp_path_factory.mktemp("harmed") / "run"))
    content = (run / file).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    (run / file).write_bytes(content[:start] + data.draw(st.binary(max_size=40)) + content[end:])
    try:
        opened = Run(run)
        opened.validate()
        collection = open_path(run)
    except VectariumError:
        return
    for embedding in collection:
        assert np.isfinite(embedding.vectors).sum() <= embedding.vectors.size


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("height", 1),
        ("height", 1 << 40),
        ("width", -3),
        ("width", 2.0),
        ("low", [0]),
        ("low", [0, 0, 0]),
        ("low", ["NaN", 0]),
        ("low", [True, 0]),
        ("low", [3, 0]),
        ("low", None),
        ("high", [10**400, 1]),
        ("high", {}),
        ("classes", []),
        ("classes", ["no"]),
        ("classes", ["no", 1]),
        ("classes", ["yes"] * 70_000),
    ],
)
def test_boundaries_that_cannot_be_are_refused(run, field, value):
    change(run / STEP / "snapshot.json", "boundaries", "embed", field, value=value)
    assert Run(run).steps == (0,)


def test_a_boundary_of_more_than_two_dimensions_is_refused(run):
    path = run / STEP / "snapshot.json"
    entry = json.loads(path.read_text("utf-8"))["boundaries"]["embed"]
    change(path, "boundaries", value={"encoder/0": entry})
    skipped(run, "an embedding of 3 dimensions; 2 are needed")


def test_a_boundary_whose_file_is_missing_or_another_is_refused(run):
    path = run / STEP / "boundaries" / "embed.npy"
    path.write_bytes((run / STEP / "embed.npy").read_bytes())
    change(run / STEP / "snapshot.json", "files", "boundaries/embed.npy", "size", value=path.stat().st_size)
    skipped(run, "<f2 of shape (2, 3, 2) in C order is needed")
    change(run / STEP / "snapshot.json", "files", "boundaries/embed.npy", value=...)
    skipped(run, "list of files lacks 'boundaries/embed.npy'")


def test_a_link_in_the_place_of_a_boundary_is_not_followed(run, tmp_path):
    linked(run / STEP / "boundaries", tmp_path)
    skipped(run, "links are not followed")
