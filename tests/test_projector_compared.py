"""Every row of docs/projector-compared.md names a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "projector-compared.md"


def rows() -> list[tuple[str, ...]]:
    found = []
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and not line.startswith("|---") and cells[-1] != "Shown by":
            found.append(tuple(cells))
    return found


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:50])
def test_a_row_names_a_test_that_there_is(row: tuple[str, ...]) -> None:
    assert len(row) == 3
    file, name = re.fullmatch(r"`(tests/\S+\.py)::(test_\w+)`", row[2]).groups()  # type: ignore[union-attr]
    assert f"def {name}(" in (ROOT / file).read_text("utf-8")


def test_there_are_as_many_rows_as_the_projector_has_sides() -> None:
    assert len(rows()) > 45
