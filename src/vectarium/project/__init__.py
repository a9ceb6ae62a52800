"""Projections: principal components and nearest neighbours.

The only room that knows the native kernels.
"""

from vectarium.project.pca import PCA
from vectarium.project.principal import PrincipalComponents, principal_components

__all__ = ["PCA", "PrincipalComponents", "principal_components"]
