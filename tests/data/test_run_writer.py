"""Writing a run: what is refused, what is kept, and what is read back."""

import errno
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vectarium.data import Column, Columns, Lookup, PixelThumbnails, Run, RunWriter
from vectarium.data.recorded_parts import free_stem
from vectarium.data.storage import recording_errors
from vectarium.errors import EmbeddingNotFoundError, ParameterError, RecordingError, ShapeError

X = np.arange(12, dtype=np.float32).reshape(4, 3)


@pytest.fixture
def writer(tmp_path):
    with RunWriter(tmp_path / "run") as made:
        made.add_embedding("embed", n=4, d=3, columns={"word": ["a", "b", None, "d"]})
        yield made


def test_what_was_written_is_read_back(writer):
    writer.write(10, {"embed": X}, epoch=1, loss=0.5, metrics={"accuracy": np.float32(0.25)}, learning_rate=1e-3)
    snapshot = Run(writer.path).snapshot(10)
    np.testing.assert_array_equal(snapshot.vectors("embed"), X)
    assert (snapshot.epoch, snapshot.loss, snapshot.learning_rate) == (1.0, 0.5, 1e-3)
    assert snapshot.metrics == {"accuracy": 0.25}


def test_strange_texts_and_names_of_columns_are_kept(writer):
    texts = ["\0", "a\0b", '"; DROP', "x" * 100_000]
    writer.add_embedding("odd", n=4, d=1, columns={'a"b': texts, "Word": texts, "word": texts, "": texts})
    columns = Run(writer.path).columns("odd")
    assert {name: list(column) for name, column in columns.items()} == dict.fromkeys(('a"b', "Word", "word", ""), texts)


def test_half_a_surrogate_pair_is_replaced(writer):
    writer.add_embedding("odd", n=2, d=1, columns={"text": ["\ud83e", "b"]})
    writer.write(1, {"odd": [[1], [2]]}, columns={"odd": {"text": ["\ud83e", "b"]}})
    assert list(Run(writer.path).columns("odd")["text"]) == ["?", "b"]
    assert list(Run(writer.path).snapshot().columns("odd")["text"]) == ["?", "b"]


def test_resuming_appends_after_the_last_complete_snapshot(writer):
    writer.write(10, {"embed": X})
    writer.close()
    with RunWriter(writer.path) as again:
        assert again.last_step == 10
        again.add_embedding("embed", n=4, d=3)
        again.write(20, {"embed": X + 1})
        assert again.steps == (10, 20)
    assert Run(writer.path).columns("embed")["word"][1] == "b"


@pytest.mark.parametrize(
    ("step", "said"),
    [(10, "recorded already"), (7, "before the last recorded one, 10"), (-1, "whole number"), (1.5, "whole number")],
)
def test_steps_that_do_not_come_after_the_last_are_refused(writer, step, said):
    writer.write(10, {"embed": X})
    with pytest.raises(ParameterError, match=said):
        writer.write(step, {"embed": X})


def test_rewinding_removes_what_comes_after_a_step(writer):
    for step in (1, 2, 3):
        writer.write(step, {"embed": X + step})
    assert writer.rewind(1) == (2, 3)
    writer.write(2, {"embed": X})
    np.testing.assert_array_equal(Run(writer.path).snapshot(2).vectors("embed"), X)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"n": 5}, r"shape \(n, d\) \(4, 3\); now it is \(5, 3\)"),
        ({"dtype": "float16"}, "dtype float32"),
        ({"kind": "activations"}, "kind weights"),
        ({"columns": {"word": ["a", "b", "c", "d"]}}, "row 2 of 'word' is None, not 'c'"),
        ({"columns": {"token": ["a", "b", None, "d"]}}, "they are 'word', not 'token'"),
    ],
)
def test_an_embedding_that_changed_is_refused_when_resuming(writer, changed, said):
    with pytest.raises(ParameterError, match=said):
        writer.add_embedding("embed", **({"n": 4, "d": 3} | changed))


