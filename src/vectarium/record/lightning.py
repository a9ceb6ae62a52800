"""Recording inside of Lightning's Trainer.

::

    trainer = lightning.Trainer(callbacks=[Recorder("runs/imdb", ["embed"], ["encoder"], probe=probe)])
"""

# The types of what is only installed where it is used are not known everywhere.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import Any

from vectarium.record.frameworks import require

require("lightning")

from lightning.pytorch import Callback  # noqa: E402 - only where Lightning is there

from vectarium.record.torch import Recorder as TorchRecorder  # noqa: E402


class Recorder(Callback):
    """A callback that records the module that is trained.

    Parameters
    ----------
    path
        The run's folder.
    embeddings, activations, probe
        What is recorded, as :class:`vectarium.torch.Recorder` takes it.
    **options
        Everything else that it takes: ``every``, ``pooling``, ``dtype``, ``forward``, ``exists`` …. Where the module has
        no ``forward`` of its own: ``forward=lambda module, batch: module.network(batch)``.

    Notes
    -----
    Snapshots carry Lightning's global step and epoch, the loss of the last batch, the learning rate and every
    metric that was logged.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        embeddings: Any = None,
        activations: Iterable[str] = (),
        probe: Any = None,
        **options: Any,
    ) -> None:
        super().__init__()
        self._asked = (path, embeddings, list(activations), probe, options)
        self._recorder: TorchRecorder | None = None
        self._loss: Any = None
        self._step = 0

    @property
    def recorder(self) -> TorchRecorder | None:
        """What records, None before the training."""
        return self._recorder

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Begin, or raise where something that is asked for is not there."""
        path, embeddings, activations, probe, options = self._asked
        self._step = trainer.global_step
        self._recorder = TorchRecorder(path, pl_module, embeddings, activations, probe, **options)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Count a step of the optimizer; batches whose gradients are only collected are none."""
        del pl_module, batch, batch_idx
        loss = outputs.get("loss") if hasattr(outputs, "get") else outputs
        self._loss = loss.detach() if hasattr(loss, "detach") else None
        if self._recorder is not None and trainer.global_step > self._step:
            self._step = trainer.global_step
            numbers = {"epoch": trainer.current_epoch} | self._numbers(trainer)
            # Metrics that were logged once an epoch are still there in every step of the next.
            self._recorder.log_numbers(self._step, {**numbers, "metrics": {}})
            self._recorder.step(self._step, log=False, **numbers)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Take the snapshot of an epoch, after its validation."""
        del pl_module
        if self._recorder is not None:
            self._recorder.end_epoch(trainer.current_epoch, step=trainer.global_step, **self._numbers(trainer))

    def _numbers(self, trainer: Any) -> dict[str, Any]:
        groups = [group for each in trainer.optimizers for group in each.param_groups]
        return {
            "loss": self._loss,
            "metrics": dict(trainer.callback_metrics),
            "learning_rate": groups[0]["lr"] if groups else None,
        }

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """End the recording."""
        del trainer, pl_module
        self._close(last=True)

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """End the recording; what is recorded stays."""
        del trainer, pl_module, exception
        self._close(last=False)

    def _close(self, *, last: bool) -> None:
        if self._recorder is not None:
            self._recorder.close(last=last)
