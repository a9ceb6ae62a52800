"""The command as a person runs it: in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request

import numpy as np
import pytest
from websockets.sync.client import connect


@pytest.fixture
def start():
    """Start ``vectarium`` with arguments; returns the process."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: object, **environment: str) -> subprocess.Popen[str]:
        hidden = dict.fromkeys(("SSH_CONNECTION", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"), "")
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "vectarium", *map(str, arguments)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=os.environ | hidden | environment,
            )
        )
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def vectors(tmp_path):
    np.save(tmp_path / "vectors.npy", np.eye(5, dtype=np.float32))
    return tmp_path / "vectors.npy"


def address(process) -> str:
    line = process.stdout.readline()
    return re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line).group()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_even_with_a_page_connected(start, vectors, number):
    process = start("open", vectors, "--no-browser")
    url = address(process)
    with connect(url.replace("http:", "ws:").replace("/?", "/api/session?")) as socket:
        socket.recv(timeout=10)
        process.send_signal(number)
        assert process.wait(5) == 0
    assert process.stderr.read() == ""


def test_the_page_is_where_it_says(start, vectors):
    url = address(start("open", vectors, "--no-browser"))
    base, token = url.split("?token=")
    request = urllib.request.Request(base + "api/collection", headers={"X-Vectarium-Token": token})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert b'"name":"vectors"' in answer.read()


def test_over_ssh_it_says_how_to_forward_the_port(start, vectors):
    process = start("open", vectors, SSH_CONNECTION="10.0.0.2 51000 10.0.0.1 22")
    port = address(process).split(":")[2].split("/")[0]
    assert f"ssh -L {port}:127.0.0.1:{port} " in process.stdout.readline()


def test_a_browser_is_opened_unless_told_otherwise(start, vectors, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\necho "$1" > "{tmp_path}/opened.part" && mv "{tmp_path}/opened.part" "{tmp_path}/opened"\n'
    )
    browser.chmod(0o755)
    url = address(start("open", vectors, BROWSER=str(browser)))
    for _ in range(500):
        if (tmp_path / "opened").exists():
            break
        signal.sigtimedwait([], 0.01)
    assert (tmp_path / "opened").read_text().strip() == url


@pytest.mark.parametrize(
    ("contents", "said"), [(None, "vectarium: "), (b"", "vectarium: "), (b"\x93NUMPY\x01\x00", "vectarium: ")]
)
def test_what_cannot_be_opened_is_told_without_a_traceback(start, tmp_path, contents, said):
    path = tmp_path / "naïve file.npy"
    if contents is not None:
        path.write_bytes(contents)
    out, err = (process := start("open", path)).communicate(timeout=30)
    assert process.returncode == 2
    assert err.startswith(said)
    assert "naïve file.npy" in err
    assert "Traceback" not in err
    assert out == "" or out.startswith("Vectarium is at")  # where failing took a moment, the page tells of it, too
