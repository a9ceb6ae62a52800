"""TensorFlow's SavedModels, without TensorFlow."""

import numpy as np
import pytest
from saved_models import saved_model

from vectarium.errors import FormatError
from vectarium.formats import open_path

TABLE = np.arange(24, dtype="f4").reshape(6, 4)


def test_a_folder_opens_as_one_thing_by_itself_by_its_program_and_from_above(tmp_path):
    folder = saved_model(tmp_path / "model", {"words": TABLE})
    for path in (folder, folder / "saved_model.pb", tmp_path):
        collection = open_path(path)
        assert [each.name for each in collection] == ["words"]
        np.testing.assert_array_equal(collection[0].vectors, TABLE)
    assert open_path(folder).name == "model"


@pytest.mark.parametrize(("count", "special"), [(6, []), (5, ["[UNK]"]), (4, ["", "[UNK]"])])
def test_the_words_of_a_text_layer_are_found_among_the_constants(tmp_path, count, special):
    words = list("abcdef")[:count]
    embedding = open_path(saved_model(tmp_path / "model", {"words": TABLE}, words))[0]
    assert list(embedding.columns["word"]) == [*special, *words]


def test_words_lie_in_the_assets(tmp_path):
    folder = saved_model(tmp_path / "model", {"words": TABLE}, assets={"vocab.txt": "a\nb\nc\nd\ne\nf\n"})
    assert list(open_path(folder)[0].columns["word"]) == list("abcdef")


def test_a_table_is_asked_for_by_its_name(tmp_path):
    folder = saved_model(tmp_path / "model", {"words": TABLE, "dense/kernel": TABLE[:2]})
    assert open_path(f"{folder}::kernel")[0].shape == (2, 4)


def test_a_program_without_variables_says_what_is_missing(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    with pytest.raises(FormatError, match=r"no 'variables/variables\.index' beside it"):
        open_path(tmp_path / "saved_model.pb")


def test_a_damaged_program_costs_only_the_words(tmp_path):
    folder = saved_model(tmp_path / "model", {"words": TABLE}, list("abcdef"))
    (folder / "saved_model.pb").write_bytes(b"\x12\xff\xff\xff\xff")
    assert not open_path(folder)[0].columns
