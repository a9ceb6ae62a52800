"""Every error that Vectarium raises on purpose, as one tree.

::

    VectariumError
    ├── FormatError (ValueError)            a file is not what it says, or is damaged
    │   ├── UnknownFormatError              no reader knows this file
    │   ├── TruncatedFileError              the file ends before its contents do
    │   └── UnsafeFileError                 reading it would run code
    ├── ShapeError (ValueError)             numbers of rows or dimensions do not fit together
    ├── ParameterError (ValueError)         a parameter outside of what is allowed
    ├── NotFittedError (ValueError,
    │                   AttributeError)     an estimator is used before it was fitted
    ├── QueryError (ValueError)             a search that cannot be understood
    ├── ColumnNotFoundError (KeyError)      no column of that name
    ├── EmbeddingNotFoundError (KeyError)   no embedding of that name
    ├── SnapshotNotFoundError (KeyError)    no snapshot of that step
    ├── LayerNotFoundError (KeyError)       a model has no layer of that name
    ├── LayerNotCalledError (RuntimeError)  a layer is there, but the model never calls it
    ├── RecordingError (RuntimeError)       a run cannot be written to; what is in it stays readable
    │   └── RunLockedError                  another process is writing to it
    ├── MissingExtraError (ImportError)     an optional package is needed
    └── CancelledError                      a person stopped a piece of work

    RecordingWarning (UserWarning)          a recording stopped or skipped a step; the training goes on

Each message says what failed, where, the value received, what is allowed, and the next step. The
leaves also inherit the built-in error that fits, so that ``except ValueError`` works as expected.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

__all__ = [
    "CancelledError",
    "ColumnNotFoundError",
    "EmbeddingNotFoundError",
    "FormatError",
    "LayerNotCalledError",
    "LayerNotFoundError",
    "MissingExtraError",
    "NotFittedError",
    "ParameterError",
    "QueryError",
    "RecordingError",
    "RecordingWarning",
    "RunLockedError",
    "ShapeError",
    "SnapshotNotFoundError",
    "TruncatedFileError",
    "UnknownFormatError",
    "UnsafeFileError",
    "VectariumError",
]


class VectariumError(Exception):
    """The root of all errors that Vectarium raises on purpose."""


class FormatError(VectariumError, ValueError):
    """A file is not what it says, or is damaged.

    Parameters
    ----------
    message
        What is wrong, what was expected, and the next step.
    path
        The file.
    line
        The line in it, counted from 1, where there are lines.
    """

    def __init__(self, message: str, path: Path | str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = None if path is None else Path(path)
        self.line = line

    def __str__(self) -> str:
        return f"{place(self.path, self.line)}{self.message}"


class UnknownFormatError(FormatError):
    """No reader knows this file."""


class TruncatedFileError(FormatError):
    """The file ends before its contents do."""


class UnsafeFileError(FormatError):
    """Reading the file would run code that somebody put into it."""


class ShapeError(VectariumError, ValueError):
    """Numbers of rows or dimensions do not fit together."""


class ParameterError(VectariumError, ValueError):
    """A parameter is outside of what is allowed."""


class NotFittedError(VectariumError, ValueError, AttributeError):
    """An estimator is asked for what only ``fit`` can tell; scikit-learn's error has the same bases."""


class QueryError(VectariumError, ValueError):
    """A search cannot be understood."""


class NameNotFoundError(VectariumError, KeyError):
    """A name that is not there, with the nearest ones that are."""

    what = "thing"

    def __init__(self, name: object, known: Iterable[str]) -> None:
        names = list(known)
        self.near = difflib.get_close_matches(str(name), names, n=3, cutoff=0.4) or names[:8]
        listed = ", ".join(repr(each) for each in self.near) or "none at all"
        super().__init__(f"There is no {self.what} {name!r}. The nearest of the {len(names)} there are: {listed}.")

    def __str__(self) -> str:  # KeyError would print the message in quotes
        return str(self.args[0])


class ColumnNotFoundError(NameNotFoundError):
    """No column has that name."""

    what = "column"


class EmbeddingNotFoundError(NameNotFoundError):
    """No embedding has that name."""

    what = "embedding"


class SnapshotNotFoundError(NameNotFoundError):
    """No snapshot has that step."""

    what = "snapshot of step"


class LayerNotFoundError(NameNotFoundError):
    """A model has no layer of that name."""

    what = "layer"


class LayerNotCalledError(VectariumError, RuntimeError):
    """A layer is there, but its call is not seen when the model runs, so it has no activations."""


class RecordingWarning(UserWarning):
    """A recording stopped, or skipped a step; the training goes on as if nothing had happened."""


class RecordingError(VectariumError, RuntimeError):
    """A run cannot be written to: a full disk, a lost directory, no permission.

    What was recorded before stays readable. The recorders turn it into a warning, since it must
    never stop a training.
    """


class RunLockedError(RecordingError):
    """Another process is writing to the run."""


class MissingExtraError(VectariumError, ImportError):
    """An optional package is needed for this.

    Parameters
    ----------
    package
        What could not be imported.
    extra
        The extra of Vectarium that brings it.
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f'This needs the package {package!r}. Install it with: pip install "vectarium[{extra}]"')


class CancelledError(VectariumError):
    """A person stopped a piece of work before it was done."""


def place(path: Path | None, line: int | None) -> str:
    """The start of a message that says where: ``words.tsv, line 3: ``, or nothing."""
    where = [] if path is None else [str(path)]
    where += [] if line is None else [f"line {line:,}"]
    return f"{', '.join(where)}: " if where else ""
