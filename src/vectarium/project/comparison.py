"""Two embeddings of the same points, compared: two training runs, two layers, two steps, two sets of word vectors.

Each may be turned, scaled and of other dimensions than the other, and still say the same. So nothing is compared
number by number. Which points are near each one is (`shared_neighbors`), and so is the form as a whole
(`linear_cka`); both are given with what chance alone would bring. For a picture, one is laid upon the other (`align`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Embedding, collection
from vectarium.errors import ParameterError
from vectarium.project.alignment import Alignment, align
from vectarium.project.matching import Matching, match
from vectarium.project.metric import check_k, check_metric
from vectarium.project.neighbors import neighbors
from vectarium.project.prepared import METRICS
from vectarium.project.principal import principal_components
from vectarium.project.progress import Progress, silent, stage, watched
from vectarium.project.similarity import LinearCKA, linear_cka, shared_neighbors

FEWEST = 3
# Turning by more directions than points can speak for would make any two clouds look alike.
POINTS_PER_DIRECTION = 10
MOST_DIRECTIONS = 10


@dataclass(frozen=True, eq=False)
class Comparison:
    """How alike two embeddings are, as wholes and point by point.

    Parameters
    ----------
    matching
        Which points are the same; those that hold NaN or infinity in either are left out.
    k
        How many nearest neighbours of each point were compared, among the shared points.
    kept
        float32 ``(m,)``: the share of each shared point's neighbours that are its neighbours in both.
    cka
        Linear centred kernel alignment, and its chance level.
    coordinates_a, coordinates_b
        float64 ``(n, p)``: all points of each along the principal components of the first, the second laid upon
        it; NaN where a point has no place.
    alignment
        How the second was laid upon the first.
    """

    matching: Matching
    k: int
    kept: NDArray[np.float32]
    cka: LinearCKA
    coordinates_a: NDArray[np.float64]
    coordinates_b: NDArray[np.float64]
    alignment: Alignment

    @property
    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The shared points as rows of either."""
        return self.matching.rows_a, self.matching.rows_b

    @property
    def overlap(self) -> float:
        """The mean share of neighbours that are kept."""
        return float(self.kept.mean(dtype=np.float64))

    @property
    def chance(self) -> float:
        """What that would be for points dealt out at random."""
        return self.k / (len(self.kept) - 1)

    def least_kept(self) -> NDArray[np.int64]:
        """The shared points as rows of the first, those that keep fewest neighbours first."""
        return self.matching.rows_a[np.argsort(self.kept, kind="stable")]

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        return f"{self.matching.sentence}: {said(self.k, self.overlap, self.chance, self.cka)}"

    def __repr__(self) -> str:
        return f"Comparison({self.sentence})"


