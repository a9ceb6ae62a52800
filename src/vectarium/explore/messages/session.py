"""The work that goes on, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from vectarium.explore.messages.kinds import JobState


@dataclass(frozen=True)
class JobMessage:
    """The state of a piece of work, pushed over the WebSocket ``api/session`` whenever it changes.

    ``job`` is ``"open"`` for the reading of files. ``fraction`` runs from 0 to 1, ``text`` says what
    is being done, ``error`` why it failed. ``DELETE api/jobs/{job}`` cancels it;
    ``POST api/jobs/{job}/pause`` and ``POST api/jobs/{job}/resume`` hold and go on with t-SNE and UMAP.
    """

    job: str
    state: JobState
    fraction: float = 0.0
    text: str = ""
    error: str = ""


@dataclass(frozen=True)
class ErrorMessage:
    """The body of every answer with a status of 400 and above: what failed and what to do."""

    error: str
    allowed: list[str] = field(default_factory=list)
