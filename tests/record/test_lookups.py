"""How texts became rows of a table: said, told by a tokenizer, or seen in the probe."""

import numpy as np
import pytest

from vectarium import Probe, Table
from vectarium.errors import ParameterError
from vectarium.record.lookups import seen_in
from vectarium.record.reading import TableInfo

WORDS = ["<pad>", "[UNK]", "a", "cat", "sees"]
IDS = np.array([[2, 3, 0, 0], [2, 3, 4, 2], [3, 0, 0, 0]])


def lookup(table, info=None, probe=None):
    found = table.lookup(TableInfo(5, 2) if info is None else info, probe)
    return {name: value for name, value in found.to_json().items() if value is not None}


def test_a_vocabulary_alone_names_its_special_rows():
    assert lookup(Table(WORDS)) == {"column": "token", "padding": 0, "unknown": 1}


def test_a_table_without_words_has_no_lookup():
    assert Table(columns={"tag": ["x"] * 5}).lookup(TableInfo(5, 2), Probe(IDS)) is None


def test_the_probe_shows_length_and_side():
    assert lookup(Table(WORDS), probe=Probe(IDS)).items() >= {"length": 4, "padding_side": "post"}.items()
    assert lookup(Table(WORDS), probe=Probe(IDS[:, ::-1]))["padding_side"] == "pre"
    assert "padding_side" not in lookup(Table(WORDS), probe=Probe(IDS[1:2]))


def test_what_is_said_counts_more_than_what_is_seen():
    table = Table(WORDS, length=9, padding_side="left", truncation_side="post", mask=True)
    found = lookup(table, TableInfo(5, 2, masks=False), Probe(IDS))
    assert found.items() >= {"length": 9, "padding_side": "pre", "truncation_side": "post", "mask": True}.items()


def test_the_layer_says_whether_padding_is_passed_over():
    assert (
        lookup(Table(["x", "y"]), TableInfo(5, 2, padding=0, masks=True)).items()
        >= {"padding": 0, "mask": True}.items()
    )


@pytest.mark.parametrize(
    "probe",
    [
        Probe([[1, 2], [3]]),
        Probe(np.array([[1, 9]])),
        Probe(np.array([[-1, 2]])),
        Probe(np.ones((3, 4))),
        Probe(np.arange(3)),
        Probe((IDS, IDS)),
        None,
    ],
)
def test_a_probe_that_is_no_rows_of_the_table_shows_nothing(probe):
    assert seen_in(probe, 5, 0) == (None, None)


def test_among_several_inputs_the_ids_are_known_by_their_name():
    inputs = {"input_ids": IDS, "attention_mask": (IDS > 0).astype(int), "position_ids": np.zeros_like(IDS)}
    assert seen_in(Probe(inputs), 5, 0) == (4, "post")


def test_an_index_of_words_with_an_offset_leaves_room_for_special_rows():
    table = Table({"the": 1, "film": 2}, offset=3, padding=0, start=1, unknown=2)
    assert lookup(table, TableInfo(6, 2)) == {"column": "token", "padding": 0, "unknown": 2, "start": 1}
    columns = table.columns(6, None, None)
    assert list(columns["token"]) == [None, None, None, None, "the", "film"]
    assert list(columns["mark"]) == ["padding", "start", "out of vocabulary", "unused", None, None]


def test_a_side_that_is_none_is_refused():
    with pytest.raises(ParameterError, match="padding_side is 'top'; 'pre' or 'post' is needed"):
        Table(WORDS, padding_side="top")


def test_a_tokenizer_tells_everything_but_the_length():
    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    vocabulary = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "cat": 4}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    named = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=made, **named)
    found = lookup(Table.of(tokenizer))
    sides = {"padding_side": "post", "truncation_side": "post"}
    assert found == {"column": "token", "padding": 0, "unknown": 1, "start": 2, "end": 3, **sides}
