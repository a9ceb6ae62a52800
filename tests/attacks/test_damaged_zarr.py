"""Zarr stores with any bytes of any of their files changed: a collection or an error of ours, never a crash or a hang.

``VECTARIUM_FUZZ_INPUTS`` says how many inputs each store is tried with; ``make soak`` takes 200,000.
"""

import contextlib
import os
import resource
import shutil
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from packed_tables import BITS, LZ4, TABLE, ZSTD
from zarr_stores import GZIP, ZLIB, array, group, put

from vectarium.errors import VectariumError
from vectarium.formats import open_path
from vectarium.formats.summary import summary_of

INPUTS = int(os.environ.get("VECTARIUM_FUZZ_INPUTS", "60"))
MOST_MEMORY = 1 << 30
ROWS = np.arange(24, dtype="<f4").reshape(8, 3)
WORDS = [f"word {i}" for i in range(8)]
LARGE = [b"\xff" * 8, b"\xff" * 4, b"9" * 9, b"0", b"-", b"null", b'"', b"[]", b"99999999"]
changes = st.lists(
    st.tuples(
        st.integers(0, 99),
        st.floats(0, 1),
        st.binary(max_size=4) | st.sampled_from(LARGE),
        st.none() | st.integers(0, 8),
    ),
    min_size=1,
    max_size=4,
)


def plain(folder, version):
    group(folder, version=version)
    array(folder, "vectors", ROWS, (5, 2), version, pack=ZLIB if version == 2 else GZIP)
    array(folder, "words", WORDS, version=version)
    array(folder, "raw", ROWS.astype("<f8"), version=version)
    array(folder, "umap", ROWS[:, :2].copy(), (4, 2), version)


def cells(folder, version):
    group(folder, "", {"encoding-type": "anndata"}, version)
    group(folder, "obsm", {}, version)
    array(folder, "obsm/X_pca", ROWS.astype("<f8") @ np.eye(3, 5), version=version)
    group(folder, "obs", {"_index": "names", "column-order": ["kind"]}, version)
    array(folder, "obs/names", WORDS, version=version)
    group(folder, "obs/kind", {"encoding-type": "categorical"}, version)
    array(folder, "obs/kind/codes", np.arange(8, dtype="i1") % 2, version=version)
    array(folder, "obs/kind/categories", ["a", "b"], version=version)
    group(folder, "X", {"encoding-type": "csr_matrix", "shape": [8, 8]}, version)
    for name, values in (("data", np.ones(8)), ("indices", np.arange(8)), ("indptr", np.arange(9))):
        array(folder, f"X/{name}", values, version=version)


def shards(folder, version):
    settings = {"chunk_shape": [4, 3], "codecs": [{"name": "bytes"}], "index_codecs": [{"name": "bytes"}]}
    group(folder, version=3)
    array(folder, "vectors", ROWS, version=3, codecs=[{"name": "sharding_indexed", "configuration": settings}])
    index = np.array([[0, 48], [48, 48]], "<u8").tobytes()
    put(folder, "vectors/c/0/0", ROWS.tobytes() + index)


def packed(folder, version):
    group(folder, version=version)
    array(folder, "blosc", TABLE, version=version, pack=({"id": "blosc"}, lambda _: LZ4))
    array(folder, "bits", TABLE, version=version, pack=({"id": "blosc"}, lambda _: BITS))
    array(folder, "zstd", TABLE, version=version, pack=({"id": "zstd"}, lambda _: ZSTD))


STORES = {"plain 2": (plain, 2), "plain 3": (plain, 3), "cells 2": (cells, 2), "cells 3": (cells, 3)}
STORES |= {"shards": (shards, 3), "packed": (packed, 2)}


def damage(data, place, added, removed):
    at = int(place * len(data))
    return data[:at] + added + data[at + (len(added) if removed is None else removed) :]


def opens_or_says_why(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(VectariumError):
            summary_of(open_path(path))


@pytest.mark.parametrize("name", STORES)
def test_any_damage_ends_in_a_collection_or_in_an_error_of_ours(tmp_path, name):
    fill, version = STORES[name]
    store = tmp_path / "a.zarr"
    fill(store, version)
    assert len(open_path(store)[0]) in {8, len(TABLE)}
    whole = {path: path.read_bytes() for path in sorted(store.rglob("*")) if path.is_file()}

    @settings(
        max_examples=INPUTS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(changes=changes)
    def opens(changes):
        files = list(whole)
        touched = {files[number % len(files)] for number, *_ in changes}
        for number, *change in changes:
            path = files[number % len(files)]
            path.write_bytes(damage(path.read_bytes(), *change))
        opens_or_says_why(store)
        for path in touched:
            path.write_bytes(whole[path])

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    opens()
    shutil.rmtree(store)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 <= max(before, MOST_MEMORY)
