"""Tables of PyTorch as training libraries leave them: compiled, wrapped, tied, quantised, sharded, in halves."""

import os
import socket

import numpy as np
import pytest
import torch
from torch import nn

import vectarium as vt
from vectarium.errors import ParameterError
from vectarium.torch import Recorder


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embed = nn.Embedding(7, 4)
        self.encoder = nn.Sequential(nn.Linear(4, 4), nn.Tanh())
        self.out = nn.Linear(4, 7, bias=False)

    def forward(self, ids):
        return self.out(self.encoder(self.embed(ids)))


IDS = torch.arange(6)


def table(model, name="embed"):
    return vt.capture(model, embeddings=[name])[name]


def test_tied_weights_are_stored_once_with_their_other_names(tmp_path):
    model = Words()
    model.out.weight = model.embed.weight
    with Recorder(tmp_path / "run", model, ["embed", "out"]) as rec:
        rec.snapshot()
    run = vt.Run(tmp_path / "run")
    assert [each.name for each in run.embeddings] == ["embed"]
    assert run.embedding("embed").aliases == ("out", "out.weight")


def test_bfloat16_is_widened():
    model = Words().to(torch.bfloat16)
    assert table(model).vectors.dtype == np.float32
    np.testing.assert_array_equal(table(model).vectors, model.embed.weight.detach().float())


def test_a_parameter_may_be_asked_for_by_name():
    model = Words()
    np.testing.assert_array_equal(table(model, "out.weight").vectors, model.out.weight.detach())
    with pytest.raises(ParameterError, match=r"have shape \(2, 3, 4\)"):
        table(nn.ParameterDict({"cube": nn.Parameter(torch.zeros(2, 3, 4))}), "cube")


@pytest.mark.parametrize("layer", [nn.Embedding(5, 3, sparse=True), nn.EmbeddingBag(5, 3, mode="sum")])
def test_sparse_embeddings_and_bags_are_tables(layer):
    model = nn.ModuleDict({"embed": layer})
    layer(torch.tensor([[1, 2]])).sum().backward()
    np.testing.assert_array_equal(table(model).vectors, layer.weight.detach())


def test_parametrised_weights_are_recorded_as_they_are_used():
    model = nn.ModuleDict({"embed": nn.utils.parametrizations.weight_norm(nn.Embedding(5, 3))})
    np.testing.assert_array_equal(table(model).vectors, model["embed"].weight.detach())


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
def test_quantised_weights_are_dequantised():
    quantised = pytest.importorskip("torch.ao.nn.quantized")
    embed = quantised.Embedding(6, 4)
    weight = torch.quantize_per_channel(
        torch.rand(6, 4), torch.full((6,), 0.1), torch.zeros(6), axis=0, dtype=torch.quint8
    )
    embed.set_weight(weight)
    found = table(nn.ModuleDict({"embed": embed})).vectors
    np.testing.assert_allclose(found, weight.dequantize(), rtol=1e-6)


def test_a_compiled_model_is_recorded_after_it_has_run():
    model = Words()
    compiled = torch.compile(model, backend="eager")
    compiled(IDS)
    made = vt.capture(compiled, vt.Probe(IDS), ["encoder.1"], embeddings=["embed"])
    with torch.no_grad():
        np.testing.assert_allclose(made["encoder.1"].vectors, model.encoder(model.embed(IDS)), rtol=1e-6)


@pytest.mark.filterwarnings("ignore:The .grad attribute")
def test_parts_that_are_compiled_are_heard_and_not_compiled_anew():
    model = Words()
    compiled = list[int]()

    def backend(graph, _):
        compiled.append(1)
        return graph.forward

    model.encoder = torch.compile(model.encoder, backend=backend)
    model.out.compile(backend=backend)
    model(IDS).sum().backward()
    count = len(compiled)
    made = vt.capture(model, vt.Probe(IDS), ["encoder.0", "out"])
    assert made["encoder.0"].shape == (6, 4)
    model(IDS).sum().backward()
    assert len(compiled) == count


def test_wrapped_models_keep_their_own_names(tmp_path):
    model = nn.DataParallel(Words())
    with Recorder(tmp_path / "run", model, ["embed"], ["encoder.1"], IDS) as rec:
        assert rec.snapshot()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def in_process(rank, world, port, folder, kind):
    """One process of a distributed training; all of them call the recorder, as a training script does."""
    import torch.distributed as dist
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    torch.set_num_threads(1)
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    dist.init_process_group("gloo", rank=rank, world_size=world)
    model = Words()
    if kind == "fsdp":
        mesh = init_device_mesh("cpu", (world,))
        fully_shard(model.encoder, mesh=mesh)
        fully_shard(model, mesh=mesh)
    else:
        model = nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    losses = []
    recorder = Recorder(f"{folder}/run", model, ["embed"], ["encoder.1"], IDS) if folder else None
    for _ in range(3):
        loss = nn.functional.cross_entropy(model(IDS), IDS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if recorder:
            recorder.snapshot(loss=loss)
    if recorder:
        assert recorder.steps == ((0, 1, 2) if rank == 0 else ())
        recorder.close()
        if rank == 0:
            np.save(f"{folder}/losses.npy", losses)
    dist.destroy_process_group()


@pytest.mark.parametrize("kind", ["ddp", "fsdp"])
def test_distributed_trainings_are_written_by_the_first_process(tmp_path, kind):
    import torch.multiprocessing as mp

    mp.spawn(in_process, (2, free_port(), str(tmp_path), kind), nprocs=2)
    run = vt.Run(tmp_path / "run")
    assert run.steps == (0, 1, 2)
    alone, losses = Words(), []
    optimizer = torch.optim.SGD(alone.parameters(), 0.1)
    for step in run.steps:
        loss = nn.functional.cross_entropy(alone(IDS), IDS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        np.testing.assert_allclose(run.snapshot(step).vectors("embed"), alone.embed.weight.detach(), rtol=1e-5)
        with torch.no_grad():
            np.testing.assert_allclose(
                run.snapshot(step).vectors("encoder.1"), alone.encoder(alone.embed(IDS)), rtol=1e-4, atol=1e-6
            )
    np.testing.assert_allclose(np.load(tmp_path / "losses.npy"), losses, rtol=1e-6)
