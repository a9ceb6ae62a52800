"""CSV and TSV."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectarium.errors import FormatError
from vectarium.formats import open_path


def opened(folder, text, name="vectors.csv", **options):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_path(path, **options)[0]


def test_vectors_alone_have_no_header(tmp_path):
    embedding = opened(tmp_path, "1\t2\t3\n4\t5\t6\n", "vectors.tsv")
    np.testing.assert_array_equal(embedding.vectors, [[1, 2, 3], [4, 5, 6]])
    assert embedding.dtype == np.float32
    assert embedding.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "1,2\r\n3,4\r\n",
        "\ufeff1,2\n3,4",
        "1,2\n3,4\n\n\n",
        "1;2\n3;4\n",
        "1 2\n3 4\n",
        " 1 , 2\n3,4\n",
        '"1","2"\n3,4\n',
    ],
)
def test_line_ends_marks_blanks_and_delimiters_do_not_matter(tmp_path, text):
    embedding = opened(tmp_path, text)
    np.testing.assert_array_equal(embedding.vectors, [[1, 2], [3, 4]])
    assert embedding.notes == ()


def test_decimal_commas_are_read_between_semicolons(tmp_path):
    np.testing.assert_allclose(opened(tmp_path, "0,5;1,5\n2,5;3,5\n").vectors, [[0.5, 1.5], [2.5, 3.5]])


def test_numbered_columns_are_the_vector_in_the_order_of_their_numbers(tmp_path):
    embedding = opened(tmp_path, "word,x_1,x_0,x_2,x_3,count\na,1,0,2,3,7\nb,1,0,2,3,8\n")
    np.testing.assert_array_equal(embedding.vectors, [[0, 1, 2, 3]] * 2)
    assert list(embedding.columns["word"]) == ["a", "b"]
    assert list(embedding.columns["count"]) == [7, 8]


def test_a_header_of_plain_numbers_is_a_header(tmp_path):
    embedding = opened(tmp_path, ",0,1,2,3\n0,0.1,0.2,0.3,0.4\n1,0.1,0.2,0.3,0.4\n")
    assert embedding.shape == (2, 4)
    assert list(embedding.columns["index"]) == [0, 1]


def test_numeric_columns_are_the_vector_where_none_are_numbered(tmp_path):
    embedding = opened(tmp_path, "id,sepal,petal,class\n1,5.1,3.5,setosa\n2,4.9,3.0,virginica\n")
    assert embedding.shape == (2, 2)
    assert list(embedding.columns) == ["id", "sepal", "petal", "class"]
    assert "sepal, petal" in embedding.notes[0].message


def test_a_label_before_numbers_needs_no_header(tmp_path):
    embedding = opened(tmp_path, "cat\t0.5\t1\ndog\t2\t3\n", "a.tsv")
    np.testing.assert_allclose(embedding.vectors, [[0.5, 1], [2, 3]])
    assert list(embedding.columns["label"]) == ["cat", "dog"]


def test_coordinates_alone_are_vectors_too(tmp_path):
    embedding = opened(tmp_path, "tsne_x,tsne_y,title\n1,2,a\n3,4,b\n")
    assert embedding.shape == (2, 2)
    assert embedding.coordinates[0].name == "tsne"
    assert list(embedding.columns) == ["title"]


def test_coordinates_stand_beside_a_vector(tmp_path):
    embedding = opened(tmp_path, "a_0,a_1,a_2,a_3,UMAP1,UMAP2\n1,2,3,4,0.5,0.6\n5,6,7,8,0.7,0.8\n")
    assert embedding.shape == (2, 4)
    np.testing.assert_allclose(embedding.coordinates[0].values, [[0.5, 0.6], [0.7, 0.8]])


def test_a_column_that_spells_vectors_is_read(tmp_path):
    embedding = opened(tmp_path, 'word,vector\na,"[1, 2.5, 3]"\nb,"[4. 5.\n 6.]"\n')
    np.testing.assert_allclose(embedding.vectors, [[1, 2.5, 3], [4, 5, 6]])
    assert list(embedding.columns["word"]) == ["a", "b"]


def test_numbers_written_with_zeros_in_front_stay_text(tmp_path):
    embedding = opened(tmp_path, "code,x_0,x_1,x_2,x_3\n007,1,2,3,4\n008,1,2,3,4\n")
    assert list(embedding.columns["code"]) == ["007", "008"]


def test_quotes_hold_delimiters_and_line_ends(tmp_path):
    embedding = opened(tmp_path, 'word,a0,a1\n"x, ""y""\nz",1,2\nb,3,4\n')
    assert embedding.columns["word"][0] == 'x, "y"\nz'
    np.testing.assert_array_equal(embedding.vectors, [[1, 2], [3, 4]])


def test_a_quote_that_is_a_word_takes_nothing_with_it(tmp_path):
    embedding = opened(tmp_path, 'word\ta0\ta1\n"\t1\t2\nb\t3\t4\nc\t5\t6\n', "a.tsv")
    assert list(embedding.columns["word"]) == ['"', "b", "c"]
    assert "do not pair up" in embedding.notes[0].message


def test_a_bad_line_is_named_and_moves_no_other(tmp_path):
    lines = [f"{i},{i}" for i in range(200)]
    lines[6], lines[100] = "6,six", "1,2,3"
    embedding = opened(tmp_path, "\n".join(lines))
    assert embedding.shape == (200, 2)
    assert np.isnan(embedding.vectors[[6, 100]]).all()
    assert embedding.vectors[101, 0] == 101
    assert [(note.line, note.severity) for note in embedding.notes[:2]] == [(7, "fault"), (101, "fault")]
    assert "value 2 is 'six', not a number" in embedding.notes[0].message
    assert "it has 3 values, not 2" in embedding.notes[1].message


def test_a_bad_line_beside_columns_keeps_its_label(tmp_path):
    embedding = opened(tmp_path, "w,a0,a1\na,1,2\nb,x,4\nc,5,6\n")
    assert list(embedding.columns["w"]) == ["a", "b", "c"]
    assert np.isnan(embedding.vectors[1]).all()
    assert embedding.notes[0].line == 3


def test_many_bad_lines_are_an_error_that_names_the_first(tmp_path):
    with pytest.raises(FormatError, match=r"line 2: 2 of 3 rows cannot be read.*line 3: it has 3 values, not 2"):
        opened(tmp_path, "1,2\n3\n4,5,6\n")


def test_missing_numbers_are_nan_and_counted(tmp_path):
    embedding = opened(tmp_path, "1,2\n,4\n5,NA\n6,inf\n")
    assert np.isnan(embedding.vectors[1, 0])
    assert (
        "3 of 4 vectors of 'vectors' hold NaN or infinity; the first is row 1, dimension 0"
        in embedding.notes[0].message
    )


def test_blank_lines_between_vectors_are_told(tmp_path):
    embedding = opened(tmp_path, "1,2\n\n3,4\n\n")
    assert embedding.shape == (2, 2)
    assert (embedding.notes[0].line, embedding.notes[0].severity) == (2, "remark")


def test_numbers_too_large_for_32_bits_keep_64(tmp_path):
    assert opened(tmp_path, "1e300,2\n3,4\n").vectors[0, 0] == 1e300


def test_underscores_are_not_read_as_python_would(tmp_path):
    assert np.isnan(opened(tmp_path, "1,2\n1_0,2\n3,4\n").vectors[1]).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "empty"),
        (b"\n\n", "not one row"),
        (b"a,b\n", "only one line"),
        (b"word,other\na,b\nc,d\n", "No vectors in this table"),
        (b"1,2\n3,\xe9\n", r"line 2: Byte 3 of this line, 0xe9, is not UTF-8"),
        ("1,2\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_holds_no_vectors_is_refused_with_a_reason(tmp_path, text, message):
    with pytest.raises(FormatError, match=message):
        opened(tmp_path, text)


def test_one_dimension_one_point_and_two_hundred_columns_open(tmp_path):
    assert opened(tmp_path, "1\n2\n3\n").shape == (3, 1)
    assert opened(tmp_path, "1,2,3\n").shape == (1, 3)
    assert opened(tmp_path, ",".join(map(str, range(200, 400))) + "\n" + ",".join(["1"] * 200)).shape == (2, 200)


words = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1).filter(
    lambda text: text.strip() == text and not text.isspace() and text[0] not in "[\ufeff"
)


@given(st.lists(words, min_size=2, max_size=8))
def test_any_text_comes_back_from_a_quoted_file(tmp_path_factory, texts):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["word", "dim0", "dim1", "dim2", "dim3", "note"])
    writer.writerows([f"w{text}", 1, 2, 3, 4.5, "n"] for text in texts)
    embedding = opened(tmp_path_factory.mktemp("round"), out.getvalue())
    assert list(embedding.columns["word"]) == [f"w{text}" for text in texts]
    np.testing.assert_array_equal(embedding.vectors, [[1, 2, 3, 4.5]] * len(texts))


def test_progress_is_told_and_may_stop_the_work(tmp_path):
    seen = []
    opened(tmp_path, "1,2\n3,4\n", progress=lambda fraction, text: seen.append(fraction))
    assert seen[-1] == 1.0
