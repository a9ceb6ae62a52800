"""MP4 and WebP, encoded by ffmpeg, which the extra ``video`` brings, or which is on the PATH."""

from __future__ import annotations

import contextlib
import importlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectarium.errors import MissingExtraError, VectariumError

Image = NDArray[np.uint8]

# Browsers play 4:2:0; the colours are told, so that they are the page's.
_TAGS = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
_MP4 = [
    *[
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-c:v",
        "libx264",
        "-preset",
        "medium",
        "-crf",
        "19",
    ],
    *_TAGS,
    *["-movflags", "+faststart", "-f", "mp4"],
]
_WEBP = [
    "-c:v",
    "libwebp_anim",
    "-lossless",
    "0",
    "-quality",
    "80",
    "-compression_level",
    "4",
    "-loop",
    "0",
    "-f",
    "webp",
]
ARGUMENTS = {".mp4": _MP4, ".webp": _WEBP}


class VideoEncoder:
    """Writes pictures into a file, by a program of its own.

    Parameters
    ----------
    path
        Where.
    suffix
        ``".mp4"`` or ``".webp"``.
    size
        Width and height, even numbers.
    fps
        Pictures a second.

    Raises
    ------
    MissingExtraError
        If there is no ffmpeg.
    """

    def __init__(self, path: Path, suffix: str, size: tuple[int, int], fps: float) -> None:
        shape = f"{size[0]}x{size[1]}"
        given = ["-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", shape, "-framerate", f"{fps:g}", "-i", "-"]
        command = [
            ffmpeg(),
            "-hide_banner",
            "-loglevel",
            "error",
            "-nostdin",
            "-y",
            *given,
            *ARGUMENTS[suffix],
            str(path),
        ]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        # In a group of its own: Ctrl-C is for us, and we then end it.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._said, start_new_session=True
        )

    def add(self, image: Image) -> None:
        """The next picture, ``(height, width, 3)``."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(image.tobytes())
        except OSError:
            self._process.wait()
            raise self._failure() from None

    def finish(self) -> None:
        """Write the end and wait until everything is on the disk."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:
            self._process.wait()
            raise self._failure() from None
        if self._process.wait() != 0:
            raise self._failure()

    def close(self) -> None:
        """End the program, wherever it is."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process.stdin is not None and not self._process.stdin.closed:
            with contextlib.suppress(OSError):  # what was held for a program that is gone
                self._process.stdin.close()
        self._said.close()

    def _failure(self) -> VectariumError:
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        said = "; ".join(lines[-3:]) or f"it ended with the code {self._process.returncode}"
        if "No space left" in said:
            return VectariumError(
                "The disk is full, so the film could not be written. Make room, or write it elsewhere."
            )
        return VectariumError(f"ffmpeg could not write the film: {said}. A .gif needs no ffmpeg.")


def ffmpeg() -> str:
    """The program: that of the extra, else the one on the PATH.

    Raises
    ------
    MissingExtraError
        If there is none.
    """
    try:
        package: Any = importlib.import_module("imageio_ffmpeg")
        return str(package.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        found = shutil.which("ffmpeg")
        if found is None:
            raise MissingExtraError("imageio-ffmpeg", "video") from None
        return found
