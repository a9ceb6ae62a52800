"""Tables that name files which nobody meant to play."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vectarium.data import Embedding
from vectarium.data.columns import columns_from
from vectarium.errors import FormatError
from vectarium.explore.sounds import sound_file, sounds_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An opened folder with one sound, and one outside of it that is nobody's business."""
    opened = tmp_path / "opened"
    (opened / "clips").mkdir(parents=True)
    (opened / "clips" / "a.wav").write_bytes(b"RIFF")
    (opened / "secrets.txt").write_text("secret")
    (tmp_path / "outside.wav").write_bytes(b"RIFF")
    return opened


def embedding(folder: Path, *values: str) -> Embedding:
    vectors = np.eye(len(values))
    return Embedding("e", vectors, columns_from({"clip": list(values)}, len(values)), source=folder / "table.tsv")


@pytest.mark.parametrize(
    "value",
    [
        "../outside.wav",
        "clips/../../outside.wav",
        "clips\\..\\..\\outside.wav",
        "{outside}",
        "file://{outside}",
        "secrets.txt",
        "secrets.txt\0.wav",
        "clips",
        "clips/a.wav/../../secrets.txt",
        ".wav",
        "a" * 5000 + ".wav",
        "//server/share/a.mp3",
        "http://127.0.0.1/a.mp3",
        "/dev/stdin.wav",
    ],
)
def test_only_sounds_inside_are_found(folder, value):
    value = value.replace("{outside}", str(folder.parent / "outside.wav"))
    with pytest.raises(FormatError, match=r"audio file"):
        sound_file(embedding(folder, value, ""), folder, value)


def test_links_that_lead_out_or_to_something_else_are_not_followed(folder):
    (folder / "out.wav").symlink_to(folder.parent / "outside.wav")
    (folder / "other.wav").symlink_to(folder / "secrets.txt")
    (folder / "circle.wav").symlink_to(folder / "circle.wav")
    (folder / "away").symlink_to(folder.parent)
    for value in ("out.wav", "other.wav", "circle.wav", "away/outside.wav"):
        with pytest.raises(FormatError, match=r"audio file"):
            sound_file(embedding(folder, value), folder, value)


def test_a_link_that_stays_inside_is_followed(folder):
    (folder / "again.wav").symlink_to(folder / "clips" / "a.wav")
    assert sound_file(embedding(folder, "again.wav"), folder, "again.wav").name == "a.wav"


def test_a_card_tells_of_a_refused_file_without_reading_it(folder):
    (said,) = sounds_of(embedding(folder, "../outside.wav"), folder, 0)
    assert "leads out of the opened folder" in said.fault


def test_a_file_alone_opens_its_own_folder_and_no_further(folder):
    table = folder / "table.tsv"
    table.write_text("")
    assert sound_file(embedding(folder, "clips/a.wav"), table, "clips/a.wav").name == "a.wav"
    with pytest.raises(FormatError, match="leads out"):
        sound_file(embedding(folder, "../outside.wav"), table, "../outside.wav")
