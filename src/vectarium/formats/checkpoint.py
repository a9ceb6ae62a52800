"""TensorFlow's checkpoints, of TF1 and TF2: every matrix in them but an optimizer's, those called embeddings first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vectarium.data import Collection, Embedding, Note
from vectarium.errors import FormatError, UnknownFormatError
from vectarium.formats.arrays import embedding_from_array
from vectarium.formats.checkpoint_series import DATA, INDEX, STATE, Series, index_of, series_in, step_of
from vectarium.formats.checkpoint_steps import steps_of_series
from vectarium.formats.file_steps import recorded_in
from vectarium.formats.object_graph import ObjectGraph, parse_object_graph
from vectarium.formats.reader import Progress, Reader
from vectarium.formats.saved_model import vocabularies_of
from vectarium.formats.sorted_table import is_sorted_table
from vectarium.formats.tables import collection_of_tensors
from vectarium.formats.tensor import Tensor
from vectarium.formats.tensor_bundle import OBJECT_GRAPH, TensorBundle
from vectarium.formats.tensor_names import Shape, TensorName, is_optimizers, matching, plain_name, table_likeness

LISTED = 12


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint with the names of what is in it.

    Parameters
    ----------
    bundle
        Its tensors.
    """

    bundle: TensorBundle

    @cached_property
    def graph(self) -> ObjectGraph:
        """What a TF2 checkpoint says of its variables."""
        try:
            return parse_object_graph(self.bundle.object_graph, self.bundle.index)
        except FormatError:  # names are a convenience; the tensors have checksums of their own
            return ObjectGraph()

    @cached_property
    def matrices(self) -> list[TensorName]:
        """The tensors that can be shown, the likeliest tables of embeddings first."""
        stored = [each for each in self.bundle.tensors.values() if each.is_numeric]
        shapes: dict[str, Shape] = {plain_name(each.name): each.shape for each in stored}
        named = [TensorName(each.name, self.graph.names.get(each.name, ""), each.shape) for each in stored]
        shown = [
            each
            for each in named
            if len(each.shape) == 2
            and 0 not in each.shape
            and each.key not in self.graph.slots
            and not is_optimizers(each, shapes)
        ]
        return sorted(self._once(shown), key=table_likeness, reverse=True)

    def _once(self, names: Sequence[TensorName]) -> list[TensorName]:
        """Each variable once: an exported model keeps some under several keys, with the same checksum."""
        found: dict[tuple[object, ...], TensorName] = {}
        for each in names:
            same = (each.full_name or each.key, each.shape, self.bundle.tensors[each.key].checksum)
            if same not in found or found[same].key.startswith("_"):
                found[same] = each
        return list(found.values())

    @cached_property
    def tensors(self) -> list[Tensor]:
        """The same as any model has them, and what else holds numbers, an optimizer's last."""
        shown = {each.key for each in self.matrices}
        rest = [each for each in self.bundle.tensors.values() if each.is_numeric and each.name not in shown]
        names = [*zip((each.key for each in self.matrices), titles(self.matrices), strict=True)]
        return [self._tensor(*each) for each in [*names, *((each.name, plain_name(each.name)) for each in rest)]]

    def _tensor(self, key: str, title: str) -> Tensor:
        stored = self.bundle.tensors[key]
        return Tensor(
            title,
            stored.shape,
            stored.kind,
            lambda progress: self.bundle.array(stored, progress),
            self.bundle.index,
            stored.remark,
        )

    def embedding(self, name: TensorName, title: str, progress: Progress) -> Embedding:
        """One of them, its checksum compared."""
        stored = self.bundle.tensors[name.key]
        found = embedding_from_array(title, self.bundle.array(stored, progress), self.bundle.index)
        if stored.remark:
            found = found.with_notes(Note(f"{title!r} is {stored.remark}.", self.bundle.index, None, "remark"))
        return found

    def find(self, asked: str, shape: Shape | None) -> tuple[TensorName, bool]:
        """The tensor that a config means, and whether it is called so.

        Raises
        ------
        FormatError
            If there is none like it.
        """
        if asked in self.bundle.tensors and len(self.bundle.tensors[asked].shape) == 2:
            return TensorName(asked, "", self.bundle.tensors[asked].shape), True  # an optimizer's, if it is asked for
        found, sure = matching(asked, self.matrices, shape)
        if found is None:
            raise FormatError(f"There is no tensor {asked!r} in this checkpoint. {self.contents()}", self.bundle.index)
        return found, sure

    def contents(self) -> str:
        """What there is, in a sentence."""
        if self.matrices:
            return f"It holds {listed(self.matrices)}."
        return f"It holds no matrix (n, d). {self.others()}"

    def others(self) -> str:
        """What there is besides and is not shown, in a sentence; empty where there is nothing."""
        shown = {each.key for each in self.matrices} | {OBJECT_GRAPH}
        left = [each for key, each in self.bundle.tensors.items() if key not in shown]
        flat = [each for each in left if each.is_numeric and len(each.shape) != 2]
        names = {self.graph.names.get(key) for key in shown} - {None, ""}
        left = [each for each in left if self.graph.names.get(each.name) not in names]  # the same under other keys
        slots = sum(each.is_numeric and len(each.shape) == 2 and 0 not in each.shape for each in left)
        rest = [each for each in left if not each.is_numeric]
        told = [f"{slots:,} that an optimizer keeps"] if slots else []
        if flat:
            examples = ", ".join(f"{plain_name(each.name)!r} {each.shape}" for each in flat[:3])
            told.append(f"{len(flat):,} that are not of shape (n, d), such as {examples}")
        if rest:
            kinds = ", ".join(sorted({each.kind for each in rest}))
            told.append(f"{len(rest):,} that hold no real numbers ({kinds})")
        return f"Tensors that are not shown: {'; '.join(told)}." if told else ""


