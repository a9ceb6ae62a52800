"""What takes part in ``engine.py``: each name makes ready, untimed, and returns the call that is timed.

Run as a program it is one contestant in a process of its own, and prints what that took::

    python bench/contestants.py '{"who": "opentsne", "data": ["digits.npy"], "rows": null, "calls": 1, "out": "y.npy"}'
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

THREADS = int(os.environ.get("OMP_NUM_THREADS", "2"))
PERPLEXITY = 30
K = 15
CALM = 250
ITERATIONS = 750
Call = Callable[[], Any]
Vectors = np.ndarray


def vectarium_tsne(x: Vectors) -> Call:
    import vectarium as vt

    return lambda: vt.TSNE(perplexity=PERPLEXITY, n_jobs=THREADS).fit_transform(x)


def vectarium_tsne_uniform(x: Vectors) -> Call:
    import vectarium as vt

    return lambda: vt.TSNE(affinity="uniform", n_neighbors=K, n_jobs=THREADS).fit_transform(x)


def opentsne(x: Vectors) -> Call:
    """As its documentation does with images: the search for neighbours among 50 principal components."""
    from openTSNE import TSNE
    from sklearn.decomposition import PCA

    def call() -> Vectors:
        reduced = PCA(50, random_state=0).fit_transform(x) if x.shape[1] > 50 else x
        return np.asarray(TSNE(perplexity=PERPLEXITY, n_jobs=THREADS, random_state=0).fit(reduced))

    return call


def sklearn_tsne(x: Vectors) -> Call:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    def call() -> Vectors:
        reduced = PCA(50, random_state=0).fit_transform(x) if x.shape[1] > 50 else x
        return TSNE(perplexity=PERPLEXITY, n_jobs=THREADS, random_state=0).fit_transform(reduced)

    return call


def vectarium_descent(x: Vectors, indices: Vectors, distances: Vectors, start: Vectors) -> Call:
    """The optimiser alone: the graph is weighed before the clock runs."""
    import vectarium as vt

    given = vt.TSNE(
        perplexity=PERPLEXITY, init=start, max_iter=ITERATIONS, early_exaggeration_iter=CALM, n_jobs=THREADS
    )
    under_way = [given.begin(x, neighbors=(indices, distances)) for _ in range(2)]

    def call() -> Vectors:
        descent = under_way.pop()
        descent.advance()
        return descent.coordinates

    return call


def opentsne_descent(x: Vectors, indices: Vectors, distances: Vectors, start: Vectors) -> Call:
    import openTSNE
    from scipy.sparse import csr_matrix

    from vectarium.project.affinity import affinities

    graph = affinities(indices, distances, perplexity=PERPLEXITY)
    weights = csr_matrix((graph.weights.astype(np.float64), graph.indices, graph.indptr), shape=(len(x), len(x)))

    def call() -> Vectors:
        given = openTSNE.affinity.PrecomputedAffinities(weights, normalize=False)
        y = openTSNE.TSNEEmbedding(start.astype(np.float64), given, n_jobs=THREADS, random_state=0)
        y = y.optimize(CALM, exaggeration=12, momentum=0.8, learning_rate="auto")
        return np.asarray(y.optimize(ITERATIONS - CALM, exaggeration=1, momentum=0.8, learning_rate="auto"))

    return call


def vectarium_umap(x: Vectors) -> Call:
    import vectarium as vt

    return lambda: vt.UMAP(n_jobs=THREADS).fit_transform(x)


def umap_learn(x: Vectors) -> Call:
    import umap

    return lambda: umap.UMAP(n_jobs=THREADS).fit_transform(x)


def pacmap(x: Vectors) -> Call:
    import pacmap as package

    return lambda: package.PaCMAP(random_state=None).fit_transform(x)


def vectarium_approximate(x: Vectors) -> Call:
    import vectarium as vt

    return lambda: vt.neighbors(x, K, method="approximate", n_jobs=THREADS)[0]


def pynndescent(x: Vectors) -> Call:
    import pynndescent as package

    # One more, as for faiss: both count each point among its own neighbours.
    return lambda: package.NNDescent(x, n_neighbors=K + 1, n_jobs=THREADS, random_state=0).neighbor_graph[0]


def vectarium_exact(x: Vectors) -> Call:
    import vectarium as vt

    return lambda: vt.neighbors(x, K, method="exact", n_jobs=THREADS)[0]


def faiss_flat(x: Vectors) -> Call:
    import faiss

    faiss.omp_set_num_threads(THREADS)

    def call() -> Vectors:
        index = faiss.IndexFlatL2(x.shape[1])
        index.add(x)
        return index.search(x, K + 1)[1].astype(np.int32)

    return call


def sklearn_brute(x: Vectors) -> Call:
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=K, algorithm="brute", n_jobs=THREADS)
    return lambda: search.fit(x).kneighbors(return_distance=False).astype(np.int32)


def vectarium_pca(x: Vectors) -> Call:
    import vectarium as vt

    return lambda: vt.PCA(50).fit_transform(x)


def vectarium_picture(x: Vectors) -> Call:
    import vectarium as vt

    return lambda: vt.PCA(2).fit_transform(x)


def sklearn_pca_covariance(x: Vectors) -> Call:
    from sklearn.decomposition import PCA

    return lambda: PCA(50, svd_solver="covariance_eigh").fit_transform(x)


def sklearn_pca_randomized(x: Vectors) -> Call:
    from sklearn.decomposition import PCA

    return lambda: PCA(50, svd_solver="randomized", random_state=0).fit_transform(x)


def timed(work: Call) -> tuple[list[float], Any]:
    """Seconds on the clock and of processors, and what came of it."""
    start, processor = time.perf_counter(), time.process_time()
    result = work()
    return [time.perf_counter() - start, time.process_time() - processor], result


def peak() -> float:
    """Megabytes that this process held at most; getrusage would count what the one that started it held."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))


def take_part(call_of: Callable[..., Call], data: list[str], rows: int | None, calls: int, out: str) -> dict[str, Any]:
    """Make ready, call, and say what it took: seconds, processor seconds, megabytes."""
    given = [np.ascontiguousarray(np.load(path, mmap_mode="r")[:rows]) for path in data]
    try:
        ready, call = timed(lambda: call_of(*given))
    except (ImportError, AttributeError) as missing:
        return {"missing": str(missing)}
    took, result = [], None
    for _ in range(calls):
        pair, result = timed(call)
        took.append(pair)
    np.save(out, np.asarray(result))
    return {"ready": ready, "calls": took, "peak": peak()}


def main(contestants: dict[str, Any]) -> None:
    """Be the contestant that the command line asks for."""
    asked = json.loads(sys.argv[1])
    answer = take_part(contestants[asked.pop("who")], **asked)
    Path(f"{asked['out']}.json").write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(globals())
