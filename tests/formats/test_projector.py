"""The Embedding Projector's configs."""

import json

import numpy as np
import pytest
from checkpoints import Bundle

from vectarium.errors import FormatError
from vectarium.formats import open_path
from vectarium.formats.tensor_names import TensorName, matching


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


def test_a_missing_checkpoint_is_told_and_vectors_beside_it_open(tmp_path):
    pbtxt(tmp_path, 'embeddings { tensor_name: "emb:0" }')
    with pytest.raises(FormatError, match=r"'emb:0' is in a checkpoint, and none lies beside the config"):
        open_path(tmp_path)
    tensor(tmp_path, "vectors.tsv")
    assert open_path(tmp_path)["vectors"].shape == (3, 3)


def checkpoint(folder, name="model.ckpt-3", **tensors):
    folder.mkdir(parents=True, exist_ok=True)
    bundle = Bundle()
    for key, n in tensors.items():
        bundle.add(key.replace("__", "/"), np.eye(n, dtype="f4"))
    return bundle.save(folder / name)


def test_a_config_names_a_tensor_of_a_checkpoint_and_the_rest_is_told(tmp_path):
    checkpoint(tmp_path, emb=3, dense__kernel=4)
    (tmp_path / "metadata.tsv").write_text("a\nb\nc\n")
    pbtxt(tmp_path, 'embeddings { tensor_name: "emb:0" metadata_path: "/home/me/metadata.tsv" }')
    collection = open_path(tmp_path)
    assert list(collection["emb:0"].columns["label"]) == ["a", "b", "c"]
    assert len(collection) == 1
    assert "also holds 'dense/kernel' (4 × 4)" in collection.notes[-1].message


@pytest.mark.parametrize("place", [".", "plugins/org_tensorflow_tensorboard_projector", "projector"])
def test_a_config_finds_the_checkpoint_wherever_tensorboard_does(tmp_path, place):
    checkpoint(tmp_path / "run", emb=3)
    folder = tmp_path / "run" / place
    folder.mkdir(parents=True, exist_ok=True)
    pbtxt(folder, 'embeddings { tensor_name: "emb" }')
    assert open_path(tmp_path)[0].shape == (3, 3)


def test_a_config_says_where_its_checkpoint_is_and_which_one(tmp_path):
    checkpoint(tmp_path / "saved", "a.ckpt-1", emb=3)
    checkpoint(tmp_path / "saved", "a.ckpt-2", emb=4)
    config = 'embeddings { tensor_name: "emb" } model_checkpoint_%s'
    pbtxt(tmp_path, config % 'path: "saved/a.ckpt-1"')
    assert open_path(tmp_path)[0].shape == (3, 3)
    pbtxt(tmp_path, config % 'dir: "/home/me/saved"')
    assert open_path(tmp_path)[0].shape == (4, 4)


def test_an_entry_without_a_name_stands_for_every_tensor(tmp_path):
    checkpoint(tmp_path, emb=3, other=3)
    (tmp_path / "labels.tsv").write_text("a\nb\nc\n")
    pbtxt(tmp_path, 'embeddings { metadata_path: "labels.tsv" }')
    collection = open_path(tmp_path)
    assert {each.name: list(each.columns["label"]) for each in collection} == {"emb": [*"abc"], "other": [*"abc"]}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("layer_with_weights-0/embeddings/.ATTRIBUTES/VARIABLE_VALUE", "layer_with_weights-0/embeddings"),
        ("embeddings", "layer_with_weights-0/embeddings"),
        ("embedding", "layer_with_weights-0/embeddings"),
        ("Embedding:0", "layer_with_weights-0/embeddings"),
        ("word_embeddings", "layer_with_weights-0/embeddings"),
        ("layer_with_weights-1", "layer_with_weights-1/kernel"),
        ("dense/kernel:0", "layer_with_weights-1/kernel"),
    ],
)
def test_tensors_are_found_as_a_person_would(asked, found):
    suffix = "/.ATTRIBUTES/VARIABLE_VALUE"
    tensors = [
        TensorName(f"layer_with_weights-1/kernel{suffix}", "dense/kernel", (500, 2)),
        TensorName(f"layer_with_weights-0/embeddings{suffix}", "sequential/table", (100, 8)),
    ]
    assert matching(asked, tensors)[0].plain == found


