"""The Projector's rules for metadata, and what real files make of them."""

import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path


def attached(folder, text, n=3, name="meta_file.tsv"):
    np.save(folder / "v.npy", np.eye(n))
    (folder / name).write_bytes(text.encode())
    return open_path(folder / "v.npy", metadata=folder / name)[0]


def test_without_a_tab_line_one_is_a_label(tmp_path):
    assert list(attached(tmp_path, "a\r\nb\r\nc\r\n").columns["label"]) == ["a", "b", "c"]


def test_with_a_tab_line_one_is_the_header(tmp_path):
    columns = attached(tmp_path, "word\tcode\na\t007\nb\t08\nc\t9\n").columns
    assert list(columns["code"]) == ["007", "08", "9"]


def test_quotes_and_markup_are_kept_as_they_are(tmp_path):
    labels = ['"a', "<script>alert(1)</script>", "é, b"]
    assert list(attached(tmp_path, "\n".join(labels)).columns["label"]) == labels


def test_a_trailing_blank_line_is_no_label(tmp_path):
    embedding = attached(tmp_path, "word\tn\na\t1\nb\t2\nc\t3\n\n\n")
    assert embedding.notes == ()
    assert len(embedding.columns["word"]) == 3


def test_a_header_that_the_rules_do_not_allow_is_found_and_told(tmp_path):
    embedding = attached(tmp_path, "species\na\nb\na\n")
    assert list(embedding.columns["species"]) == ["a", "b", "a"]
    assert (embedding.notes[0].line, embedding.notes[0].severity) == (1, "remark")


def test_a_blank_first_line_is_passed_over_and_told(tmp_path):
    embedding = attached(tmp_path, "\na\nb\nc\n")
    assert list(embedding.columns["label"]) == ["a", "b", "c"]
    assert "Line 1 is blank" in embedding.notes[0].message


def test_more_rows_than_vectors_are_a_fault_with_both_numbers(tmp_path):
    embedding = attached(tmp_path, "a\nb\nc\na\nd\n")
    assert list(embedding.columns["label"]) == ["a", "b", "c"]
    assert "5 rows of metadata for 3 vectors" in embedding.notes[0].message


def test_fewer_rows_than_vectors_leave_the_rest_missing(tmp_path):
    embedding = attached(tmp_path, "a\nb\n")
    assert list(embedding.columns["label"]) == ["a", "b", None]
    assert "2 rows of metadata for 3 vectors" in embedding.notes[0].message


def test_a_table_without_a_header_is_found_by_its_count(tmp_path):
    embedding = attached(tmp_path, "a\t1\nb\t2\nc\t3\n")
    assert list(embedding.columns["column 1"]) == ["a", "b", "c"]
    assert "line 1 was taken as a row" in embedding.notes[0].message


def test_ragged_lines_are_named(tmp_path):
    embedding = attached(tmp_path, "w\tn\na\t1\nb\nc\t3\t4\n")
    assert list(embedding.columns["n"]) == [1, None, 3]
    assert embedding.notes[0].line == 3


def test_csv_parquet_json_and_npy_are_read_by_their_own_rules(tmp_path):
    assert list(attached(tmp_path, 'word,n\n"a, b",1\nc,2\nd,3\n', name="m.csv").columns["word"]) == ["a, b", "c", "d"]
    lines = '{"w": "a", "n": 1}\n{"w": "b", "n": null}\n{"w": "c", "n": 3}\n'
    assert list(attached(tmp_path, lines, name="m.jsonl").columns["n"]) == [1, None, 3]
    np.save(tmp_path / "labels.npy", np.array(["x", "y", "z"]))
    embedding = open_path(tmp_path / "v.npy", metadata=tmp_path / "labels.npy")[0]
    assert list(embedding.columns["label"]) == ["x", "y", "z"]


def test_an_empty_or_missing_file_is_an_error(tmp_path):
    with pytest.raises(FormatError, match="empty"):
        attached(tmp_path, "")
    with pytest.raises(FormatError, match="no such file"):
        open_path(tmp_path / "v.npy", metadata=tmp_path / "gone.tsv")
