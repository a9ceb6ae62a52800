from __future__ import annotations

from pathlib import Path

from vectarium.explore import schema


def test_the_pages_types_are_those_of_the_server():
    hint = "run: python -m vectarium.explore.schema"
    written = Path(__file__).resolve().parents[2] / schema.TARGET
    assert written.read_text(encoding="utf-8") == schema.typescript(), hint


def test_types_are_written_as_typescript():
    text = schema.typescript()
    assert 'export type Metric = "cosine" | "euclidean";' in text
    assert "  thumbnails: ThumbnailsOutline | null;" in text
    assert "  values: (string | null)[];" in text
    assert "  k?: number;" in text
