"""What is right and what a model says, as codes of the same classes, however each of them is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column
from vectarium.errors import ParameterError

MOST_CLASSES = 1000
THRESHOLD = 0.5
MISSING = -1

Codes = NDArray[np.int32]
# The class of each point, and the names that the codes stand for.
Coded = tuple[Codes, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Two columns of the same points.

    Parameters
    ----------
    classes
        The names of what is told apart, in the model's order where that is known.
    labels, predictions
        int32 arrays ``(n,)``, codes into ``classes``; -1 is missing.
    said
        How a number was taken for a class, in words; empty where none was.
    """

    classes: tuple[str, ...]
    labels: Codes
    predictions: Codes
    said: str = ""

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Boolean ``(n,)``: the points that have both."""
        return (self.labels >= 0) & (self.predictions >= 0)

    def confusion(self) -> NDArray[np.int64]:
        """How many points of each class (row) are taken for each (column), ``(c, c)``."""
        count, judged = len(self.classes), self.judged
        cells = self.labels[judged].astype(np.int64) * count + self.predictions[judged]
        return np.bincount(cells, minlength=count * count).reshape(count, count)

    def rows(self, label: int | None, prediction: int | None, *, wrong: bool = False) -> NDArray[np.uint32]:
        """The points of a class that are taken for a class; None: for any."""
        wanted = self.judged
        for codes, code in ((self.labels, label), (self.predictions, prediction)):
            if code is None:
                continue
            if not 0 <= code < len(self.classes):
                raise ParameterError(f"There is no class {code}; there are {len(self.classes):,}, counted from 0.")
            wanted = wanted & (codes == code)
        if wrong:
            wanted = wanted & (self.labels != self.predictions)
        return np.flatnonzero(wanted).astype(np.uint32)


def compare(label: Column, prediction: Column, order: Sequence[str] = ()) -> Verdicts:
    """Bring what is right and what is predicted together.

    Parameters
    ----------
    label, prediction
        Categories, truth values, whole numbers or texts; a prediction may also be the probability of the second
        of two classes.
    order
        The model's classes in the order of its outputs, where that is known.

    Raises
    ------
    ParameterError
        If a column holds no classes, or too many.
    """
    right, names = coded(label)
    if prediction.kind == "number" and not _whole(prediction):
        said, both = _second_of(names, order, label, prediction)
        above = np.where(prediction.missing, MISSING, prediction.values > THRESHOLD).astype(np.int32)
        return _joined((right, names), (above, both), order, said)
    told, others = coded(prediction)
    said = ""
    if _counts(label, names, prediction, others):
        said = f"{label.name} counts the classes from 0"
        names = tuple(others[int(name)] for name in names)
    return _joined((right, _truth(names, others)), (told, _truth(others, names)), order, said)


def _joined(right: Coded, told: Coded, order: Sequence[str], said: str) -> Verdicts:
    """Both as codes of the same classes: those that occur, and those that the model could have said."""
    known = tuple(order) if set(told[1]) <= set(order) else ()
    classes = list(dict.fromkeys([*known, *right[1], *told[1]]))
    if not known and all(_is_whole(name) for name in classes):
        classes.sort(key=int)
    check_count(len(classes))
    place = {name: code for code, name in enumerate(classes)}
    labels, predictions = (_recoded(codes, [place[name] for name in names]) for codes, names in (right, told))
    return Verdicts(tuple(classes), labels, predictions, said)


def check_count(count: int) -> None:
    """Raise ParameterError where there are too many classes for a report."""
    if count > MOST_CLASSES:
        raise ParameterError(f"There are {count:,} classes; a report is made of up to {MOST_CLASSES:,}.")


def _recoded(codes: Codes, places: list[int]) -> Codes:
    return np.array([*places, MISSING], np.int32)[codes]  # the last entry is where code -1 lands


def coded(column: Column) -> Coded:
    """The class of each point of a column, and the names of those that occur; of a category all there are.

    Raises
    ------
    ParameterError
        If it holds no classes, or too many.
    """
    missing = column.missing
    if column.kind == "category":
        names = tuple(name for name in column.categories if name.strip())  # an empty text names no class
        places = {name: code for code, name in enumerate(names)}
        return _recoded(column.values, [places.get(name, MISSING) for name in column.categories]), names
    if column.kind == "time" or (column.kind == "number" and not _whole(column)):
        raise ParameterError(
            f"The column {column.name!r} holds {column.kind}s, no classes. Choose a column of categories, truth values "
            "or whole numbers."
        )
    values = column.values[~missing]
    distinct, codes = np.unique(values.astype(str) if column.kind == "text" else values, return_inverse=True)
    check_count(len(distinct))
    out = np.full(len(missing), MISSING, np.int32)
    out[~missing] = codes
    if column.kind == "boolean":
        return out, tuple("true" if each else "false" for each in distinct)
    return out, tuple(str(each) if column.kind == "text" else str(int(each)) for each in distinct)


def _whole(column: Column) -> bool:
    values = column.values[~column.missing]
    return bool((np.isfinite(values) & (np.abs(values) < 2**53)).all() and (values == np.floor(values)).all())


def _second_of(
    names: tuple[str, ...], order: Sequence[str], label: Column, prediction: Column
) -> tuple[str, tuple[str, ...]]:
    """The classes of a prediction that is a probability, and how it was read."""
    both = tuple(order) if len(order) == 2 and set(names) <= set(order) else tuple(sorted(names))
    values = prediction.values[~prediction.missing]
    if len(both) == 1 and both[0] in ("0", "1"):
        both = ("0", "1")
    if len(both) != 2 or values.min() < 0 or values.max() > 1:
        raise ParameterError(
            f"The column {prediction.name!r} holds numbers from {values.min():.4g} to {values.max():.4g}, and "
            f"{label.name!r} {len(names):,} classes. A report needs a predicted class for each point or, with two "
            "classes, the probability of the second."
        )
    return f"{prediction.name} > {THRESHOLD:g} counts as {both[1]}", both


def _counts(label: Column, names: tuple[str, ...], prediction: Column, others: tuple[str, ...]) -> bool:
    """Whether labels are the numbers of classes whose names the prediction tells."""
    numbered = label.kind in ("integer", "number") and prediction.kind == "category" and len(others) > 0
    return (
        numbered
        and not set(names) & set(others)
        and all(_is_whole(name) and 0 <= int(name) < len(others) for name in names)
    )


def _truth(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Truth values called as the other column calls them, where that says 0 and 1."""
    if set(names) <= {"false", "true"} and others and set(others) <= {"0", "1"}:
        return tuple({"false": "0", "true": "1"}[name] for name in names)
    return names


def _is_whole(name: str) -> bool:
    return name.removeprefix("-").isdecimal() and name.isascii() and len(name) < 16
