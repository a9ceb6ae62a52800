"""Projections: principal components and nearest neighbours.

The only room that knows the native kernels.
"""

from vectarium.project.neighbors import neighbors
from vectarium.project.pca import PCA
from vectarium.project.principal import PrincipalComponents, principal_components
from vectarium.project.query import query_neighbors

__all__ = ["PCA", "PrincipalComponents", "neighbors", "principal_components", "query_neighbors"]
