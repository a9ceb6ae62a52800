"""Checkpoints with any bytes changed, their checksums made right again or not: never a crash, a hang or all memory.

``VECTARIUM_FUZZ_INPUTS`` says how many inputs each reader is tried with; ``make soak`` takes 200,000.
"""

import contextlib
import os
import resource
import warnings

import numpy as np
import pytest
from checkpoints import Bundle, object_graph, snappy_literals
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from saved_models import program, saved_model

from vectarium.errors import VectariumError
from vectarium.formats import open_path
from vectarium.formats.object_graph import parse_object_graph
from vectarium.formats.snappy import decompress
from vectarium.formats.sprite import picture_size
from vectarium.formats.summary import summary_of
from vectarium.formats.tensor_bundle import TensorBundle

INPUTS = int(os.environ.get("VECTARIUM_FUZZ_INPUTS", "60"))
MOST_MEMORY = 1 << 30
TABLE = np.arange(24, dtype="f4").reshape(8, 3)
KEY = "layer/embeddings/.ATTRIBUTES/VARIABLE_VALUE"
LARGE = [b"\xff" * 9 + b"\x01", b"\xff\xff\xff\xff\x0f", b"\x80" * 9, b"\x7f", b"\0", b"\xff"]
changes = st.lists(
    st.tuples(st.floats(0, 1), st.binary(max_size=4) | st.sampled_from(LARGE), st.none() | st.integers(0, 8)),
    min_size=1,
    max_size=4,
)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x1c\0\0\0\x1c\x08\0\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xdb\0\x04\0\0\xff\xc0\0\x0b\x08\0\x10\0\x10\1\1\x11\0"
WEBP = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0"


def damaged(data, changes):
    """The bytes with some written over (None), or with some put in and others taken out."""
    for place, added, removed in changes:
        at = int(place * len(data))
        data = data[:at] + added + data[at + (len(added) if removed is None else removed) :]
    return data


def bundle():
    made = Bundle(shards=2).add(KEY, TABLE).add("Variable", TABLE.astype("f8"), shard=1).add("x/bias", TABLE[0])
    made.add("half", TABLE.astype("f2")).add_text("_CHECKPOINTABLE_OBJECT_GRAPH", object_graph({KEY: "words"}))
    return made


def opens_or_says_why(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(VectariumError):
            summary_of(open_path(path))


def index_file(tmp_path, changes):
    path = bundle().save(tmp_path / "a")
    path.write_bytes(damaged(path.read_bytes(), changes))
    opens_or_says_why(path)


def sealed_blocks(tmp_path, changes):
    opens_or_says_why(bundle().save(tmp_path / "a", spoil=lambda data: damaged(data, changes)))


def sealed_and_compressed(tmp_path, changes):
    opens_or_says_why(bundle().save(tmp_path / "a", snappy_literals, spoil=lambda data: damaged(data, changes)))


def sealed_entries(tmp_path, changes):
    made = bundle()
    for key, value in made.entries.items():
        made.entries[key] = damaged(value, changes)
    with contextlib.suppress(VectariumError):
        found = TensorBundle(made.save(tmp_path / "a"))
        for stored in found.tensors.values():
            with contextlib.suppress(VectariumError):
                found.array(stored)


def data_file(tmp_path, changes):
    path = bundle().save(tmp_path / "a")
    data = tmp_path / "a.data-00000-of-00002"
    data.write_bytes(damaged(data.read_bytes(), changes))
    opens_or_says_why(path)


def graph(tmp_path, changes):
    with contextlib.suppress(VectariumError):
        parse_object_graph(memoryview(damaged(object_graph({KEY: "words", "b": "c"}, [KEY]), changes)), tmp_path)


def compressed(tmp_path, changes):
    whole = bytes.fromhex("28 04 61 62 01 02 22 03 00 43 05 00 00 00 f0 0f") + b"x" * 16
    with contextlib.suppress(VectariumError):
        decompress(damaged(whole, changes), tmp_path)


def program_of_a_saved_model(tmp_path, changes):
    folder = tmp_path / "model"
    if not folder.exists():
        saved_model(folder, {"words": TABLE})
    (folder / "saved_model.pb").write_bytes(damaged(program([f"w{i}" for i in range(8)]), changes))
    opens_or_says_why(folder)


def pictures(tmp_path, changes):
    for whole in (PNG, JPEG, WEBP, b"GIF89a\x10\0\x10\0"):
        (tmp_path / "a.png").write_bytes(damaged(whole, changes))
        with contextlib.suppress(VectariumError):
            picture_size(tmp_path / "a.png")


TARGETS = [
    index_file,
    sealed_blocks,
    sealed_and_compressed,
    sealed_entries,
    data_file,
    graph,
    compressed,
    program_of_a_saved_model,
    pictures,
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
def test_no_change_does_more_than_raise_an_error_of_ours(tmp_path, target):
    @settings(
        max_examples=INPUTS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(changes=changes)
    def holds(changes):
        target(tmp_path, changes)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    holds()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 <= max(before, MOST_MEMORY)
