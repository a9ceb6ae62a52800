"""Parquet and JSON lines."""

import json

import duckdb
import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path


def parquet(folder, query):
    path = folder / "table's [1].parquet"
    duckdb.connect().execute(f"COPY ({query}) TO '{str(path).replace(chr(39), chr(39) * 2)}'")
    return path


def test_a_column_of_lists_is_the_vector(tmp_path):
    path = parquet(tmp_path, "SELECT [i, 1, 2]::FLOAT[] AS v, 'w' || i AS word FROM range(5) t(i)")
    embedding = open_path(path)[0]
    assert embedding.dtype == np.float32
    np.testing.assert_array_equal(embedding.vectors[:, 0], range(5))
    assert embedding.columns["word"][4] == "w4"


def test_numbered_columns_are_the_vector(tmp_path):
    path = parquet(
        tmp_path, "SELECT i AS x_0, 1.5::DOUBLE AS x_1, 2 AS x_2, 3 AS x_3, i % 2 = 0 AS even FROM range(5) t(i)"
    )
    embedding = open_path(path)[0]
    assert embedding.shape == (5, 4)
    assert embedding.columns["even"].kind == "boolean"


def test_every_type_of_column_is_typed(tmp_path):
    path = parquet(
        tmp_path,
        """SELECT [1.0, i]::DOUBLE[2] AS v, CASE WHEN i <> 1 THEN i END AS n, i / 3 AS f, 'k' || i % 2 AS k,
        DATE '2020-01-01' + i::INT AS day, {'a': i} AS s, 'x'::BLOB AS b, 1.5::DECIMAL(9, 2) AS m FROM range(9) t(i)""",
    )
    embedding = open_path(path)[0]
    kinds = {name: column.kind for name, column in embedding.columns.items()}
    assert kinds == {"n": "integer", "f": "number", "k": "category", "day": "time", "s": "text", "m": "number"}
    assert embedding.columns["n"][1] is None
    assert "b" in embedding.notes[0].message


def test_lists_of_other_lengths_are_named_and_move_no_other(tmp_path):
    path = parquet(tmp_path, "SELECT CASE i WHEN 7 THEN NULL ELSE [i, 1]::FLOAT[] END AS v FROM range(300) t(i)")
    embedding = open_path(path)[0]
    assert np.isnan(embedding.vectors[7]).all()
    assert embedding.vectors[8, 0] == 8
    assert "row 8: the list in 'v' has none, not 2" in embedding.notes[0].message


def test_lists_of_any_length_beside_a_vector_are_a_column(tmp_path):
    path = parquet(tmp_path, "SELECT [1, 2]::FLOAT[] AS v, range(i) AS tokens FROM range(5) t(i)")
    assert open_path(path)[0].columns["tokens"][2] == "[0, 1]"
    with pytest.raises(FormatError, match="the list in 'tokens' is empty"):
        open_path(parquet(tmp_path, "SELECT range(i) AS tokens FROM range(9) t(i)"))


def test_a_table_without_vectors_names_its_columns(tmp_path):
    with pytest.raises(FormatError, match="its columns are 'text', 'rating'"):
        open_path(parquet(tmp_path, "SELECT 'a' AS text, i AS rating FROM range(5) t(i)"))


def test_json_lines_and_arrays_open(tmp_path):
    rows = [{"word": f"00{i}", "v": [i, 0.5], "n": None if i == 1 else i} for i in range(4)]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    (tmp_path / "a.json").write_text(json.dumps(rows))
    for name in ("a.jsonl", "a.json"):
        embedding = open_path(tmp_path / name)[0]
        np.testing.assert_array_equal(embedding.vectors, [row["v"] for row in rows])
        assert list(embedding.columns["word"]) == ["000", "001", "002", "003"]
        assert list(embedding.columns["n"]) == [0, None, 2, 3]


def test_a_line_that_is_not_json_is_named(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"v": [1, 2]}\n{"v": [1, 2\n{"v": [3, 4]}\n')
    with pytest.raises(FormatError, match="line 2: "):
        open_path(tmp_path / "a.jsonl")


def test_the_map_of_papers_opens_with_coordinates_and_layers(shared_data):
    embedding = open_path(shared_data / "tables" / "arxiv_ml_map.parquet")[0]
    assert embedding.shape == (117592, 2)
    assert embedding.coordinates[0].values.shape == (117592, 2)
    assert [embedding.columns[f"layer{i}"].kind for i in range(5)] == ["category"] * 5
