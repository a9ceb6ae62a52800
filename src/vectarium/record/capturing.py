"""Recording after the fact: a trained model and a probe give a collection at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

from vectarium.data import Collection, Run
from vectarium.data.manifest import RecordedDtype
from vectarium.errors import RecordingError
from vectarium.record.contents import Contents
from vectarium.record.frameworks import framework_of
from vectarium.record.layer import Layers
from vectarium.record.predictions import Scores
from vectarium.record.probe import Probe, probe_from
from vectarium.record.reading import Source
from vectarium.record.recorder import Recording
from vectarium.record.rows import Table
from vectarium.record.saved import loaded


def capture(
    model: Any,
    probe: Any = None,
    layers: Iterable[str] = (),
    *,
    embeddings: Any = None,
    pooling: Any = None,
    scores: Scores = "auto",
    name: str | None = None,
    **options: Any,
) -> Collection:
    """See what a model makes of examples, and its embedding tables.

    Parameters
    ----------
    model
        A model of Keras or PyTorch; afterwards it is as it was. Or the path of a saved one: ``.keras``, ``.h5``,
        or a program of ``torch.export`` or TorchScript.
    probe
        A :class:`vectarium.Probe`, or the inputs themselves. None: only tables.
    layers
        Names from :func:`vectarium.layers`.
    embeddings
        Tables: a list of names, or a mapping from name to vocabulary, columns or :class:`vectarium.Table`.
        None: all there are where no layer is asked for, else none.
    pooling
        From positions to one vector: ``"mean"``, ``"last"``, ``"first"``, ``"max"``, ``"flatten"``, ``"tokens"``,
        or a mapping from layer to one of them.
    scores
        What the model's outputs are: ``"logits"``, ``"probabilities"``, or ``"auto"``.
    name
        What the collection is called; None: as the model's class.
    **options
        What only one framework knows, such as ``forward`` of PyTorch.

    Raises
    ------
    LayerNotFoundError, LayerNotCalledError
        If a layer is not there, or not called.
    """
    model = loaded(model)
    made = probe_from(probe)
    source, tables = _source(model, made, layers, embeddings, pooling=pooling, **options)
    contents = Contents(tables, made, scores)
    infos = source.tables()
    return contents.collection(name or type(model).__name__, infos, source.read(contents.rows(infos)))


def record(
    path: str | PathLike[str],
    model: Any,
    probe: Any = None,
    layers: Iterable[str] = (),
    *,
    embeddings: Any = None,
    pooling: Any = None,
    scores: Scores = "auto",
    name: str | None = None,
    dtype: RecordedDtype = "float32",
    **options: Any,
) -> Run:
    """Write what :func:`capture` sees into a run with one snapshot.

    Parameters
    ----------
    path
        The run's folder, which has no snapshots yet.
    dtype
        ``"float32"`` or ``"float16"``.
    model, probe, layers, embeddings, pooling, scores, name, **options
        As :func:`capture` takes them.

    Raises
    ------
    RecordingError
        If the folder cannot be written to, or has snapshots already.
    """
    model = loaded(model)
    made = probe_from(probe)
    source, tables = _source(model, made, layers, embeddings, pooling=pooling, **options)
    with Recording(path, source, tables=tables, probe=made, scores=scores, name=name, dtype=dtype) as recording:
        if not recording.snapshot(0):
            raise RecordingError(f"Nothing was recorded into {str(path)!r}; the warning before says why.")
    return Run(path)


def _source(
    model: Any, probe: Probe | None, layers: Iterable[str], embeddings: Any, **options: Any
) -> tuple[Source, dict[str, Table]]:
    framework = framework_of(model)
    wanted = [layers] if isinstance(layers, str) else list(layers)
    given = named_tables(embeddings)
    if given is None:
        given = {} if wanted else dict.fromkeys(framework.table_names_of(model))
    source: Source = framework.model_source(model, probe, embeddings=list(given), activations=wanted, **options)
    return source, {each: Table.of(given[each]) for each in source.tables()}


def table_names(model: Any) -> dict[str, Any]:
    """Every embedding layer of a model, as ``embeddings=`` takes them."""
    return dict.fromkeys(framework_of(model).table_names_of(model))


def layers(model: Any, example: Any = None, **options: Any) -> Layers:
    """List what can be recorded of a model, with shapes.

    Parameters
    ----------
    model
        A model of Keras or PyTorch; afterwards it is as it was. Or the path of a saved one: ``.keras``, ``.h5``,
        or a program of ``torch.export`` or TorchScript.
    example
        A few inputs, or a :class:`vectarium.Probe`. None: only the tables have shapes.
    **options
        What only one framework knows, such as ``forward`` of PyTorch.

    Returns
    -------
    Layers
        A list that prints as a table; ``.tables`` and ``.activations`` are names to ask for.
    """
    model = loaded(model)
    return framework_of(model).model_layers(model, probe_from(example), **options)


def named_tables(embeddings: Any) -> dict[str, Any] | None:
    """Names of tables and what is known of each; None where nothing was asked for.

    One name, a list of names, or a mapping from name to what is known.
    """
    if embeddings is None:
        return None
    if isinstance(embeddings, str):
        return {embeddings: None}
    if isinstance(embeddings, Mapping):
        return {str(name): known for name, known in embeddings.items()}
    return dict.fromkeys(map(str, embeddings))
