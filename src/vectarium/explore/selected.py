"""The selection that a program and its pages share: what was selected last, by either."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.explore.messages.editing import SelectMessage

Mask = NDArray[np.bool_]


class Selected:
    """What is selected, as a program sees it.

    Parameters
    ----------
    told
        Called when a program selects, so that the pages follow.
    """

    def __init__(self, told: Callable[[SelectMessage], None]) -> None:
        self._told = told
        self._lock = threading.Lock()
        self._masks: dict[int, Mask] = {}
        self.embedding = 0
        self.number = 0
        # What the program selected and no page has answered to yet, for pages that come.
        self.pending: SelectMessage | None = None

    def heard(self, embedding: int, mask: Mask | None) -> None:
        """A page selected, or looks at another embedding."""
        with self._lock:
            self.embedding, self.pending = embedding, None
            if mask is None or not mask.any():
                self._masks.pop(embedding, None)
            else:
                self._masks[embedding] = mask

    def mask(self, embedding: int) -> Mask | None:
        """What is selected of an embedding; None: nothing."""
        with self._lock:
            return self._masks.get(embedding)

    @property
    def rows(self) -> NDArray[np.intp]:
        """The rows selected of the embedding that is looked at, in order."""
        mask = self.mask(self.embedding)
        return np.zeros(0, np.intp) if mask is None else np.flatnonzero(mask)

    def choose(self, rows: Any, n: int) -> None:
        """A program selects, of the embedding that is looked at.

        Parameters
        ----------
        rows
            Rows in any order, a boolean array ``(n,)``, or None for nothing.
        n
            How many points there are.

        Raises
        ------
        ParameterError
            If these are no rows of it.
        """
        mask = chosen(rows, n)
        self.heard(self.embedding, mask)
        with self._lock:
            self.number += 1
            news = self.pending = SelectMessage(self.number, self.embedding)
        self._told(news)


def chosen(rows: Any, n: int) -> Mask:
    """Boolean array ``(n,)`` of what a person gives as rows."""
    if rows is None or (isinstance(rows, Sequence) and len(rows) == 0):
        return np.zeros(n, bool)
    array = np.asarray(rows)
    if array.dtype == bool and array.shape == (n,):
        return array.copy()
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ParameterError(
            f"A selection of shape {array.shape} and dtype {array.dtype} was given; whole numbers, one a row, or "
            f"{n:,} truth values are needed."
        )
    if array.size and (array.min() < 0 or array.max() >= n):
        wrong = array[(array < 0) | (array >= n)][0]
        raise ParameterError(f"The selection names row {wrong:,}; there are {n:,} points, counted from 0.")
    mask = np.zeros(n, bool)
    mask[array.astype(np.intp)] = True
    return mask
