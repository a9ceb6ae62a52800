"""Lightning: a real module, trained with and without the recorder."""

import warnings

import pytest
import torch
from torch import nn

import vectarium as vt

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    lightning = pytest.importorskip("lightning.pytorch")

pytestmark = pytest.mark.filterwarnings("ignore")

X, Y = torch.arange(48).reshape(12, 4) % 9, torch.arange(12) % 2


class Reader(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(9, 5)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(5, 2)
        self.losses = []

    def forward(self, ids):
        return self.out(self.drop(self.embed(ids)).mean(1))

    def training_step(self, batch, _):
        loss = nn.functional.cross_entropy(self(batch[0]), batch[1])
        self.log("train_loss", loss, on_epoch=True)
        self.losses.append(loss.item())
        return loss

    def validation_step(self, batch, _):
        self.log("val_loss", nn.functional.cross_entropy(self(batch[0]), batch[1]))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), 0.05)


def fit(folder, callbacks, **options):
    lightning.seed_everything(1, verbose=False)
    model = Reader()
    data = torch.utils.data.TensorDataset(X, Y)
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=3,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=folder,
        callbacks=callbacks,
        **options,
    )
    trainer.fit(
        model,
        torch.utils.data.DataLoader(data, batch_size=4, shuffle=True),
        torch.utils.data.DataLoader(data, batch_size=4),
    )
    return model


def recorder(folder, **options):
    from vectarium.lightning import Recorder

    return Recorder(folder / "run", ["embed"], ["drop"], vt.Probe(X, Y), **options)


def test_epochs_are_recorded_and_the_training_is_the_same(tmp_path):
    recorded, plain = fit(tmp_path, [recorder(tmp_path)]), fit(tmp_path, [])
    assert recorded.losses == plain.losses
    assert torch.equal(recorded.embed.weight, plain.embed.weight)
    run = vt.Run(tmp_path / "run")
    assert run.steps == (3, 6, 9)
    last = run.snapshot()
    assert (last.epoch, last.learning_rate) == (2, 0.05)
    assert {"train_loss", "val_loss"} <= set(last.metrics)
    assert last.loss == pytest.approx(recorded.losses[-1])
    assert run.curve["loss"].values == pytest.approx(recorded.losses)
    assert run.curve["val_loss"].steps.tolist() == [3, 6, 9]


def test_collected_gradients_are_one_step(tmp_path):
    fit(tmp_path, [recorder(tmp_path, every=1)], accumulate_grad_batches=3)
    assert vt.Run(tmp_path / "run").steps == (1, 2, 3)


def test_a_layer_that_is_not_there_is_an_error_before_the_training(tmp_path):
    from vectarium.lightning import Recorder

    with pytest.raises(vt.errors.LayerNotFoundError, match="'drop'"):
        fit(tmp_path, [Recorder(tmp_path / "run", activations=["dropp"], probe=X)])
