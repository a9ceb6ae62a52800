"""A Keras model as the shared recorder sees it, on any backend."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import keras
import numpy as np
from numpy.typing import NDArray

from vectarium.errors import LayerNotCalledError, LayerNotFoundError, ParameterError, ShapeError
from vectarium.record.heads import SIDE, Plane, check_side
from vectarium.record.keras_compiled import CompiledRun
from vectarium.record.keras_layers import layer_of, layers_by_name
from vectarium.record.keras_state import synced, untouched
from vectarium.record.keras_tables import KerasTable, host, table_names
from vectarium.record.keras_taps import Tap, is_traced, listening, part_of, tensors_in, which_tensor
from vectarium.record.parts import Part, joined, rectangular
from vectarium.record.pooling import check_pooling, pooling_of
from vectarium.record.probe import Probe
from vectarium.record.reading import Activation, Reading, TableInfo

Forward = Callable[[Any, Any], Any]
TRIED = 3
MODEL_NAMES = ("", "output")


class KerasSource:
    """Reads tables, activations and outputs of a model.

    Parameters
    ----------
    model
        Sequential, Functional or subclassed; built.
    embeddings
        Names of layers with a table, or of weights.
    activations
        Names of layers; ``"name#2"`` for the second call of a layer that is called several times.
    probe
        What is shown to the model.
    pooling
        One for all layers, or by layer.
    forward
        ``forward(model, batch)`` where ``model(batch, training=False)`` is not what is wanted.
    predictions
        None: the model's output, where the probe has labels or classes; True: in any case; False: not asked for. A name
        of an output or layer, or a function of the model's output: where they are.
    heads
        By table or layer, what tells classes from its vectors: a layer's name, several, or a function of a tensor
        ``(rows, d)``.
    grid
        On how many points along each side of a plane heads are evaluated.

    Raises
    ------
    LayerNotFoundError, LayerNotCalledError, ParameterError
        If something that is asked for is not there.
    """

    def __init__(
        self,
        model: Any,
        *,
        embeddings: Sequence[str] = (),
        activations: Sequence[str] = (),
        probe: Probe | None = None,
        pooling: Any = None,
        forward: Forward | None = None,
        predictions: Any = None,
        heads: Mapping[str, Any] | None = None,
        grid: int = SIDE,
    ) -> None:
        check_pooling(pooling)
        self._side = check_side(grid)
        if not getattr(model, "built", False):
            raise ParameterError(
                f"The model {model.name!r} has no weights yet. Call it once with an example, model(x), or begin it with "
                "keras.Input(…)."
            )
        self.model = model
        self.probe = probe
        self._forward = forward
        self._tables, self._tied = _distinct([KerasTable(model, name) for name in embeddings])
        self._heads = {name: _head(model, given) for name, given in (heads or {}).items()}
        self._taps = [self._tap(name, pooling) for name in activations]
        if self._taps and probe is None:
            raise ParameterError(
                "Activations need a probe, the examples that are shown to the model: probe=vt.Probe(…)."
            )
        asked = probe is not None and predictions is not False
        if predictions is None and probe is not None:
            asked = bool(probe.classes) or probe.labels is not None
        self._output = self._output_tap(predictions) if asked else None
        self._chosen = _chooser(model, predictions)
        self._compiled: CompiledRun | None = None
        if self._listened:
            self._try()
            if keras.backend.backend() == "jax" and forward is None:
                self._compiled = CompiledRun(model, self._listened, self._chosen, self._output)

    @property
    def _listened(self) -> list[Tap]:
        return [*self._taps, *([] if self._output is None else [self._output])]

    def _tap(self, name: str, pooling: Any = None) -> Tap:
        layer, _, call = name.partition("#")
        found = self.model if layer in MODEL_NAMES else layer_of(self.model, layer)
        return Tap(name, found, int(call) if call.isdecimal() else 1, pooling_of(pooling, name))

    def _output_tap(self, predictions: Any) -> Tap:
        named = isinstance(predictions, str) and predictions not in _output_names(self.model)
        return self._tap(predictions if named else "")

    def tables(self) -> dict[str, TableInfo]:
        """The tables that are recorded, by name, as large as they are now."""
        synced(self.model)
        made = dict[str, TableInfo]()
        for table in self._tables:
            made[table.name] = TableInfo(
                *table.shape(), table.padding, tuple(self._tied.get(table.name, ())), masks=table.masks
            )
        return made

    def read(self, rows: Mapping[str, NDArray[np.int64] | None], *, run: bool = True) -> Reading:
        """Read everything, and leave the model as it was.

        Parameters
        ----------
        rows
            By table: which rows to take; None: all.
        run
            Whether to show the probe to the model; False: only the tables.
        """
        with untouched(self.model):
            tables: dict[str, NDArray[Any]] = {each.name: each.read(rows.get(each.name)) for each in self._tables}
            if not run:
                return Reading(tables)
            heads = {name: self._judged(name, tables[name]) for name in self._heads if name in tables}
            activations, outputs = self._shown() if self._listened else ({}, None)
            vectors = {name: each.vectors for name, each in activations.items()} | tables
            planes = {name: Plane.around(vectors[name], self._side) for name in self._heads if name in vectors}
            said = {name: (each, self._judged(name, each.points)) for name, each in planes.items() if each is not None}
            return Reading(tables, activations, outputs, heads, said)

    def _judged(self, name: str, vectors: NDArray[Any]) -> NDArray[np.float32]:
        """What a head says of vectors ``(n, d)``."""
        said = self._heads[name](to_model(np.array(vectors)))
        return host(tensors_in(said)[0])

    def run(self, rows: NDArray[np.intp], taps: Sequence[Tap]) -> tuple[Any, int]:
        """Show some examples to the model: its output, and how many were shown."""
        assert self.probe is not None
        size = self._fixed
        shown = rows if size is None else np.concatenate([rows, np.full(max(0, size - len(rows)), rows[-1])])
        batch = to_model(self.probe.take(shown))
        if self._compiled is not None and taps == self._listened:
            self._compiled(batch)
            return None, len(shown)
        layers = [tap for tap in taps if tap.layer is not self.model]
        with listening(layers):
            forward = self._forward
            output = self.model(batch, training=False) if forward is None else forward(self.model, batch)
        for tap in taps:
            if tap.layer is self.model:
                tap.calls, tap.seen = 1, [self._chosen(output) if tap is self._output else output]
        return output, len(shown)

    @property
    def _fixed(self) -> int | None:
        """How many examples a batch must have, where the model says so; stateful recurrent layers want it."""
        try:
            shape = keras.tree.flatten(self.model.inputs)[0].shape
        except (AttributeError, IndexError, ValueError):
            return None
        return None if not len(shape) or shape[0] is None else int(shape[0])

    def _batches(self) -> Iterator[NDArray[np.intp]]:
        assert self.probe is not None
        size = self._fixed
        if size is None:
            yield from self.probe.batches()
        else:
            for start in range(0, len(self.probe), size):
                yield np.arange(start, min(len(self.probe), start + size))

    def _try(self) -> None:
        """Run a few examples: which layers are called, and which tensor of each holds the examples."""
        taps = self._listened
        shown = self.tried(taps)
        for tap in taps:
            if tap.calls < tap.call:
                raise LayerNotCalledError(self._why_silent(tap))
            if is_traced(tap):
                raise LayerNotCalledError(
                    f"The layer {tap.name!r}, a {type(tap.layer).__name__}, is called inside of a loop that JAX compiles, and "
                    "what it makes cannot be seen from outside. Record the layer around it, or run Keras on PyTorch: "
                    "KERAS_BACKEND=torch."
                )
            which = which_tensor(tap.output, shown)
            if which is None and tap is not self._output:
                shapes = ", ".join(str(tuple(each.shape)) for each in tensors_in(tap.output)) or "no real numbers"
                raise ShapeError(
                    f"The output of {tap.name!r} does not depend on the number of examples, so it is no vector for each of "
                    f"them: {shapes}. Record its weights as an embedding, or another layer."
                )
            tap.which = which or 0
            tap.seen = []
            if which is None:
                self._output = None

    def tried(self, taps: Sequence[Tap]) -> int:
        """Show the first example several times: how many were shown; the taps have heard."""
        with untouched(self.model):
            return self.run(np.zeros(TRIED, np.intp), taps)[1]

    def _why_silent(self, tap: Tap) -> str:
        if tap.calls:
            return (
                f"The layer {tap.name.partition('#')[0]!r} is called {tap.calls} times when the model runs; call {tap.call} is "
                "none of them."
            )
        every = [Tap(name, layer) for name, layer in layers_by_name(self.model).items()]
        self.tried(every)
        called = [each.name for each in every if each.calls]
        near = difflib.get_close_matches(tap.name, called, n=5, cutoff=0.3) or called[:8]
        kind = type(tap.layer).__name__
        why = (
            "it is not used for this probe, or called as .call(…) by a name that was kept before: call the layer itself"
        )
        if kind == "InputLayer":
            why = "it only stands for the model's input"
        elif not tap.layer.built:
            why = "nothing has called it so far, so it has no weights either"
        return (
            f"The layer {tap.name!r}, a {kind}, was not called when the model ran: {why}. Called were "
            f"{', '.join(map(repr, near)) or 'none'}; vt.layers(model, example) lists them all."
        )

    def _shown(self) -> tuple[dict[str, Activation], NDArray[Any] | None]:
        """Show the whole probe: what the layers made of it, and what the model said."""
        assert self.probe is not None
        parts: dict[str, list[Part]] = {tap.name: [] for tap in self._taps}
        outputs = list[Any]()
        for rows in self._batches():
            self.run(rows, self._listened)
            mask = None if self.probe.mask is None else self.probe.mask[rows]
            for tap in self._taps:
                if tap.calls < tap.call:
                    raise LayerNotCalledError(self._why_silent(tap))
                parts[tap.name].append(part_of(tap, rows, mask))
            if self._output is not None:
                outputs.append(host(tensors_in(self._output.output)[self._output.which])[: len(rows)])
            for tap in self._listened:
                tap.seen = []
        activations = {tap.name: _joined(tap, parts[tap.name]) for tap in self._taps}
        return activations, rectangular(outputs) if outputs else None


def to_model(given: Any) -> Any:
    """A batch of arrays as ``fit`` would hand it on: floats in Keras's precision, several inputs in their structure."""
    if isinstance(given, Mapping):
        return {name: to_model(each) for name, each in given.items()}
    if isinstance(given, tuple):
        return tuple(to_model(each) for each in given)
    if given.dtype.kind == "f":
        given = given.astype(keras.config.floatx()) if keras.config.floatx() != "bfloat16" else given
    return keras.ops.convert_to_tensor(given)


