"""PyTorch models of every kind: what is asked for is recorded, or an error says why not."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence
from torch.utils.checkpoint import checkpoint

import vectarium as vt
from vectarium.errors import LayerNotCalledError, LayerNotFoundError, ParameterError, RecordingWarning, ShapeError
from vectarium.torch import Recorder

IDS = torch.tensor([[3, 4, 5, 0, 0], [6, 7, 0, 0, 0], [1, 2, 3, 4, 5], [8, 9, 8, 0, 0]])
LENGTHS = (IDS != 0).sum(1)


class Tagger(nn.Module):
    def __init__(self, batch_first=True):
        super().__init__()
        torch.manual_seed(0)
        self.embed = nn.Embedding(10, 6, padding_idx=0)
        self.lstm = nn.LSTM(6, 4, bidirectional=True, batch_first=batch_first)
        self.out = nn.Linear(8, 3)

    def forward(self, ids):
        return self.out(self.lstm(self.embed(ids))[0])


def captured(model, probe, layer, **options):
    return vt.capture(model, probe, [layer], **options)[layer]


def by_hand(model, ids=IDS):
    with torch.no_grad():
        return model.lstm(model.embed(ids))[0].numpy()


def test_pooled_activations_are_those_of_the_positions_that_are_there():
    model, probe = Tagger(), vt.Probe(IDS, padding=0)
    found = captured(model, probe, "lstm", pooling="mean").vectors
    expected = np.stack([row[:length].mean(0) for row, length in zip(by_hand(model), LENGTHS, strict=True)])
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_point_a_token_has_its_sentence_position_and_tag():
    tags = [["a", "b", "a"], ["b", "b"], list("aabba"), ["a", "a", "b"]]
    words = [[f"w{int(i)}" for i in row[:length]] for row, length in zip(IDS, LENGTHS, strict=True)]
    probe = vt.Probe(IDS, tags, padding=0, tokens=words, classes=["a", "b", "c"])
    found = captured(Tagger(), probe, "lstm", pooling="tokens")
    assert found.shape == (13, 8)
    assert list(found.columns["sentence"])[:4] == [0, 0, 0, 1]
    assert list(found.columns["position"])[:4] == [0, 1, 2, 0]
    assert list(found.columns["token"])[:4] == ["w3", "w4", "w5", "w6"]
    assert list(found.columns["label"])[:4] == ["a", "b", "a", "b"]
    assert {"prediction", "correct", "loss", "p(c)"} <= set(found.columns)


def test_the_mean_is_the_same_in_batches_of_any_size():
    model = Tagger()
    whole = captured(model, vt.Probe(IDS, padding=0), "lstm").vectors
    parts = captured(model, vt.Probe(IDS, padding=0, batch_size=3), "lstm").vectors
    np.testing.assert_allclose(parts, whole, rtol=1e-5)


def test_time_may_come_first_also_where_it_is_as_long_as_the_batch():
    model, square = Tagger(batch_first=False), IDS[:, :4]
    found = captured(
        model, vt.Probe(square), "lstm", forward=lambda model, ids: model(ids.T), pooling="flatten"
    ).vectors
    expected = by_hand(model, square.T).swapaxes(0, 1).reshape(4, -1)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_packed_sequences_know_their_own_lengths():
    class Packed(Tagger):
        def forward(self, ids, lengths):
            packed = pack_padded_sequence(self.embed(ids), lengths, batch_first=True, enforce_sorted=False)
            return self.lstm(packed)[0]

    model = Packed()
    found = captured(model, vt.Probe((IDS, LENGTHS)), "lstm", pooling="last", predictions=False).vectors
    with torch.no_grad():
        output = model(IDS, LENGTHS)
    assert isinstance(output, PackedSequence)
    padded = nn.utils.rnn.pad_packed_sequence(output, batch_first=True)[0].numpy()
    np.testing.assert_allclose(found, padded[np.arange(4), LENGTHS - 1], rtol=1e-6)


def test_nested_tensors_and_padding_masks_of_encoders_are_understood():
    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(10, 8)
            layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
            self.encoder = nn.TransformerEncoder(layer, 2)

        def forward(self, ids):
            return self.encoder(self.embed(ids), src_key_padding_mask=ids == 0)

    torch.manual_seed(0)
    model = Encoder()
    layers = ["encoder.layers.1", "encoder.layers.0.self_attn", "encoder.layers.0.linear1"]
    made = vt.capture(model, vt.Probe(IDS, padding=0), layers)
    model.eval()
    with torch.no_grad():
        whole = model.encoder.layers[1](
            model.encoder.layers[0](model.embed(IDS), src_key_padding_mask=IDS == 0), src_key_padding_mask=IDS == 0
        ).numpy()
    expected = np.stack([row[:length].mean(0) for row, length in zip(whole, LENGTHS, strict=True)])
    np.testing.assert_allclose(made["encoder.layers.1"].vectors, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_a_nested_tensor_is_padded_and_masked():
    class Nested(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Identity()

        def forward(self, x):
            rows = [row[: 2 + index % 2] for index, row in enumerate(x)]
            return self.inner(torch.nested.nested_tensor(rows)).to_padded_tensor(0.0)

    x = torch.rand(3, 4, 2)
    found = captured(Nested(), vt.Probe(x), "inner", predictions=False).vectors
    np.testing.assert_allclose(found, [x[0, :2].mean(0), x[1, :3].mean(0), x[2, :2].mean(0)], rtol=1e-6)


def test_dictionaries_and_tuples_give_their_first_tensor_with_examples():
    class Parts(nn.Module):
        def forward(self, x):
            return {"loss": x.sum(), "scale": torch.ones(3), "hidden": (x * 2, x)}

    class Outer(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = Parts()

        def forward(self, x):
            return self.parts(x)["hidden"][1]

    x = torch.rand(4, 5)
    np.testing.assert_allclose(captured(Outer(), vt.Probe(x), "parts").vectors, x * 2)


def test_pictures_are_pooled_over_their_pixels():
    model = nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2))
    x = torch.rand(4, 3, 8, 8)
    model(x)
    found = captured(model, vt.Probe(x), "1").vectors
    with torch.no_grad():
        np.testing.assert_allclose(found, model[1](model[0](x)).mean((2, 3)), rtol=1e-5)


def test_layers_over_channels_first_sequences_keep_their_channels():
    model = nn.Sequential(nn.Conv1d(3, 5, 3), nn.AdaptiveAvgPool1d(1))
    assert captured(model, vt.Probe(torch.rand(4, 3, 9)), "0").shape == (4, 5)


def test_what_follows_a_convolution_over_a_sequence_keeps_its_channels():
    model = nn.Sequential(nn.Conv1d(3, 5, 3), nn.ReLU(), nn.Dropout(0.1), nn.Flatten(), nn.Linear(35, 9))
    x = torch.rand(4, 3, 9)
    with torch.no_grad():
        np.testing.assert_allclose(captured(model, vt.Probe(x), "2").vectors, model[:2](x).mean(2), rtol=1e-5)


def test_sizes_that_the_first_batch_decides_are_not_decided_by_the_probe(tmp_path):
    with pytest.raises(ParameterError, match=r"sizes of '0\.weight', '0\.bias' are not known yet"):
        Recorder(tmp_path / "run", nn.Sequential(nn.LazyLinear(3)), activations=["0"], probe=torch.rand(3, 2))


def test_what_an_in_place_layer_overwrites_is_recorded_as_it_was():
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(inplace=True), nn.Linear(6, 2))
    found = captured(model, vt.Probe(torch.randn(9, 4)), "0").vectors
    assert (found < 0).any()


def test_checkpointed_and_shared_layers_give_their_first_call_or_the_one_that_is_named():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, x):
            return self.layer(checkpoint(self.layer, x, use_reentrant=False))

    model, x = Twice(), torch.rand(5, 4)
    made = vt.capture(model, vt.Probe(x), ["layer", "layer#2"])
    with torch.no_grad():
        np.testing.assert_allclose(made["layer"].vectors, model.layer(x), rtol=1e-6)
        np.testing.assert_allclose(made["layer#2"].vectors, model(x), rtol=1e-6)
    assert "call 1 of 2" in str(made["layer"].notes[0])
    with pytest.raises(LayerNotCalledError, match=r"called 2 times.*call 3"):
        vt.capture(model, vt.Probe(x), ["layer#3"])


def test_an_unknown_layer_names_the_nearest(tmp_path):
    with pytest.raises(LayerNotFoundError, match=r"no layer 'lstn'. The nearest of the 3 there are: 'lstm'"):
        Recorder(tmp_path / "run", Tagger(), activations=["lstn"], probe=IDS)
    with pytest.raises(LayerNotFoundError, match="'embed'"):
        Recorder(tmp_path / "run", Tagger(), embeddings=["embedd"])
    assert not (tmp_path / "run").exists()


def test_a_layer_that_is_never_called_says_why_and_what_to_use(tmp_path):
    class Silent(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
            self.blocks = nn.ModuleList([nn.Linear(4, 4)])
            self.direct = nn.Linear(4, 4)
            self.spare = nn.Linear(4, 4)

        def forward(self, x):
            return self.direct.forward(self.blocks[0](self.attention(x, x, x)[0]))

    model, x = Silent(), torch.rand(3, 5, 4)
    for layer, why in [
        ("attention.out_proj", r"without calling it; record the attention layer itself.*Called were 'attention'"),
        ("blocks", r"a ModuleList only holds layers.*'blocks\.0'"),
        ("direct", r"called as \.forward"),
        ("spare", "not used for this probe"),
    ]:
        with pytest.raises(LayerNotCalledError, match=why):
            Recorder(tmp_path / "run", model, activations=[layer], probe=x)
    assert captured(model, vt.Probe(x), "attention").shape == (3, 4)


def test_an_output_that_does_not_depend_on_the_examples_is_refused():
    class Positions(nn.Module):
        def __init__(self):
            super().__init__()
            self.at = nn.Embedding(5, 4)

        def forward(self, x):
            return x + self.at(torch.arange(5))

    with pytest.raises(ShapeError, match=r"does not depend on the number of examples.*\(5, 4\)"):
        captured(Positions(), vt.Probe(torch.rand(3, 5, 4)), "at")


def test_a_model_without_an_embedding_layer_says_what_there_is(tmp_path):
    with pytest.raises(LayerNotFoundError, match=r"no layer 'embedding'.*'0'"):
        Recorder(tmp_path / "run", nn.Sequential(nn.Linear(2, 2)))
    with pytest.raises(ParameterError, match=r"has no weights of its own.*Tables: embed"):
        Recorder(tmp_path / "run", nn.ModuleDict({"embed": nn.Embedding(3, 2), "act": nn.ReLU()}), ["act"])


def test_activations_need_a_probe(tmp_path):
    with pytest.raises(ParameterError, match="need a probe"):
        Recorder(tmp_path / "run", Tagger(), activations=["lstm"])


def test_what_is_no_module_is_refused(tmp_path):
    with pytest.raises(ParameterError, match=r"a torch\.nn\.Module is needed"):
        Recorder(tmp_path / "run", "resnet18")
    with pytest.raises(ParameterError, match="no model that can be recorded"):
        vt.capture(object(), IDS)


def test_a_probe_of_one_example_is_enough():
    made = vt.capture(Tagger(), vt.Probe(IDS[:1]), ["lstm"])
    assert made["lstm"].shape == (1, 8)


def test_several_and_named_inputs_reach_the_model():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.out = nn.Linear(3, 2)

        def forward(self, x, scale):
            return self.out(x * scale[:, None])

    x, scale = torch.rand(4, 3), torch.arange(4.0)
    model = Two()
    listed = captured(model, vt.Probe((x, scale)), "out").vectors
    named = captured(model, vt.Probe({"scale": scale, "x": x}), "out").vectors
    np.testing.assert_array_equal(listed, named)


def test_inputs_come_in_the_precision_of_the_model():
    model = nn.Sequential(nn.Linear(3, 2)).to(torch.bfloat16)
    found = captured(model, vt.Probe(np.random.default_rng(0).random((4, 3))), "0").vectors
    assert found.dtype == np.float32


def test_the_head_judges_each_row_of_the_table(tmp_path):
    model = nn.ModuleDict({"embed": nn.Embedding(4, 2), "classify": nn.Linear(2, 3)})
    table = vt.Table(list("abcd"), labels=["x", "y", "x", "z"], classes=["x", "y", "z"])
    with Recorder(tmp_path / "run", model, {"embed": table}, head="classify") as rec:
        rec.snapshot()
    columns = vt.Run(tmp_path / "run").snapshot().columns("embed")
    right = model["classify"](model["embed"].weight).argmax(1).tolist()
    assert list(columns["prediction"]) == ["xyz"[code] for code in right]
    assert list(columns["correct"]) == [code == real for code, real in zip(right, [0, 1, 0, 2], strict=True)]


def test_a_model_that_predicts_a_number_is_told_by_its_labels():
    model = nn.Sequential(nn.Linear(3, 1))
    columns = captured(model, vt.Probe(torch.rand(4, 3), labels=[0.5, 1.25, 3.0, 2.0]), "0").columns
    assert {"label", "prediction", "error"} <= set(columns)


def test_predictions_may_stand_in_a_part_of_the_output():
    class Outer(nn.Module):
        def __init__(self):
            super().__init__()
            self.out, self.other = nn.Linear(3, 2), nn.Linear(3, 5)

        def forward(self, x):
            return self.other(x), self.out(x)

    model, probe = Outer(), vt.Probe(torch.rand(6, 3), labels=[0, 1] * 3)
    by_name = captured(model, probe, "out", predictions="out").columns["prediction"]
    by_function = captured(model, probe, "out", predictions=lambda output: output[1]).columns["prediction"]
    assert list(by_name) == list(by_function)
    assert set(by_name) <= {"0", "1"}


def test_a_loss_with_a_graph_is_taken_without_keeping_the_graph(tmp_path):
    model = Tagger()
    with Recorder(tmp_path / "run", model, every=10) as rec:
        loss = model(IDS).sum()
        rec.step(loss=loss)
        rec.step(loss=loss, metrics={"again": loss})
        assert rec._pending["loss"].grad_fn is None
    assert vt.Run(tmp_path / "run").snapshot(1).metrics == {"again": loss.item()}


def test_a_model_that_fails_on_the_probe_in_the_middle_of_training_goes_on(tmp_path):
    model = Tagger()
    with Recorder(tmp_path / "run", model, activations=["lstm"], probe=IDS) as rec:
        rec.snapshot()
        good, model.forward = model.forward, lambda *_: 1 / 0
        with pytest.warns(RecordingWarning, match="Step 1 was not recorded: ZeroDivisionError"):
            assert not rec.snapshot()
        model.forward = good
        assert rec.snapshot()


def test_layers_lists_what_can_be_recorded():
    listed = vt.layers(Tagger(), IDS)
    assert repr(listed).splitlines() == [
        "layer  kind       output     table",
        "embed  Embedding  n × 5 × 6  10 × 6",
        "lstm   LSTM       n × 5 × 8",
        "out    Linear     n × 5 × 3",
    ]
    assert listed.tables == ["embed"]
    assert listed.activations == ["embed", "lstm", "out"]