def test_the_same_embedding_again_changes_nothing(writer):
    before = (writer.path / "run.json").read_bytes()
    writer.add_embedding("embed", n=4, d=3, columns={"word": ["a", "b", None, "d"]})
    assert (writer.path / "run.json").read_bytes() == before


def test_wrong_shapes_and_names_are_refused_and_nothing_is_written(writer):
    with pytest.raises(ShapeError, match="A table that grew is another embedding"):
        writer.write(1, {"embed": np.zeros((5, 3))})
    with pytest.raises(ShapeError, match="real numbers"):
        writer.write(1, {"embed": np.zeros((4, 3), complex)})
    with pytest.raises(EmbeddingNotFoundError, match="embed"):
        writer.write(1, {"embde": X})
    with pytest.raises(ParameterError, match="at least one embedding"):
        writer.write(1, {})
    assert list((writer.path / "snapshots").iterdir()) == []


def test_nan_and_infinity_are_kept_counted_and_told(writer):
    x = X.copy()
    x[1, 2], x[3, 0] = np.nan, np.inf
    (told,) = writer.write(1, {"embed": x}, loss=float("nan"), metrics={"m": -np.inf})
    snapshot = Run(writer.path).snapshot()
    assert "2 of 4 vectors of 'embed' hold NaN or infinity" in told.message
    assert snapshot.nonfinite == {"embed": 2}
    assert np.isnan(snapshot.loss)
    assert snapshot.metrics == {"m": -np.inf}
    np.testing.assert_array_equal(snapshot.vectors("embed"), x)


def test_numbers_too_large_for_float16_are_told(writer):
    writer.add_embedding("half", n=1, d=2, dtype="float16")
    _, told = writer.write(1, {"half": [[1.0, 1e6]]})
    assert "1 numbers of 'half' were finite, but too large for float16" in told.message
    assert told in Run(writer.path).collection()["half"].notes


class Bfloat16Tensor:
    """What PyTorch's bfloat16 tensors do: refuse NumPy until they are widened."""

    def __init__(self, values):
        self.values = values

    def detach(self):
        return self

    cpu = detach

    def __array__(self, dtype=None, copy=None):
        raise TypeError("Got unsupported ScalarType BFloat16")

    def float(self):
        return self.values.astype(np.float32)


def test_bfloat16_is_widened(writer):
    writer.write(1, {"embed": Bfloat16Tensor(X)})
    np.testing.assert_array_equal(Run(writer.path).snapshot().vectors("embed"), X)


def test_columns_change_with_the_step(writer):
    classes = ("cat", "dog")
    for step, codes in enumerate([[0, 1, 1, -1], [1, 1, 0, 0]]):
        predicted = Column("predicted", "category", np.array(codes, np.int32), classes)
        loss = Column("loss", "number", np.array([0.5, np.nan, 1.0, step]))
        writer.write(step, {"embed": X}, columns={"embed": Columns([predicted, loss])})
    run = Run(writer.path)
    assert list(run.collection(0)["embed"].columns) == ["word", "predicted", "loss"]
    assert list(run.snapshot(0).columns("embed")["predicted"]) == ["cat", "dog", "dog", None]
    assert run.snapshot(0).columns("embed")["predicted"].categories == classes
    assert [run.snapshot(step).columns("embed")["loss"][3] for step in (0, 1)] == [0.0, 1.0]


def test_thumbnails_become_a_sprite(writer):
    pixels = np.arange(4 * 2 * 3 * 3, dtype=np.uint8).reshape(4, 2, 3, 3)
    writer.add_embedding("images", n=4, d=3, thumbnails=PixelThumbnails(pixels))
    sprite = Run(writer.path).thumbnails("images")
    assert (sprite.size, sprite.columns, sprite.count) == ((3, 2), 2, 4)
    assert sprite.path.read_bytes().startswith(b"\x89PNG")


