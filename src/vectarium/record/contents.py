"""What a snapshot holds, made of what was read from a model: for a run, or for a collection at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Boundary, Collection, Column, Columns, Embedding, Lookup, Note
from vectarium.data.manifest import RecordedKind
from vectarium.record.labels import Labels
from vectarium.record.predictions import Judge, Judged, Scores, token_scores
from vectarium.record.probe import Probe
from vectarium.record.reading import Activation, Reading, TableInfo
from vectarium.record.rows import UPDATED, Table, UpdatedRows


@dataclass(frozen=True, eq=False)
class Content:
    """One embedding at one step.

    Parameters
    ----------
    name, kind, vectors
        Vectors ``(n, d)``.
    still
        Gives the columns that are the same at every step; called only where they are wanted.
    changing
        The columns of this step.
    rows, table_size
        Which rows of a table of which size, None where all are there.
    aliases, space, lookup
        As a run has them.
    boundary
        What the head says of the plane around the points.
    """

    name: str
    kind: RecordedKind
    vectors: NDArray[Any]
    still: Callable[[], Columns]
    changing: tuple[Column, ...] = ()
    rows: NDArray[np.int64] | None = None
    table_size: int | None = None
    aliases: tuple[str, ...] = ()
    space: str = ""
    boundary: Boundary | None = None
    lookup: Lookup | None = None

    def embedding(self) -> Embedding:
        """As it is shown without a run; the vectors are copied, since a model goes on to change its own."""
        notes = [Note(self.space, None, None, "remark")] if self.space else []
        columns = self.still().joined(self.changing)
        if self.rows is not None:
            columns = columns.joined([Column("row", "integer", self.rows)])
        return Embedding(self.name, np.array(self.vectors), columns, notes=tuple(notes), lookup=self.lookup)


@dataclass(frozen=True, eq=False)
class _Verdict:
    """What the model says of the probe, and which of the judged points belongs to which example or token."""

    judged: Judged
    index: NDArray[np.int64]

    def columns(self, activation: Activation) -> tuple[Column, ...]:
        """The columns for the points of a layer; none where only tokens were judged and the points are examples."""
        if self.index.ndim == 1:
            return self.judged.take(self.index[activation.example])
        if activation.position is None or activation.position.max(initial=-1) >= self.index.shape[1]:
            return ()
        rows = self.index[activation.example, activation.position]
        return () if (rows < 0).any() else self.judged.take(rows)


class Contents:
    """Turns readings into contents, step after step.

    Parameters
    ----------
    tables
        What is known of each table that is recorded.
    probe
        None where there is none.
    scores
        What the model's outputs are: ``"logits"``, ``"probabilities"``, or ``"auto"``.
    """

    def __init__(self, tables: Mapping[str, Table], probe: Probe | None, scores: Scores = "auto") -> None:
        self.tables = dict(tables)
        self.probe = probe
        self.warnings: list[str] = []
        self._judge = Judge(scores)
        self._scores: Scores = scores
        self._head_judges = dict[str, Judge]()
        self._updated = {name: UpdatedRows() for name in tables}
        self._first_sizes: dict[str, int] = {}

    def rows(self, infos: Mapping[str, TableInfo]) -> dict[str, NDArray[np.int64] | None]:
        """Which rows of each table to read, as far as the tables are large now."""
        return {name: self.tables[name].chosen(info.n) for name, info in infos.items()}

    def begin(self, infos: Mapping[str, TableInfo], reading: Reading) -> None:
        """Look at the tables before the training, so that rows it never reaches are known; prove what is said of them."""
        rows = self.rows(infos)
        for name, vectors in reading.tables.items():
            self._first_sizes[name] = infos[name].n
            self._still_of(name, infos[name], rows[name])
            self._updated[name].seen(vectors)

    def resume(self, name: str, updated: NDArray[np.bool_]) -> None:
        """Take over which rows changed in an earlier part of the run."""
        self._updated[name].changed_before(updated)

    def made(self, infos: Mapping[str, TableInfo], reading: Reading) -> tuple[list[Content], NDArray[Any] | None]:
        """The contents of one step, and what the model says of the probe, ``(points, classes)``."""
        rows = self.rows(infos)
        listed = [self._table(name, infos[name], rows[name], reading) for name in reading.tables]
        verdict = self._verdict(reading.outputs)
        for name, activation in reading.activations.items():
            boundary = None if name in self.tables else self._boundary(name, reading, self._classes())
            listed.append(replace(self._activation(name, activation, verdict), boundary=boundary))
        return listed, verdict.judged.probabilities if isinstance(verdict, _Verdict) else None

    def collection(self, name: str, infos: Mapping[str, TableInfo], reading: Reading) -> Collection:
        """Everything at once, without a run."""
        contents, _ = self.made(infos, reading)
        return Collection(name, [each.embedding() for each in contents], [Note(text) for text in self.warnings])

    def _still_of(self, name: str, info: TableInfo, rows: NDArray[np.int64] | None) -> Columns:
        return self.tables[name].columns(info.n, info.padding, rows, self._first_sizes.get(name))

    def _table(self, name: str, info: TableInfo, rows: NDArray[np.int64] | None, reading: Reading) -> Content:
        vectors = reading.tables[name]
        changing = list[Column]()
        if self._first_sizes:
            changing.append(Column(UPDATED, "boolean", self._updated[name].seen(vectors)))
        boundary = None
        if name in reading.heads:
            table = self.tables[name]
            labels = None if info.n != self._first_sizes.get(name, info.n) else table.labels(info.n, rows)
            classes = table.class_names or (labels.classes if labels else ()) or self._classes()
            changing += self._head_judge(name).judge(_two_dimensional(reading.heads[name]), labels, classes).columns
            boundary = self._boundary(name, reading, classes)
        grown = self._first_sizes.get(name, info.n) != info.n and rows is None
        return Content(
            f"{name} ({info.n:,} rows)" if grown else name,
            "weights",
            vectors,
            partial(self._still_of, name, info, rows),
            tuple(changing),
            rows,
            None if rows is None else info.n,
            info.aliases,
            info.space,
            boundary,
            self.tables[name].lookup(info, self.probe),
        )

    def _head_judge(self, name: str) -> Judge:
        return self._head_judges.setdefault(name, Judge(self._scores))

    def _boundary(self, name: str, reading: Reading, classes: tuple[str, ...]) -> Boundary | None:
        if name not in reading.planes:
            return None
        plane, outputs = reading.planes[name]
        judged = self._head_judge(name).judge(_two_dimensional(outputs), None, classes)
        grid = judged.probabilities.reshape(plane.side, plane.side, -1).astype(np.float16)
        return Boundary(grid, plane.low, plane.high, judged.columns[0].categories)

    def _activation(self, name: str, activation: Activation, verdict: _Verdict | tuple[Column, ...]) -> Content:
        probe = self.probe
        assert probe is not None
        if isinstance(verdict, _Verdict):
            changing = verdict.columns(activation)
        else:
            changing = tuple(each.take(activation.example) for each in verdict)
        return Content(
            name if name not in self.tables else f"{name} (activations)",
            "activations",
            activation.vectors,
            partial(probe.point_columns, activation.example, activation.position),
            changing,
            space=activation.space,
        )

    def _classes(self) -> tuple[str, ...]:
        probe = self.probe
        if probe is None:
            return ()
        return probe.classes or (probe.labels.classes if probe.labels else ())

    def _verdict(self, outputs: NDArray[Any] | None) -> _Verdict | tuple[Column, ...]:
        """What the model says; columns of numbers where it predicts numbers, nothing where it was not asked."""
        probe = self.probe
        if outputs is None or probe is None:
            return ()
        labels = probe.labels
        if labels is not None and not labels.are_classes:
            return _numbers(outputs, labels)
        if labels is not None and not labels.ordered:
            self._warn("The labels are texts in an unknown order: say Probe(classes=[…]) in the order of the outputs.")
        if outputs.ndim == 2 and labels is not None and labels.values.shape == outputs.shape and outputs.shape[1] > 1:
            outputs = outputs[..., None]
        time = None if probe.mask is None else probe.mask.shape[1]
        by_token = token_scores(outputs, labels, time)
        if by_token is not None:
            return self._by_token(by_token, labels)
        if outputs.ndim > 2:
            self._warn(f"The model's output has shape {outputs.shape}; (examples, classes) is needed for predictions.")
            return ()
        flat = _two_dimensional(outputs)
        named = self._named(labels, flat)
        one_each = None if named is None or named.values.ndim != 1 else named
        return _Verdict(self._judge.judge(flat, one_each, self._classes()), np.arange(len(flat)))

    def _by_token(self, outputs: NDArray[Any], labels: Labels | None) -> _Verdict:
        probe = self.probe
        assert probe is not None
        there = np.ones(outputs.shape[:2], bool)
        if probe.mask is not None and probe.mask.shape == there.shape:
            there = probe.mask
        index = np.where(there, there.cumsum().reshape(there.shape) - 1, -1)
        named = self._named(labels, outputs[0])
        at_tokens = None
        if named is not None and named.values.shape == there.shape:
            at_tokens = Labels(named.values[there], named.classes, named.ordered)
        return _Verdict(self._judge.judge(outputs[there], at_tokens, self._classes()), index)

    def _named(self, labels: Labels | None, scores: NDArray[Any]) -> Labels | None:
        """The labels with a name for every class that the model tells apart."""
        classes = max(2, scores.shape[1])
        if labels is None or self.probe is None:
            return None
        if len(labels.classes) > classes:
            self._warn(
                f"The labels have {len(labels.classes)} classes, the model's output {classes}; what is not told apart is left out."
            )
        self.probe.labels = labels.named(classes)
        return self.probe.labels

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def _two_dimensional(outputs: NDArray[Any]) -> NDArray[Any]:
    return outputs[:, None] if outputs.ndim == 1 else outputs


def _numbers(outputs: NDArray[Any], labels: Labels) -> tuple[Column, ...]:
    """The predicted number and how far it is off, where the model predicts one number an example."""
    if outputs.size != labels.values.size or labels.values.ndim != 1:
        return ()
    predicted = outputs.reshape(-1).astype(np.float64)
    return Column("prediction", "number", predicted), Column("error", "number", predicted - labels.values)
