"""A sound."""

from __future__ import annotations

import io
import math
import struct
import wave


def tone(seconds: float = 0.2, rate: int = 8000) -> bytes:
    """A wav of 440 Hz."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = (int(9000 * math.sin(2764.6 * i / rate)) for i in range(int(seconds * rate)))
        file.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return made.getvalue()
