"""The shared recorder, on a model that is one array: when, where, and what happens when the disk fails."""

import gc
import shutil
import tracemalloc

import numpy as np
import pytest

import vectarium as vt
from vectarium.errors import ParameterError, RecordingError, RecordingWarning, RunLockedError
from vectarium.record.reading import Activation, Reading, TableInfo
from vectarium.record.recorder import Recording


class ArrayModel:
    """A source of Reading without any framework: one table, and one layer that is its first rows."""

    def __init__(self, n=6, d=3):
        self.table = np.arange(n * d, dtype=np.float32).reshape(n, d)
        self.outputs = np.array([[2.0, 0], [0, 2], [1, 0]])
        self.reads = 0

    def tables(self):
        return {"embed": TableInfo(*self.table.shape, padding=0, aliases=("out.weight",), space="made up")}

    def read(self, rows, *, run=True):
        self.reads += 1
        chosen = self.table if rows["embed"] is None else self.table[rows["embed"]]
        if not run:
            return Reading({"embed": chosen})
        return Reading({"embed": chosen}, {"layer": Activation(self.table[:3].copy(), np.arange(3))}, self.outputs)


PROBE = vt.Probe(np.arange(3), labels=[0, 1, 1], classes=["no", "yes"])


def recording(path, model=None, table=None, **options):
    return Recording(path, model or ArrayModel(), tables={"embed": table or vt.Table()}, probe=PROBE, **options)


def test_a_run_has_tables_activations_predictions_and_numbers(tmp_path):
    with recording(tmp_path / "run", table=vt.Table(list("abcdef"))) as rec:
        assert rec.snapshot(7, epoch=1, loss=np.float32(0.5), metrics={"f1": 0.25}, learning_rate=1e-3)
    run = vt.Run(tmp_path / "run")
    snapshot = run.snapshot(7)
    assert (snapshot.epoch, snapshot.loss, snapshot.metrics, snapshot.learning_rate) == (1, 0.5, {"f1": 0.25}, 1e-3)
    assert run.embedding("embed").aliases == ("out.weight",)
    assert list(run.columns("embed")["token"]) == list("abcdef")
    assert run.columns("embed")["mark"][0] == "padding"
    assert list(snapshot.columns("layer")["prediction"]) == ["no", "yes", "no"]
    assert list(snapshot.columns("layer")["correct"]) == [True, True, False]
    assert snapshot.predictions().shape == (3, 2)
    assert run.probe.classes == ("no", "yes")
    assert list(run.probe.columns["label"]) == ["no", "yes", "yes"]


def test_rows_that_never_changed_are_known_from_before_the_training(tmp_path):
    model = ArrayModel()
    with recording(tmp_path / "run", model) as rec:
        model.table[2] += 1
        rec.snapshot()
    assert list(vt.Run(tmp_path / "run").snapshot().columns("embed")["updated"]) == [i == 2 for i in range(6)]


def test_chosen_rows_are_written_once(tmp_path):
    with recording(tmp_path / "run", table=vt.Table(list("abcdef"), rows=vt.top_rows([1, 9, 1, 7, 0, 0], 2))) as rec:
        rec.snapshot()
    run = vt.Run(tmp_path / "run")
    assert run.rows("embed").tolist() == [1, 3]
    assert list(run.collection()["embed"].columns["token"]) == ["b", "d"]
    np.testing.assert_array_equal(run.snapshot().vectors("embed"), ArrayModel().table[[1, 3]])


def test_steps_are_counted_where_they_are_not_told(tmp_path):
    with recording(tmp_path / "run") as rec:
        assert [rec.snapshot() for _ in range(3)] == [True] * 3
        assert rec.steps == (0, 1, 2)


def test_the_schedule_decides_and_the_end_is_recorded(tmp_path):
    with recording(tmp_path / "run", every=4) as rec:
        taken = [rec.step(loss=step) for step in range(11)]
        assert taken == [step % 4 == 0 for step in range(11)]
    assert vt.Run(tmp_path / "run").steps == (0, 4, 8, 10)
    assert vt.Run(tmp_path / "run").snapshot(10).loss == 10


