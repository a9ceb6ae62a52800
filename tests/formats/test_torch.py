"""PyTorch's checkpoints, written by PyTorch and read without it."""

import argparse
import io
import pickle
import struct
import tarfile
from collections import OrderedDict

import numpy as np
import pytest

from vectarium.errors import UnsafeFileError
from vectarium.formats import open_path

torch = pytest.importorskip("torch")


def weights():
    generator = torch.Generator().manual_seed(0)
    return OrderedDict(
        {
            "encoder.weight": torch.randn(6, 6, generator=generator),
            "word_embeddings.weight": torch.randn(200, 8, generator=generator),
            "encoder.bias": torch.zeros(6),
        }
    )


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", ["a.pt", "a.pth", "pytorch_model.bin"])
def test_a_state_dict_opens_in_both_layouts(tmp_path, zipped, name):
    torch.save(weights(), tmp_path / name, _use_new_zipfile_serialization=zipped)
    opened = open_path(tmp_path / name)
    assert [each.name for each in opened] == ["word_embeddings.weight"]
    np.testing.assert_array_equal(opened[0].vectors, weights()["word_embeddings.weight"].numpy())
    if zipped:
        assert not opened[0].vectors.flags.owndata


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float64", "int32", "uint8", "bool"])
def test_every_type_is_read_as_pytorch_reads_it(tmp_path, zipped, kind):
    tensor = (torch.arange(600).reshape(200, 3) / 7).to(getattr(torch, kind))
    torch.save({"embed": tensor}, tmp_path / "a.pt", _use_new_zipfile_serialization=zipped)
    wide = tensor.float() if kind == "bfloat16" else tensor
    np.testing.assert_array_equal(open_path(tmp_path / "a.pt")["embed"].vectors, wide.numpy())


@pytest.mark.parametrize("kind", ["float8_e4m3fn", "float8_e5m2"])
def test_eight_bits_are_read_as_pytorch_reads_them(tmp_path, kind):
    tensor = torch.arange(256, dtype=torch.uint8).reshape(64, 4).view(getattr(torch, kind))
    torch.save({"embed": tensor}, tmp_path / "a.pt")
    np.testing.assert_array_equal(open_path(tmp_path / "a.pt")["embed"].vectors, tensor.float().numpy())


def test_views_of_a_storage_are_read_as_pytorch_reads_them(tmp_path):
    whole = torch.arange(1200.0).reshape(100, 12)
    views = {"embed.turned": whole.T, "embed.part": whole[10:90], "embed.columns": whole[:, 2:9:2]}
    torch.save(views, tmp_path / "a.pt")
    opened = open_path(tmp_path / "a.pt")
    for name, view in views.items():
        np.testing.assert_array_equal(opened[name].vectors, view.numpy())


def test_tied_weights_are_one_embedding(tmp_path):
    table = torch.nn.Parameter(torch.ones(100, 4))
    torch.save({"wte.weight": table, "lm_head.embed": table}, tmp_path / "a.pt")
    assert [each.name for each in open_path(tmp_path / "a.pt")] == ["wte.weight"]


def test_a_training_checkpoint_shows_the_model_and_not_the_optimizer(tmp_path):
    model = torch.nn.Sequential(OrderedDict(embedding=torch.nn.Embedding(100, 8), head=torch.nn.Linear(8, 2)))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.arange(5)).sum().backward()
    optimizer.step()
    saved = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": 3,
        "arguments": argparse.Namespace(lr=0.1),
        "random": np.random.default_rng(0).random((3, 3)),
    }
    torch.save(saved, tmp_path / "a.ckpt")
    opened = open_path(tmp_path / "a.ckpt")
    assert [each.name for each in opened] == ["model.embedding.weight"]
    messages = " ".join(note.message for note in opened.notes)
    assert "4 of an optimizer" in messages
    assert "argparse.Namespace" in messages


def test_a_pickled_model_is_refused_with_the_line_that_makes_a_state_dict(tmp_path):
    torch.save(torch.nn.Embedding(9, 2), tmp_path / "net.pt")
    line = r"torch\.save\(torch\.load\('net\.pt', weights_only=False\)\.state_dict\(\), 'net_weights\.pt'\)"
    with pytest.raises(UnsafeFileError, match=line):
        open_path(tmp_path / "net.pt")


def test_a_pickled_model_inside_of_a_dictionary_is_refused(tmp_path):
    torch.save({"model": torch.nn.Embedding(9, 2)}, tmp_path / "net.pt")
    with pytest.raises(UnsafeFileError, match=r"\['model'\]\.state_dict\(\)"):
        open_path(tmp_path / "net.pt")


@pytest.mark.filterwarnings("ignore")
def test_a_torchscript_program_is_refused(tmp_path):
    torch.jit.script(torch.nn.Linear(2, 2)).save(tmp_path / "net.pt")
    with pytest.raises(UnsafeFileError, match=r"torch\.jit\.load"):
        open_path(tmp_path / "net.pt")


def test_plain_arrays_in_a_checkpoint_open(tmp_path):
    torch.save({"vectors": np.arange(400.0).reshape(100, 4), "lists": [1, "a"]}, tmp_path / "a.pt")
    assert open_path(tmp_path / "a.pt")["vectors"].shape == (100, 4)


def tar(path, numbers):
    """The layout before PyTorch 0.2, written by hand: newer versions only read it."""
    n, d = numbers.shape
    kind = b"ctorch\nFloatStorage\n"
    triple = b"\x80\x02(K\x05X\x03\x00\x00\x00cpu" + kind + b"t."
    storages = pickle.dumps(1, 2) + triple + struct.pack("<q", n * d) + numbers.tobytes() + pickle.dumps([], 2)
    described = b"\x80\x02(K\x07K\x05" + b"ctorch\nFloatTensor\n" + b"t."
    tensors = pickle.dumps(1, 2) + described + struct.pack("<i4x5q", 2, n, d, d, 1, 0)
    value = b"\x80\x02}X\x05\x00\x00\x00embedX\x01\x00\x00\x007Qs."
    with tarfile.open(path, "w:", format=tarfile.PAX_FORMAT) as out:
        for name, data in (("storages", storages), ("tensors", tensors), ("pickle", value)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            out.addfile(member, io.BytesIO(data))


def test_the_first_layout_opens_as_pytorch_opens_it(tmp_path):
    numbers = np.random.default_rng(0).random((50, 4)).astype(np.float32)
    tar(tmp_path / "a.pt", numbers)
    np.testing.assert_array_equal(open_path(tmp_path / "a.pt")["embed"].vectors, numbers)
    theirs = torch.load(tmp_path / "a.pt", weights_only=False)["embed"]
    np.testing.assert_array_equal(theirs.numpy(), numbers)
