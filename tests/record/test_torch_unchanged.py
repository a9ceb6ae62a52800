"""With and without a recorder the same seed gives the same losses and weights, to the last bit."""

import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import vectarium as vt
from vectarium.torch import Recorder

X = torch.arange(96).reshape(24, 4) % 11
Y = torch.arange(24) % 3


class Reader(nn.Module):
    """Everything that a careless recorder would change."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(12, 6, padding_idx=0, max_norm=0.5)
        self.norm = nn.BatchNorm1d(6)
        self.frozen = nn.BatchNorm1d(6)
        self.drop = nn.Dropout(0.4)
        self.noisy = nn.LSTM(6, 5, batch_first=True, num_layers=2, dropout=0.3)
        self.out = nn.Linear(5, 3)

    def forward(self, x):
        h = self.embed(x).transpose(1, 2)
        h = self.drop(self.frozen(self.norm(h))).transpose(1, 2)
        return self.out(self.noisy(h)[0][:, -1])


def begun():
    torch.manual_seed(3)
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    model = Reader()
    model.train()
    model.frozen.eval()
    model.frozen.weight.requires_grad_(False)
    return model


def trained(path, record, autocast=False):
    """Losses and the bytes of all weights after three epochs."""
    model = begun()
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    loader = DataLoader(TensorDataset(X, Y), batch_size=8, shuffle=True)
    losses = []
    recorder = None
    if record:
        probe = vt.Probe(DataLoader(TensorDataset(X[:9], Y[:9]), batch_size=4))
        recorder = Recorder(path, model, ["embed"], ["norm", "noisy", "drop"], probe, every=2)
    for epoch in range(3):
        for x, y in loader:
            with torch.autocast("cpu", enabled=autocast):
                loss = nn.functional.cross_entropy(model(x), y) * (1 + random.random() + np.random.rand())  # noqa: NPY002
                optimizer.zero_grad()
                if recorder:
                    recorder.step(epoch=epoch, loss=loss)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    if recorder:
        assert len(recorder.steps) > 3
        recorder.close()
    weights = {name: each.detach().numpy().tobytes() for name, each in model.state_dict().items()}
    return losses, weights, random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002


@pytest.mark.parametrize("autocast", [False, True])
def test_dropout_batchnorm_max_norm_and_shuffling_go_on_as_without(tmp_path, autocast):
    assert trained(tmp_path / "run", True, autocast) == trained(tmp_path, False, autocast)


def test_each_module_keeps_its_own_training_flag(tmp_path):
    model = begun()
    before = {name: module.training for name, module in model.named_modules()}
    with Recorder(tmp_path / "run", model, ["embed"], ["norm"], X) as recorder:
        recorder.snapshot()
    assert {name: module.training for name, module in model.named_modules()} == before
    assert not before["frozen"]
    assert before["norm"]


def test_a_pending_backward_pass_is_not_disturbed(tmp_path):
    model = begun()
    with Recorder(tmp_path / "run", model, ["embed"], ["norm"], X) as recorder:
        loss = model(X).sum()
        recorder.snapshot(loss=loss)
        loss.backward()
    assert model.out.weight.grad is not None


def test_max_norm_and_buffers_keep_bits_and_versions(tmp_path):
    model = begun()
    held = dict(model.state_dict(keep_vars=True))
    before = {name: (each.detach().clone(), each._version) for name, each in held.items()}
    with Recorder(tmp_path / "run", model, ["embed"], ["norm"], X) as recorder:
        recorder.snapshot()
    for name, each in model.state_dict(keep_vars=True).items():
        assert each is held[name]
        assert torch.equal(each, before[name][0])
        assert each._version == before[name][1]


def test_after_an_exception_the_model_is_as_it_was(tmp_path):
    model = begun()
    model.embed.max_norm = None
    recorder = Recorder(tmp_path / "run", model, ["embed"], ["norm"], X)
    model.out.register_forward_pre_hook(lambda *_: 1 / 0)
    with pytest.warns(
        vt.errors.RecordingWarning, match=r"Step 0 was not recorded: ZeroDivisionError.*training goes on"
    ):
        assert not recorder.snapshot()
    assert model.norm.training
    assert not model.norm._forward_hooks
    assert torch.is_grad_enabled()


def test_hooks_are_gone_after_each_snapshot(tmp_path):
    model = begun()
    with Recorder(tmp_path / "run", model, ["embed"], ["norm", "noisy"], X) as recorder:
        recorder.snapshot()
        assert not any(module._forward_hooks for module in model.modules())


def test_what_a_model_caches_while_it_is_recorded_can_be_trained_with(tmp_path):
    class Caching(nn.Module):
        def __init__(self):
            super().__init__()
            self.out, self.scale = nn.Linear(3, 2), None

        def forward(self, x):
            self.scale = torch.ones(3) if self.scale is None else self.scale
            return self.out(x * self.scale)

    model = Caching()
    Recorder(tmp_path / "run", model, [], ["out"], torch.rand(4, 3)).close()
    model(torch.rand(2, 3)).sum().backward()


def test_generators_that_a_module_owns_go_on_as_without(tmp_path):
    class Noisy(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.source = nn.Linear(3, 3), torch.Generator().manual_seed(1)

        def forward(self, x):
            return self.inner(x + torch.rand(x.shape, generator=self.source))

    model = Noisy()
    state = model.source.get_state()
    with Recorder(tmp_path / "run", model, activations=["inner"], probe=torch.rand(4, 3)) as recorder:
        recorder.snapshot()
    assert torch.equal(model.source.get_state(), state)
