"""What is known to be right: a class, or a number, for each example or each of its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column
from vectarium.data.inference import as_array
from vectarium.errors import ParameterError, ShapeError

LABEL = "label"
MOST_CLASSES = 1 << 16


@dataclass(frozen=True, eq=False)
class Labels:
    """Classes as codes, or numbers.

    Parameters
    ----------
    values
        int64 codes, -1 where there is none, or float64 numbers: ``(n,)``, or ``(n, time)``.
    classes
        The names of the codes; empty for numbers.
    ordered
        Whether the classes stand in the order of the model's outputs. Of labels that are texts
        without a list of classes nobody can know that.
    """

    values: NDArray[Any]
    classes: tuple[str, ...]
    ordered: bool = True

    @property
    def are_classes(self) -> bool:
        """Whether these are classes, not numbers."""
        return self.values.dtype.kind == "i"

    def column(self, values: NDArray[Any] | None = None) -> Column:
        """The labels, or some of them ``(points,)``, as a column."""
        chosen = self.values if values is None else values
        if self.are_classes:
            return Column(LABEL, "category", chosen.astype(np.int32), self.classes)
        return Column(LABEL, "number", chosen.astype(np.float64))

    def named(self, classes: int) -> Labels:
        """The same with a name for each of so many classes of the model."""
        if not self.are_classes or len(self.classes) >= classes:
            return self
        return Labels(self.values, class_names(self.classes, classes), self.ordered)


def class_names(known: Sequence[str], classes: int) -> tuple[str, ...]:
    """The names of classes, numbers for those that have none."""
    return (*known, *(str(code) for code in range(len(known), classes)))


def labels_from(given: Any, classes: Sequence[str] | None, n: int) -> Labels | None:
    """Labels from what a person has: codes, texts, booleans, one-hot rows, numbers, ragged lists of them.

    Raises
    ------
    ShapeError
        If there is not one a example, or a token.
    ParameterError
        If a label is none of the classes.
    """
    if given is None:
        return None
    named = None if classes is None else tuple(map(str, classes))
    array = _rectangle(given)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim not in {1, 2} or len(array) != n:
        raise ShapeError(
            f"labels have shape {array.shape}; one for each of the {n:,} examples is needed, or for each token."
        )
    if _is_one_hot(array):
        array = array.argmax(1)
    if array.dtype.kind == "b":
        array = array.astype(np.int64)
    if array.dtype.kind == "f" and np.array_equal(array, np.round(array)) and named:
        array = array.astype(np.int64)  # 0.0 and 1.0, as binary cross-entropy wants them
    if array.dtype.kind == "f":
        return Labels(array.astype(np.float64), ())
    return _from_codes(array, named) if array.dtype.kind in "iu" else _from_texts(array, named)


def _rectangle(given: Any) -> NDArray[Any]:
    """An array; of lists that are not equally long, one padded with missing values."""
    array = as_array(given)
    if array.dtype != object:
        return array
    rows = list(array)
    if rows and all(isinstance(row, (list, tuple, np.ndarray)) for row in rows):
        width = max(map(len, rows))
        array = np.full((len(rows), width), None, dtype=object)
        for row, values in enumerate(rows):
            array[row, : len(values)] = list(values)
    return _of_plain_type(array)


def _of_plain_type(array: NDArray[Any]) -> NDArray[Any]:
    missing = np.equal(array, cast("Any", None)).astype(bool)
    present = array[~missing]
    if len(present) and all(isinstance(each, (int, np.integer, np.bool_)) for each in present):
        return np.where(missing, -1, array).astype(np.int64)
    if len(present) and all(isinstance(each, (int, float, np.number)) for each in present):
        return np.where(missing, np.nan, array).astype(np.float64)
    return array


def _is_one_hot(array: NDArray[Any]) -> bool:
    if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "fiub":
        return False
    return bool(((array == 0) | (array == 1)).all() and (array.sum(1) == 1).all())


def _from_codes(array: NDArray[Any], classes: tuple[str, ...] | None) -> Labels:
    codes = np.where(array < 0, -1, array).astype(np.int64)  # -100 is how PyTorch writes "ignore"
    largest = int(codes.max(initial=-1))
    if largest >= MOST_CLASSES:
        raise ParameterError(f"A label is {largest:,}; {MOST_CLASSES:,} classes are the most. Give numbers as floats.")
    if classes is not None and largest >= len(classes):
        raise ParameterError(f"A label is {largest}, but there are {len(classes)} classes: 0 to {len(classes) - 1}.")
    return Labels(codes, classes or class_names((), largest + 1))


def _from_texts(array: NDArray[Any], classes: tuple[str, ...] | None) -> Labels:
    texts = [None if each is None else str(each) for each in array.ravel().tolist()]
    listed = classes or tuple(sorted({each for each in texts if each is not None}))
    code = {name: index for index, name in enumerate(listed)}
    unknown = next((each for each in texts if each is not None and each not in code), None)
    if unknown is not None:
        raise ParameterError(f"The label {unknown!r} is none of the classes {', '.join(map(repr, listed[:8]))}.")
    codes = np.array([-1 if each is None else code[each] for each in texts], np.int64)
    return Labels(codes.reshape(array.shape), listed, ordered=classes is not None)
