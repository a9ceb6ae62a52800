"""Recording Keras models, on PyTorch, TensorFlow or JAX.

::

    recorder = Recorder("runs/imdb", embeddings={"embed": vocabulary}, activations=["bidirectional"],
                        probe=vt.Probe(x_test, labels=y_test))
    model.fit(x, y, callbacks=[recorder])

The training is the same to the last bit with and without it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from vectarium.data.manifest import RecordedDtype
from vectarium.errors import ParameterError
from vectarium.record.capturing import named_tables
from vectarium.record.frameworks import require
from vectarium.record.heads import SIDE, check_side, named_heads
from vectarium.record.in_order import InOrder
from vectarium.record.layer import Layers
from vectarium.record.opening import Exists
from vectarium.record.predictions import Scores
from vectarium.record.probe import Probe, probe_from
from vectarium.record.recorder import Recording
from vectarium.record.rows import Table
from vectarium.record.schedules import EveryEpoch, schedule

keras = require("keras")

from vectarium.record.keras_listing import list_layers  # noqa: E402 - only where Keras is there
from vectarium.record.keras_source import Forward, KerasSource, known_tables  # noqa: E402
from vectarium.record.keras_tables import table_names  # noqa: E402


class Recorder(keras.callbacks.Callback):
    """Records a Keras model while ``fit`` trains it, without changing how it trains.

    Parameters
    ----------
    path
        The run's folder; ``vectarium open`` shows it, also while it grows.
    embeddings
        Tables: a list of layers' names, or a mapping from name to the vocabulary, columns, or a
        :class:`vectarium.Table`. None: every embedding layer, where no activations are asked for.
    activations
        Names of layers whose outputs for the probe are recorded: ``"encoder/lstm"`` inside of a nested model, ``"relu#2"``
        for the second call of a shared layer. :func:`vectarium.layers` lists them.
    probe
        The examples that are shown to the model: a :class:`vectarium.Probe`, or inputs.
    pooling
        From positions to one vector: ``"mean"`` (the default), ``"last"``, ``"first"``, ``"max"``, ``"flatten"``,
        ``"tokens"`` for a point a token, a function, or a mapping from layer to one of them. The masks
        of ``mask_zero`` are heeded.
    every
        When a snapshot is taken: ``"epoch"``, a number of steps, ``"log"``, a list of steps, or None for by hand
        (:meth:`snapshot`). Step 0 is before the training.
    dtype
        ``"float32"``, or ``"float16"`` for half the bytes and three digits.
    head
        What tells classes from the vectors of a table or a layer: a layer's name, a list of layers that follow one
        another, or a function of a tensor ``(rows, d)``; a mapping from table or layer to one of these where several are
        recorded. A table's points get the predicted class; where there are two dimensions, the plane around the points is
        recorded, too: where the prediction changes.
    grid
        On how many points along each side of that plane the head is evaluated; 0: not at all.
    forward
        ``forward(model, batch)``, where ``model(batch, training=False)`` is not what is wanted.
    predictions
        Where the class scores are: None for the model's output, where the probe has labels or classes; True
        for the output in any case; False for none; the name of an output or layer, or a function of the output.
    scores
        What they are: ``"logits"``, ``"probabilities"``, or ``"auto"``: as the loss takes them.
    exists
        What to do with snapshots that are there: ``"refuse"``, ``"resume"`` after them, or ``"replace"`` them.
    name
        What the run is called; None: as the folder.

    Raises
    ------
    LayerNotFoundError, LayerNotCalledError
        When ``fit`` begins, if a layer is not there (the nearest names are told), or is not called (why, and which are).
    RecordingError
        When ``fit`` begins, if the folder cannot be written to, or has snapshots already.

    Notes
    -----
    Everything that is wrong is an error before the first step. Later nothing is: what cannot be
    recorded becomes a :class:`vectarium.errors.RecordingWarning`.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        embeddings: Any = None,
        activations: Iterable[str] = (),
        probe: Any = None,
        *,
        pooling: Any = None,
        every: Any = "epoch",
        dtype: RecordedDtype = "float32",
        head: Any = None,
        grid: int = SIDE,
        forward: Forward | None = None,
        predictions: Any = None,
        scores: Scores = "auto",
        exists: Exists = "refuse",
        name: str | None = None,
    ) -> None:
        super().__init__()
        self.path = Path(path).expanduser()
        self.probe = probe_from(probe)
        self._embeddings = named_tables(embeddings)
        self._activations = [activations] if isinstance(activations, str) else list(activations)
        self._reading: dict[str, Any] = {
            "pooling": pooling,
            "forward": forward,
            "predictions": predictions,
            "grid": check_side(grid),
        }
        self._head = head
        self._schedule = schedule(every)
        self._writing: dict[str, Any] = {"dtype": dtype, "name": name}
        self._scores: Scores = scores
        self._exists: Exists = exists
        self._recording: Recording | None = None
        self._steps: tuple[int, ...] = ()
        self._step, self._before_epoch, self._epoch = 0, 0, 0
        self._counting = threading.Lock()
        self._told = InOrder(self._log)
        # Keras runs callbacks beside the training where they allow it; between steps that is only right for counting.
        self.async_safe = isinstance(self._schedule, EveryEpoch)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that are recorded whole, ascending."""
        return self._steps if self._recording is None else self._recording.steps

    def _opened(self) -> Recording:
        """The recording, begun where it is not."""
        if self._recording is not None:
            return self._recording
        model = self.model
        if model is None:
            raise ParameterError(
                "No model is known yet: pass the recorder to model.fit(callbacks=[…]), or set_model(…)."
            )
        given = self._embeddings
        if given is None:
            given = {} if self._activations else dict.fromkeys(known_tables(model))
        source = KerasSource(
            model,
            embeddings=list(given),
            activations=self._activations,
            probe=self.probe,
            heads=named_heads(self._head, list(given), self._activations),
            **self._reading,
        )
        self._recording = Recording(
            self.path,
            source,
            tables={each: Table.of(given[each]) for each in source.tables()},
            probe=self.probe,
            every=self._schedule,
            exists=self._exists,
            scores=_scores(model) if self._scores == "auto" else self._scores,
            writes=_rank() == 0,
            **self._writing,
        )
        self._exists = "resume"  # a second fit goes on with the same run
        return self._recording

    def on_train_begin(self, logs: Any = None) -> None:
        """Look for everything that is asked for, and record step 0 where it is due."""
        del logs
        recording = self._opened()
        self._step = max(self._step, _iterations(self.model))
        if self._step == 0 and self._schedule.at_step(0):
            recording.snapshot(0, epoch=0)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Count the steps of this epoch from here."""
        del logs
        self._epoch, self._before_epoch = epoch, self._step
        self._told.begin(self._step, int(getattr(self.model, "steps_per_execution", None) or 1))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count a step, and record it where one is due; with ``steps_per_execution`` several are done at once."""
        recording, numbers = self._recording, self._numbers(logs)
        step = self._before_epoch + batch + 1
        with self._counting:  # beside the training, one batch may be told of before the one before it
            before, self._step = self._step, max(self._step, step)
        if recording is None:
            return
        if self.async_safe:
            self._told.add(step, {"epoch": self._epoch} | numbers)
            return
        if step > before:
            recording.log_numbers(step, {"epoch": self._epoch} | numbers)
        if any(self._schedule.at_step(step) for step in range(before + 1, self._step + 1)):
            recording.snapshot(self._step, epoch=self._epoch, **numbers)
        else:
            recording.step(self._step, log=False, epoch=self._epoch, **numbers)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Record the end of an epoch, where it is due."""
        self._told.flush()
        if self._recording is not None:
            self._recording.end_epoch(epoch, step=self._step, **self._numbers(logs, learning_rate=True))

    def on_train_end(self, logs: Any = None) -> None:
        """Record how the training ended, and close the run."""
        del logs
        self.close()

    def snapshot(self, step: int | None = None, **numbers: Any) -> bool:
        """Take a snapshot now.

        Parameters
        ----------
        step
            The training step; None: the one that ``fit`` is at, or one more than the last that is recorded.
        **numbers
            ``epoch``, ``loss``, ``metrics``, ``learning_rate``, to show with it.

        Returns
        -------
        bool
            Whether it was recorded. Where it was not, a warning says why, and the training goes on.
        """
        recording = self._opened()
        if step is None and self._step > (recording.steps[-1] if recording.steps else -1):
            step = self._step
        return recording.snapshot(step, **numbers)

    def close(self, *, last: bool = True) -> None:
        """End the recording; another ``fit``, or a snapshot by hand, goes on with it.

        Parameters
        ----------
        last
            Whether to record the last step, where the schedule passed over it.
        """
        self._told.flush()
        recording, self._recording = self._recording, None
        if recording is not None:
            recording.close(last=last)
            self._steps = recording.steps

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(last=error is None)

    def __repr__(self) -> str:
        return f"Recorder({str(self.path)!r}, {len(self.steps):,} snapshots)"

    def _log(self, step: int, numbers: dict[str, Any]) -> None:
        if self._recording is not None:
            self._recording.log_numbers(step, numbers)

    def _numbers(self, logs: Any, *, learning_rate: bool = False) -> dict[str, Any]:
        """The loss, the metrics and the learning rate, as far as they are numbers."""
        known = {name: value for name, value in (logs or {}).items() if _is_number(value)}
        numbers = {"loss": known.pop("loss", None), "learning_rate": known.pop("learning_rate", None)}
        if numbers["learning_rate"] is None and learning_rate:
            numbers["learning_rate"] = _learning_rate(self.model)
        return numbers | {"metrics": known}


