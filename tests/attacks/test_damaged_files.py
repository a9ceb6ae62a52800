"""Files with any bytes changed, cut or put in: a collection or an error of ours, never anything else.

``VECTARIUM_FUZZ_INPUTS`` says how many inputs each reader is tried with; ``make soak`` takes 200,000.
"""

import contextlib
import io
import os
import warnings

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vectarium.errors import VectariumError
from vectarium.formats import open_path
from vectarium.formats.summary import summary_of

INPUTS = int(os.environ.get("VECTARIUM_FUZZ_INPUTS", "60"))


def npz(save):
    out = io.BytesIO()
    save(out, x=np.eye(6), y=np.arange(6), umap=np.ones((6, 2)))
    return out.getvalue()


def npy():
    out = io.BytesIO()
    np.save(out, np.eye(6, dtype=np.float32))
    return out.getvalue()


WHOLE = {
    "a.npy": npy(),
    "a.npz": npz(np.savez),
    "b.npz": npz(np.savez_compressed),
    "a.jsonl": b"".join(b'{"w": "a%d", "v": [1.5, %d, 3]}\n' % (i, i) for i in range(9)),
    "a.json": b'{"embeddings": [{"tensorName": "x", "tensorPath": "t.tsv", "tensorShape": [2, 2], "metadataPath": "m"}]}',
    "a.pbtxt": b'embeddings { tensor_name: "x\\n" tensor_path: "t.tsv" sprite { single_image_dim: [2, 2] } } # a',
    "a.csv": b'w,x_0,x_1,x_2,x_3\n"a, b",1,2,3,4\nb,5,6,7,8\n"c\nd",1,2,3,4\n',
    "a.tsv": b"1\t2\t3\n4\t5\t6\n7\t8\t9\n",
    "a.vec": b"3 3\na 1 2 3\nb 4 5 6\nc d 7 8 9\n",
    "a.bin": b"3 2\n" + b"".join(b"w%d " % i + np.ones(2, "<f4").tobytes() + b"\n" for i in range(3)),
}
changes = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 8)), min_size=1, max_size=4)


def damaged(data, changes):
    for place, added, removed in changes:
        at = int(place * len(data))
        data = data[:at] + added + data[at + removed :]
    return data


def opens_or_says_why(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(VectariumError):
            summary_of(open_path(path))


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=INPUTS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=changes)
def test_any_damage_ends_in_a_collection_or_in_an_error_of_ours(tmp_path, name, changes):
    (tmp_path / "t.tsv").write_text("1\t2\n3\t4\n")
    (tmp_path / name).write_bytes(damaged(WHOLE[name], changes))
    opens_or_says_why(tmp_path / name)


def test_a_table_cut_anywhere_ends_in_an_error_of_ours(tmp_path):
    path = tmp_path / "a.parquet"
    duckdb.connect().execute(f"COPY (SELECT [i, 1]::FLOAT[] AS v, 'w' || i AS w FROM range(9) t(i)) TO '{path}'")
    data = path.read_bytes()
    for cut in range(1, len(data), 37):
        path.write_bytes(data[:cut])
        opens_or_says_why(path)
