"""What a person changes: tags, named selections, the selection itself, and what is taken home of them."""

from __future__ import annotations

from dataclasses import dataclass

from vectarium.explore.messages.kinds import Kind, Metric, TableForm


@dataclass(frozen=True)
class EditedColumn:
    """A column as it is now. ``revision`` differs from the one before when its values do.

    ``own``: it did not come with the data. ``edited``: it did, and some of its values are others now.
    """

    name: str
    kind: Kind
    revision: int
    own: bool
    edited: bool


@dataclass(frozen=True)
class NamedOutline:
    """A selection with a name. ``color`` is a place in the palette of categories."""

    id: str
    name: str
    color: int
    count: int


@dataclass(frozen=True)
class EditedMessage:
    """``GET api/embeddings/{e}/edits``, and pushed over the WebSocket whenever one of them changes.

    ``edited`` is the embedding; what has a lower ``serial`` is older. ``kept`` says where it is kept, empty while there is nothing to keep or it is still
    being written; ``fault`` says why it cannot be kept.
    """

    edited: int
    serial: int
    columns: list[EditedColumn]
    selections: list[NamedOutline]
    kept: str
    fault: str


@dataclass(frozen=True)
class TagRequest:
    """``POST api/embeddings/{e}/tags``: head of a packet. Array: ``selected`` uint8, one bit a point.

    Gives the selected points a value in a column, which is made where there is none of that name. ``value`` is read as
    the column's kind; empty: none. The answer is an ``EditMessage``.
    """

    column: str
    value: str


@dataclass(frozen=True)
class DropRequest:
    """``POST api/embeddings/{e}/drop``: take an own column away, or give one that was edited its own values back."""

    column: str


@dataclass(frozen=True)
class EditMessage:
    """What an edit has done. ``edit`` names it, ``count`` is how many points got another value.

    ``POST api/embeddings/{e}/edits/{edit}/undo`` takes it back, as long as it is remembered, and answers with an
    ``EditedMessage``: points that got yet another value since keep that.
    """

    edit: str
    count: int
    state: EditedMessage


@dataclass(frozen=True)
class NameRequest:
    """``POST api/embeddings/{e}/selections``: head of a packet. Array: ``selected`` uint8, one bit a point.

    Keeps a selection under a name. ``id``: a selection that was deleted comes back as that one. The answer is a
    ``NameMessage``. ``DELETE api/embeddings/{e}/selections/{id}`` deletes it, and answers with an ``EditedMessage``.
    """

    name: str
    id: str = ""
    color: int = -1


@dataclass(frozen=True)
class RenameRequest:
    """``POST api/embeddings/{e}/selections/{id}``: call it something else. Answers with an ``EditedMessage``."""

    name: str


@dataclass(frozen=True)
class NameMessage:
    """The selection that was kept."""

    id: str
    state: EditedMessage


@dataclass(frozen=True)
class SelectedMessage:
    """Points: head of a packet. Array: ``selected`` uint8, one bit a point.

    ``GET api/embeddings/{e}/selections/{id}``; ``GET api/grown/{job}``; and ``GET api/selected``, what the program that
    shows the page selected last.
    """

    embedding: int
    count: int


@dataclass(frozen=True)
class SelectedRequest:
    """``POST api/selected``: head of a packet. Array: ``selected`` uint8, one bit a point; absent: none is.

    Tells the program what is selected in the page now. Answers with a ``SelectedMessage``.
    """

    embedding: int


@dataclass(frozen=True)
class SelectMessage:
    """Pushed over the WebSocket when the program selects: the number of its selection, at ``api/selected``."""

    select: int
    embedding: int


@dataclass(frozen=True)
class GrowRequest:
    """``POST api/embeddings/{e}/grow``: head of a packet. Array: ``selected`` uint8, one bit a point.

    Adds to the points the k nearest of each in the original space. The answer is a ``JobMessage``.
    """

    k: int = 10
    metric: Metric = "cosine"


@dataclass(frozen=True)
class TableRequest:
    """``POST api/embeddings/{e}/table``: head of a packet. Array: ``selected`` uint8; absent: all points.

    The answer is a file: all columns, as they are now, of these points, with the points' numbers in ``row``.
    """

    format: TableForm = "csv"