def test_a_name_that_fits_to_nothing_lists_what_there_is(tmp_path):
    checkpoint(tmp_path, a=3, b=4)
    pbtxt(tmp_path, 'embeddings { tensor_name: "xyz" }')
    with pytest.raises(FormatError, match=r"no tensor 'xyz' in this checkpoint. It holds 'b' \(4 × 4\), 'a' \(3 × 3\)"):
        open_path(tmp_path / "projector_config.pbtxt")
    pbtxt(tmp_path, 'embeddings { tensor_name: "xyz" tensor_shape: 3 tensor_shape: 3 }')
    assert open_path(tmp_path)["xyz"].shape == (3, 3)


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


def pytorch_step(folder, step, n=3, labels="abc", config=True):
    place = folder / f"{step:05}" / "default"
    place.mkdir(parents=True)
    np.savetxt(place / "tensors.tsv", np.full((n, 2), step) + np.arange(n)[:, None], delimiter="\t")
    (place / "metadata.tsv").write_text("\n".join(labels) + "\n")
    if config:
        with (folder / "projector_config.pbtxt").open("a") as file:
            path = f"{step:05}/default"
            file.write(f'embeddings {{ tensor_name: "default:{step:05}" tensor_path: "{path}/tensors.tsv" ')
            file.write(f'metadata_path: "{path}/metadata.tsv" }}\n')


@pytest.mark.parametrize("config", [True, False])
def test_the_steps_that_pytorch_writes_are_one_embedding(tmp_path, config):
    for step in (0, 10, 200):
        pytorch_step(tmp_path, step, config=config)
    found = open_path(tmp_path)
    assert [each.name for each in found] == ["default"]
    recorded = found[0].recorded
    assert (recorded.steps, recorded.step, recorded.changing) == ((0, 10, 200), 200, frozenset())
    np.testing.assert_array_equal(recorded.at(10).vectors, [[10, 10], [11, 11], [12, 12]])
    assert list(recorded.at(10).columns["label"]) == [*"abc"]


def test_steps_of_another_shape_stand_apart_and_other_labels_change_with_the_step(tmp_path):
    pytorch_step(tmp_path, 1, n=5, labels="abcde")
    pytorch_step(tmp_path, 2)
    pytorch_step(tmp_path, 3, labels="xyz")
    found = open_path(tmp_path)
    assert [each.name for each in found] == ["default", "default:00001"]
    assert found[0].recorded.changing == {"label"}
    assert list(found[0].recorded.at(2).columns["label"]) == [*"abc"]


def test_a_damaged_last_step_leaves_the_others(tmp_path):
    for step in (1, 2, 3):
        pytorch_step(tmp_path, step)
    (tmp_path / "00003/default/tensors.tsv").write_text("")
    found = open_path(tmp_path)
    assert found[0].recorded.steps == (1, 2)
    assert any("'default:00003'" in note.message for note in found.notes)


def test_what_keras_3_writes_opens_by_the_rows_of_its_metadata(tmp_path):
    h5py = pytest.importorskip("h5py")
    (tmp_path / "train").mkdir()
    for epoch in (0, 1):
        with h5py.File(tmp_path / "train" / f"keras_embedding.ckpt-{epoch}.weights.h5", "w") as file:
            for layer, n in (("embedding", 5), ("embedding_1", 7)):
                file[f"layers/{layer}/vars/0"] = np.full((n, 4), epoch, "f4")
                file[f"layers/{layer}/vars"].attrs["name"] = layer
    entries = ""
    for n in (7, 5):
        (tmp_path / f"m{n}.tsv").write_text("".join(f"w{i}\n" for i in range(n)))
        entries += 'embeddings { tensor_name: "layer_with_weights-0/embeddings/.ATTRIBUTES/VARIABLE_VALUE" '
        entries += f'metadata_path: "m{n}.tsv" }}\n'
    pbtxt(tmp_path, entries)
    found = open_path(tmp_path)
    assert {each.name: each.shape for each in found} == {"embedding_1": (7, 4), "embedding": (5, 4)}
    assert list(found[1].columns["label"])[-1] == "w4"
    assert found[0].recorded.steps == (0, 1)
    assert found[0].recorded.at(0).vectors[0, 0] == 0