@watched
def compare(
    a: Any,
    b: Any,
    *,
    ids: str | tuple[str, str] | None = None,
    k: int = 15,
    metric: str = "euclidean",
    n_components: int = 2,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare two embeddings of the same points: two runs, two layers, two steps, or two collections.

    Parameters
    ----------
    a, b
        Embeddings, collections that hold one, or arrays ``(n, d)`` and ``(n, e)``.
    ids
        The column that names the points, or a pair of columns; ``"row"`` for row by row. None: found out, see
        ``vectarium.project.matching.match``.
    k
        How many nearest neighbours of each point are compared; fewer than half of the points at most.
    metric
        The distance between neighbours, as :func:`vectarium.neighbors` takes it.
    n_components
        How many dimensions the aligned coordinates have.
    n_jobs
        How many threads; None and -1 stand for all cores. The result does not depend on it.
    progress
        Called with the share done and a text; may raise CancelledError.

    Returns
    -------
    Comparison

    Raises
    ------
    ParameterError
        If fewer than three points are shared, or a parameter is outside of what is allowed.
    ShapeError
        If nothing says which points are the same, and there are more of them in one.
    ColumnNotFoundError
        If there is no column called ``ids``.

    Notes
    -----
    Linear CKA: Kornblith et al., "Similarity of neural network representations revisited", 2019. Neighbours that
    are kept: the stability of Wendlandt, Kummerfeld and Mihalcea, "Factors influencing the surprising instability of
    word embeddings", 2018. The second picture is laid upon the first by orthogonal Procrustes and one scale, within as many leading principal
    components as there are ten points for, ten at most.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((40, 3))
    >>> found = compare(x, x[:, ::-1])
    >>> found.overlap, round(found.cka.value, 6)
    (1.0, 1.0)
    """
    report = progress or silent
    first, second = _embedding(a, "a"), _embedding(b, "b")
    k = check_k(k)
    check_metric(metric, METRICS)
    matching = finite_only(first, second, match(first, second, ids))
    k = few_enough(len(matching.rows_a), k)
    rows_a, rows_b = matching.rows_a, matching.rows_b
    x, y = first.vectors[rows_a], second.vectors[rows_b]
    near_x = neighbors(x, k, metric=metric, n_jobs=n_jobs, progress=stage(report, 0, 0.4))
    near_y = neighbors(y, k, metric=metric, n_jobs=n_jobs, progress=stage(report, 0.4, 0.8))
    kept = shared_neighbors(near_x.indices, near_y.indices, progress=stage(report, 0.8, 0.85))
    cka = linear_cka(x, y, progress=stage(report, 0.85, 0.95))
    scores = [leading(each, n_components) for each in (first, second)]
    alignment, placed = lay_upon(scores[1], scores[0], (rows_b, rows_a), n_components)
    shown = np.full((len(first), n_components), 0.0)
    shown[:, : scores[0].shape[1]] = scores[0][:, :n_components]
    return Comparison(matching, k, kept, cka, shown, placed, alignment)


def leading(embedding: Embedding, n_components: int = 2, *, progress: Progress | None = None) -> NDArray[np.float32]:
    """All points along their leading principal components, ``(n, r)``; NaN for those that hold NaN or infinity."""
    wanted = max(n_components, MOST_DIRECTIONS)
    found = principal_components(embedding.vectors, n_components=wanted, finite=embedding.finite, progress=progress)
    return found.scores.T


def lay_upon(
    x: NDArray[Any],
    onto: NDArray[Any],
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    n_components: int,
) -> tuple[Alignment, NDArray[np.float64]]:
    """Lay all points of one picture upon another by those that they share.

    Parameters
    ----------
    x, onto
        Arrays ``(n, p)`` and ``(m, q)``, the most telling dimensions first.
    rows
        The shared points as rows of either.
    n_components
        How many dimensions are seen; as many as the shared points can speak for are turned by.

    Returns
    -------
    The alignment, and where the points of ``x`` come to lie, ``(n, n_components)``.
    """
    directions = max(n_components, len(rows[0]) // POINTS_PER_DIRECTION)
    x, onto = x[:, :directions], onto[:, :directions]
    alignment = align(x[rows[0]], onto[rows[1]])
    placed = alignment.place(x)
    out = np.zeros((len(x), n_components))
    out[:, : placed.shape[1]] = placed[:, :n_components]
    return alignment, out


def finite_only(a: Embedding, b: Embedding, matching: Matching) -> Matching:
    """The shared points whose vectors are finite in both."""
    kept = np.ones(len(matching.rows_a), bool)
    for embedding, rows in ((a, matching.rows_a), (b, matching.rows_b)):
        if embedding.finite is not None:
            kept &= embedding.finite[rows]
    found = matching if kept.all() else matching.only(kept)
    if len(found.rows_a) < FEWEST:
        lost = len(kept) - len(found.rows_a)
        why = f", and {lost:,} more hold NaN or infinity in one of them" if lost else ""
        raise ParameterError(
            f"{a.name!r} and {b.name!r} share {len(found.rows_a):,} point{'s' * (len(found.rows_a) != 1)}{why}; at least "
            f"{FEWEST} are needed to compare who is near whom."
        )
    return found


def few_enough(m: int, k: int) -> int:
    """How many neighbours can be compared: fewer than half of the others, or any two spaces would seem alike."""
    return min(k, max(1, (m - 1) // 2))


def said(k: int, overlap: float, chance: float, cka: LinearCKA) -> str:
    """The numbers, in words."""
    near = f"{overlap:.0%} of each point's {k} nearest are the same (chance {chance:.1%})"
    whole = "" if np.isnan(cka.value) else f"; linear CKA {cka.value:.2f} (chance {cka.chance:.2f})"
    return f"{near}{whole}"


def _embedding(given: Any, name: str) -> Embedding:
    if isinstance(given, Embedding):
        return given
    made = given if isinstance(given, Collection) else collection(given, name=name)
    if len(made) != 1:
        raise ParameterError(
            f"{name} holds {len(made)} embeddings: {', '.join(repr(each.name) for each in made)}. Say which, such as "
            f"{name}={made.name!r}[{next(iter(made)).name!r}]."
            if len(made)
            else f"{name} holds no embedding."
        )
    return made[0]
