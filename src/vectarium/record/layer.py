"""What can be recorded of a model, as a list that reads like a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """One layer of a model.

    Parameters
    ----------
    name
        What to ask for it by.
    kind
        Its class.
    output
        Shape of its output for the example, the number of examples as None; None: it was not called, or returns no
        numbers.
    table
        Shape ``(n, d)`` of its embedding table, None where it has none.
    calls
        How often it is called when the model runs once.
    """

    name: str
    kind: str
    output: tuple[int | None, ...] | None = None
    table: tuple[int, int] | None = None
    calls: int = 0

    @property
    def note(self) -> str:
        """What to know before asking for it."""
        if self.calls == 0:
            return "not called"
        if self.output is None:
            return "no vectors for each example"
        return f"called {self.calls} times: {self.name}#2 is the second" if self.calls > 1 else ""


class Layers(list[Layer]):
    """The layers of a model, in its order."""

    @property
    def tables(self) -> list[str]:
        """The names that ``embeddings=`` takes."""
        return [each.name for each in self if each.table is not None]

    @property
    def activations(self) -> list[str]:
        """The names that ``activations=`` takes."""
        return [each.name for each in self if each.output is not None]

    def __repr__(self) -> str:
        rows = [("layer", "kind", "output", "table", "")]
        rows += [(each.name, each.kind, _shape(each.output), _shape(each.table), each.note) for each in self]
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join(lines)


def _shape(shape: tuple[int | None, ...] | None) -> str:
    return "" if shape is None else " × ".join("n" if size is None else f"{size:,}" for size in shape)
