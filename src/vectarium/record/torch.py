"""Recording PyTorch models.

::

    with Recorder("runs/tagger", model, embeddings={"word_embeddings": words}, activations=["encoder.2"], probe=probe) as rec:
        for epoch in range(200):
            loss = train(model)
            rec.snapshot(step=epoch, loss=loss)

The training is the same to the last bit with and without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import Any

from vectarium.data.manifest import RecordedDtype
from vectarium.record.capturing import named_tables
from vectarium.record.frameworks import require
from vectarium.record.heads import SIDE, named_heads
from vectarium.record.layer import Layers
from vectarium.record.opening import Exists
from vectarium.record.predictions import Scores
from vectarium.record.probe import Probe, probe_from
from vectarium.record.recorder import Recording
from vectarium.record.rows import Table

require("torch")

from vectarium.record.torch_layers import list_layers  # noqa: E402 - only where PyTorch is there
from vectarium.record.torch_modules import table_names, unwrapped  # noqa: E402
from vectarium.record.torch_source import Forward, TorchSource, known_tables  # noqa: E402


class Recorder(Recording):
    """Records a PyTorch model while it trains, without changing how it trains.

    Parameters
    ----------
    path
        The run's folder; ``vectarium open`` shows it, also while it grows.
    model
        Any module; compiled and wrapped ones too (``torch.compile``, DataParallel, DDP, FSDP2: rank 0 writes).
    embeddings
        Tables: a list of layers' names, or a mapping from name to the vocabulary, columns, or a
        :class:`vectarium.Table`. None: every embedding layer, where no activations are asked for.
    activations
        Names of layers whose outputs for the probe are recorded; ``"name#2"`` is the second call of a
        layer that is called several times. :func:`vectarium.layers` lists them.
    probe
        The examples that are shown to the model: a :class:`vectarium.Probe`, or inputs.
    pooling
        From positions to one vector: ``"mean"`` (the default), ``"last"``, ``"first"``, ``"max"``, ``"flatten"``,
        ``"tokens"`` for a point a token, a function, or a mapping from layer to one of them.
    every
        When :meth:`step` and :meth:`end_epoch` take a snapshot: ``"epoch"``, a number of steps, ``"log"``, a list
        of steps, or None for by hand.
    dtype
        ``"float32"``, or ``"float16"`` for half the bytes and three digits.
    head
        What tells classes from the vectors of a table or a layer: a layer's name, a list of layers that follow one
        another, a module, or a function of a tensor ``(rows, d)``; a mapping from table or layer to one of these where
        several are recorded. A table's points get the predicted class; where there are two dimensions, the plane around
        the points is recorded, too: where the prediction changes.
    grid
        On how many points along each side of that plane the head is evaluated; 0: not at all.
    forward
        ``forward(model, batch)``, where calling the model with the probe's batch is not enough: time first,
        packed sequences, several arguments.
    predictions
        Where the class scores are: None for the model's output, where the probe has labels or classes; True
        for the output in any case; False for none; a layer's name, or a function of the output.
    scores
        What they are: ``"logits"``, ``"probabilities"``, or ``"auto"``.
    exists
        What to do with snapshots that are there: ``"refuse"``, ``"resume"`` after them, or ``"replace"`` them.
    name
        What the run is called; None: as the folder.

    Raises
    ------
    LayerNotFoundError, LayerNotCalledError
        If a layer is not there (the nearest names are told), or is not called (why, and which are).
    RecordingError
        If the folder cannot be written to, or has snapshots already.

    Notes
    -----
    Everything that is wrong is an error here, before the training. Later nothing is: what cannot be
    recorded becomes a :class:`vectarium.errors.RecordingWarning`.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        model: Any,
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
        made = probe_from(probe)
        layers = [activations] if isinstance(activations, str) else list(activations)
        given = named_tables(embeddings)
        if given is None:
            given = {} if layers else dict.fromkeys(known_tables(unwrapped(model)))
        source = TorchSource(
            model,
            embeddings=list(given),
            activations=layers,
            probe=made,
            pooling=pooling,
            forward=forward,
            predictions=predictions,
            heads=named_heads(head, list(given), layers),
            grid=grid,
        )
        tables = {each: Table.of(given[each]) for each in source.tables()}
        super().__init__(
            path,
            source,
            tables=tables,
            probe=made,
            every=every,
            dtype=dtype,
            exists=exists,
            name=name,
            scores=scores,
            writes=_rank() == 0,
            collective=source.sharded,
        )


def _rank() -> int:
    from torch import distributed

    return distributed.get_rank() if distributed.is_available() and distributed.is_initialized() else 0


def table_names_of(model: Any) -> list[str]:
    """Every embedding layer of a model."""
    return table_names(unwrapped(model))


def model_source(
    model: Any,
    probe: Probe | None,
    *,
    embeddings: list[str],
    activations: list[str],
    pooling: Any = None,
    **options: Any,
) -> TorchSource:
    """A model as the shared recorder sees it."""
    return TorchSource(model, embeddings=embeddings, activations=activations, probe=probe, pooling=pooling, **options)


def model_layers(model: Any, probe: Probe | None, *, forward: Forward | None = None) -> Layers:
    """Every layer, with the shapes of its table and of its output."""
    return list_layers(model, probe, forward=forward)
