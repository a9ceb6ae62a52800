"""The Embedding Projector's configs."""

import json

import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path


def entry(name="words", tensor="t.tsv", **more):
    return {"tensorName": name, "tensorPath": tensor, **more}


def config(folder, *entries):
    path = folder / "projector_config.json"
    path.write_text(json.dumps({"embeddings": entries}))
    return path


def pbtxt(folder, text):
    path = folder / "projector_config.pbtxt"
    path.write_text(text)
    return path


def tensor(folder, name="t.tsv", n=3):
    np.savetxt(folder / name, np.eye(n), delimiter="\t")


def test_a_config_opens_as_a_file_and_as_a_folder(tmp_path):
    tensor(tmp_path)
    path = config(tmp_path, entry(tensorShape=[3, 3]))
    assert open_path(path)["words"].shape == open_path(tmp_path)["words"].shape == (3, 3)


def test_pbtxt_with_comments_escapes_and_metadata_opens(tmp_path):
    tensor(tmp_path, "a b.tsv")
    (tmp_path / "é.tsv").write_text("x\ny\nz\n")
    pbtxt(
        tmp_path,
        """# written by hand
        embeddings { tensor_name: "words" tensor_path: 'a\\x20b.tsv'  # one
          metadata_path: "\\303\\251.tsv" tensor_shape: [3, 3] }
        model_checkpoint_path: "x" """,
    )
    assert list(open_path(tmp_path)["words"].columns["label"]) == ["x", "y", "z"]


def test_missing_files_are_named_and_the_rest_opens(tmp_path):
    tensor(tmp_path)
    config(tmp_path, entry("gone", "no.tsv"), entry("here", "t.tsv", metadataPath="lost.tsv"))
    collection = open_path(tmp_path)
    assert [each.name for each in collection] == ["here"]
    told = " ".join(note.message for note in collection.all_notes())
    assert "The tensor 'gone' is missing: there is no 'no.tsv'" in told
    assert "The metadata of 'here' is missing: there is no 'lost.tsv'" in told


def test_repeated_entries_are_opened_once_and_different_ones_told_apart(tmp_path):
    tensor(tmp_path)
    tensor(tmp_path, "u.tsv", 4)
    config(tmp_path, entry(), entry(), entry(tensor="u.tsv"))
    collection = open_path(tmp_path)
    assert [each.name for each in collection] == ["words", "words 2"]
    assert "3 entries, of which 1 repeat another" in collection.notes[0].message


def test_paths_of_another_machine_are_looked_for_beside(tmp_path):
    tensor(tmp_path)
    (tmp_path / "label.tsv").write_text("a\nb\nc\n")
    pbtxt(tmp_path, 'embeddings { tensor_path: "/home/me/t.tsv" metadata_path: "E:\\\\logs/run\\\\label.tsv" }')
    assert list(open_path(tmp_path)[0].columns["label"]) == ["a", "b", "c"]


def test_a_checkpoint_is_told_and_vectors_beside_it_open(tmp_path):
    pbtxt(tmp_path, 'embeddings { tensor_name: "emb:0" }')
    with pytest.raises(FormatError, match=r"'emb:0' is in a checkpoint.*does not read checkpoints yet"):
        open_path(tmp_path)
    tensor(tmp_path, "vectors.tsv")
    assert open_path(tmp_path)["vectors"].shape == (3, 3)


def test_raw_bytes_take_their_shape_from_the_config(tmp_path):
    np.arange(6, dtype="<f4").tofile(tmp_path / "t.bytes")
    with pytest.raises(FormatError, match='"tensorShape": \\[n, d\\]'):
        open_path(tmp_path / "t.bytes")
    config(tmp_path, entry(tensor="t.bytes", tensorShape=[2, 3]))
    np.testing.assert_array_equal(open_path(tmp_path / "t.bytes")[0].vectors, [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize(
    ("shape", "message"), [([2, 4], "2 × 4 float32, 32 bytes; the file has 24"), (None, "the config gives none")]
)
def test_raw_bytes_of_another_size_are_refused(tmp_path, shape, message):
    np.arange(6, dtype="<f4").tofile(tmp_path / "t.bytes")
    with pytest.raises(FormatError, match=message):
        open_path(config(tmp_path, entry(tensor="t.bytes", **({"tensorShape": shape} if shape else {}))))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("embeddings {", r"line 1: A field's name or '}' should stand here, not the end of the file"),
        ('embeddings {\n tensor_name "x"\n}', "line 2: A ':' or a message should stand here"),
        ('a: "never closed\n', "line 1: This cannot be read"),
        ("", "empty"),
    ],
)
def test_a_damaged_pbtxt_names_the_line(tmp_path, text, message):
    with pytest.raises(FormatError, match=message):
        open_path(pbtxt(tmp_path, text))


def test_a_damaged_json_config_names_the_line(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"embeddings": [\n{,}]}')
    with pytest.raises(FormatError, match="line 2: This is not JSON"):
        open_path(path)


def test_the_standalone_demo_opens_iris_and_names_what_is_missing(shared_data):
    collection = open_path(shared_data / "projector" / "tf_standalone_oss_data")
    assert collection["Iris"].shape == (150, 4)
    assert len(collection["Iris"].columns["class"].categories) == 3
    told = [note.message for note in collection.notes]
    for name in ("Word2Vec 10K", "Word2Vec All", "Mnist with images", "GNMT Interlingua"):
        assert any(f"The tensor {name!r} is missing" in message for message in told)


def test_six_equal_entries_of_pytorch_open_once_with_their_sprite(shared_data):
    collection = open_path(shared_data / "projector" / "pytorch_sbyebss_fashion")
    assert len(collection) == 1
    assert collection[0].shape == (100, 784)
    assert (len(collection[0].thumbnails), collection[0].thumbnails.columns) == (100, 10)
