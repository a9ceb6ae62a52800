"""From a command to a page: start the server, say where it is, open the browser, end on Ctrl-C."""

from __future__ import annotations

import getpass
import os
import signal
import sys
import threading
from _thread import start_new_thread
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from types import FrameType

from vectarium.data import Collection
from vectarium.explore.jobs import Job, explain
from vectarium.explore.server import HOST, Server
from vectarium.explore.session import Load, Session

# What fails so soon is told in the terminal, without a browser.
PATIENCE_SECONDS = 0.7
# How long a page may take to come, or come back, to read why an opening failed.
LINGER_SECONDS = 3
# How long the end may take once it was asked for.
LONGEST_FAREWELL_SECONDS = 8
# How soon a signal is answered that the system handed to another thread than the main one.
AWAKE_EVERY_SECONDS = 0.25

Say = Callable[[str], None]


def explore(
    what: Collection | Load,
    *,
    port: int = 0,
    open_browser: bool = True,
    hint: str = "",
    say: Say | None = None,
) -> int:
    """Serve a collection until Ctrl-C, and return the program's exit code.

    Parameters
    ----------
    what
        A collection, or a function that opens one and is called with ``progress``.
    port
        Where to listen; 0 for a free port.
    open_browser
        Whether to open the default browser.
    hint
        One line on what to try, shown on the page.
    say
        Where lines for a person go; None: to standard output.
    """
    server = Server(Session(loader(what), hint), port)
    with ending() as ended:
        opening = server.session.begin()
        server.start()
        opening.wait(PATIENCE_SECONDS)
        if opening.state == "failed":
            complain(opening)
            server.close()
            return 2
        _announce(server, open_browser, say or _print)
        failed = _watch(opening, ended)
        if failed:
            _linger(server.session, ended)
        else:
            _wait(ended)
        with at_the_latest(LONGEST_FAREWELL_SECONDS, 2 if failed else 0):
            server.close()
    return 2 if failed else 0


def loader(what: Collection | Load) -> Load:
    """A function that opens the collection, of whatever came."""
    return (lambda _: what) if isinstance(what, Collection) else what


@contextmanager
def at_the_latest(seconds: float, code: int) -> Generator[None]:
    """End the program with an exit code where what is done inside takes longer: a thread may wait for ever."""
    watchdog = threading.Timer(seconds, os._exit, [code])
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


@contextmanager
def ending() -> Generator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, instead of what they do otherwise."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        # Not here: the thread that is interrupted may hold the event's own lock.
        start_new_thread(ended.set, ())

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - for the person at the terminal


def complain(job: Job) -> None:
    """Say on standard error why a job failed."""
    assert job.failure is not None
    print(f"vectarium: {explain(job.failure)}", file=sys.stderr)  # noqa: T201 - for the person at the terminal


def forwarding_line(port: int, environment: Mapping[str, str] = os.environ) -> str | None:
    """The command that brings the port to the machine that a person sits at, None outside of SSH."""
    parts = environment.get("SSH_CONNECTION", "").split()
    if len(parts) != 4:
        return None
    return f"ssh -L {port}:{HOST}:{port} {getpass.getuser()}@{parts[2]}"


def has_browser(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a browser would show up before the person; a text browser in the terminal would not do."""
    windows = sys.platform in ("darwin", "win32") and "SSH_CONNECTION" not in environment
    return windows or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def browse(url: str) -> None:
    """Open the default browser, without waiting for it."""
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(url,), name="vectarium browser", daemon=True).start()


def _announce(server: Server, open_browser: bool, say: Say) -> None:
    say(f"Vectarium is at {server.url}")
    forwarding = forwarding_line(server.port)
    if forwarding:
        say(f"From your own machine, forward it with:  {forwarding}")
    if open_browser and has_browser():
        browse(server.url)
    elif open_browser and not forwarding:
        say("No browser was found here: open that address in one.")
    say("Ctrl-C ends it.")


def _watch(opening: Job, ended: threading.Event) -> bool:
    """Wait for the opening or the end; True, and a complaint, if the opening failed."""
    while not opening.wait(0.1):
        if ended.is_set():
            return False
    if opening.state == "failed":
        complain(opening)
    return opening.state == "failed"


def _wait(ended: threading.Event) -> None:
    """Wait for the end, waking now and then.

    The system may hand a signal to any thread. Python answers it in the main one, which a wait without end would
    leave asleep: the program would go on as if nothing had been said.
    """
    while not ended.wait(AWAKE_EVERY_SECONDS):
        pass


def _linger(session: Session, ended: threading.Event) -> None:
    """Wait while there is a page that shows why the opening failed."""
    left = LINGER_SECONDS
    while left > 0 and not ended.wait(0.5):
        left = LINGER_SECONDS if session.jobs.watched else left - 0.5
