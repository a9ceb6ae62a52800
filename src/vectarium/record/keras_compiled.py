"""Running a model on JAX as one compiled function that returns what its layers made.

Called by itself, a recurrent layer would be compiled anew at each call on JAX, and each time stay in memory. Here layers are
listened to while the function is traced, once for each size of batch; what they return are outputs of the function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from vectarium.record.keras_taps import Tap, keras_mask, listening, tensors_in


class CompiledRun:
    """A model and what is heard of it, compiled.

    Parameters
    ----------
    model
        The model.
    taps
        What is listened to; each has been tried already.
    chosen
        What takes the class scores from the model's output.
    output
        The tap of the class scores.
    """

    def __init__(self, model: Any, taps: Sequence[Tap], chosen: Callable[[Any], Any], output: Tap | None) -> None:
        self._model, self._taps, self._chosen, self._output = model, list(taps), chosen, output
        self._run = import_module("jax").jit(self._traced)

    def __call__(self, batch: Any) -> None:
        """Show a batch; in ``tap.output`` and ``tap.mask`` afterwards."""
        trainable = [each.value for each in self._model.trainable_variables]
        others = [each.value for each in self._model.non_trainable_variables]
        for tap, (tensor, mask) in zip(self._taps, self._run(trainable, others, batch), strict=True):
            # In the place where it would be among the layer's calls, and among the tensors of its output.
            tap.seen = [*[None] * (tap.call - 1), [tensor] * (tap.which + 1)]
            tap.calls, tap.mask = max(tap.calls, tap.call), mask

    def _traced(self, trainable: Any, others: Any, batch: Any) -> list[tuple[Any, Any]]:
        with listening([tap for tap in self._taps if tap.layer is not self._model]):
            output, _ = self._model.stateless_call(trainable, others, batch, training=False)
        heard = list[tuple[Any, Any]]()
        for tap in self._taps:
            whole = self._chosen(output) if tap is self._output else output
            made = whole if tap.layer is self._model else tap.output
            tensor = tensors_in(made)[tap.which]
            heard.append((tensor, keras_mask(tensor)))
        return heard
