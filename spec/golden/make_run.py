"""Write the golden run: ``python spec/golden/make_run.py``.

``run/`` is a run with everything in it, and ``run.expected.json`` says what a reader has to find. It is
changed only together with ``spec/run-format.md``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from vectarium.data import Boundary, Column, Columns, Lookup, Run, RunWriter
from vectarium.data.json_file import real_to_json
from vectarium.data.training_log import FILE as LOG

FOLDER = Path(__file__).parent / "run"


def columns() -> Columns:
    """One of each kind, with values missing."""
    return Columns(
        [
            Column("word", "text", np.array(["naïve 🧛", None, ""], dtype=object)),
            Column("tag", "category", np.array([1, -1, 0], np.int32), ("VERB", "NOUN", "never")),
            Column("count", "integer", np.array([2**53 + 1, 0, -3]), mask=np.array([False, True, False])),
            Column("rate", "number", np.array([0.1, np.nan, np.inf])),
            Column("seen", "boolean", np.array([True, False, False]), mask=np.array([False, False, True])),
            Column("when", "time", np.array(["2026-01-31T12:00", "NaT", "1969-07-20"], "datetime64[us]")),
        ]
    )


def boundary() -> Boundary:
    """A grid of three points by two, of which the model says nothing of one."""
    yes = np.array([[0.0, 0.25, 1.0], [0.5, 0.75, np.nan]])
    return Boundary(np.stack([1 - yes, yes], axis=2).astype(np.float16), (-1.0, -2.5), (3.0, 4.0), ("no", "yes"))


def write() -> None:
    """Write the run."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    pixels = np.arange(3 * 2 * 2 * 3, dtype=np.uint8).reshape(3, 2, 2, 3)
    x = np.array([[0.5, -1.5], [2.0, 0.1], [3.0, 4.0]], np.float32)
    with RunWriter(FOLDER, name="golden") as writer:
        space = "Rows of the table that turns words into vectors."
        parts: dict[str, Any] = {"columns": columns(), "thumbnails": pixels, "rows": [7, 0, 9], "table_size": 10}
        lookup = Lookup("word", length=4, padding=0, unknown=9, padding_side="pre", mask=True)
        writer.add_embedding("embed", n=3, d=2, aliases=["decoder.weight"], space=space, lookup=lookup, **parts)
        writer.add_embedding("encoder/0", "activations", n=2, d=3, dtype="float16")
        labels = {"text": ["a b", "c"], "label": ["no", "yes"]}
        tokens = {"tokens": np.array([[1, 2], [3, 0]])}
        writer.add_probe(tokens, columns=labels, classes=["no", "yes"], description="two texts")
        writer.log(0, loss=1.0, metrics={"accuracy": 0.25})
        writer.log(1, loss=float("inf"))
        writer.write(0, {"embed": x}, epoch=0, loss=0.75, metrics={"accuracy": 0.5}, learning_rate=1e-3)
        broken = np.array([[1.0, 1e6, 0.0], [0.1, 0.2, 0.3]])
        predicted = Column("predicted", "category", np.array([1, -1], np.int32), ("no", "yes"))
        correct = Column("correct", "boolean", np.array([True, False]), mask=np.array([False, True]))
        more = [Column("rank", "integer", np.array([3, 0]), mask=np.array([False, True]))]
        more += [Column("loss", "number", np.array([0.25, np.nan]))]
        writer.write(
            100,
            {"embed": x + 1, "encoder/0": broken},
            columns={"encoder/0": Columns([predicted, correct, *more])},
            predictions=[[0.25, 0.75], [0.5, 0.5]],
            boundaries={"embed": boundary()},
            epoch=1.5,
            loss=float("nan"),
            notes=["The learning rate was halved here."],
        )
    (FOLDER / "run.lock").unlink()
    with (FOLDER / LOG).open("ab") as log:
        log.write(b'{"step": 70, "time": 0, "loss": 9}\n{"rewind": 60}\n')
        log.write(b'{"step": 50, "time": 1, "loss": 0.5}\n{"step": 60, "time": 2, "loss": "NaN"}\n')
        log.write(b'{"step": 61, "loss": 0.2')  # the writer died here


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [real_to_json(each) for each in value.ravel().tolist()]
    return {name: [column.kind, *map(str, column)] for name, column in value.items()}


def _boundary(run: Run) -> list[Any]:
    found = run.snapshot().boundary("embed")
    assert found is not None
    return [found.probabilities.shape, _plain(found.probabilities), found.low, found.high, found.classes]


def expected() -> dict[str, Any]:
    """What a reader has to find."""
    run = Run(FOLDER)
    assert run.probe is not None
    return {
        "name": run.name,
        "steps": run.steps,
        "lookup": {each.name: None if each.lookup is None else each.lookup.to_json() for each in run.embeddings},
        "columns": {each.name: _plain(run.columns(each.name)) for each in run.embeddings},
        "snapshots": {
            each.step: {
                "loss": str(each.loss),
                "metrics": each.metrics,
                "vectors": {name: _plain(each.vectors(name)) for name in each.embeddings},
                "columns": {name: _plain(each.columns(name)) for name in each.embeddings},
            }
            for each in run.snapshots
        },
        "predictions": _plain(run.snapshot().predictions()),
        "boundary": _boundary(run),
        "curve": {
            name: [each.steps.tolist(), _plain(each.values)] for name, each in run.curve.items() if name != "time"
        },
        "probe": [run.probe.hash, run.probe.n, run.probe.classes],
    }


if __name__ == "__main__":
    write()
    text = json.dumps(expected(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    (FOLDER.parent / "run.expected.json").write_text(text, encoding="utf-8")
