"""Numbers out of text: the kernel reads what Python reads, or says that it does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectarium._native import number_text
from vectarium.formats import numbers
from vectarium.formats.numbers import parse_lines

ODD = [
    "nan",
    "-inf",
    "Infinity",
    "+1",
    "1e5",
    "1.",
    ".5",
    "-0",
    "1e-50",
    "1e39",
    "0x10",
    "1_000",
    "",
    "1e",
    "--1",
    "nan(1)",
]
ODD += ["1e400", "1d5", "١", "+-1", "1,5", "infinit", " 2", "2 ", "9" * 60, "0." + "0" * 60 + "1"]
number = st.sampled_from(ODD) | st.floats(allow_nan=True).map(repr) | st.floats(width=32).map("{:.9g}".format)


def in_python(lines, delimiter, d):
    """The same by Python's own parser, as float32; None where a line is anything else."""
    rows = []
    for line in lines:
        fields = line.rstrip(" \t\r").split(delimiter)
        try:
            row = [float(each) for each in fields]
        except ValueError:
            return None
        if len(row) != d or any("_" in each for each in fields):
            return None
        rows.append(row)
    with np.errstate(over="ignore"):
        return np.array(rows, np.float64).astype(np.float32)


@settings(max_examples=400, deadline=None)
@given(
    rows=st.lists(st.lists(number, min_size=2, max_size=3), min_size=1, max_size=6), delimiter=st.sampled_from("\t,;")
)
def test_what_the_kernel_reads_is_what_python_reads(rows, delimiter):
    lines = [delimiter.join(row) for row in rows]
    found = number_text("".join(f"{line}\n" for line in lines).encode(), delimiter, len(rows[0]), False, 2)
    if found is not None:
        np.testing.assert_array_equal(found[0], in_python(lines, delimiter, len(rows[0])))


@given(values=st.lists(st.floats(allow_infinity=False, width=32), min_size=1, max_size=30), threads=st.integers(1, 5))
def test_plain_numbers_are_always_read_on_any_number_of_threads(values, threads):
    text = "".join(f"{value!r}\t{value:.9g}\r\n" for value in values).encode()
    found, words = number_text(text, "\t", 2, False, threads)
    np.testing.assert_array_equal(found, np.array([values, values], "f4").T)
    assert words is None


def test_words_stand_before_numbers():
    found, places = parse_lines("the 1 2 \n日本 3 4\n1 5   6\n".encode(), " ", 2, words=True)
    np.testing.assert_array_equal(found, [[1, 2], [3, 4], [5, 6]])
    assert places.tolist() == [[0, 3], [9, 15], [20, 21]]


@pytest.mark.parametrize("text", [b"", b"1\t2", b"1\t2\n\n", b"1\n", b"1\t2\t3\n", b"\t1\n", b"1\t2\x00\n", b"\n" * 9])
def test_lines_that_are_not_as_they_should_be_are_left_to_others(text):
    assert parse_lines(text, "\t", 2) is None


@pytest.mark.parametrize("d", [0, 1 << 40, (1 << 63) - 1])
def test_no_number_of_dimensions_allocates_what_is_not_there(d):
    assert number_text(b"1\t2\n" * 100, "\t", d, False, 2) is None


def test_blocks_are_read_the_same_by_the_kernel_and_without(tmp_path, monkeypatch):
    from vectarium.formats import open_path

    rows = np.random.default_rng(0).standard_normal((50, 4))
    np.savetxt(tmp_path / "a.tsv", rows, delimiter="\t")
    (tmp_path / "a.vec").write_text(
        "50 4\n" + "".join(f"w{i} {' '.join(map(repr, row))}\n" for i, row in enumerate(rows.tolist()))
    )
    fast = [open_path(tmp_path / name)[0] for name in ("a.tsv", "a.vec")]
    for module in ("number_lines", "word_text"):
        monkeypatch.setattr(f"vectarium.formats.{module}.parse_lines", lambda *_, **__: None)
    slow = [open_path(tmp_path / name)[0] for name in ("a.tsv", "a.vec")]
    for one, other in zip(fast, slow, strict=True):
        np.testing.assert_array_equal(one.vectors, other.vectors)
    assert list(fast[1].columns["word"]) == list(slow[1].columns["word"])
    assert numbers.THREADS >= 1