def test_chosen_rows_become_a_column(writer):
    writer.add_embedding("chosen", n=3, d=2, rows=[7, 0, 9], table_size=10)
    writer.write(1, {"chosen": np.zeros((3, 2))})
    embedding = Run(writer.path).collection()["chosen"]
    assert list(embedding.columns["row"]) == [7, 0, 9]
    assert "3 chosen rows of 10" in embedding.notes[0].message


@pytest.mark.parametrize(("rows", "said"), [([1, 1, 2], "twice"), ([0, 1, 10], "10 rows"), ([0, 1], "3 whole numbers")])
def test_rows_that_cannot_be_are_refused(writer, rows, said):
    with pytest.raises(ParameterError, match=said):
        writer.add_embedding("chosen", n=3, d=2, rows=rows, table_size=10)


def test_the_probe_is_stored_once_and_has_to_stay_the_same(writer):
    probe = {"tokens": np.arange(6).reshape(2, 3)}
    first = writer.add_probe(probe, columns={"text": ["a b", "c"]}, classes=["no", "yes"], description="two sentences")
    assert writer.add_probe(probe, columns={"text": ["a b", "c"]}) == first
    with pytest.raises(ParameterError, match="another probe"):
        writer.add_probe({"tokens": np.arange(6).reshape(2, 3) + 1}, columns={"text": ["a b", "c"]})
    read = Run(writer.path).probe
    np.testing.assert_array_equal(read.inputs["tokens"], probe["tokens"])
    assert (list(read.columns["text"]), read.classes, read.n) == (["a b", "c"], ("no", "yes"), 2)


