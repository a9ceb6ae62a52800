"""Recording Keras models: ``from vectarium.keras import Recorder``."""

from vectarium.record.keras import Recorder

__all__ = ["Recorder"]
