"""Recording PyTorch models: ``from vectarium.torch import Recorder``."""

from vectarium.record.torch import Recorder

__all__ = ["Recorder"]
