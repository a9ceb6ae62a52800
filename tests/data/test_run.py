"""Reading a run, also while it grows."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from vectarium.data import Run, RunWriter
from vectarium.data.json_file import real_to_json
from vectarium.data.run import is_run
from vectarium.errors import EmbeddingNotFoundError, FormatError, SnapshotNotFoundError, TruncatedFileError

X = np.arange(12, dtype=np.float32).reshape(4, 3)
GOLDEN = Path(__file__).parents[2] / "spec" / "golden" / "run"


@pytest.fixture
def writer(tmp_path):
    with RunWriter(tmp_path / "run", name="words") as made:
        made.add_embedding(
            "embed", n=4, d=3, columns={"word": ["a", "b", "c", "d"]}, aliases=["decoder"], space="Rows."
        )
        yield made


def plain(value):
    """Columns, arrays and numbers as JSON has them."""
    if isinstance(value, np.ndarray):
        return [real_to_json(each) for each in value.ravel().tolist()]
    return {name: [column.kind, *map(str, column)] for name, column in value.items()}


def test_the_golden_run_says_what_stands_beside_it():
    run = Run(GOLDEN)
    expected = json.loads((GOLDEN.parent / "run.expected.json").read_text("utf-8"))
    assert run.validate() == ()
    assert (run.name, list(run.steps)) == (expected["name"], expected["steps"])
    assert {each.name: each.lookup and each.lookup.to_json() for each in run.embeddings} == expected["lookup"]
    for name, columns in expected["columns"].items():
        assert plain(run.columns(name)) == columns
    for step, told in expected["snapshots"].items():
        snapshot = run.snapshot(int(step))
        assert {name: plain(snapshot.vectors(name)) for name in snapshot.embeddings} == told["vectors"]
        assert {name: plain(snapshot.columns(name)) for name in snapshot.embeddings} == told["columns"]
        assert (str(snapshot.loss), snapshot.metrics) == (told["loss"], told["metrics"])
    assert plain(run.snapshot().predictions()) == expected["predictions"]
    found = run.snapshot().boundary("embed")
    assert [list(found.probabilities.shape), plain(found.probabilities)] == expected["boundary"][:2]
    assert [list(found.low), list(found.high), list(found.classes)] == expected["boundary"][2:]
    assert run.snapshot(0).boundary("embed") is None
    for name, (steps, values) in expected["curve"].items():
        assert (run.curve[name].steps.tolist(), plain(run.curve[name].values)) == (steps, values)
    assert (run.probe.hash, run.probe.n, list(run.probe.classes)) == tuple(expected["probe"])


def test_vectors_are_mapped_and_cannot_be_changed(writer):
    writer.write(1, {"embed": X})
    vectors = Run(writer.path).snapshot().vectors("embed")
    assert not vectors.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        vectors[0, 0] = 1


def test_a_growing_run_shows_what_came_since(writer):
    run = Run(writer.path)
    assert (run.steps, run.refresh()) == ((), ())
    writer.write(1, {"embed": X})
    writer.write(2, {"embed": X})
    assert [each.step for each in run.refresh()] == [1, 2]
    assert run.refresh() == ()
    writer.add_embedding("more", n=2, d=2)
    writer.write(3, {"more": np.zeros((2, 2))})
    assert [list(each.embeddings) for each in run.refresh()] == [["more"]]


def test_a_run_that_was_put_in_its_place_is_read_anew(writer):
    writer.write(1, {"embed": X})
    run = Run(writer.path)
    writer.close()
    shutil.rmtree(writer.path)
    with RunWriter(writer.path, name="other") as other:
        other.add_embedding("table", n=1, d=2)
        other.write(1, {"table": [[1, 2]]})
    assert [list(each.embeddings) for each in run.refresh()] == [["table"]]
    assert run.name == "other"


def test_a_rewound_run_forgets(writer):
    for step in (1, 2):
        writer.write(step, {"embed": X})
    run = Run(writer.path)
    writer.rewind(1)
    assert (run.refresh(), run.steps) == ((), (1,))


def test_a_collection_has_the_columns_and_says_what_the_numbers_are(writer):
    writer.write(1, {"embed": X}, columns={"embed": {"seen": [True, False, True, True]}})
    collection = Run(writer.path).collection()
    assert collection.name == "words"
    assert list(collection["embed"].columns) == ["word", "seen"]
    assert [note.message for note in collection["embed"].notes][:2] == [
        "Rows.",
        "'embed' is also 'decoder': the same numbers.",
    ]


def test_an_embedding_that_a_step_does_not_have_is_told(writer):
    writer.add_embedding("hidden", "activations", n=2, d=2)
    writer.write(1, {"embed": X})
    collection = Run(writer.path).collection()
    assert "Not recorded at step 1: hidden" in collection.notes[0].message
    with pytest.raises(EmbeddingNotFoundError, match="hidden"):
        Run(writer.path).snapshot().vectors("hidden")


def test_a_step_that_is_not_there_names_the_nearest(writer):
    for step in (1, 5, 100):
        writer.write(step, {"embed": X})
    with pytest.raises(SnapshotNotFoundError, match="no snapshot of step 6"):
        Run(writer.path).snapshot(6)


def test_a_run_without_a_snapshot_says_so(writer):
    with pytest.raises(FormatError, match="no complete snapshot yet"):
        Run(writer.path).collection()


def test_a_snapshot_that_was_cut_is_skipped_and_told(writer):
    for step in (1, 2):
        writer.write(step, {"embed": X})
    path = writer.path / "snapshots" / "000000000001" / "embed.npy"
    path.write_bytes(path.read_bytes()[:-1])
    run = Run(writer.path)
    assert run.steps == (2,)
    assert "The snapshot of step 1 was skipped: The file has 175 bytes; it was written with 176" in run.notes[0].message


def test_a_file_that_is_cut_after_opening_is_not_mapped(writer):
    writer.write(1, {"embed": X})
    snapshot = Run(writer.path).snapshot()
    path = writer.path / "snapshots" / "000000000001" / "embed.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(TruncatedFileError, match="175 bytes"):
        snapshot.vectors("embed")


def test_a_changed_byte_is_found_by_its_checksum(writer):
    writer.write(1, {"embed": X})
    path = writer.path / "snapshots" / "000000000001" / "embed.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    told = []
    (note,) = Run(writer.path).validate(lambda fraction, text: told.append(text))
    assert "The checksum is wrong" in note.message
    assert told == ["comparing checksums of step 1"]


def test_damaged_columns_leave_the_vectors(writer):
    writer.write(1, {"embed": X})
    (writer.path / "columns" / "embed.parquet").write_bytes(b"PAR1")
    embedding = Run(writer.path).collection()["embed"]
    assert embedding.shape == (4, 3)
    assert not embedding.columns
    assert "4 bytes; it was written with" in embedding.notes[-1].message


def changed(writer, name, **fields):
    path = writer.path / name
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")


def test_a_future_version_is_refused_and_unknown_fields_are_not(writer):
    changed(writer, "run.json", colour="blue")
    assert Run(writer.path).name == "words"
    changed(writer, "run.json", version=2)
    with pytest.raises(FormatError, match=r"version 2; this Vectarium reads version 1.*--upgrade"):
        Run(writer.path)


@pytest.mark.parametrize("path", ["nowhere", ".", "\0"])
def test_what_is_no_run_is_none(tmp_path, path):
    assert not is_run(tmp_path / path)
    with pytest.raises(FormatError, match="no run"):
        Run(tmp_path / path)
