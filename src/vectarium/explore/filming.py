"""Films that the page asks for: each a job that can be watched and cancelled, and a file that is there until the server ends."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from vectarium.errors import VectariumError
from vectarium.explore.films import FilmReel, Shot, Shown
from vectarium.explore.jobs import Job, Jobs, Progress
from vectarium.explore.messages.film import FilmRequest
from vectarium.explore.projections import UnfinishedError
from vectarium.explore.workers import Workers

FPS = {"mp4": 30.0, "webp": 20.0, "gif": 12.5}


class Filmmaker(Protocol):
    """Whoever paints a film: ``vectarium.share.film``, which this room does not know."""

    def __call__(self, reel: FilmReel, path: Path, *, progress: Progress, **options: Any) -> object:
        """Write the film of a reel."""
        ...


class Filming:
    """The films of a session.

    Parameters
    ----------
    shown
        What is explored.
    jobs
        Where the work is done.
    workers
        Its threads.

    Attributes
    ----------
    filmmaker
        Set once by whoever knows one; None: no films are made here.
    """

    filmmaker: Callable[..., object] | None = None

    def __init__(self, shown: Shown, jobs: Jobs, workers: Workers) -> None:
        self._shown, self._jobs, self._workers = shown, jobs, workers
        self._folder: Path | None = None

    def start(self, timeline: str, request: FilmRequest) -> Job:
        """The job that makes a film, which may be over already.

        Raises
        ------
        ParameterError
            If the timeline cannot be filmed so.
        VectariumError
            If nobody here makes films.
        """
        if Filming.filmmaker is None:
            raise VectariumError(
                "Films are made where the explorer was started by the command `vectarium` or by vt.show."
            )
        color, label = request.color, request.label if request.labels else ""
        shot = Shot(timeline, tuple(request.components), color, label, request.curve, request.regions)
        reel = FilmReel(self._shown, shot)
        content = json.dumps([timeline, asdict(request), list(reel.steps)], sort_keys=True)
        name = f"film-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}"
        options = {each: getattr(request, each) for each in ("width", "height", "theme", "speed", "regions")}
        options |= {"fps": request.fps or FPS[request.format], "seconds": request.seconds or None}

        def make(progress: Progress) -> Path:
            return self._make(name, reel, request.format, options, progress)

        return self._jobs.start(name, make, workers=self._workers)

    def path(self, name: str) -> Path:
        """The file of a film.

        Raises
        ------
        JobNotFoundError
            If there is none of that name.
        UnfinishedError
            If it is not made yet.
        """
        job = self._jobs[name]
        if not name.startswith("film-") or not isinstance(job.result, Path):
            raise UnfinishedError(f"The film {name!r} is {job.state}. Wait until its job is done.")
        return job.result

    def close(self) -> None:
        """Remove all files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _make(self, name: str, reel: FilmReel, ending: str, options: dict[str, Any], progress: Progress) -> Path:
        assert Filming.filmmaker is not None
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="vectarium-films-"))
        path = self._folder / f"{name}.{ending}"
        Filming.filmmaker(reel, path, progress=progress, **options)
        return path