def test_predictions_are_read_back(writer):
    writer.write(1, {"embed": X}, predictions=np.array([0.25, 0.75]))
    np.testing.assert_array_equal(Run(writer.path).snapshot().predictions(), [[0.25], [0.75]])


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("…")
    with pytest.raises(RecordingError, match=r"there is something in it: thesis\.tex"):
        RunWriter(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_removed_folder_is_told_and_not_made_again(writer):
    shutil.rmtree(writer.path)
    with pytest.raises(RecordingError, match="folder was removed or replaced"):
        writer.write(1, {"embed": X})
    assert not writer.path.exists()


def test_a_lost_folder_of_snapshots_is_told(writer):
    (writer.path / "snapshots").rmdir()
    with pytest.raises(RecordingError, match=r"step 1 was not recorded: No such file.*stays readable"):
        writer.write(1, {"embed": X})


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to the administrator")
def test_no_permission_is_told(writer):
    (writer.path / "snapshots").chmod(0o500)
    with pytest.raises(RecordingError, match="Permission denied"):
        writer.write(1, {"embed": X})
    (writer.path / "snapshots").chmod(0o700)


FULL = """
import resource, sys
import numpy as np
from vectarium.data import RunWriter
from vectarium.errors import RecordingError

writer = RunWriter(sys.argv[1])
writer.add_embedding("embed", n=1000, d=100)
writer.write(1, {"embed": np.ones((1000, 100))})
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    writer.write(2, {"embed": np.ones((1000, 100))})
except RecordingError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file's size")
def test_a_disk_that_takes_no_more_leaves_the_run_readable(tmp_path):
    done = subprocess.run([sys.executable, "-c", FULL, tmp_path / "run"], capture_output=True, text=True, check=True)
    assert "The snapshot of step 2 was not recorded" in done.stdout
    assert "bytes are free. Make room and go on" in done.stdout
    run = Run(tmp_path / "run")
    assert (run.steps, run.notes, run.validate()) == ((1,), (), ())


def test_a_full_disk_says_how_much_is_free(tmp_path):
    said = pytest.raises(RecordingError, match=r"No space left on device; [\d,]+ bytes are free")
    with said, recording_errors(tmp_path, "The snapshot of step 1 was not recorded"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_damaged_snapshot_is_put_aside_by_its_successor(writer):
    writer.write(1, {"embed": X})
    (writer.path / "snapshots" / "000000000001" / "embed.npy").write_bytes(b"")
    writer.close()
    with RunWriter(writer.path) as again:
        assert again.steps == ()
        assert "step 1 was skipped" in again.notes[0].message
        again.write(1, {"embed": X})
    assert Run(writer.path).notes == ()
    assert len(list((writer.path / "snapshots").glob(".damaged-*"))) == 1


def test_what_a_dead_writer_left_is_removed_when_resuming(writer):
    writer.close()
    left = writer.path / "snapshots" / ".writing-000000000005"
    left.mkdir()
    (left / "embed.npy").write_bytes(b"half")
    assert "not complete" in Run(writer.path).notes[0].message
    RunWriter(writer.path).close()
    assert not left.exists()


@pytest.mark.parametrize(
    "name", ["a/b", "../up", "CON", "con.weight", "snapshot", "é", "", ".", "x" * 500, "a\nb", "🧛"]
)
def test_files_have_harmless_names(name):
    stem = free_stem(name, [])
    assert stem.isascii()
    assert not set(stem) & set('/\\:*?"<>|\n ')
    assert stem.split(".")[0].casefold() not in {"con", "snapshot", ""}
    assert len(stem) <= 80


def test_names_that_differ_in_case_only_have_files_of_their_own(writer):
    writer.add_embedding("Embed", n=4, d=3)
    writer.write(1, {"embed": X, "Embed": X + 1})
    files = [each.file.casefold() for each in writer.embeddings]
    assert len(set(files)) == 2


NAMES = st.text(min_size=1, max_size=20).filter(lambda text: text.encode("utf-8", "ignore").decode() == text)


@settings(max_examples=40, deadline=None)
@given(
    vectors=st.tuples(st.integers(1, 5), st.integers(1, 4)).flatmap(
        lambda shape: arrays(np.float32, shape, elements=st.floats(width=32))
    ),
    name=NAMES,
    data=st.data(),
)
def test_any_names_vectors_and_columns_are_read_back(tmp_path_factory, vectors, name, data):
    n, d = vectors.shape
    texts = data.draw(st.dictionaries(NAMES, st.lists(st.one_of(st.none(), NAMES), min_size=n, max_size=n), max_size=3))
    numbers = data.draw(st.lists(st.integers(-(2**62), 2**62) | st.none(), min_size=n, max_size=n))
    with RunWriter(tmp_path_factory.mktemp("any") / "run") as writer:
        writer.add_embedding(name, n=n, d=d, columns=texts)
        writer.write(0, {name: vectors}, columns={name: {"number": numbers, "text": [str(each) for each in numbers]}})
    run = Run(writer.path)
    snapshot = run.snapshot()
    np.testing.assert_array_equal(snapshot.vectors(name), vectors)
    assert {key: list(column) for key, column in run.columns(name).items()} == texts
    assert list(snapshot.columns(name)["number"]) == numbers
    assert list(snapshot.columns(name)["text"]) == [str(each) for each in numbers]
    assert run.validate() == ()


def test_how_texts_become_rows_is_kept_and_what_is_said_last_counts(tmp_path):
    for length in (7, 9):
        with RunWriter(tmp_path / "run") as writer:
            lookup = Lookup("word", length, padding=0, padding_side="post", mask=True)
            writer.add_embedding("embed", n=4, d=3, columns={"word": ["a", "b", None, "d"]}, lookup=lookup)
            writer.write(length, {"embed": X})
    assert Run(tmp_path / "run").collection()["embed"].lookup == lookup


@pytest.mark.parametrize(
    ("lookup", "said"),
    [
        (Lookup("tag"), "the column of tokens is 'tag'; the columns of texts are 'word'"),
        (Lookup("word", 0), "length is 0; 1 to"),
        (Lookup("word", padding=4), "padding is row 4; the table has 0 to 3"),
    ],
)
def test_a_lookup_that_cannot_be_is_refused(writer, lookup, said):
    with pytest.raises(ParameterError, match=said):
        writer.add_embedding("embed", n=4, d=3, lookup=lookup)