def listed(names: Sequence[TensorName]) -> str:
    """Names with their shapes, as many as one likes to read."""
    told = ", ".join(f"{each.plain!r} ({each.shape[0]:,} × {each.shape[1]:,})" for each in names[:LISTED])
    return told + (f" and {len(names) - LISTED:,} more" if len(names) > LISTED else "")


def open_checkpoint(index: Path, root: Path) -> Checkpoint:
    """A checkpoint by its index."""
    return Checkpoint(TensorBundle(index, root))


def titles(names: Sequence[TensorName]) -> list[str]:
    """What to call tensors: by their own names where those tell them apart and say more than ``Variable``."""
    own = [plain_name(each.full_name) for each in names]
    telling = all(own) and len(set(own)) == len(own) and not any(name.startswith("Variable") for name in own)
    return own if telling else [each.plain for each in names]


def read_series(series: Series, root: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open the tables of the checkpoint that counts among some, or the tensor that is wanted of it.

    Raises
    ------
    FormatError
        If nothing in it can be shown.
    """
    index = series.shown
    checkpoint = open_checkpoint(index, root)
    if not checkpoint.matrices and wanted is None:
        raise FormatError(f"Nothing in this checkpoint can be explored. {checkpoint.contents()}", index)
    notes = [Note(told, index, None, "remark") for told in (checkpoint.others(), steps_said(series)) if told]
    tensors = checkpoint.tensors if wanted is not None else checkpoint.tensors[: len(checkpoint.matrices)]
    name = None if wanted is None else plain_name(wanted)
    words = vocabularies_of(index, root)
    found = collection_of_tensors(index, tensors, progress, wanted=name, vocabularies=words, notes=notes)
    if len(series.indexes) < 2:
        return found
    keys = {title: each.key for each, title in zip(checkpoint.matrices, titles(checkpoint.matrices), strict=True)}
    shown = [keys.get(each.name, each.name) for each in found]
    steps, more = steps_of_series(
        series, checkpoint.bundle, [each for each in shown if each in checkpoint.bundle.tensors]
    )
    embeddings = [recorded_in(each, steps, key, series.last) for each, key in zip(found, shown, strict=True)]
    return Collection(found.name, embeddings, [*found.notes, *more])


def steps_said(series: Series) -> str:
    """That there are several steps, in a sentence; empty where there is one."""
    steps = list(series.indexes)
    if len(steps) < 2:
        return ""
    return (
        f"There are {len(steps):,} checkpoints of this training, of steps {steps[0]:,} to {steps[-1]:,}; "
        f"step {series.last:,} is shown."
    )


def read_checkpoint(path: Path, progress: Progress, wanted: str | None = None) -> Collection:
    """Open a checkpoint by any of its files, or by the state file of its folder.

    Raises
    ------
    FormatError
        If its index is missing.
    """
    folder = path.resolve().parent
    if path.name == STATE:
        found = series_in(folder, folder)
        if not found:
            raise FormatError(
                "This file names checkpoints, and none lies beside it. TensorFlow writes NAME.index and "
                "NAME.data-00000-of-00001; copy both here.",
                path,
            )
        return read_series(found[0], folder, progress, wanted)
    index = index_of(path)
    if index is None and is_sorted_table(path):
        raise UnknownFormatError(
            "This is a checkpoint of TensorFlow before 1.0, whose numbers are in one file with their names (V1). Save it "
            "anew with TensorFlow: tf.compat.v1.train.Saver(write_version=2).save(session, path).",
            path,
        )
    if index is None:
        raise FormatError(f"The checkpoint's index, {_missing_index(path)!r}, is missing; copy it beside.", path)
    name, step = step_of(index.name.removesuffix(INDEX))
    return read_series(Series(name, {step: index}, step), folder, progress, wanted)


def _missing_index(path: Path) -> str:
    match = DATA.fullmatch(path.name)
    return (match[1] if match else path.name) + INDEX


def _recognises(path: Path, start: bytes) -> bool:
    if path.name == STATE:
        return b"model_checkpoint_path" in start
    return DATA.fullmatch(path.name) is not None or is_sorted_table(path)


CHECKPOINT = Reader(
    "TensorFlow checkpoint",
    (INDEX,),
    _recognises,
    read_checkpoint,
    "the matrices of a TF1 or TF2 checkpoint",
    read_checkpoint,
)
