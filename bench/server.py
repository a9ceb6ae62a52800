"""``vectarium open`` as a process of its own, and what can be asked of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from processes import memory


class Server:
    """A running ``vectarium open ... --no-browser``.

    Parameters
    ----------
    arguments
        What stands behind ``vectarium open``.
    """

    def __init__(self, *arguments: str | Path) -> None:
        self.started = time.time()
        command = [sys.executable, "-m", "vectarium", "open", *map(str, arguments), "--no-browser"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        self.url = self._url()
        self.seconds_to_url = time.time() - self.started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()

    def _url(self) -> str:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line):
                return found.group()
        raise SystemExit(f"vectarium ended without a URL:\n{said}")

    def memory(self, field: str) -> int:
        """Bytes of ``VmRSS`` or ``VmHWM``."""
        return memory(self.process.pid, field)

    def search(self, query: str) -> float:
        """Milliseconds that the server takes to answer one search in the first embedding."""
        address = urllib.parse.urlsplit(self.url)
        token = urllib.parse.parse_qs(address.query)["token"][0]
        request = urllib.request.Request(
            f"http://{address.netloc}/api/embeddings/0/search",
            json.dumps({"query": query, "column": "", "mode": "words", "limit": 500}).encode(),
            {"X-Vectarium-Token": token, "Content-Type": "application/json"},
        )
        start = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
        return (time.perf_counter() - start) * 1000