def _joined(tap: Tap, parts: list[Part]) -> Activation:
    kind = type(tap.layer).__name__
    return joined(parts, name=tap.name, kind=kind, pooling=tap.pooling, call=tap.call, calls=tap.calls)


def _head(model: Any, given: Any) -> Callable[[Any], Any]:
    """What tells classes from vectors, as one function."""
    if isinstance(given, str):
        return layer_of(model, given)
    if isinstance(given, (list, tuple)) and given:
        steps = [_head(model, each) for each in cast("Sequence[Any]", given)]
        return lambda tensor: functools.reduce(lambda value, step: step(value), steps, tensor)
    if callable(given):
        return given
    raise ParameterError(
        f"head is {given!r:.80}; the name of a layer, a list of them, or a function of a tensor (n, d) is needed."
    )


def _output_names(model: Any) -> list[str]:
    try:
        return list(model.output_names)
    except (AttributeError, ValueError):
        return []


def _chooser(model: Any, predictions: Any) -> Callable[[Any], Any]:
    """What takes the class scores from a model's output."""
    if callable(predictions):
        return predictions
    names = _output_names(model)

    def chosen(output: Any) -> Any:
        if not isinstance(predictions, str) or predictions not in names:
            return output
        named = isinstance(output, Mapping)
        return output[predictions] if named else keras.tree.flatten(output)[names.index(predictions)]

    return chosen


def _distinct(tables: list[KerasTable]) -> tuple[list[KerasTable], dict[str, list[str]]]:
    """Tables without those of a layer that is there under another name, which become its aliases."""
    kept = dict[tuple[int, str], KerasTable]()
    tied = dict[str, list[str]]()
    for table in tables:
        known = kept.setdefault(table.key(), table)
        if known is not table:
            tied.setdefault(known.name, []).append(table.name)
    return list(kept.values()), tied


def known_tables(model: Any) -> list[str]:
    """Every embedding layer of a model.

    Raises
    ------
    LayerNotFoundError
        If it has none.
    """
    names = table_names(model)
    if not names:
        raise LayerNotFoundError("embedding", layers_by_name(model))
    return names
