"""Axes between groups of points, as the page asks for them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import ParameterError
from vectarium.explore.jobs import Progress
from vectarium.explore.messages.kinds import Among
from vectarium.explore.messages.projection import ProjectionMessage, ProjectRequest
from vectarium.explore.points import Points, Rows, check_rows
from vectarium.explore.projection import Projection, left_out, statement

if TYPE_CHECKING:
    from vectarium.project import Directed

LONGEST_NAME = 200


@dataclass(frozen=True, eq=False)
class Ends:
    """The groups at the ends of axes, two for each axis, the low one first.

    Parameters
    ----------
    names
        What they are called; empty where there is none.
    rows
        Their points; None where there is none.
    among
        Where one end of an axis is open: whether it stands for the mean of all points, or of those that are shown.
    shown
        The points that are shown at every step of a timeline; None: all.
    """

    names: tuple[str, ...]
    rows: tuple[Rows | None, ...]
    among: Among = "all"
    shown: Rows | None = None

    @cached_property
    def digest(self) -> str:
        """A name that is the same for the same groups."""
        found = hashlib.blake2b(f"{self.names} {self.among}".encode(), digest_size=12)
        for rows in self.rows:
            found.update(b"-" if rows is None else np.ascontiguousarray(rows).data)
            found.update(b"|")
        if self.shown is not None:
            found.update(np.ascontiguousarray(self.shown).data)
        return found.hexdigest()

    def find(
        self, points: Points, like: NDArray[np.float64] | None = None, progress: Progress | None = None
    ) -> Directed:
        """The axes, and where the points lie along them."""
        from vectarium.project import directed

        everything = np.arange(len(points.embedding)) if self.among == "all" and points.rows is not None else None
        pairs = []
        for low, high in zip(self.rows[::2], self.rows[1::2], strict=True):
            ends = (everything if low is None else low, everything if high is None else high)
            pairs.append(None if low is None and high is None else ends)
        return directed(
            points.source(progress),
            pairs,
            rows=None if points.rows is None else points.rows.astype(np.intp),
            finite=vars(points.embedding).get("finite"),
            like=like,
            progress=progress,
        )


def ends_from(request: Any, arrays: dict[str, NDArray[Any]], n: int) -> Ends | None:
    """The groups that a request names, with the rows beside it; None where its method needs none.

    Raises
    ------
    ParameterError
        If a group is not there, or no axis is given at all.
    """
    if request.method != "directions":
        return None
    names = request.ends or []
    if len(names) not in (4, 6):
        raise ParameterError(
            f"ends has {len(names)} names; two for each of 2 or 3 axes are needed, empty ones where open."
        )
    rows: list[Rows | None] = []
    for k, name in enumerate(names):
        given = arrays.get(f"end_{k}")
        if (given is None) != (not name):
            raise ParameterError(
                f"End {k} is called {name[:40]!r} and has {'no' if given is None else 'an'} array of rows."
            )
        if given is not None:
            check_rows(given, n)
        rows.append(given)
    if not any(names):
        raise ParameterError("No axis is given. Name the points at one end at least.")
    return Ends(tuple(name[:LONGEST_NAME] for name in names), tuple(rows), request.among)


def directed_projection(points: Points, request: ProjectRequest, ends: Ends, progress: Progress) -> Projection:
    """Project points onto axes between groups of them."""
    start = time.perf_counter()
    progress(0, "Finding the axes")
    found = ends.find(points, progress=progress)
    m = len(points)
    message = ProjectionMessage(
        embedding=points.index,
        method=request.method,
        n_components=len(found.components),
        m=m,
        unplaced=m - found.used,
        variance_ratio=[float(share) for share in found.explained_variance_ratio],
        sentence=f"{said(ends.names, found)}, of {statement(points)}{left_out(m - found.used)}.",
        seconds=round(time.perf_counter() - start, 3),
        request=request,
        iteration=1,
        max_iter=1,
        finished=True,
        divergence=None,
        search="",
    )
    return Projection(message, found.scores, points.rows)


def said(names: Sequence[str], found: Directed) -> str:
    """What the axes are, in words, with the share of the variance that each holds and the angles between them."""
    shares = found.explained_variance_ratio
    axes = [f"{axis_name(names, k)} ({share:.1%})" for k, share in enumerate(shares)]
    angles = _angles(found.components)
    return f"Axes {' × '.join(axes)}{f', {angles}' if angles else ''}"


def axis_name(names: Sequence[str], k: int) -> str:
    """What an axis is called: ``man → woman``."""
    low, high = names[2 * k], names[2 * k + 1]
    return f"{low or 'the mean'} → {high or 'the mean'}" if low or high else "widest across"


def _angles(components: NDArray[np.float64]) -> str:
    """The angles between axes where they are not right, in degrees; empty where all are."""
    said: list[str] = []
    k = len(components)
    for a, b in combinations(range(k), 2):
        angle = round(float(np.degrees(np.arccos(np.clip(components[a] @ components[b], -1, 1)))))
        if angle != 90:
            said.append(f"{angle}° apart" if k == 2 else f"{a + 1} and {b + 1} {angle}° apart")
    return ", ".join(said)
