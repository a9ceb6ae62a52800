"""The checkpoints of one training as the steps of its embeddings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vectarium.data import Embedding, Note
from vectarium.data.note import note_from_error
from vectarium.errors import FormatError
from vectarium.formats.arrays import embedding_from_array
from vectarium.formats.checkpoint_series import Series
from vectarium.formats.file_steps import FileStep, FileSteps
from vectarium.formats.tensor_bundle import StoredTensor, TensorBundle


def steps_of_series(series: Series, shown: TensorBundle, keys: list[str]) -> tuple[FileSteps, list[Note]]:
    """What some tensors are at every step.

    Parameters
    ----------
    series
        The checkpoints.
    shown
        The one that counts, opened.
    keys
        The tensors' keys.

    Returns
    -------
    steps
        Of each tensor those at which it has the same shape.
    notes
        Which checkpoints do not open, and of which steps a tensor is missing.
    """
    files: dict[str, dict[int, FileStep]] = {key: {} for key in keys}
    notes: list[Note] = []
    missing: dict[str, list[int]] = {key: [] for key in keys}
    for step, index in series.indexes.items():
        try:
            bundle = shown if index == shown.index else TensorBundle(index, shown.root)
        except FormatError as error:
            notes.append(note_from_error(error))
            continue
        for key in keys:
            stored = bundle.tensors.get(key)
            if stored is not None and stored.is_numeric and stored.shape == shown.tensors[key].shape:
                files[key][step] = FileStep(index, _reader(index, shown.root, stored))
            else:
                missing[key].append(step)
    notes += [_missing(key, steps, shown) for key, steps in missing.items() if steps]
    return FileSteps(shown.index.parent.name, files), notes


def _reader(index: Path, root: Path, stored: StoredTensor) -> Callable[[], Embedding]:
    def read() -> Embedding:
        return embedding_from_array(stored.name, TensorBundle(index, root).array(stored), index)

    return read


def _missing(key: str, steps: list[int], shown: TensorBundle) -> Note:
    shape = " × ".join(f"{size:,}" for size in shown.tensors[key].shape)
    listed = ", ".join(f"{step:,}" for step in steps[:8]) + (" …" if len(steps) > 8 else "")
    told = f"{key!r} is not there as {shape} at {len(steps):,} of the steps: {listed}."
    return Note(told, shown.index, None, "remark")
