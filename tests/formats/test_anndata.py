"""AnnData's .h5ad, in its newer and older layouts."""

import numpy as np
import pytest

from vectarium.errors import EmbeddingNotFoundError, FormatError
from vectarium.formats import open_path

h5py = pytest.importorskip("h5py")

N = 30
PCA = np.random.default_rng(0).standard_normal((N, 9))
TYPES = ["B", "T", "NK"]
CODES = np.arange(N, dtype=np.int8) % 3
CODES[4] = -1


def cells(file):
    obs = file.create_group("obs")
    obs.attrs["_index"], obs.attrs["column-order"] = "names", ["kind", "count", "seen"]
    obs["names"] = [f"cell{i}" for i in range(N)]
    obs["count"] = np.arange(N)
    return obs


def new_layout(file):
    obs = cells(file)
    kind = obs.create_group("kind")
    kind.attrs["encoding-type"], kind["codes"], kind["categories"] = "categorical", CODES, TYPES
    seen = obs.create_group("seen")
    seen.attrs["encoding-type"], seen["values"] = "nullable-boolean", np.ones(N, bool)
    seen["mask"] = np.arange(N) == 2
    file["obsm/X_pca"], file["obsm/X_umap"] = PCA, PCA[:, :2]
    sparse(file, np.eye(N, 500))


def sparse(file, dense, kind="csr"):
    rows = dense if kind == "csr" else dense.T
    group = file.create_group("X")
    group.attrs["encoding-type"], group.attrs["shape"] = f"{kind}_matrix", dense.shape
    group["data"] = rows[rows != 0]
    group["indices"] = np.nonzero(rows)[1].astype(np.int32)
    group["indptr"] = np.concatenate([[0], np.cumsum((rows != 0).sum(axis=1))]).astype(np.int32)


def old_layout(file):
    obs = cells(file)
    file["obs/__categories/kind"] = TYPES
    obs["kind"] = CODES
    obs["kind"].attrs["categories"] = file["obs/__categories/kind"].ref
    file["obsm/X_pca"] = PCA


def oldest_layout(file):
    records = np.zeros(N, dtype=[("index", h5py.string_dtype()), ("kind", "i1"), ("count", "i4")])
    records["index"], records["kind"], records["count"] = [f"cell{i}" for i in range(N)], CODES, np.arange(N)
    file["obs"] = records
    file["uns/kind_categories"] = TYPES
    places = np.zeros(N, dtype=[("X_pca", "f8", (9,)), ("X_umap", "f8", (2,))])
    places["X_pca"], places["X_umap"] = PCA, PCA[:, :2]
    file["obsm"] = places


def opened(folder, fill):
    with h5py.File(folder / "a.h5ad", "w") as file:
        fill(file)
    return open_path(folder / "a.h5ad")


@pytest.mark.parametrize("layout", [new_layout, old_layout, oldest_layout])
def test_each_layout_gives_the_same_points(tmp_path, layout):
    embedding = opened(tmp_path, layout)["X_pca"]
    np.testing.assert_array_equal(embedding.vectors, PCA)
    assert next(iter(embedding.columns.values()))[7] == "cell7"
    assert list(embedding.columns["kind"])[:6] == ["B", "T", "NK", "B", None, "NK"]
    assert list(embedding.columns["count"]) == list(range(N))


def test_narrow_arrays_are_pictures_of_the_others(tmp_path):
    embedding = opened(tmp_path, new_layout)["X_pca"]
    assert [each.name for each in embedding.coordinates] == ["umap"]


def test_a_column_with_a_mask_has_missing_values(tmp_path):
    assert list(opened(tmp_path, new_layout)["X_pca"].columns["seen"])[:4] == [True, True, None, True]


def test_a_sparse_matrix_is_told_and_opens_by_its_name(tmp_path):
    collection = opened(tmp_path, new_layout)
    assert [each.name for each in collection] == ["X_pca"]
    assert "X, 30 × 500, was not opened" in collection.notes[0].message
    np.testing.assert_array_equal(open_path(f"{tmp_path / 'a.h5ad'}::X")["X"].vectors, np.eye(N, 500))


@pytest.mark.parametrize("kind", ["csr", "csc"])
def test_a_sparse_matrix_alone_is_opened(tmp_path, kind):
    dense = np.random.default_rng(1).integers(0, 2, (N, 40)).astype(np.float32)
    np.testing.assert_array_equal(opened(tmp_path, lambda file: sparse(file, dense, kind))["X"].vectors, dense)


def test_an_array_that_is_not_there_is_named(tmp_path):
    opened(tmp_path, new_layout)
    with pytest.raises(EmbeddingNotFoundError, match="'X_pca'"):
        open_path(f"{tmp_path / 'a.h5ad'}::pca")


def test_a_damaged_column_takes_nothing_down(tmp_path):
    def fill(file):
        new_layout(file)
        file["obs/kind/codes"][3] = 77

    collection = opened(tmp_path, fill)
    assert "kind" not in collection["X_pca"].columns
    assert "its codes lead out of its categories" in " ".join(note.message for note in collection.notes)


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("indices", np.full(N, 500, np.int32)),
        ("indices", np.full(N, -1, np.int32)),
        ("indptr", np.arange(N + 1, dtype=np.int32)[::-1].copy()),
        ("indptr", np.zeros(3, np.int32)),
    ],
)
def test_a_sparse_matrix_that_points_elsewhere_is_refused(tmp_path, part, values):
    def fill(file):
        sparse(file, np.eye(N, 500))
        del file[f"X/{part}"]
        file[f"X/{part}"] = values

    with pytest.raises(FormatError, match="damaged sparse matrix"):
        opened(tmp_path, fill)


def test_a_sparse_matrix_that_promises_a_terabyte_is_refused(tmp_path):
    def fill(file):
        sparse(file, np.eye(N, 500))
        file["X"].attrs["shape"] = (1 << 20, 1 << 20)

    with pytest.raises(FormatError, match="no vectors"):
        opened(tmp_path, fill)


def test_real_cells_open(shared_data):
    path = shared_data / "annotated" / "10x_pbmc68k_reduced.h5ad"
    collection = open_path(path)
    with h5py.File(path) as file:
        np.testing.assert_array_equal(collection["X_pca"].vectors, file["obsm/X_pca"][()])
        names, codes = file["obs/louvain/categories"].asstr()[()], file["obs/louvain/codes"][()]
        first = file["obs/index"].asstr()[0]
    assert list(collection["X_pca"].columns["louvain"]) == [names[code] for code in codes]
    assert collection["X_pca"].columns["cell"][0] == first
