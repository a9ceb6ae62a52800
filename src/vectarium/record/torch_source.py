"""A PyTorch model as the shared recorder sees it: hooks on what is asked for, pooled where the model runs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vectarium.errors import LayerNotCalledError, LayerNotFoundError, ParameterError, ShapeError
from vectarium.record.heads import SIDE, Plane, check_side
from vectarium.record.parts import Part, joined, rectangular
from vectarium.record.pooling import TOKENS, Pooling, check_pooling, pool, pooling_of
from vectarium.record.probe import Probe
from vectarium.record.reading import Activation, Reading, TableInfo
from vectarium.record.torch_modules import (
    TableWeights,
    check_sizes_known,
    kind_of,
    module_of,
    modules_by_name,
    sharded_modules,
    table_names,
    unwrapped,
)
from vectarium.record.torch_state import untouched
from vectarium.record.torch_tensors import (
    CHANNELS_LAST,
    Axis,
    Output,
    find_axis,
    has_channels_first,
    masked,
    outputs_in,
    positions_second,
    to_model,
)

Forward = Callable[[Any, Any], Any]
MODEL = ""


@dataclass(eq=False)
class Tap:
    """A layer whose output is recorded.

    Parameters
    ----------
    name
        As it was asked for: ``"encoder.2"``, or ``"act#2"`` for its second call in one run of the model.
    module
        The layer.
    call
        Which call, from 1.
    pooling
        How positions become one vector.
    axis
        Where the examples stand in its output.
    channels_first
        Whether its output is ``(n, channels, positions)``; None where nothing but the probe can tell.
    calls, seen
        How often it was called in this run of the model, and what was heard.
    """

    name: str
    module: nn.Module
    call: int
    pooling: Pooling
    axis: Axis | None = None
    channels_first: bool | None = None
    calls: int = 0
    seen: list[Any] = field(default_factory=list[Any])


class TorchSource:
    """Reads tables, activations and outputs of a module.

    Parameters
    ----------
    model
        Any module, wrapped or compiled.
    embeddings
        Names of layers with a table, or of parameters.
    activations
        Names of layers; ``"name#2"`` for the second call of a layer that is called several times.
    probe
        What is shown to the model.
    pooling
        One for all layers, or by layer.
    forward
        ``forward(model, batch)`` where calling the model with the batch is not enough.
    predictions
        False: the outputs are not asked for. A name or a function of the model's output: where they are.
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
        self.model = unwrapped(model)
        check_sizes_known(self.model)
        self.probe = probe
        self._forward = forward
        self._tables, self._tied = _distinct([TableWeights(self.model, name) for name in embeddings])
        self._heads = {name: self._head(given) for name, given in (heads or {}).items()}
        self._taps = [self._tap(name, pooling) for name in activations]
        if self._taps and probe is None:
            raise ParameterError(
                "Activations need a probe, the examples that are shown to the model: probe=vt.Probe(…)."
            )
        self._predictions, asked = predictions, probe is not None and predictions is not False
        if predictions is None and probe is not None:
            asked = bool(probe.classes) or probe.labels is not None
        named = predictions if isinstance(predictions, str) else MODEL
        self._output = Tap(named, *self._module_and_call(named), "mean") if asked else None
        if self._listened:
            self._find_axes()

    @property
    def _listened(self) -> list[Tap]:
        return [*self._taps, *([] if self._output is None else [self._output])]

    @property
    def sharded(self) -> bool:
        """Whether reading needs every process."""
        return any(True for _ in sharded_modules(self.model))

    def _head(self, given: Any) -> Callable[[Any], Any]:
        return given if callable(given) and not isinstance(given, nn.Module) else _module_head(self.model, given)

    def _tap(self, name: str, pooling: Any) -> Tap:
        module, call = self._module_and_call(name)
        return Tap(name, module, call, pooling_of(pooling, name))

    def _module_and_call(self, name: str) -> tuple[nn.Module, int]:
        layer, _, call = name.partition("#")
        return module_of(self.model, layer), int(call) if call.isdecimal() else 1

    def tables(self) -> dict[str, TableInfo]:
        """The tables that are recorded, by name, as large as they are now."""
        made = dict[str, TableInfo]()
        for table in self._tables:
            n, d = table.shape()
            aliases = [name for name in table.aliases() if name not in self._tied.get(table.name, ())]
            tied = [*self._tied.get(table.name, ()), *aliases]
            made[table.name] = TableInfo(n, d, table.padding, tuple(tied))
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
        with untouched(self.model), self.gathered():
            tensors = {table.name: table.read(rows.get(table.name)) for table in self._tables}
            heads = {name: self._judged(name, tensors[name]) for name in self._heads if run and name in tensors}
            tables = {name: tensor.numpy() for name, tensor in tensors.items()}
            if not run:
                return Reading(tables)
            activations, outputs = self._shown() if self._listened else ({}, None)
            return Reading(tables, activations, outputs, heads, self._planes(tables, activations))

    def _planes(
        self, tables: Mapping[str, NDArray[Any]], activations: Mapping[str, Activation]
    ) -> dict[str, tuple[Plane, NDArray[Any]]]:
        """What heads say of the plane, where vectors have two dimensions."""
        vectors = {name: each.vectors for name, each in activations.items()} | dict(tables)
        planes = {name: Plane.around(vectors[name], self._side) for name in self._heads if name in vectors}
        return {
            name: (plane, self._judged(name, torch.from_numpy(plane.points)))
            for name, plane in planes.items()
            if plane is not None
        }

    @contextmanager
    def gathered(self) -> Generator[None]:
        """Let sharded parts forget what they gathered: after the next step of the optimizer it would be stale."""
        try:
            yield
        finally:
            for module in sharded_modules(self.model):
                module.reshard()

    def _judged(self, name: str, tensor: torch.Tensor) -> NDArray[Any]:
        weight = next((each for each in self.model.parameters() if each.is_floating_point()), tensor)
        scores = self._heads[name](tensor.to(weight.device, weight.dtype))
        return next(outputs_in(scores)).values.float().cpu().numpy()

    def run(self, rows: NDArray[np.intp]) -> Any:
        """Show some examples to the model: its output."""
        assert self.probe is not None
        batch = to_model(self.probe.take(rows), self.model)
        if self._forward is not None:
            return self._forward(self.model, batch)
        if isinstance(batch, Mapping):
            return self.model(**cast("Any", batch))
        return self.model(*batch) if isinstance(batch, tuple) else self.model(batch)

    def _find_axes(self) -> None:
        """Run two and three examples: which layers are called, and where in their outputs the examples stand."""
        modules = modules_by_name(self.model)
        channels = [Tap(name, module, 1, "mean") for name, module in modules.items() if has_channels_first(module)]
        found = [calls_of(self, [*self._listened, *channels], count) for count in (2, 3)]
        turned = {shape for calls in found[0][len(self._listened) :] for call in calls for shape in _shapes(call)}
        for tap, two, three in zip(self._listened, *found, strict=False):
            if len(two) < tap.call:
                raise LayerNotCalledError(self._why_silent(tap, len(two)))
            tap.axis = find_axis(two[tap.call - 1], three[tap.call - 1])
            if isinstance(tap.module, CHANNELS_LAST):
                tap.channels_first = False
            elif turned.intersection(_shapes(two[tap.call - 1])):
                tap.channels_first = True  # what follows a convolution, such as an activation, keeps its layout
            if tap.axis is None and tap is not self._output:
                raise ShapeError(
                    f"The output of {tap.name!r} does not depend on the number of examples, so it is no vector for each of "
                    f"them: {', '.join(map(str, _shapes(two[tap.call - 1])))}. Record its weights as an embedding, or another layer."
                )
        if self._output is not None and self._output.axis is None:
            self._output = None

    def chosen(self, output: Any) -> Any:
        """The model's output, or what a function takes from it."""
        return self._predictions(output) if callable(self._predictions) else output

    def is_whole(self, tap: Tap) -> bool:
        """Whether it is a program of TorchScript as a whole, of which only the output is heard."""
        return tap.name != MODEL and tap.module is self.model and isinstance(tap.module, torch.jit.ScriptModule)

    def _why_silent(self, tap: Tap, calls: int) -> str:
        if calls:
            return f"The layer {tap.name.partition('#')[0]!r} is called {calls} times when the model runs; call {tap.call} is none of them."
        kind = kind_of(tap.module)
        names = {id(module): name for name, module in modules_by_name(self.model).items()}
        taps = [Tap(name, module, 1, "mean") for name, module in modules_by_name(self.model).items()]
        called = [names[id(each.module)] for each, seen in zip(taps, calls_of(self, taps, 2), strict=True) if seen]
        from difflib import get_close_matches

        near = get_close_matches(tap.name, called, n=5, cutoff=0.3) or called[:8]
        if isinstance(tap.module, (nn.ModuleList, nn.ModuleDict)):
            why = f"a {kind} only holds layers; record one of them"
        elif isinstance(tap.module, torch.jit.ScriptModule):
            why = "a program of TorchScript runs by itself, where nothing can listen; export it with torch.export.save"
        elif kind == "NonDynamicallyQuantizableLinear" or "out_proj" in tap.name:
            why = "attention uses its weights without calling it; record the attention layer itself"
        else:
            why = "it is not used for this probe, or called as .forward(…), which no hook sees: call the layer itself"
        return (
            f"The layer {tap.name!r}, a {kind}, was not called when the model ran: {why}. Called were "
            f"{', '.join(map(repr, dict.fromkeys(near))) or 'none'}; vt.layers(model, example) lists them all."
        )

    def _shown(self) -> tuple[dict[str, Activation], NDArray[Any] | None]:
        """Show the whole probe: what the layers made of it, and what the model said."""
        assert self.probe is not None
        parts: dict[str, list[Part]] = {tap.name: [] for tap in self._taps}
        outputs = list[Any]()
        for rows in self.probe.batches():
            with _listening(self._listened, partial(self._hear, rows=rows)):
                output = self.run(rows)
            for tap in self._taps:
                if self.is_whole(tap):
                    tap.calls = 1
                    self._hear(tap, output, rows=rows)
                if not tap.seen:
                    raise LayerNotCalledError(self._why_silent(tap, tap.calls))
                parts[tap.name].append(tap.seen[0])
            if self._output is not None:
                outputs.append(self._said(output, len(rows)))
        activations = {tap.name: _joined(tap, parts[tap.name]) for tap in self._taps}
        return activations, rectangular(outputs) if outputs else None

    def _hear(self, tap: Tap, output: Any, *, rows: NDArray[np.intp]) -> None:
        assert self.probe is not None
        if tap.calls != tap.call:  # a checkpointed layer may be called again for its gradients
            return
        assert tap.axis is not None
        heard = tap.axis.first(output, len(rows))
        tap.seen.append(_host(heard.values) if tap is self._output else _pooled(tap, heard, rows, self.probe))

    def _said(self, output: Any, n: int) -> NDArray[Any]:
        tap = self._output
        assert tap is not None
        assert tap.axis is not None
        if tap.module is not self.model:
            return tap.seen[0]
        return tap.axis.first(self.chosen(output), n).values.float().cpu().numpy()


