"""What is done to an embedding's vectors before they are projected or compared, found once and used by all.

A preparation is of all points of an embedding, be the picture of all of them or of some, so that every picture, every
fidelity and every list of neighbours that names it is of one and the same space.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from vectarium.data import Embedding
from vectarium.errors import ParameterError
from vectarium.explore.jobs import Progress
from vectarium.explore.messages.kinds import Preparation as PreparationName

if TYPE_CHECKING:
    from vectarium.project import Preparation

# Each holds some numbers a dimension, or a matrix of components.
MOST_KEPT = 16
MOST_COMPONENTS = 2000

SAID: dict[PreparationName, str] = {
    "raw": "",
    "centred": "centred",
    "unit": "unit norm",
    "spherized": "spherized (centred, unit norm)",
    "standardized": "standardized columns",
}


class Prepared:
    """A preparation of one embedding, fitted when it is first needed.

    Parameters
    ----------
    name
        What is done.
    reduced_to
        How many components are kept where it reduces.
    embedding
        Gives what it is fitted on.
    """

    def __init__(self, name: PreparationName, reduced_to: int, embedding: Callable[[], Embedding]) -> None:
        self.name: PreparationName = name
        self.reduced_to = reduced_to
        self._embedding = embedding
        self._found: Preparation | None = None
        self._lock = threading.Lock()

    @property
    def key(self) -> str:
        """A name that is the same for the same preparation."""
        return f"{self.name}{self.reduced_to}" if self.name == "reduced" else self.name

    @property
    def said(self) -> str:
        """What is done, in words."""
        return said(self.name, self.reduced_to)

    def keeps_distances(self, metric: str) -> bool:
        """Whether distances by a metric are the same without it."""
        from vectarium.project import Preparation

        return Preparation(self.name).keeps_distances(metric)

    def fitted(self, progress: Progress | None = None) -> Preparation:
        """It, ready to prepare vectors; whoever asks first waits for a pass over all of them."""
        from vectarium.project import Preparation

        while not self._lock.acquire(timeout=0.05):
            if progress is not None:
                progress(0, "Waiting for the vectors to be prepared")
        try:
            if self._found is None:
                embedding = self._embedding()
                made = Preparation(self.name, n_components=self.reduced_to)
                # Which vectors are finite takes a pass of its own, so it is used only where somebody looked already.
                self._found = made.fit_finite(embedding.vectors, vars(embedding).get("finite"), progress)
            return self._found
        finally:
            self._lock.release()


class Preparations:
    """The preparations of a session's embeddings."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int | None, str], Prepared] = OrderedDict()
        self._lock = threading.Lock()

    def find(
        self, place: tuple[int, int | None], embedding: Embedding, name: PreparationName, reduced_to: int = 50
    ) -> Prepared | None:
        """The one of that name, None where nothing is to be done.

        Parameters
        ----------
        place
            Which embedding it is of, and at which step.
        embedding
            It.
        name, reduced_to
            What is done.

        Raises
        ------
        ParameterError
            If it would keep no component, or too many.
        """
        if name == "raw":
            return None
        if not 1 <= reduced_to <= MOST_COMPONENTS:
            raise ParameterError(f"reduced_to is {reduced_to:,}; 1 to {MOST_COMPONENTS:,} components can be kept.")
        made = Prepared(name, min(reduced_to, embedding.shape[1]), lambda: embedding)
        with self._lock:
            kept = self._kept.setdefault((*place, made.key), made)
            self._kept.move_to_end((*place, made.key))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return kept


def said(name: PreparationName, reduced_to: int) -> str:
    """What a preparation does, in words; empty where it does nothing."""
    return f"{reduced_to} principal components first" if name == "reduced" else SAID[name]
