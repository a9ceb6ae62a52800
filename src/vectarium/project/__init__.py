"""Projections: principal components, nearest neighbours, t-SNE, and how far a picture can be believed.

The only room that knows the native kernels.
"""

from vectarium.project.agreement import knn_accuracy, silhouette
from vectarium.project.alignment import Alignment, align
from vectarium.project.arithmetic import arithmetic
from vectarium.project.comparison import Comparison, compare
from vectarium.project.directions import Directed, Directions, directed
from vectarium.project.displacement import displacement
from vectarium.project.fidelity import Fidelity, fidelity, preservation
from vectarium.project.further import Further
from vectarium.project.index import Index
from vectarium.project.matching import Matching, match
from vectarium.project.neighbors import Neighbors, neighbors
from vectarium.project.pca import PCA
from vectarium.project.preparation import PREPARATIONS, Preparation
from vectarium.project.principal import PrincipalComponents, place_rows, principal_components
from vectarium.project.query import query_neighbors, query_vector
from vectarium.project.regions import Regions, estimate_regions
from vectarium.project.similarity import LinearCKA, linear_cka, shared_neighbors
from vectarium.project.timeline import Timeline, begin_timeline, finish_timeline
from vectarium.project.timeline_fidelity import TimelineFidelity, measure
from vectarium.project.timeline_of_run import timeline
from vectarium.project.tsne import TSNE
from vectarium.project.umap import UMAP

__all__ = [
    "PCA",
    "PREPARATIONS",
    "TSNE",
    "UMAP",
    "Alignment",
    "Comparison",
    "Directed",
    "Directions",
    "Fidelity",
    "Further",
    "Index",
    "LinearCKA",
    "Matching",
    "Neighbors",
    "Preparation",
    "PrincipalComponents",
    "Regions",
    "Timeline",
    "TimelineFidelity",
    "align",
    "arithmetic",
    "begin_timeline",
    "compare",
    "directed",
    "displacement",
    "estimate_regions",
    "fidelity",
    "finish_timeline",
    "knn_accuracy",
    "linear_cka",
    "match",
    "measure",
    "neighbors",
    "place_rows",
    "preservation",
    "principal_components",
    "query_neighbors",
    "query_vector",
    "shared_neighbors",
    "silhouette",
    "timeline",
]