@contextmanager
def _listening(taps: Sequence[Tap], hear: Callable[[Tap, Any], None]) -> Generator[None]:
    """Hooks on the layers while the model runs, removed whatever happens."""
    with ExitStack() as stack:
        for tap in taps:
            tap.calls, tap.seen = 0, []
            if tap.name == MODEL or isinstance(tap.module, torch.jit.ScriptModule):  # which refuses hooks
                continue

            def hook(_module: Any, _inputs: Any, output: Any, tap: Tap = tap) -> None:
                tap.calls += 1
                hear(tap, output)

            stack.callback(tap.module.register_forward_hook(hook).remove)
        yield


def calls_of(source: TorchSource, taps: Sequence[Tap], count: int) -> list[list[Any]]:
    """What each layer returned, call by call, when the first example was shown so many times at once."""
    with untouched(source.model), source.gathered(), _listening(taps, lambda tap, output: tap.seen.append(output)):
        output = source.run(np.zeros(count, np.intp))
    seen = [
        [source.chosen(output)] if tap.name == MODEL else [output] if source.is_whole(tap) else tap.seen for tap in taps
    ]
    for tap in taps:
        tap.seen = []
    return seen


def _pooled(tap: Tap, heard: Output, rows: NDArray[np.intp], probe: Probe) -> Part:
    """Pool where the model runs and copy to the host at once: what comes later may write into the same memory."""
    examples = rows.astype(np.int64)
    time = None if probe.mask is None else probe.mask.shape[1]
    values = positions_second(heard.values.float(), time, tap.channels_first)
    if values.ndim == 2:
        return Part(_host(values), examples, None, None, masked=False)
    mask, told = masked(values, heard.lengths, None if probe.mask is None else probe.mask[rows])
    vectors = _host(pool(values, mask, tap.pooling))
    if tap.pooling == TOKENS:
        example, position = mask.cpu().numpy().nonzero()
        return Part(vectors, examples[example], position.astype(np.int64), values.shape[1], told)
    if vectors.ndim != 2 or len(vectors) != len(rows):
        raise ShapeError(f"The pooling of {tap.name!r} gave shape {vectors.shape}; ({len(rows)}, d) is needed.")
    return Part(vectors, examples, None, values.shape[1], told)


