"""Where the prediction changes, recorded with each snapshot where there are two dimensions."""

import numpy as np
import pytest
import torch
from torch import nn

import vectarium as vt
from vectarium.data import Boundary
from vectarium.errors import LayerNotFoundError, ParameterError, ShapeError
from vectarium.torch import Recorder

CLASSES = ["no", "yes", "perhaps"]


class Narrow(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embed, self.squeeze, self.act, self.out = nn.Embedding(5, 2), nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 3)

    def forward(self, ids):
        return self.out(self.act(self.squeeze(self.embed(ids))))


def recorded(path, **options):
    model = Narrow()
    with Recorder(path, model, **options) as recorder:
        assert recorder.snapshot(0)
    return model, vt.Run(path).snapshot()


def test_the_head_is_evaluated_on_every_point_of_the_grid(tmp_path):
    table = vt.Table(list("abcde"), classes=CLASSES)
    head = ["squeeze", "act", "out"]
    model, snapshot = recorded(tmp_path / "run", embeddings={"embed": table}, head=head, grid=5)
    found = snapshot.boundary("embed")
    assert found.classes == tuple(CLASSES)
    x, y = (np.linspace(low, high, 5) for low, high in zip(found.low, found.high, strict=True))
    points = torch.tensor(np.array([[[across, up] for across in x] for up in y]), dtype=torch.float32)
    with torch.no_grad():
        expected = model.out(torch.tanh(model.squeeze(points))).softmax(-1).numpy()
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-3)
    lowest = snapshot.vectors("embed").min(0)
    assert (found.low < lowest).all()


def test_a_layer_of_two_dimensions_has_a_boundary_too(tmp_path):
    probe = vt.Probe(np.arange(5), [0, 1, 2, 0, 1], classes=CLASSES)
    options = {"activations": ["act"], "probe": probe, "head": lambda x: torch.stack([x[:, 0], x[:, 1], x.sum(1)], 1)}
    _, snapshot = recorded(tmp_path / "run", **options)
    found = snapshot.boundary("act")
    assert found.probabilities.shape == (64, 64, 3)
    assert found.probabilities[-1, 0].argmax() == 1
    assert found.classes == tuple(CLASSES)


def test_one_logit_is_two_classes(tmp_path):
    _, snapshot = recorded(tmp_path / "run", embeddings=["embed"], head=lambda x: x[:, :1], grid=8)
    found = snapshot.boundary("embed").probabilities
    np.testing.assert_allclose(found.sum(2), 1, atol=1e-3)
    assert found[0, 0, 1] < 0.5 < found[0, -1, 1]


def test_no_grid_and_more_dimensions_have_none(tmp_path):
    _, snapshot = recorded(tmp_path / "a", embeddings=["embed"], head="squeeze", grid=0)
    assert snapshot.boundary("embed") is None
    _, snapshot = recorded(tmp_path / "b", embeddings=["out.weight"], head=lambda x: x)
    assert (tmp_path / "b" / "snapshots" / "000000000000" / "boundaries").exists()
    wide = nn.ModuleDict({"embed": nn.Embedding(4, 3)})
    with Recorder(tmp_path / "c", wide, ["embed"], head=lambda x: x) as recorder:
        recorder.snapshot()
    assert vt.Run(tmp_path / "c").snapshot().boundary("embed") is None


def test_a_head_that_is_not_there_is_an_error_at_once(tmp_path):
    with pytest.raises(LayerNotFoundError, match="squeeze"):
        Recorder(tmp_path / "run", Narrow(), ["embed"], head=["squeze"])
    with pytest.raises(ParameterError, match="a list of them, a module or a function"):
        Recorder(tmp_path / "run", Narrow(), ["embed"], head=7)


@pytest.mark.parametrize(
    ("shape", "low", "high", "classes"),
    [
        ((2, 2), (0, 0), (1, 1), ["a"]),
        ((1, 2, 1), (0, 0), (1, 1), ["a"]),
        ((2, 2, 2), (0, 0), (1, 1), ["a"]),
        ((2, 2, 1), (0, 0), (0, 1), ["a"]),
        ((2, 2, 1), (0, 0), (np.inf, 1), ["a"]),
    ],
)
def test_a_boundary_that_does_not_fit_together_is_refused(shape, low, high, classes):
    with pytest.raises(ShapeError, match="boundary"):
        Boundary(np.zeros(shape, np.float16), low, high, tuple(classes))
