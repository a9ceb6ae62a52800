from __future__ import annotations

import getpass
import signal
import socket
import subprocess
import sys
import time

import pytest

from vectarium.errors import FormatError
from vectarium.explore import launch
from vectarium.explore.launch import forwarding_line, has_browser
from vectarium.explore.server import listen


def test_over_ssh_the_line_that_forwards_the_port_is_known():
    line = forwarding_line(8765, {"SSH_CONNECTION": "10.0.0.2 51000 10.0.0.1 22"})
    assert line == f"ssh -L 8765:127.0.0.1:8765 {getpass.getuser()}@10.0.0.1"


@pytest.mark.parametrize("environment", [{}, {"SSH_CONNECTION": ""}, {"SSH_CONNECTION": "odd"}])
def test_elsewhere_there_is_none(environment):
    assert forwarding_line(8765, environment) is None


def test_a_browser_needs_a_display(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    assert not has_browser({})
    assert not has_browser({"SSH_CONNECTION": "10.0.0.2 51000 10.0.0.1 22"})
    assert has_browser({"DISPLAY": ":0"})
    assert has_browser({"BROWSER": "firefox"})


def test_an_opening_that_fails_late_is_told_and_ends_the_program(capsys, monkeypatch):
    monkeypatch.setattr(launch, "LINGER_SECONDS", 0.5)
    said: list[str] = []

    def load(progress):
        for _ in range(100):
            time.sleep(0.01)
            progress(0.5, "reading")
        raise FormatError("It ends too soon.", "words.npy")

    assert launch.explore(load, open_browser=False, say=said.append) == 2
    assert said[0].startswith("Vectarium is at http://127.0.0.1:")
    assert capsys.readouterr().err == "vectarium: words.npy: It ends too soon.\n"


def test_answers_are_sent_without_waiting_for_acknowledgements():
    with listen(0) as made:
        assert made.proto == socket.IPPROTO_TCP  # asyncio turns Nagle's algorithm off for these alone


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="signals to one thread are POSIX")
def test_a_signal_that_another_thread_was_handed_ends_the_wait():
    program = (
        "import signal, threading\n"
        "from vectarium.explore import launch\n"
        "with launch.ending() as ended:\n"
        "    aside = threading.Timer(0.3, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM))\n"
        "    aside.start()\n"
        "    launch._wait(ended)\n"
        "print('ended')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "ended\n"