def test_epochs_are_recorded_at_their_end_with_the_step_that_was_told(tmp_path):
    with recording(tmp_path / "run") as rec:
        for epoch in range(3):
            for _ in range(5):
                rec.step()
            rec.end_epoch(epoch, loss=epoch)
        assert rec.steps == (4, 9, 14)


def test_epochs_alone_are_the_steps(tmp_path):
    with recording(tmp_path / "run") as rec:
        for epoch in range(3):
            rec.end_epoch(epoch)
        assert rec.steps == (0, 1, 2)


def train_until_it_fails(path):
    with recording(path, every=4) as rec:
        rec.step()
        rec.step()
        raise ZeroDivisionError("by zero")


def test_after_an_exception_in_the_training_nothing_more_is_recorded(tmp_path):
    with pytest.raises(ZeroDivisionError, match="by zero"):
        train_until_it_fails(tmp_path / "run")
    assert vt.Run(tmp_path / "run").steps == (0,)


def test_a_run_that_is_there_is_not_overwritten_unless_asked(tmp_path):
    with recording(tmp_path / "run") as rec:
        rec.snapshot(3)
    with pytest.raises(RecordingError, match=r"1 snapshots already.*exists='resume'.*exists='replace'"):
        recording(tmp_path / "run")
    with recording(tmp_path / "run", ArrayModel(9), exists="replace") as rec:
        rec.snapshot(0)
    assert vt.Run(tmp_path / "run").steps == (0,)
    assert vt.Run(tmp_path / "run").embedding("embed").n == 9


def test_only_a_run_is_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("dear")
    with pytest.raises(RecordingError, match="is no run"):
        recording(tmp_path / "thesis", exists="replace")
    assert (tmp_path / "thesis" / "chapter.txt").exists()


def test_resuming_appends_and_remembers_which_rows_were_updated(tmp_path):
    model = ArrayModel()
    with recording(tmp_path / "run", model) as rec:
        model.table[1] += 1
        rec.snapshot(5)
    with recording(tmp_path / "run", model, exists="resume") as rec:
        model.table[4] += 1
        rec.snapshot()
        assert rec.steps == (5, 6)
    assert list(vt.Run(tmp_path / "run").snapshot(6).columns("embed")["updated"]) == [i in {1, 4} for i in range(6)]


def test_a_training_taken_up_from_earlier_removes_what_came_after(tmp_path):
    with recording(tmp_path / "run") as rec:
        for step in (1, 2, 3, 4):
            rec.snapshot(step)
    with recording(tmp_path / "run", exists="resume") as rec:
        with pytest.warns(RecordingWarning, match="goes on from step 3: the 2 snapshots"):
            rec.snapshot(3)
        assert rec.steps == (1, 2, 3)


def test_two_writers_are_refused(tmp_path):
    with recording(tmp_path / "run"), pytest.raises(RunLockedError, match="is being written"):
        recording(tmp_path / "run")


def test_a_lost_folder_ends_the_recording_with_one_warning_and_not_the_training(tmp_path):
    model = ArrayModel()
    with recording(tmp_path / "run", model) as rec:
        rec.snapshot()
        shutil.rmtree(tmp_path / "run")
        with pytest.warns(RecordingWarning, match="Recording ended; the training goes on"):
            assert not rec.snapshot()
        reads = model.reads
        assert not rec.snapshot()
        assert model.reads == reads
        assert not rec.recording


def test_a_full_disk_ends_the_recording_with_one_warning(tmp_path, monkeypatch):
    import vectarium.data.snapshot_writer as writer

    def full(*_):
        raise OSError(28, "No space left on device")

    with recording(tmp_path / "run") as rec:
        rec.snapshot()
        monkeypatch.setattr(writer, "write_file", full)
        with pytest.warns(RecordingWarning, match=r"No space left on device; .* bytes are free.*training goes on"):
            assert not rec.snapshot()
    assert vt.Run(tmp_path / "run").steps == (0,)


