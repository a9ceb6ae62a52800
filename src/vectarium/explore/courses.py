"""Numbers of every step of a training: measured in the background, those that are far apart first, and kept.

After a second a coarse curve stands, which then becomes finer. What was measured stays when the work is cancelled
and when the run grows: whoever asks again has only the rest measured.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from vectarium.errors import CancelledError, VectariumError
from vectarium.explore.jobs import Job, JobNotFoundError, Jobs, Progress, part
from vectarium.explore.workers import Workers

MOST_KEPT = 32

# Which step of which embedding.
Piece = tuple[int, int]
Measure = Callable[[int, int, Progress], Any]


class Course:
    """What is measured, and what is known of it.

    Parameters
    ----------
    about
        The request.
    pieces
        Each embedding and step, in the order in which they are measured.
    known
        The outcome of those that were; None where it failed.
    """

    # The step that somebody looks at: it is measured next, also while the work is under way.
    first: int | None = None

    def __init__(self, about: Any, pieces: Sequence[Piece], known: dict[Piece, Any]) -> None:
        self.about = about
        self.pieces = pieces
        self.known = known


class Courses:
    """The courses of a session.

    Parameters
    ----------
    jobs
        Where the work is listed.
    workers
        The threads that do it.
    """

    def __init__(self, jobs: Jobs, workers: Workers) -> None:
        self._jobs = jobs
        self._workers = workers
        self._known: OrderedDict[str, dict[Piece, Any]] = OrderedDict()
        self._courses: dict[str, Course] = {}
        self._newest: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(self, kind: str, about: Any, pieces: Sequence[Piece], measure: Measure, first: int | None = None) -> Job:
        """The job that measures what is not known yet, which may be over already.

        Parameters
        ----------
        kind
            What the job's name begins with.
        about
            What is asked for; its text names what is kept.
        pieces
            Each embedding and step, the first ones first.
        measure
            Called with an embedding, a step and ``progress``.
        first
            The step that is measured next, also where the work is under way; None: no other than before.
        """
        key = f"{kind}-{_digest(repr(about))}"
        name = f"{key}-{_digest(repr(sorted(pieces)))}"
        with self._lock:
            known = self._keep(key)
            course = self._courses.setdefault(name, Course(about, pieces, known))
            course.first = course.first if first is None else first

            def work(progress: Progress) -> Course:
                return _work(course, measure, progress)

            last = self._newest.get(key)
            if last is not None and last.name != name:
                last.cancel()
            job = self._newest[key] = self._jobs.start(name, work, workers=self._workers)
        return job

    def __getitem__(self, name: str) -> Course:
        """A course by its job's name, as far as it is known.

        Raises
        ------
        JobNotFoundError
            If there is none.
        """
        if name not in self._courses:
            raise JobNotFoundError(name, list(self._courses))
        return self._courses[name]

    def _keep(self, key: str) -> dict[Piece, Any]:
        known = self._known.setdefault(key, {})
        self._known.move_to_end(key)
        while len(self._known) > MOST_KEPT:
            gone, _ = self._known.popitem(last=False)
            for name in [each for each in self._courses if each.startswith(f"{gone}-")]:
                self._courses.pop(name)
                self._jobs.forget(name)
            self._newest.pop(gone, None)
        return known


def _work(course: Course, measure: Measure, progress: Progress) -> Course:
    count = len(course.pieces)
    left = [piece for piece in course.pieces if piece not in course.known]
    while left:
        done = count - len(left)
        piece = next((each for each in left if each[1] == course.first), left[0])
        left.remove(piece)
        index, step = piece
        share = part(progress, done / count, (done + 1) / count)
        share(0, f"step {step:,}")
        try:
            course.known[piece] = measure(index, step, share)
        except CancelledError:
            raise
        except VectariumError:  # a damaged snapshot does not take the others down
            course.known[piece] = None
    return course


def coarse_to_fine(steps: Sequence[int]) -> list[int]:
    """The last, the first, then those in the middle of the largest gaps.

    >>> coarse_to_fine([0, 1, 2, 3, 4, 5, 6])
    [6, 0, 4, 2, 1, 3, 5]
    """
    count = len(steps)
    order = dict.fromkeys([count - 1, 0] if count else [])
    stride = 1 << max(count - 1, 0).bit_length()
    while stride > 1:
        stride //= 2
        order.update(dict.fromkeys(range(stride, count, 2 * stride)))
    return [steps[position] for position in order]


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
