"""Models from files and from code, loaded without running what somebody put into a file."""

import pickle
import sys

import numpy as np
import pytest
import torch
from torch import nn

import vectarium as vt
from vectarium.errors import FormatError, LayerNotCalledError, ParameterError
from vectarium.record.saved import load_model

CODE = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.embed, self.out = nn.Embedding(6, 4), nn.Linear(4, 3)

    def forward(self, ids):
        return self.out(self.embed(ids).mean(1))

made = Net()
number = 7
"""
X = np.array([[0, 1], [2, 3], [4, 5]])


@pytest.fixture
def code(tmp_path, monkeypatch):
    """A module in the working directory that makes a model."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(CODE, "utf-8")
    yield tmp_path
    sys.modules.pop("mine", None)


@pytest.mark.parametrize("named", ["mine:Net", "mine:made"])
def test_code_makes_a_model_and_a_file_its_weights(code, named):
    state = {name: torch.zeros_like(each) for name, each in load_model("mine:Net").state_dict().items()}
    torch.save({"state_dict": state}, "weights.pt")
    assert not load_model(named, "weights.pt").embed.weight.any()


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("mine:Nett", "'mine' has no 'Nett'. It has .*'Net'"),
        ("yours:Net", "no module 'yours'"),
        ("mine:number", "made a int; a keras.Model or a torch.nn.Module is needed"),
        ("nothing.keras", "There is no file 'nothing.keras'"),
        ("mine.py", "no saved model that can be loaded"),
    ],
)
def test_what_makes_no_model_is_refused_with_what_would(code, named, said):
    with pytest.raises(ParameterError, match=said):
        load_model(named)


def test_weights_of_another_model_are_refused(code):
    torch.save(nn.Linear(2, 2).state_dict(), "weights.pt")
    with pytest.raises(FormatError, match="do not fit the model"):
        load_model("mine:Net", "weights.pt")


class Harm:
    def __reduce__(self):
        return print, ("harm was done",)


def test_nothing_that_somebody_put_into_a_file_is_run(code, capsys):
    (code / "weights.pt").write_bytes(pickle.dumps(Harm()))
    with pytest.raises(FormatError, match="no plain weights"):
        load_model("mine:Net", "weights.pt")
    torch.save(Harm(), "model.pt")
    with pytest.raises(FormatError, match="pickled code is not run"):
        load_model("model.pt")
    assert "harm" not in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_an_exported_program_has_its_layers(code):
    model = load_model("mine:Net").eval()
    batch = torch.export.Dim("batch", min=1)
    torch.export.save(torch.export.export(model, (torch.from_numpy(X),), dynamic_shapes=({0: batch},)), "net.pt2")
    found = vt.capture("net.pt2", X, layers=["embed", "out"], embeddings=["embed"])
    with torch.no_grad():
        np.testing.assert_allclose(found["out"].vectors, model(torch.from_numpy(X)).numpy(), atol=1e-6)
    assert found["embed"].shape == (6, 4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_scripted_program_has_its_tables_and_its_output(code):
    torch.jit.script(load_model("mine:Net")).save("net.pt")
    assert vt.capture("net.pt")["embed"].shape == (6, 4)
    assert vt.capture("net.pt", X, layers=["output"])["output"].shape == (3, 3)
    with pytest.raises(LayerNotCalledError, match="TorchScript"):
        vt.capture("net.pt", X, layers=["out"])
