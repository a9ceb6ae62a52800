"""Recording inside of Lightning's Trainer: ``from vectarium.lightning import Recorder``."""

from vectarium.record.lightning import Recorder

__all__ = ["Recorder"]
