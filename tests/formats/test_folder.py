"""Folders."""

import numpy as np
import pytest

from vectarium.errors import CancelledError, FormatError
from vectarium.formats import open_path


def test_everything_that_opens_is_in_it_and_what_fails_takes_nothing_down(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(3))
    np.savetxt(tmp_path / "b.tsv", np.eye(2), delimiter="\t")
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY\x01\x00")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "readme.txt").write_text("Words, and more words.")
    collection = open_path(tmp_path)
    assert [each.name for each in collection] == ["a", "b"]
    assert {note.path.name for note in collection.notes} == {"broken.npy", "empty.csv"}


def test_metadata_beside_is_attached_and_no_embedding_of_its_own(tmp_path):
    np.save(tmp_path / "vectors.npy", np.eye(3))
    (tmp_path / "metadata.tsv").write_text("word\tn\na\t1\nb\t2\nc\t3\n")
    collection = open_path(tmp_path)
    assert len(collection) == 1
    assert list(collection["vectors"].columns["n"]) == [1, 2, 3]


def test_each_file_takes_the_metadata_of_its_own_name(tmp_path):
    for name, n in (("x", 2), ("y", 3)):
        np.save(tmp_path / f"{name}.npy", np.eye(n))
        (tmp_path / f"{name}_metadata.tsv").write_text("".join(f"{name}{i}\n" for i in range(n)))
    collection = open_path(tmp_path)
    assert [list(each.columns["label"]) for each in collection] == [["x0", "x1"], ["y0", "y1", "y2"]]


def test_folders_below_are_looked_into_and_named(tmp_path):
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
        np.save(tmp_path / run / "v.npy", np.eye(2))
    assert [each.name for each in open_path(tmp_path)] == ["one/v", "two/v"]


def test_a_folder_of_nothing_says_what_could_be_in_it(tmp_path):
    with pytest.raises(FormatError, match=r"There is nothing in it; \.npy.*can be opened"):
        open_path(tmp_path)


def test_a_path_with_blanks_and_accents_opens(tmp_path):
    folder = tmp_path / "mes données [1] *"
    folder.mkdir()
    np.save(folder / "vecteurs d'été.npy", np.eye(2))
    (folder / "vecteurs d'été.csv").write_text("nom\na\nb\n")
    assert list(open_path(folder)[0].columns["nom"]) == ["a", "b"]


def test_a_missing_path_names_what_is_near(tmp_path):
    np.save(tmp_path / "vectors.npy", np.eye(2))
    with pytest.raises(FormatError, match=r"'vectors\.npy'"):
        open_path(tmp_path / "vectro.npy")


def test_a_name_of_ones_own_is_taken(tmp_path):
    np.save(tmp_path / "v.npy", np.eye(2))
    assert open_path(tmp_path / "v.npy", name="mine")["mine"].shape == (2, 2)


def test_opening_can_be_stopped(tmp_path):
    def stop(fraction, text):
        raise CancelledError("stopped")

    np.save(tmp_path / "v.npy", np.eye(2))
    for path in (tmp_path, tmp_path / "v.npy"):
        with pytest.raises(CancelledError, match="stopped"):
            open_path(path, progress=stop)


def test_metadata_goes_to_the_embeddings_that_it_fits(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(2))
    np.save(tmp_path / "b.npy", np.eye(3))
    (tmp_path / "words.csv").write_text("w\nx\ny\nz\n")
    collection = open_path(tmp_path, metadata=tmp_path / "words.csv")
    assert [list(each.columns) for each in collection] == [[], ["w"]]
    (tmp_path / "words.csv").write_text("w\n" + "x\n" * 9)
    with pytest.raises(FormatError, match="fits to none of the 2 embeddings"):
        open_path(tmp_path, metadata=tmp_path / "words.csv")
