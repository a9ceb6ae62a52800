"""What takes part in ``timeline.py``: each gets the snapshots ``(steps, n, d)`` and returns places ``(steps, n, 2)``.

Run as a program it is one contestant in a process of its own; see ``contestants.py``.
"""

from __future__ import annotations

import numpy as np
from contestants import PERPLEXITY, THREADS, Call, Vectors, main

from vectarium.project.rotation import rotation


def vectarium_tsne(x: Vectors) -> Call:
    return _vectarium(x, "tsne")


def vectarium_umap(x: Vectors) -> Call:
    return _vectarium(x, "umap")


def vectarium_pca(x: Vectors) -> Call:
    return _vectarium(x, "pca")


def vectarium_tsne_layout(x: Vectors) -> Call:
    """The layout alone, without the measures."""
    return _layout(x, "tsne")


def vectarium_umap_layout(x: Vectors) -> Call:
    return _layout(x, "umap")


def vectarium_first_picture(x: Vectors) -> Call:
    return _layout(x, "pca")


def _vectarium(x: Vectors, method: str) -> Call:
    import vectarium as vt

    return lambda: vt.timeline(list(x), method=method, align="none", n_jobs=THREADS).coordinates


def _layout(x: Vectors, method: str) -> Call:
    from vectarium.project import begin_timeline

    def call() -> Vectors:
        descent = begin_timeline(list(x), method=method, align="none", n_jobs=THREADS)
        descent.advance()
        return descent.coordinates.reshape(*x.shape[:2], 2)

    return call


def opentsne_jointly(x: Vectors) -> Call:
    from openTSNE import TSNE

    def call() -> Vectors:
        found = TSNE(perplexity=PERPLEXITY, n_jobs=THREADS, random_state=0).fit(x.reshape(-1, x.shape[2]))
        return np.asarray(found).reshape(*x.shape[:2], 2)

    return call


def opentsne_each(x: Vectors) -> Call:
    """Each step on its own, then turned onto the one before."""
    from openTSNE import TSNE

    def call() -> Vectors:
        return in_turn(
            [np.asarray(TSNE(perplexity=PERPLEXITY, n_jobs=THREADS, random_state=0).fit(each)) for each in x]
        )

    return call


def opentsne_warm(x: Vectors) -> Call:
    """Each step on its own, started where the one before ended."""
    from openTSNE import TSNE

    def call() -> Vectors:
        places: list[Vectors] = []
        for each in x:
            start = places[-1] / places[-1][:, 0].std() * 1e-4 if places else "pca"
            given = TSNE(perplexity=PERPLEXITY, n_jobs=THREADS, random_state=0, initialization=start)
            places.append(np.asarray(given.fit(each)))
        return in_turn(places)

    return call


def umap_each(x: Vectors) -> Call:
    import umap

    return lambda: in_turn([umap.UMAP(random_state=0, n_jobs=1).fit_transform(each) for each in x])


def umap_jointly(x: Vectors) -> Call:
    import umap

    def call() -> Vectors:
        found = umap.UMAP(random_state=0, n_jobs=1).fit_transform(x.reshape(-1, x.shape[2]))
        return np.asarray(found).reshape(*x.shape[:2], 2)

    return call


def aligned_umap(x: Vectors) -> Call:
    import umap

    same = {i: i for i in range(x.shape[1])}

    def call() -> Vectors:
        fitted = umap.AlignedUMAP(random_state=0).fit(list(x), relations=[same] * (len(x) - 1))
        return np.stack([np.asarray(each) for each in fitted.embeddings_])

    return call


def in_turn(places: list[Vectors]) -> Vectors:
    """Pictures ``(n, 2)`` of each step, about their middle, each turned onto the one before."""
    turned: list[Vectors] = []
    for each in places:
        centred = each - each.mean(axis=0)
        turned.append(centred @ rotation(centred, turned[-1]) if turned else centred)
    return np.stack(turned)


if __name__ == "__main__":
    main(globals())