def test_a_step_that_was_recorded_is_a_warning(tmp_path):
    with recording(tmp_path / "run") as rec:
        rec.snapshot(3)
        with pytest.warns(RecordingWarning, match="Step 3 is recorded already"):
            assert not rec.snapshot(3)
        assert rec.snapshot(4)


def test_a_vocabulary_that_grows_becomes_an_embedding_of_its_own(tmp_path):
    model = ArrayModel()
    with recording(tmp_path / "run", model, vt.Table(list("abcdef"))) as rec:
        rec.snapshot()
        model.table = np.vstack([model.table, model.table[:2]])
        rec.snapshot()
    run = vt.Run(tmp_path / "run")
    assert [each.name for each in run.embeddings] == ["embed", "layer", "embed (8 rows)"]
    assert list(run.columns("embed (8 rows)")["mark"])[6:] == ["unused", "unused"]
    assert set(run.snapshot(1).embeddings) == {"layer", "embed (8 rows)"}


def test_nan_is_recorded_and_said(tmp_path):
    model = ArrayModel()
    model.table[4, 1] = np.nan
    with (
        recording(tmp_path / "run", model) as rec,
        pytest.warns(RecordingWarning, match="1 of 6 vectors of 'embed' hold NaN"),
    ):
        assert rec.snapshot()


def test_half_precision_is_stated(tmp_path):
    with recording(tmp_path / "run", dtype="float16") as rec:
        rec.snapshot()
    assert vt.Run(tmp_path / "run").embedding("embed").dtype == "float16"
    with pytest.raises(ParameterError, match="dtype is 'int8'"):
        recording(tmp_path / "other", dtype="int8")


def test_words_that_do_not_fit_are_an_error_before_the_training(tmp_path):
    with pytest.raises(ValueError, match="7 values of 'token'"):
        recording(tmp_path / "run", table=vt.Table(list("abcdefg")))
    assert not (tmp_path / "run").exists()


def test_memory_does_not_grow_with_snapshots(tmp_path):
    model = ArrayModel(2000, 16)
    with recording(tmp_path / "run", model) as rec:
        for _ in range(8):
            rec.snapshot()
        gc.collect()
        tracemalloc.start()
        for _ in range(40):
            rec.snapshot()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert grown < model.table.nbytes / 4


def test_every_step_that_is_told_is_in_the_curve(tmp_path):
    with recording(tmp_path / "run", every=10) as rec:
        for step in range(25):
            rec.step(step, loss=1 / (1 + step), learning_rate=0.1)
        rec.log(12, accuracy=0.5, loss=None)
        rec.end_epoch(1, loss=0.25, metrics={"f1": 0.75})
    run = vt.Run(tmp_path / "run")
    assert run.steps == (0, 10, 20, 24)
    assert run.curve["loss"].steps.tolist() == list(range(25))
    assert run.curve["loss"].values[[0, -1]].tolist() == [1, 0.25]
    assert [run.curve[name].steps.tolist() for name in ("accuracy", "f1")] == [[12], [24]]


def test_numbers_that_are_none_are_one_warning(tmp_path):
    with recording(tmp_path / "run") as rec:
        with pytest.warns(RecordingWarning, match=r"numbers of step 0 were not recorded"):
            rec.log(0, loss=np.zeros(3))
        assert rec.snapshot(1)


def test_a_curve_that_cannot_be_written_ends_the_recording_with_one_warning(tmp_path):
    rec = recording(tmp_path / "run")
    rec.step(0, loss=1)
    shutil.rmtree(tmp_path / "run")
    with pytest.warns(RecordingWarning, match="Recording ended; the training goes on"):
        rec.step(1, loss=1)
    assert not rec.step(2, loss=1)
    assert not rec.recording