def _is_number(value: Any) -> bool:
    shape = getattr(value, "shape", ())
    return not isinstance(value, (Mapping, str, list, tuple)) and (not len(shape) or tuple(shape) == (1,))


def _iterations(model: Any) -> int:
    """How many steps the optimizer has made, in an earlier training too."""
    optimizer: Any = getattr(model, "optimizer", None)
    try:
        made = int(keras.ops.convert_to_numpy(optimizer.iterations))
    except (AttributeError, TypeError, ValueError):
        return 0
    return made * (getattr(optimizer, "gradient_accumulation_steps", None) or 1)


def _learning_rate(model: Any) -> float | None:
    try:
        return float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    except (AttributeError, TypeError, ValueError):
        return None


def _scores(model: Any) -> Scores:
    """What the model's outputs are, as far as its loss says it."""
    loss: Any = getattr(model, "loss", None)
    config = loss.get_config() if hasattr(loss, "get_config") else {}
    if config.get("from_logits") is True:
        return "logits"
    named = isinstance(loss, str) and loss.endswith("crossentropy")
    return "probabilities" if named or config.get("from_logits") is False else "auto"


def _rank() -> int:
    """Which of the processes of a distributed training this is."""
    backend = keras.backend.backend()
    if backend == "torch":
        from torch import distributed

        return distributed.get_rank() if distributed.is_available() and distributed.is_initialized() else 0
    return int(sys.modules["jax"].process_index()) if backend == "jax" else 0


def table_names_of(model: Any) -> list[str]:
    """Every embedding layer of a model."""
    return table_names(model)


def model_source(
    model: Any,
    probe: Probe | None,
    *,
    embeddings: list[str],
    activations: list[str],
    pooling: Any = None,
    **options: Any,
) -> KerasSource:
    """A model as the shared recorder sees it."""
    return KerasSource(model, embeddings=embeddings, activations=activations, probe=probe, pooling=pooling, **options)


def model_layers(model: Any, probe: Probe | None, *, forward: Forward | None = None) -> Layers:
    """Every layer, with the shapes of its table and of its output."""
    return list_layers(model, probe, forward=forward)