def _host(tensor: Any) -> NDArray[Any]:
    """A copy on the host."""
    return np.array(tensor.detach().float().cpu().numpy(), np.float32)


def _joined(tap: Tap, parts: list[Part]) -> Activation:
    kind = kind_of(tap.module)
    return joined(parts, name=tap.name, kind=kind, pooling=tap.pooling, call=tap.call, calls=tap.calls)


def _distinct(tables: list[TableWeights]) -> tuple[list[TableWeights], dict[str, list[str]]]:
    """Tables without those that are tied to an earlier one, whose names become its aliases."""
    kept = dict[int, TableWeights]()
    tied = dict[str, list[str]]()
    for table in tables:
        known = kept.setdefault(table.key(), table)
        if known is not table:
            tied.setdefault(known.name, []).append(table.name)
    return list(kept.values()), tied


def _module_head(model: nn.Module, given: Any) -> Callable[[Any], Any]:
    if isinstance(given, nn.Module):
        return given
    if isinstance(given, (list, tuple)) and given:
        steps = [_module_head(model, each) for each in cast("Sequence[Any]", given)]
        return lambda tensor: reduce(lambda value, step: step(value), steps, tensor)
    if isinstance(given, str):
        return module_of(model, given)
    raise ParameterError(
        f"head is {given!r:.80}; the name of a layer, a list of them, a module or a function of a tensor (n, d) is needed."
    )


def _shapes(given: Any) -> list[tuple[int, ...]]:
    return [tuple(each.values.shape) for each in outputs_in(given)]


def known_tables(model: nn.Module) -> list[str]:
    """Every embedding layer of a model.

    Raises
    ------
    LayerNotFoundError
        If it has none.
    """
    names = table_names(model)
    if not names:
        raise LayerNotFoundError("embedding", modules_by_name(model))
    return names
