"""The shared recorder: when, what and where, for every framework.

A recorder never stops a training. What cannot be written becomes one warning, and recording ends; what
goes wrong with one snapshot becomes a warning too, and the next one is tried. Only what is wrong
before the training, such as a layer that is not there, is an error.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from vectarium.data import Columns, Run, RunWriter
from vectarium.data.manifest import RecordedDtype
from vectarium.errors import FormatError, ParameterError, RecordingError, RecordingWarning
from vectarium.record.contents import Content, Contents
from vectarium.record.opening import Exists, open_run
from vectarium.record.predictions import Scores
from vectarium.record.probe import Probe
from vectarium.record.reading import Source
from vectarium.record.rows import UPDATED, Table
from vectarium.record.schedules import Schedule, schedule

LARGE_BYTES = 1 << 30
TOLD = frozenset({"step", "epoch", "loss", "learning_rate"})


class Recording:
    """Records a model, known through a source, into a run.

    Parameters
    ----------
    path
        The run's folder.
    source
        The model, as a framework's part reads it.
    tables
        What is known of each table that is recorded.
    probe
        The fixed examples, None where only tables are recorded.
    every
        When :meth:`step` and :meth:`end_epoch` take a snapshot; see :func:`vectarium.record.schedules.schedule`.
    dtype
        ``"float32"``, or ``"float16"`` for half the bytes and three digits.
    exists
        What to do with snapshots that are there: ``"refuse"``, ``"resume"`` after them, or ``"replace"`` them.
    name
        What the run is called; None: as the folder.
    scores
        What the model's outputs are: ``"logits"``, ``"probabilities"``, or ``"auto"``: told from the numbers.
    writes
        False on the processes of a distributed training that do not write.
    collective
        Whether all processes have to take part in reading, since each holds a part of the weights.

    Raises
    ------
    RecordingError, ParameterError, ShapeError
        If something is wrong before the training has begun.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        source: Source,
        *,
        tables: Mapping[str, Table],
        probe: Probe | None = None,
        every: Any = "epoch",
        dtype: RecordedDtype = "float32",
        exists: Exists = "refuse",
        name: str | None = None,
        scores: Scores = "auto",
        writes: bool = True,
        collective: bool = False,
    ) -> None:
        if dtype not in {"float32", "float16"}:
            raise ParameterError(f"dtype is {dtype!r}; 'float32' or 'float16' is needed.")
        self.path = Path(path).expanduser()
        self._source, self._probe = source, probe
        self._dtype: RecordedDtype = dtype
        self._schedule: Schedule = schedule(every)
        self._contents = Contents(tables, probe, scores)
        self._declared: set[str] = set()
        self._said: set[str] = set()
        self._seen: int | None = None
        self._told_steps = False
        self._collective = collective
        self._pending: dict[str, Any] | None = None
        self._written: tuple[int, ...] = ()
        if writes or collective:
            self._begin_tables()
        self._writer: RunWriter | None = open_run(path, name, exists) if writes else None
        self._resumed = self._writer is not None and bool(self._writer.steps)
        if self._resumed:
            self._take_over()

    def _begin_tables(self) -> None:
        infos = self._source.tables()
        reading = self._source.read(self._contents.rows(infos), run=False)
        self._contents.begin(infos, reading)
        for name, vectors in reading.tables.items():
            size = vectors.size * (4 if self._dtype == "float32" else 2)
            if size > LARGE_BYTES:
                self._warn(
                    f"Each snapshot of {name!r} takes {size / 1e9:.1f} GB. Choose rows, such as "
                    f"Table(rows=vt.top_rows(counts, 50_000)), or dtype='float16'."
                )

    def _take_over(self) -> None:
        """Go on with what the run knows: which rows were updated before."""
        assert self._writer is not None
        try:
            last = Run(self._writer.path).snapshot()
            for name in last.embeddings:
                columns = last.columns(name)
                if name in self._contents.tables and UPDATED in columns:
                    self._contents.resume(name, columns[UPDATED].values)
        except FormatError as error:
            self._warn(f"Which rows were updated before is not known: {error}")

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that are recorded whole, ascending."""
        return self._writer.steps if self._writer is not None else self._written

    @property
    def recording(self) -> bool:
        """Whether it still records: False after closing, or after the disk failed."""
        return self._writer is not None

    def snapshot(
        self,
        step: int | None = None,
        *,
        epoch: float | None = None,
        loss: Any = None,
        metrics: Mapping[str, Any] | None = None,
        learning_rate: Any = None,
    ) -> bool:
        """Take a snapshot now.

        Parameters
        ----------
        step
            The training step, after the last recorded one. None: one more than that.
        epoch, loss, metrics, learning_rate
            Numbers to show with it; tensors are taken too.

        Returns
        -------
        bool
            Whether it was recorded. Where it was not, a warning says why, and the training goes on.
        """
        self._seen = self._next_step() if step is None else step
        self._pending = None
        numbers = {"epoch": epoch, "loss": loss, "metrics": metrics, "learning_rate": learning_rate}
        if self._writer is None and not self._collective:
            return False
        try:
            return self._take(self._seen, numbers)
        except RecordingError as error:
            self._stop(f"{error} Recording ended; the training goes on.")
        except Exception as error:
            self._warn(f"Step {self._seen} was not recorded: {_told(error)} The training goes on.")
        return False

    def _next_step(self) -> int:
        last = self._writer.last_step if self._writer is not None else None
        after = 0 if last is None else last + 1
        return after if self._seen is None else max(after, self._seen)

    def log(
        self,
        step: int | None = None,
        *,
        epoch: float | None = None,
        loss: Any = None,
        learning_rate: Any = None,
        **metrics: Any,
    ) -> None:
        """Tell numbers of a step without a snapshot, for a denser curve: a few microseconds a call.

        :meth:`step` does so by itself.

        Parameters
        ----------
        step
            The training step; None: the last one that was told.
        epoch, loss, learning_rate, **metrics
            Numbers, or tensors with one; those on another device are not waited for.
        """
        if self._writer is None:
            return
        at = (0 if self._seen is None else self._seen) if step is None else step
        given: dict[str, Any] = {"epoch": epoch, "loss": loss, "learning_rate": learning_rate}
        try:
            kept = {name: _kept(value) for name, value in given.items() if value is not None}
            more = {name: _kept(value) for name, value in metrics.items() if value is not None}
            self._writer.log(at, metrics=more, **kept)
        except RecordingError as error:
            self._stop(f"{error} Recording ended; the training goes on.")
        except Exception as error:
            self._warn(f"The numbers of step {at} were not recorded: {_told(error)} The training goes on.")

    def step(self, step: int | None = None, *, log: bool = True, **numbers: Any) -> bool:
        """Say that a training step is done; take a snapshot if one is due by the schedule.

        Parameters
        ----------
        step
            Its number; None: one more than the last.
        log
            Whether to keep the numbers for the curve also where no snapshot is due.
        **numbers
            As :meth:`snapshot` takes them.

        Returns
        -------
        bool
            Whether a snapshot was recorded.
        """
        if step is None:
            step = self._seen + 1 if self._told_steps and self._seen is not None else self._next_step()
        self._seen, self._told_steps = int(step), True
        if log:
            self.log_numbers(self._seen, numbers)
        if self._schedule.at_step(self._seen):
            return self.snapshot(self._seen, **numbers)
        if type(self._schedule) is not Schedule:
            self._pending = {name: _detached(value) for name, value in numbers.items()}
        return False

    def end_epoch(self, epoch: int, /, *, step: int | None = None, **numbers: Any) -> bool:
        """Say that an epoch is done; take a snapshot if one is due by the schedule.

        Parameters
        ----------
        epoch
            Its number, counted from 0.
        step
            The training step; None: the last one that was told, else the epoch.
        **numbers
            As :meth:`snapshot` takes them; ``epoch=`` where another number is to be shown.
        """
        at = (self._seen if self._told_steps and self._seen is not None else epoch) if step is None else step
        self.log_numbers(at, {"epoch": epoch} | numbers)
        if at in self.steps[-1:]:
            return False
        if not self._schedule.at_epoch(epoch):
            if type(self._schedule) is not Schedule:
                self._seen = at
                self._pending = {"epoch": epoch} | {name: _detached(value) for name, value in numbers.items()}
            return False
        return self.snapshot(at, **cast("Any", {"epoch": epoch} | numbers))

    def log_numbers(self, step: int, numbers: Mapping[str, Any]) -> None:
        """Tell the numbers that a snapshot takes, where there is more among them than an epoch."""
        told = {name: value for name, value in numbers.items() if name != "metrics" and value is not None}
        metrics = {str(name): value for name, value in (numbers.get("metrics") or {}).items() if value is not None}
        if told.keys() - {"epoch"} or metrics:
            self.log(step, **cast("Any", {name: value for name, value in metrics.items() if name not in TOLD} | told))

    def _take(self, step: int, numbers: Mapping[str, Any]) -> bool:
        infos = self._source.tables()
        reading = self._source.read(self._contents.rows(infos))
        writer = self._writer
        if writer is None:
            return False
        self._make_room(writer, step)
        contents, predictions = self._contents.made(infos, reading)
        self._declare(writer, contents, None if predictions is None else predictions.shape[1])
        metrics = numbers.get("metrics") or {}
        notes = writer.write(
            step,
            {each.name: each.vectors for each in contents},
            columns={each.name: Columns(each.changing) for each in contents if each.changing},
            predictions=predictions,
            boundaries={each.name: each.boundary for each in contents if each.boundary is not None},
            metrics={str(name): plain_number(value) for name, value in metrics.items() if value is not None},
            epoch=_number(numbers.get("epoch")),
            loss=_number(numbers.get("loss")),
            learning_rate=_number(numbers.get("learning_rate")),
        )
        for note in [*map(str, notes), *self._contents.warnings]:
            self._warn(note)
        return True

    def _make_room(self, writer: RunWriter, step: int) -> None:
        """Where a training was taken up again from before the last snapshot, remove those that come after."""
        if self._resumed and writer.last_step is not None and step <= writer.last_step:
            gone = [each for each in writer.steps if each >= step]
            if step == 0:
                raise ParameterError(
                    f"The run was to be resumed after step {writer.last_step:,}, but the training begins with step 0. Say "
                    "exists='replace' to begin the run anew."
                )
            writer.rewind(step - 1)
            self._warn(
                f"The training goes on from step {step:,}: the {len(gone):,} snapshots from there on were removed."
            )
        self._resumed = False

    def _declare(self, writer: RunWriter, contents: list[Content], classes: int | None) -> None:
        """Say what is recorded, once for each embedding; the probe is stored with the first."""
        if not self._declared and self._probe is not None:
            self._probe.store(writer, classes)
        for each in contents:
            if each.name in self._declared:
                continue
            n, d = each.vectors.shape
            writer.add_embedding(
                each.name,
                each.kind,
                n=n,
                d=d,
                dtype=self._dtype,
                columns=each.still(),
                rows=each.rows,
                table_size=each.table_size,
                aliases=each.aliases,
                space=each.space,
                lookup=each.lookup,
            )
            self._declared.add(each.name)

    def _stop(self, said: str) -> None:
        self._warn(said)
        self._close_writer()

    def _warn(self, said: str) -> None:
        if said not in self._said:
            self._said.add(said)
            warnings.warn(said, RecordingWarning, stacklevel=4)

    def _close_writer(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            self._written = writer.steps
            try:
                writer.close()
            except RecordingError as error:
                self._warn(str(error))

    def close(self, *, last: bool = True) -> None:
        """End the recording.

        Parameters
        ----------
        last
            Whether to record the last step that was told, where the schedule passed over it: how a
            training ended is what one wants to see.
        """
        if last and self._pending is not None and self._seen is not None:
            self.snapshot(self._seen, **self._pending)
        self._pending = None
        self._close_writer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(last=error is None)

    def __repr__(self) -> str:
        state = f"{len(self.steps):,} snapshots" if self.recording else "closed"
        return f"{type(self).__name__}({str(self.path)!r}, {state})"


def _detached(value: Any) -> Any:
    """A tensor without the graph that hangs on it, which would be kept alive for a number."""
    if isinstance(value, Mapping):
        return {name: _detached(each) for name, each in value.items()}
    return value.detach() if hasattr(value, "detach") else value


def _kept(value: Any) -> Any:
    """A number that is here, or a copy of it that is fetched later: what a device goes on to compute is not waited for."""
    plain = _detached(value)
    on_host = getattr(getattr(plain, "device", None), "type", "cpu") == "cpu"
    return plain_number(plain) if on_host else plain.clone()


def _number(value: Any) -> float | None:
    return None if value is None else plain_number(value)


def plain_number(value: Any) -> float:
    """A float from a number or a tensor with one; a graph that hangs on it is not looked at."""
    plain = _detached(value)
    return float(plain.item() if hasattr(plain, "item") else plain)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
