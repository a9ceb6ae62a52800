"""Recording inside of Hugging Face's Trainer: ``from vectarium.huggingface import Recorder``."""

from vectarium.record.huggingface import Recorder

__all__ = ["Recorder"]
