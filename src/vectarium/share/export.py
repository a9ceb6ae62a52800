"""Writing a collection for other tools: ``vectarium export``, ``vectarium convert`` and ``vt.export``."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.errors import ParameterError
from vectarium.formats import Progress
from vectarium.share.registry import find_writer
from vectarium.share.writer import Writer


def export(
    collection: Collection | Embedding,
    path: str | PathLike[str],
    *,
    to: str | None = None,
    embedding: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> list[Note]:
    """Write what others can open.

    Parameters
    ----------
    collection
        What to write.
    path
        A file, or a folder where the format is one.
    to
        The format; None: by the path's ending.
    embedding
        The name of the only embedding to write.
    overwrite
        Whether what is there may be replaced.
    progress
        Called with the fraction done and what is being done. It may raise CancelledError.

    Returns
    -------
    list
        What the format does not hold.

    Raises
    ------
    ParameterError
        If the format is unknown, or holds one embedding and there are several, or something is there already.

    Examples
    --------
    >>> import tempfile, vectarium as vt
    >>> words = vt.collection([[1.0, 2.0]], columns={"word": ["a"]}, name="words")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = vt.export(words, f"{folder}/words.parquet")
    ...     print(vt.open(f"{folder}/words.parquet")["words"].columns["word"][0])
    a
    """
    out = Path(path).expanduser()
    writer = find_writer(out, to)
    chosen = _chosen(collection, embedding, writer)
    _check_place(out, writer, overwrite=overwrite)
    return writer.write(chosen, out, progress or _silent)


def _silent(fraction: float, text: str) -> None:
    """Progress that nobody listens to."""


def _chosen(given: Collection | Embedding, name: str | None, writer: Writer) -> Collection:
    collection = Collection(given.name, [given]) if isinstance(given, Embedding) else given
    if name is not None:
        return Collection(collection.name, [collection[name]])
    if len(collection) == 0:
        raise ParameterError(f"There is no embedding in {collection.name!r}, so there is nothing to write.")
    if len(collection) > 1 and not writer.several:
        names = ", ".join(repr(each.name) for each in collection.embeddings[:8])
        raise ParameterError(
            f"{writer.name} holds one embedding, and there are {len(collection):,}: {names}. Name one of them: "
            f"--embedding {collection[0].name!r}, or write all: --to tensorboard."
        )
    return collection


def _check_place(out: Path, writer: Writer, *, overwrite: bool) -> None:
    """Raise ParameterError where something would be written over that nobody allowed to."""
    if writer.folder and out.exists() and not out.is_dir():
        raise ParameterError(f"{writer.name} writes a folder, and {str(out)!r} is a file.")
    if not writer.folder and out.is_dir():
        raise ParameterError(f"{writer.name} writes a file, and {str(out)!r} is a folder.")
    taken = any(out.iterdir()) if out.is_dir() else out.exists()
    if taken and not overwrite:
        raise ParameterError(f"{str(out)!r} is there already. Write elsewhere, or allow it: --overwrite.")
    if not out.absolute().parent.is_dir() and not writer.folder:
        raise ParameterError(f"There is no folder {str(out.absolute().parent)!r}.")
