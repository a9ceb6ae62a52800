"""Hugging Face's Trainer: a real small BERT, trained with and without the recorder."""

import numpy as np
import pytest
import torch

import vectarium as vt

transformers = pytest.importorskip("transformers")
pytest.importorskip("accelerate")
pytestmark = pytest.mark.filterwarnings("ignore")

IDS = torch.tensor([[2, 5, 6, 3], [2, 7, 3, 0], [2, 8, 9, 3], [2, 6, 3, 0]] * 3)
DATA = [{"input_ids": row, "attention_mask": (row != 0).long(), "labels": int(row[1]) % 2} for row in IDS]
PROBE = {"input_ids": IDS[:4], "attention_mask": (IDS[:4] != 0).long()}


def bert():
    torch.manual_seed(2)
    config = transformers.BertConfig(
        vocab_size=12, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, num_labels=2
    )
    return transformers.BertForSequenceClassification(config)


def trained(folder, callbacks):
    model = bert()
    arguments = transformers.TrainingArguments(
        str(folder / "out"),
        per_device_train_batch_size=4,
        num_train_epochs=2,
        report_to=[],
        save_strategy="no",
        logging_steps=1,
        use_cpu=True,
        disable_tqdm=True,
        seed=3,
    )
    trainer = transformers.Trainer(model, arguments, train_dataset=DATA, callbacks=callbacks)
    trainer.train()
    return model, [each["loss"] for each in trainer.state.log_history if "loss" in each]


def recorder(folder, **options):
    from vectarium.huggingface import Recorder

    probe = vt.Probe(PROBE, labels=[1, 1, 0, 0], classes=["no", "yes"])
    layers = ["bert.encoder.layer.1", "bert.pooler"]
    return Recorder(folder / "run", ["bert.embeddings.word_embeddings"], layers, probe, **options)


def test_a_bert_is_recorded_and_trained_as_without(tmp_path):
    recorded, losses = trained(tmp_path, [recorder(tmp_path)])
    plain, plain_losses = trained(tmp_path, [])
    assert losses == plain_losses
    assert all(torch.equal(a, b) for a, b in zip(recorded.parameters(), plain.parameters(), strict=True))
    run = vt.Run(tmp_path / "run")
    assert run.steps == (3, 6)
    last = run.snapshot()
    assert (last.epoch, last.predictions().shape) == (2, (4, 2))
    assert run.curve["loss"].values == pytest.approx(losses, abs=1e-4)
    assert last.loss is not None
    assert last.learning_rate is not None
    assert run.columns("bert.embeddings.word_embeddings")["mark"][0] == "padding"


def test_the_mean_of_a_layer_leaves_padding_out():
    model = bert()
    found = vt.capture(model, vt.Probe(PROBE), ["bert.encoder.layer.1"])["bert.encoder.layer.1"].vectors
    model.eval()
    with torch.no_grad():
        hidden = model.bert(**PROBE).last_hidden_state
    there = PROBE["attention_mask"][..., None]
    np.testing.assert_allclose(found, (hidden * there).sum(1) / there.sum(1), rtol=1e-4, atol=1e-6)
    assert model.training is False


def test_the_last_block_of_a_llama_is_recorded_before_the_final_norm():
    torch.manual_seed(0)
    sizes = {"vocab_size": 12, "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 2}
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**sizes, num_attention_heads=2))
    made = vt.capture(model, vt.Probe(PROBE), ["model.layers.1", "model.norm"], pooling="last")
    with torch.no_grad():
        hidden = model.eval()(**PROBE, output_hidden_states=True).hidden_states[-1]
    last = PROBE["attention_mask"].sum(1) - 1
    np.testing.assert_allclose(made["model.norm"].vectors, hidden[torch.arange(4), last], rtol=1e-4, atol=1e-6)
    assert np.abs(made["model.layers.1"].vectors - made["model.norm"].vectors).max() > 0.01
