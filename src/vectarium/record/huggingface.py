"""Recording inside of Hugging Face's Trainer.

::

    Trainer(model, arguments, train_dataset=data, callbacks=[Recorder("runs/bert", ["bert.embeddings.word_embeddings"], probe=probe)])

Hooks take one layer after another and pool it where the model runs; ``output_hidden_states`` under Trainer would
keep all of them for the whole data set.
"""

# The types of what is only installed where it is used are not known everywhere.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from os import PathLike
from typing import Any

from vectarium.record.frameworks import require

require("transformers", "huggingface")

from transformers import TrainerCallback  # noqa: E402 - only where it is there

from vectarium.record.torch import Recorder as TorchRecorder  # noqa: E402

NO_METRICS = {"loss", "epoch", "step", "learning_rate", "train_loss"}


class Recorder(TrainerCallback):
    """A callback that records the model that is trained.

    Parameters
    ----------
    path
        The run's folder.
    embeddings, activations, probe
        What is recorded, as :class:`vectarium.torch.Recorder` takes it. The probe is what a tokenizer gives:
        ``vt.Probe(dict(tokenizer(texts, padding=True, return_tensors="np")), labels=labels)``.
    **options
        Everything else that it takes: ``every``, ``pooling``, ``dtype``, ``exists`` ….

    Notes
    -----
    Snapshots carry Trainer's global step, epoch and learning rate, and the loss and metrics that were logged last.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        embeddings: Any = None,
        activations: Iterable[str] = (),
        probe: Any = None,
        **options: Any,
    ) -> None:
        self._asked = (path, embeddings, list(activations), probe, options)
        self._recorder: TorchRecorder | None = None
        self._logged: dict[str, float] = {}

    @property
    def recorder(self) -> TorchRecorder | None:
        """What records, None before the training."""
        return self._recorder

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
        """Begin, or raise where something that is asked for is not there."""
        del args, state, control, kwargs
        path, embeddings, activations, probe, options = self._asked
        self._recorder = TorchRecorder(path, model, embeddings, activations, probe, **options)

    def on_log(self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """Keep the numbers that were logged last."""
        del args, control, kwargs
        told = {name: float(value) for name, value in (logs or {}).items() if isinstance(value, Real)}
        self._logged |= told
        if self._recorder is not None:
            metrics = {name: value for name, value in told.items() if name not in NO_METRICS}
            numbers = {name: told.get(name) for name in ("epoch", "loss", "learning_rate")}
            self._recorder.log_numbers(state.global_step, {**numbers, "metrics": metrics})

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Count a step of the optimizer."""
        del args, control
        if self._recorder is not None:
            numbers = self._numbers(kwargs.get("lr_scheduler"))
            self._recorder.step(state.global_step, log=False, epoch=state.epoch, **numbers)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Take the snapshot of an epoch."""
        del args, control
        if self._recorder is not None:
            numbers = self._numbers(kwargs.get("lr_scheduler")) | {"epoch": state.epoch}
            self._recorder.end_epoch(math.ceil(state.epoch or 1) - 1, step=state.global_step, **numbers)

    def _numbers(self, scheduler: Any) -> dict[str, Any]:
        rates = scheduler.get_last_lr() if scheduler is not None else [None]
        return {
            "loss": self._logged.get("loss"),
            "metrics": {name: value for name, value in self._logged.items() if name not in NO_METRICS},
            "learning_rate": rates[0],
        }

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """End the recording."""
        del args, state, control, kwargs
        if self._recorder is not None:
            self._recorder.close()
