"""The explorer out of a script, a notebook or a test."""

from __future__ import annotations

import os
from inspect import isfunction
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Collection, Embedding, collection
from vectarium.errors import VectariumError
from vectarium.explore.jobs import explain
from vectarium.explore.launch import browse, has_browser, loader
from vectarium.explore.opening import path_loader
from vectarium.explore.server import Server
from vectarium.explore.session import OPENING, Load, Session

# How long to wait for an opening that may fail, before its failure is left to the page.
PATIENCE_WITH_BROWSER = 1.0
PATIENCE = 5.0


class Explorer:
    """A running explorer; ends with :meth:`close`, with its ``with`` block, or with the program.

    Parameters
    ----------
    session
        What is explored.
    port
        Where to listen; 0 for a free port.

    Examples
    --------
    >>> import numpy as np, vectarium as vt
    >>> with vt.show(np.eye(3), browser=False) as explorer:
    ...     explorer.url[:17]
    'http://127.0.0.1:'
    """

    def __init__(self, session: Session, port: int = 0) -> None:
        self._server = Server(session, port)
        session.begin()
        self._server.start()

    @property
    def url(self) -> str:
        """The address of the page, with its token. Who knows it sees the data."""
        return self._server.url

    @property
    def session(self) -> Session:
        """What is explored, with its jobs."""
        return self._server.session

    @property
    def selection(self) -> NDArray[np.intp]:
        """The rows that are selected in the page, in order, of the embedding that is looked at.

        Setting it selects in the page: rows in any order, a boolean array ``(n,)``, or None for nothing. Where several
        pages are open, it is what was selected last in any of them.

        Raises
        ------
        ParameterError
            If these are no rows of it.
        """
        return self.session.selected.rows

    @selection.setter
    def selection(self, rows: Any) -> None:
        selected = self.session.selected
        selected.choose(rows, len(self.session.embedding(selected.embedding)))

    def wait(self) -> None:
        """Keep a script alive until Ctrl-C."""
        try:
            while not self._server.is_closed:
                self._server.wait(0.5)
        except KeyboardInterrupt:
            self.close()

    def close(self) -> None:
        """Stop all work and free the port."""
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Explorer({self.url!r})"


def show(anything: Any, *, port: int = 0, browser: bool = True, hint: str = "", **parts: Any) -> Explorer:
    """Open the explorer on anything, and go on.

    Parameters
    ----------
    anything
        A path or several, a collection, an embedding, vectors of shape ``(n, d)``, or a function that
        is called with ``progress(fraction, text)`` and opens a collection.
    port
        Where to listen; 0 for a free port.
    browser
        Whether to open the default browser.
    hint
        One line on what to try, shown on the page.
    **parts
        With vectors: ``columns``, ``thumbnails``, ``coordinates`` and ``name``, as :func:`collection`
        takes them. With paths: ``metadata``, ``thumbnails``, ``images`` and ``name``.

    Returns
    -------
    Explorer
        Its ``url`` is the page; ``wait()`` keeps a script alive, ``close()`` ends it.

    Raises
    ------
    VectariumError
        If it is already clear that it cannot be opened.
    """
    explorer = Explorer(Session(_load(anything, parts), hint), port)
    opening = explorer.session.jobs[OPENING]
    opens = browser and has_browser()
    opening.wait(PATIENCE_WITH_BROWSER if opens else PATIENCE)
    if opening.state == "failed" and opening.failure is not None:
        explorer.close()
        failure = opening.failure
        raise failure if isinstance(failure, VectariumError) else VectariumError(explain(failure)) from failure
    if opens:
        browse(explorer.url)
    return explorer


def _load(anything: Any, parts: dict[str, Any]) -> Load:
    if isinstance(anything, Collection) or isfunction(anything):
        return loader(anything)
    if isinstance(anything, Embedding):
        return loader(Collection(anything.name, [anything]))
    paths = anything if isinstance(anything, (list, tuple)) else [anything]
    if paths and all(isinstance(path, (str, os.PathLike)) for path in paths):
        return path_loader([Path(path) for path in paths], **parts)
    return loader(collection(anything, **parts))
