"""The tree of errors."""

import inspect
import re

import pytest

from vectarium import errors


@pytest.mark.parametrize(
    ("leaf", "builtin"),
    [
        (errors.FormatError, ValueError),
        (errors.ShapeError, ValueError),
        (errors.ColumnNotFoundError, KeyError),
        (errors.MissingExtraError, ImportError),
    ],
)
def test_leaves_are_of_the_builtin_that_fits(leaf, builtin):
    assert issubclass(leaf, builtin)
    assert issubclass(leaf, errors.VectariumError)


def test_the_tree_at_the_top_names_every_public_error():
    drawn = set(re.findall(r"\w+(?:Error|Warning)", inspect.getdoc(errors).partition("Each message")[0]))
    assert set(errors.__all__) <= drawn


def test_a_missing_extra_prints_the_command():
    assert str(errors.MissingExtraError("torch", "torch")).endswith('pip install "vectarium[torch]"')


def test_a_place_stands_before_the_message():
    assert str(errors.FormatError("bad")) == "bad"
    assert str(errors.FormatError("bad", "a.tsv", 1200)) == "a.tsv, line 1,200: bad"
