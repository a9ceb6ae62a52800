"""What is read and written is documented."""

from pathlib import Path

import pytest

from vectarium.formats import READERS
from vectarium.formats.registry import FOLDER_READERS
from vectarium.share import WRITERS

PAGE = (Path(__file__).parents[2] / "docs" / "opening.md").read_text("utf-8")
SUFFIXES = sorted({suffix for reader in (*READERS, *FOLDER_READERS) for suffix in reader.suffixes} - {".gz", ".pbtxt"})


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_ending_that_is_read_is_on_the_page(suffix):
    assert f"`{suffix}`" in PAGE or f"{suffix}`" in PAGE


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_every_format_that_is_written_is_on_the_page(writer):
    assert f"`{writer.name}`" in PAGE
    assert all(f"`{suffix}`" in PAGE for suffix in writer.suffixes)
