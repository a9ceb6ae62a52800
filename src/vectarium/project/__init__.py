"""Projections: principal components, nearest neighbours and t-SNE.

The only room that knows the native kernels.
"""

from vectarium.project.neighbors import Neighbors, neighbors
from vectarium.project.pca import PCA
from vectarium.project.principal import PrincipalComponents, principal_components
from vectarium.project.query import query_neighbors
from vectarium.project.tsne import TSNE

__all__ = ["PCA", "TSNE", "Neighbors", "PrincipalComponents", "neighbors", "principal_components", "query_neighbors"]
