"""The parameters of a projection: which ones a method reads, what is allowed, and the names made of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from vectarium.errors import ColumnNotFoundError, ParameterError
from vectarium.explore.messages.projection import ProjectRequest
from vectarium.explore.points import Points

if TYPE_CHECKING:
    from vectarium.project import TSNE

USUAL_COMPONENTS = {"pca": 10, "tsne": 2, "umap": 2, "directions": 2}
MOST_COMPONENTS = 50
# So many neighbours are held at 8 bytes each, and the graph made of them takes as much again and more.
MOST_EDGES = 200_000_000
# Of so many it is found out at once how many are finite, before the answer.
FEW_POINTS = 100_000
NAMES = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP", "directions": "Axes"}
# They are placed in one go, and have nothing to set.
STRAIGHT = ("pca", "directions")
SUPERVISION = ("supervise", "target_weight")
PREPARING = ("preparation", "reduced_to")
READ = {
    "pca": ("n_components",),
    "directions": ("n_components", "ends", "among"),
    "tsne": (
        "n_components",
        "affinity",
        "metric",
        "early_exaggeration",
        "max_iter",
        "random_state",
        "perturbs",
        *SUPERVISION,
    ),
    "umap": ("n_components", "n_neighbors", "min_dist", "spread", "metric", "max_iter", "random_state", *SUPERVISION),
}


@dataclass(frozen=True)
class Range:
    """What a number may be."""

    least: float
    most: float

    def check(self, name: str, value: float) -> None:
        """Raise ParameterError unless the value lies within."""
        if not self.least <= value <= self.most:
            raise ParameterError(f"{name} is {value:,}; {self.least:,} to {self.most:,} are allowed.")


RANGES = {
    "perplexity": Range(1, 1000),
    "n_neighbors": Range(2, 1000),
    "min_dist": Range(0, 100),
    "spread": Range(0.01, 100),
    "early_exaggeration": Range(1, 100),
    "max_iter": Range(0, 100_000),
    "random_state": Range(0, 2**32 - 1),
    "target_weight": Range(0, 1),
}


def settle(request: ProjectRequest, points: Points) -> ProjectRequest:
    """The request with what its method reads, everything else at its default.

    Raises
    ------
    ParameterError
        If a parameter that counts is outside of what is allowed.
    ColumnNotFoundError
        If there is no column of the name to supervise with.
    """
    read = _read(request)
    settled = ProjectRequest(request.method, **{name: getattr(request, name) for name in read})
    k = USUAL_COMPONENTS[request.method] if request.n_components is None else request.n_components
    Range(1, MOST_COMPONENTS).check("n_components", k) if request.method == "pca" else Range(2, 3).check(
        f"n_components of {NAMES[request.method]}", k
    )
    for name in read:
        if name in RANGES:
            RANGES[name].check(name, getattr(request, name))
    if settled.supervise and settled.supervise not in points.embedding.columns:
        raise ColumnNotFoundError(settled.supervise, points.embedding.columns)
    if request.method == "umap" and request.min_dist > request.spread:
        raise ParameterError(f"min_dist is {request.min_dist:g}; at most spread, {request.spread:g}, is allowed.")
    settled = replace(settled, n_components=k)
    if points.prepared is not None:
        settled = replace(settled, reduced_to=points.prepared.reduced_to if request.preparation == "reduced" else 50)
    if request.joint:
        return settle_joint(replace(settled, joint=True), points)
    if request.method not in STRAIGHT:
        _check_edges(settled, len(points))
    if "perplexity" in read and len(points) <= FEW_POINTS:
        most = max(1.0, (points.used - 1) / 3)  # what the estimator would lower it to
        settled = replace(settled, perplexity=min(settled.perplexity, most))
    if request.method == "pca":
        k = max(1, min(k, *points.embedding.shape))
        settled = replace(settled, n_components=k)
    return settled


def settle_joint(request: ProjectRequest, points: Points) -> ProjectRequest:
    """The same for all steps at once; ``points`` are those of any step.

    Raises
    ------
    ParameterError
        If the points were not recorded over steps, or the method cannot do it.
    """
    recorded = points.embedding.recorded
    if recorded is None:
        raise ParameterError(f"joint is True, but {points.embedding.name!r} was not recorded over steps.")
    if request.method in STRAIGHT:
        raise ParameterError(
            f"joint is True; it is for t-SNE and UMAP. For {NAMES[request.method]} ask for a timeline."
        )
    if request.supervise:
        raise ParameterError(f"supervise is {request.supervise!r}; a layout of all steps takes no column.")
    _check_edges(request, len(points) * len(recorded.steps))
    return request


def name_of(request: ProjectRequest, points: Points, also: str = "") -> str:
    """The name of the job that makes a settled projection: the same for the same content, ``also`` that beside it."""
    if request.method == "pca":
        key = points.key.removeprefix(points.place)
        return f"pca-{points.place}-{request.n_components}{key.replace('~', '-')}"
    key = points.key
    recorded = points.embedding.recorded
    if request.joint and recorded is not None:  # whichever step it is asked for at; a run that grew has more of them
        key = f"{points.index}-{points.digest}-{len(recorded.steps)}-{recorded.steps[-1]}"
    content = json.dumps([asdict(request), key, also], sort_keys=True)
    return f"{request.method}-{points.index}-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}"


def describe(request: ProjectRequest) -> str:
    """The method and the parameters that a person knows it by: ``t-SNE, perplexity 30``."""
    said = [NAMES[request.method]]
    if request.method == "tsne" and request.affinity == "perplexity":
        said.append(f"perplexity {request.perplexity:g}")
    elif request.method == "tsne":
        said.append(f"uniform affinities to {request.n_neighbors} neighbours")
    elif request.method == "umap":
        said.append(f"{request.n_neighbors} neighbours, min_dist {request.min_dist:g}")
    if request.joint:
        said.append("all steps together")
    if request.perturbs:
        said.append("perturbed by 10% of its spread")
    if request.supervise:
        said.append(f"supervised by {request.supervise} at weight {request.target_weight:g}")
    return ", ".join(said)


def estimator(request: ProjectRequest) -> TSNE:
    """What computes a settled t-SNE or UMAP."""
    from vectarium import project

    return getattr(project, request.method.upper())(**given(request))


def given(request: ProjectRequest) -> dict[str, Any]:
    """The parameters of a settled t-SNE or UMAP by the names that the estimators have for them."""
    found: dict[str, Any] = {
        name: getattr(request, name)
        for name in _read(request)
        if name not in ("max_iter", "perturbs", *SUPERVISION, *PREPARING)
    }
    if request.supervise:
        found["target_weight"] = request.target_weight
    if request.max_iter:
        found["max_iter" if request.method == "tsne" else "n_epochs"] = request.max_iter
    return found


def _read(request: ProjectRequest) -> list[str]:
    read = [*READ[request.method], *PREPARING[: 2 if request.preparation == "reduced" else 1]]
    if request.method == "tsne":
        read.append("perplexity" if request.affinity == "perplexity" else "n_neighbors")
    if not request.supervise:
        read = [name for name in read if name not in SUPERVISION]
    return [each.name for each in fields(ProjectRequest) if each.name in read]


def _check_edges(request: ProjectRequest, m: int) -> None:
    each, most = estimator(request).neighbors_wanted(m), max(15, MOST_EDGES // m)
    if each > most:
        perplexed = request.method == "tsne" and request.affinity == "perplexity"
        name = "perplexity" if perplexed else "n_neighbors"
        value = getattr(request, name)
        raise ParameterError(
            f"{name} is {value:g}; with {m:,} points up to {int(value * most / each):,} is allowed, for the memory it takes."
        )
