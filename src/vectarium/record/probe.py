"""The probe: fixed examples that are shown to the model at every snapshot.

>>> import numpy as np
>>> probe = Probe([[4, 7, 1], [9, 2]], labels=["noun", "verb"])
>>> probe
Probe(2 examples, labels: noun, verb)
>>> probe.mask
array([[ True,  True,  True],
       [ True,  True, False]])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column, Columns, RunWriter
from vectarium.data.columns import columns_from
from vectarium.data.inference import as_array, column_from_array
from vectarium.data.stored_vectors import real_array
from vectarium.errors import ParameterError, ShapeError
from vectarium.record.labels import Labels, class_names, labels_from
from vectarium.record.random_state import kept_random_state

INPUT = "input"
MASKS = ("attention_mask", "mask")
TARGETS = ("labels", "label", "targets", "target", "y")


class Probe:
    """Fixed examples whose activations and predictions are recorded.

    Parameters
    ----------
    inputs
        What goes into the model, with one row an example: an array or tensor ``(n, …)``; a tuple of
        them for a model with several arguments; a mapping from argument to array; a list of sequences
        of numbers, padded at the end where they are not equally long; or a data loader, which is read
        once, and leaves the random states as they were.
    labels
        What is right for each example, ``(n,)``, or for each token, ``(n, time)``: codes, texts,
        one-hot rows, or numbers. Negative codes and None are missing.
    columns
        What else is known of each example: a DataFrame, or a mapping from name to ``n`` values.
    tokens
        What stands at each position, as texts: a list of lists. They become the column ``token``
        where a point a token is recorded.
    mask
        Which positions are really there, ``(n, time)``. None: told by ``attention_mask`` among the
        inputs, by the lengths of ragged inputs or tokens, or by ``padding``.
    classes
        The names of what the model tells apart, in the order of its outputs.
    padding
        The number that fills up short sequences.
    batch_size
        How many examples go through the model at a time.
    description
        What the examples are, in words.

    Raises
    ------
    ShapeError
        If the parts do not have the same number of examples, or there is none.
    """

    def __init__(
        self,
        inputs: Any,
        labels: Any = None,
        *,
        columns: Any = None,
        tokens: Any = None,
        mask: Any = None,
        classes: Sequence[str] | None = None,
        padding: int | None = None,
        batch_size: int = 256,
        description: str = "",
    ) -> None:
        if _is_loader(inputs):
            inputs, found = _read_loader(inputs)
            labels = found if labels is None else labels
        self.form = "named" if isinstance(inputs, Mapping) else "listed" if isinstance(inputs, tuple) else "one"
        lengths: NDArray[np.int64] | None = None
        self.inputs: dict[str, NDArray[Any]] = {}
        for name, given in _named(inputs).items():
            self.inputs[name], ragged = _array(name, given, 0 if padding is None else padding)
            lengths = ragged if lengths is None else lengths
        self.ragged = lengths is not None
        self.n = self._count()
        self.batch_size = max(1, int(batch_size))
        self.description = description
        self.labels: Labels | None = labels_from(labels, classes, self.n)
        self.classes = tuple(map(str, classes)) if classes is not None else ()
        self.columns: Columns = columns_from(columns, self.n)
        self.tokens: list[list[str]] | None = None if tokens is None else [list(map(str, row)) for row in tokens]
        if self.tokens is not None and len(self.tokens) != self.n:
            raise ShapeError(f"There are tokens of {len(self.tokens):,} examples; the probe has {self.n:,}.")
        self.mask: NDArray[np.bool_] | None = self._mask(mask, lengths, padding)

    def __repr__(self) -> str:
        shown = ", ".join((self.classes or (self.labels.classes if self.labels else ()))[:6])
        return f"Probe({self.n:,} example{'' if self.n == 1 else 's'}{f', labels: {shown}' if shown else ''})"

    def __len__(self) -> int:
        return self.n

    def _count(self) -> int:
        sizes = {name: len(each) if each.ndim else 0 for name, each in self.inputs.items()}
        n = next(iter(sizes.values()), 0)
        if n == 0:
            raise ShapeError("The probe has no example: give at least one.")
        if len(set(sizes.values())) > 1:
            said = ", ".join(f"{name!r} {size:,}" for name, size in sizes.items())
            raise ShapeError(f"The probe's inputs do not have the same number of examples: {said}.")
        return n

    def _mask(self, given: Any, lengths: NDArray[np.int64] | None, padding: int | None) -> NDArray[np.bool_] | None:
        if given is None:
            given = next((self.inputs[name] for name in MASKS if name in self.inputs), None)
        if given is None and lengths is None and padding is not None:
            whole = (each for each in self.inputs.values() if each.ndim == 2 and each.dtype.kind in "iu")
            given = next((each != padding for each in whole), None)
        if given is None and lengths is None and self.tokens is not None:
            lengths = np.array([len(row) for row in self.tokens], np.int64)
        if given is None:
            return None if lengths is None else np.arange(self._width(lengths)) < lengths[:, None]
        mask = np.asarray(as_array(given)).astype(bool)
        if mask.ndim != 2 or len(mask) != self.n:
            raise ShapeError(f"The probe's mask has shape {mask.shape}; ({self.n:,}, time) is needed.")
        return mask

    def _width(self, lengths: NDArray[np.int64]) -> int:
        first = next(iter(self.inputs.values()))
        return max(int(lengths.max()), first.shape[1] if first.ndim == 2 else 0)

    def take(self, rows: NDArray[np.intp]) -> Any:
        """Some examples, in the form in which the inputs were given."""
        taken = {name: each[rows] for name, each in self.inputs.items()}
        if self.form == "named":
            return taken
        return tuple(taken.values()) if self.form == "listed" else taken[INPUT]

    def batches(self) -> Iterator[NDArray[np.intp]]:
        """The rows of one batch after another."""
        for start in range(0, self.n, self.batch_size):
            yield np.arange(start, min(self.n, start + self.batch_size))

    def store(self, writer: RunWriter, classes: int | None) -> None:
        """Write it into a run, once.

        Parameters
        ----------
        writer
            The run's.
        classes
            How many the model tells apart, None where it does not.
        """
        arrays = {name: each for name, each in self.inputs.items() if each.dtype.kind in "fiub"}
        texts = [
            column_from_array(name, each) for name, each in self.inputs.items() if name not in arrays and each.ndim == 1
        ]
        labels = None if self.labels is None or classes is None else self.labels.named(classes)
        labels = self.labels if labels is None else labels
        if labels is not None and labels.values.ndim == 2:
            arrays["labels"] = labels.values
        if self.mask is not None and not any(name in arrays for name in MASKS):
            arrays["mask"] = self.mask
        names = class_names(self.classes or (labels.classes if labels else ()), classes or 0)
        writer.add_probe(arrays, columns=self.example_columns(texts), classes=names, description=self.description)

    def example_columns(self, more: Sequence[Column] = ()) -> Columns:
        """What is known of each example: its columns, its text, its label."""
        known = list(more)
        if self.tokens is not None and "text" not in self.columns:
            known.append(column_from_array("text", [" ".join(row) for row in self.tokens]))
        if self.labels is not None and self.labels.values.ndim == 1:
            known.append(self.labels.column())
        return self.columns.joined(known)

    def point_columns(self, example: NDArray[np.int64], position: NDArray[np.int64] | None) -> Columns:
        """What is known of points that are examples, or tokens of them.

        Parameters
        ----------
        example
            Which example each point is of, ``(points,)``.
        position
            Where in it, ``(points,)``; None for whole examples.
        """
        of_examples = self.example_columns().take(example)
        if position is None:
            return of_examples
        made = [column_from_array("sentence", example), column_from_array("position", position)]
        if self.tokens is not None:
            made.insert(0, column_from_array("token", [self._token(*at) for at in zip(example, position, strict=True)]))
        if self.labels is not None and self.labels.values.ndim == 2 and position.max() < self.labels.values.shape[1]:
            made.append(self.labels.column(self.labels.values[example, position]))
        return Columns(made).joined(of_examples.values())

    def _token(self, example: int, position: int) -> str | None:
        assert self.tokens is not None
        row = self.tokens[example]
        return row[position] if position < len(row) else None


def probe_from(given: Any) -> Probe | None:
    """The probe itself, or one of the inputs that were given instead."""
    return given if given is None or isinstance(given, Probe) else Probe(given)


def _named(inputs: Any) -> dict[str, Any]:
    if isinstance(inputs, Mapping):
        return {str(name): each for name, each in inputs.items()}
    if isinstance(inputs, tuple):
        return {f"{INPUT} {index}": each for index, each in enumerate(inputs)}
    return {INPUT: inputs}


def _array(name: str, given: Any, padding: int) -> tuple[NDArray[Any], NDArray[np.int64] | None]:
    """One input as an array, and the lengths of its rows where it was ragged."""
    if isinstance(given, (list, tuple)) and given and all(isinstance(row, (list, tuple, np.ndarray)) for row in given):
        lengths = [len(row) for row in given]
        if len(set(lengths)) > 1:
            return _padded(name, given, lengths, padding)
        return np.asarray(given), None
    array = as_array(given)
    if array.dtype.kind in "OUS" and all(isinstance(each, (str, bytes)) for each in array.ravel()):
        return array.astype(object), None
    return np.array(real_array(name, array if isinstance(given, (list, tuple)) else given)), None


def _padded(name: str, rows: Sequence[Any], lengths: list[int], padding: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    first = np.asarray(rows[int(np.argmax(lengths))])
    if first.ndim != 1 or first.dtype.kind not in "iuf":
        raise ParameterError(f"The rows of {name!r} are not equally long and no plain numbers; pad them to one length.")
    array = np.full((len(rows), max(lengths)), padding, first.dtype)
    for row, values in enumerate(rows):
        array[row, : len(values)] = values
    return array, np.array(lengths, np.int64)


def _is_loader(inputs: Any) -> bool:
    plain = isinstance(inputs, (Mapping, list, tuple, np.ndarray)) or hasattr(inputs, "__array__")
    return not plain and hasattr(inputs, "__iter__")


def _read_loader(loader: Any) -> tuple[Any, Any]:
    """All batches of a data loader joined: inputs and, where it gives pairs, labels."""
    with kept_random_state():
        batches = list(loader)
    if not batches:
        raise ShapeError("The probe's data loader gives no batch.")
    start = batches[0]
    if isinstance(start, Mapping):
        joined = {str(name): _joined([each[name] for each in batches]) for name in start}
        target = next((name for name in TARGETS if name in joined), None)
        return joined, None if target is None else joined.pop(target)
    if isinstance(start, (list, tuple)) and len(start) == 2:
        return _joined([each[0] for each in batches]), _joined([each[1] for each in batches])
    if isinstance(start, (list, tuple)):
        parts = tuple(_joined([each[index] for each in batches]) for index in range(len(start)))
        return (parts[0] if len(parts) == 1 else parts), None
    return _joined(batches), None


def _joined(parts: list[Any]) -> NDArray[Any]:
    return np.concatenate([real_array(INPUT, each) for each in parts])
