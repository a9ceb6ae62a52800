"""Which tensors of a model are opened: the likely embedding tables, and any other one by its name.

A language model has three hundred matrices, of which one or two are tables of words. What is taken:

1. tensors whose name says so (``embed``, ``wte``, ``lookup`` …), and those with a row for each word of
   a vocabulary that lies in the file or beside it;
2. without one of those, matrices with many more rows than columns;
3. without one of those either, the largest matrices.

The others are named in a remark, with the way to open one of them: ``FILE::NAME``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.data.note import note_from_error
from vectarium.errors import CancelledError, EmbeddingNotFoundError, FormatError, VectariumError
from vectarium.formats.arrays import embedding_from_array
from vectarium.formats.numbers import with_nonfinite_note
from vectarium.formats.reader import Progress, part
from vectarium.formats.tensor import Tensor
from vectarium.formats.vocabulary import Vocabulary, vocabularies_beside, with_words

CALLED_TABLE = re.compile(
    r"embed|(^|[._/\-])(wte|wpe|emb|emb_l|tok_emb|pos_emb|token_embd|position_embd|syn0|lookup|vectors|word_vectors"
    r"|shared|(user|item|word|entity|relation)_(factors|emb|vecs|vectors))([._/\-:]|$)|lookup_table",
    re.IGNORECASE,
)
CALLED_OTHERWISE = re.compile(
    r"norm|linear|dense|proj|conv|mlp|attn|attention|rotary|mapping|gate|lora|kernel|bias", re.IGNORECASE
)
OPTIMIZER = re.compile(
    r"(^|[./])(\.?optimi[sz]ers?\w*|optim|exp_avg(_sq)?|max_exp_avg_sq|momentum_buffer|square_avg|adam|rmsprop"
    r"|adagrad|slot_variables|m|v)([./]|$)",
    re.IGNORECASE,
)
MOST_CALLED, MOST_TALL, MOST_LARGE = 24, 8, 3
FEWEST_ROWS = 4
TALL, TALL_ROWS = 4, 64
NAMED = 20


def collection_of_tensors(
    path: Path,
    tensors: Sequence[Tensor],
    progress: Progress,
    *,
    wanted: str | None = None,
    vocabularies: Sequence[Vocabulary] = (),
    notes: Sequence[Note] = (),
) -> Collection:
    """The embeddings of a model.

    Parameters
    ----------
    path
        The model's file.
    tensors
        All that it holds.
    progress
        Told for each tensor that is read.
    wanted
        The name of the only one to open; None: those that look like tables.
    vocabularies
        Words that the file itself holds; those of files beside it are looked for here.
    notes
        What there is to say about the file.

    Raises
    ------
    EmbeddingNotFoundError
        If no tensor has the wanted name.
    FormatError
        If nothing of it can be opened.
    """
    beside, more = vocabularies_beside(path)
    known = [*vocabularies, *beside]
    chosen = [named_tensor(tensors, wanted)] if wanted is not None else choose_tables(tensors, known)
    told = [*notes, *more]
    embeddings: list[Embedding] = []
    for index, tensor in enumerate(chosen):
        try:
            embeddings.append(_embedding(tensor, known, part(progress, index, len(chosen))))
        except CancelledError:
            raise
        except (VectariumError, OSError) as error:
            if wanted is not None:
                raise
            told.append(_fault(tensor, error))
    if not embeddings:
        raise _nothing(path, tensors, told)
    if wanted is None:
        told += [each for each in (_others_note(path, tensors, chosen),) if each]
    return Collection(path.name, embeddings, told)


def named_tensor(tensors: Sequence[Tensor], wanted: str) -> Tensor:
    """The tensor of a name, or the only one whose name ends in it.

    Raises
    ------
    EmbeddingNotFoundError
        If there is none.
    """
    exact = [tensor for tensor in tensors if tensor.name == wanted]
    ending = [tensor for tensor in tensors if re.search(rf"(^|[./]){re.escape(wanted)}$", tensor.name)]
    found = exact or (ending if len(ending) == 1 else [])
    if not found:
        raise EmbeddingNotFoundError(wanted, [tensor.name for tensor in tensors])
    return found[0]


def choose_tables(tensors: Sequence[Tensor], vocabularies: Sequence[Vocabulary] = ()) -> list[Tensor]:
    """The tensors that are likely tables of vectors, the likeliest first.

    Parameters
    ----------
    tensors
        All of a file.
    vocabularies
        A matrix with a row for each of their words is a table, whatever it is called.
    """
    matrices = [each for each in tensors if is_matrix(each) and not OPTIMIZER.search(each.name)]
    tall = [each for each in matrices if rows_of(each) >= FEWEST_ROWS]
    called = [each for each in tall if _is_table(each, vocabularies)]
    if called:
        return sorted(called, key=lambda each: (not _has_words(each, vocabularies), -rows_of(each)))[:MOST_CALLED]
    by_size = sorted(tall or matrices, key=lambda each: -each.size)
    shaped = [each for each in by_size if rows_of(each) >= max(TALL_ROWS, TALL * each.shape[-1])]
    return shaped[:MOST_TALL] or by_size[:MOST_LARGE]


def is_matrix(tensor: Tensor) -> bool:
    """Whether it has two dimensions, apart from ones in front: position tables are often ``(1, n, d)``."""
    return len(tensor.shape) >= 2 and set(tensor.shape[:-2]) <= {1} and min(tensor.shape) > 0 and tensor.shape[-1] > 1


def rows_of(tensor: Tensor) -> int:
    """How many vectors a matrix holds."""
    return tensor.shape[-2]


def is_called_table(name: str) -> bool:
    """Whether a name says that this is a table of embeddings.

    Examples
    --------
    >>> is_called_table("transformer.wte.weight"), is_called_table("embeddings.LayerNorm.weight")
    (True, False)
    """
    found = list(CALLED_TABLE.finditer(name))
    return bool(found) and not CALLED_OTHERWISE.search(name, found[-1].end())


def _is_table(tensor: Tensor, vocabularies: Sequence[Vocabulary]) -> bool:
    return tensor.is_table or is_called_table(tensor.name) or _has_words(tensor, vocabularies)


def _has_words(tensor: Tensor, vocabularies: Sequence[Vocabulary]) -> bool:
    return any(len(each) == rows_of(tensor) for each in vocabularies)


def _embedding(tensor: Tensor, vocabularies: Sequence[Vocabulary], progress: Progress) -> Embedding:
    progress(0.0, f"reading {tensor.name}")
    array = tensor.read(progress)
    if array.ndim > 2 and set(array.shape[:-2]) <= {1}:
        array = array.reshape(array.shape[-2:])
    elif array.ndim > 2:
        raise FormatError(
            f"{tensor.name!r} has shape {array.shape}; a matrix (n, d) is needed. "
            f"Save it as one: numpy.save(path, array.reshape(len(array), -1)).",
            tensor.source,
        )
    embedding = embedding_from_array(tensor.name, array, tensor.source)
    if tensor.remark:
        embedding = embedding.with_notes(Note(f"{tensor.name!r} is {tensor.remark}.", tensor.source, None, "remark"))
    return with_nonfinite_note(with_words(embedding, vocabularies))


def _fault(tensor: Tensor, error: Exception) -> Note:
    note = note_from_error(error) if isinstance(error, VectariumError) else Note(str(error), tensor.source)
    named = note.message if repr(tensor.name) in note.message else f"{tensor.name!r} does not open: {note.message}"
    return replace(note, message=named)


def _nothing(path: Path, tensors: Sequence[Tensor], notes: Sequence[Note]) -> FormatError:
    why = " ".join(note.message for note in notes if note.severity == "fault")
    listed = ", ".join(each.outline for each in tensors[:8]) + (" …" if len(tensors) > 8 else "")
    held = (
        f"Its {len(tensors):,} tensors are {listed}; a matrix (n, d) is needed." if tensors else "It holds no tensor."
    )
    return FormatError(f"No vectors in this file. {why or held}", path)


def _others_note(path: Path, tensors: Sequence[Tensor], chosen: Sequence[Tensor]) -> Note | None:
    """What was not opened, and how to open it."""
    taken = {id(each) for each in chosen}
    left = sorted((each for each in tensors if id(each) not in taken and is_matrix(each)), key=lambda each: -each.size)
    slots = sum(bool(OPTIMIZER.search(each.name)) for each in left)
    left = [each for each in left if not OPTIMIZER.search(each.name)]
    rest = len(tensors) - len(chosen) - len(left) - slots
    more = f" {slots:,} of an optimizer." if slots else ""
    more += "" if not rest else " 1 tensor is no matrix." if rest == 1 else f" {rest:,} tensors are no matrices."
    if not left:
        return Note(f"Not opened:{more}", path, None, "remark") if more else None
    listed = ", ".join(each.outline for each in left[:NAMED]) + (" …" if len(left) > NAMED else "")
    count = "1 more matrix was" if len(left) == 1 else f"{len(left):,} more matrices were"
    they = "it looks" if len(left) == 1 else "they look"
    told = (
        f"{count} not opened, as {they} less like embeddings: {listed}. To open one: "
        f"vectarium open '{path.name}::{left[0].name}'.{more}"
    )
    return Note(told, path, None, "remark")
