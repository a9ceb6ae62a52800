"""The vectors of ``engine.py``, and what is known about them exactly: neighbours, a graph, a start."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
from contestants import PERPLEXITY, K
from synthetic import manifold

import vectarium as vt
from vectarium.project.divergence import kl_divergence, perplexity_graph
from vectarium.project.graph import Graph
from vectarium.project.neighbors import neighbors

QUERIES = 2000


class EngineData:
    """Files that are made when they are first asked for, and kept.

    Parameters
    ----------
    folder
        Where they lie.
    images
        An ``.npz`` with an array ``images`` (n, …); None for a synthetic stand-in of the same shape.
    """

    def __init__(self, folder: Path, images: Path | None) -> None:
        self.folder, self.source = folder, images
        self.name = "MNIST" if images else "synthetic stand-in for MNIST"

    @cached_property
    def images(self) -> Path:
        """70,000 × 784."""
        if self.source is None:
            return manifold(self.folder / "stand-in.npy", 70_000, 784)
        path = self.folder / "images.npy"
        if not path.exists():
            images = np.load(self.source)["images"]
            np.save(path, images.reshape(len(images), -1).astype(np.float32))
        return path

    @cached_property
    def reduced(self) -> Path:
        """Its first 100 principal components."""
        path = self.folder / f"{self.images.stem}-100.npy"
        if not path.exists():
            np.save(path, vt.PCA(100).fit_transform(np.load(self.images)))
        return path

    @cached_property
    def million(self) -> Path:
        """1,000,000 × 128 on a synthetic manifold."""
        return manifold(self.folder / "million.npy", 1_000_000, 128)

    @cached_property
    def descent(self) -> list[Path]:
        """For the optimiser alone: 10,000 vectors, their exact neighbours and distances, a start."""
        x = np.load(self.images)[:10_000]
        y = vt.PCA(2).fit_transform(x)
        indices, distances = neighbors(x, 3 * PERPLEXITY, method="exact")
        parts = {"x": x, "indices": indices, "distances": distances, "start": y * (1e-4 / y[:, 0].std())}
        for name, part in parts.items():
            np.save(self.folder / f"descent-{name}.npy", part)
        return [self.folder / f"descent-{name}.npy" for name in parts]

    @cached_property
    def graph(self) -> Graph:
        """The one common graph that pictures of the images are compared by: perplexity 30, exact neighbours."""
        path = self.folder / f"{self.images.stem}-graph.npz"
        if not path.exists():
            indices, distances = neighbors(np.load(self.images), 3 * PERPLEXITY, method="exact")
            np.savez(path, **_weighed(indices, distances)._asdict())
        kept = np.load(path)
        return Graph(kept["indptr"], kept["indices"], kept["weights"])

    @cached_property
    def descent_graph(self) -> Graph:
        """The graph that both optimisers get."""
        return perplexity_graph(np.load(self.descent[0]), PERPLEXITY)

    def preserved(self, vectors: Path, y: np.ndarray, rows: int | None = None) -> float:
        """The share of the 15 nearest neighbours that the picture keeps, exactly, of 2,000 points."""
        x = np.load(vectors, mmap_mode="r")[:rows]
        return vt.fidelity(x, y, K, n_samples=min(QUERIES, len(x))).neighbor_preservation

    def recall(self, vectors: Path, found: np.ndarray) -> float:
        """The share of the 15 true nearest neighbours that were found, of 2,000 points."""
        x = np.load(vectors)
        rows = np.random.default_rng(0).choice(len(x), QUERIES, replace=False)
        from vectarium import _native

        none = np.empty((QUERIES, 0), np.int32)
        true = _native.ranks(x, rows, none, K, "euclidean", 2)[1]
        return float((found[rows][:, :, None] == true[:, None, :]).any(axis=1).mean())

    @staticmethod
    def divergence(graph: Graph, y: np.ndarray) -> float:
        """The KL divergence, exactly."""
        return kl_divergence(graph, y).value


def _weighed(indices: np.ndarray, distances: np.ndarray) -> Graph:
    from vectarium.project.affinity import affinities

    return affinities(indices, distances, perplexity=PERPLEXITY)
