"""The server in a thread: it listens before anything heavy is imported, and ends when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING

from vectarium.errors import ParameterError
from vectarium.explore.jobs import debugging
from vectarium.explore.session import Session
from vectarium.explore.tokens import token_for

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
# How long open answers may take when the server ends; a page that is connected learns of it at once.
FAREWELL_SECONDS = 1
# How long a page may need for what was sent to it before it counts as gone: a large frame on a slow line.
LONGEST_SILENCE_SECONDS = 120


class Server:
    """One session's server.

    Parameters
    ----------
    session
        What it serves.
    port
        Where it listens; 0 for a free one.

    Raises
    ------
    ParameterError
        If the port is taken.
    """

    def __init__(self, session: Session, port: int = 0) -> None:
        self.session = session
        self.token = token_for(port)
        self._socket = listen(port)
        self.port: int = self._socket.getsockname()[1]
        self._uvicorn: uvicorn.Server | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="vectarium server", daemon=True)

    @property
    def url(self) -> str:
        """The address of the page, with its token."""
        return f"http://{HOST}:{self.port}/?token={self.token}"

    def start(self) -> None:
        """Begin to answer; requests that come before wait."""
        self._thread.start()

    def close(self) -> None:
        """Stop all work, tell the pages, and free the port."""
        self._closing.set()
        self.session.close()
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True
        if self._thread.is_alive():
            self._thread.join(FAREWELL_SECONDS + 1)
        self._socket.close()

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed."""
        return self._closing.is_set()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the server is closed."""
        self._thread.join(timeout)

    def _serve(self) -> None:
        import uvicorn

        from vectarium import __version__
        from vectarium.explore.routes import application

        config = uvicorn.Config(
            application(self.session, self.token, __version__),
            http="h11",
            ws="websockets-sansio",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="info" if debugging() else "critical",
            access_log=False,
            server_header=False,
            ws_max_size=1 << 16,
            ws_per_message_deflate=False,  # frames are floats: they hardly shrink, and it takes longer than sending them
            ws_ping_timeout=LONGEST_SILENCE_SECONDS,
            timeout_graceful_shutdown=FAREWELL_SECONDS,
        )
        self._uvicorn = uvicorn.Server(config)
        self._uvicorn.should_exit = self._closing.is_set()
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._uvicorn.serve(sockets=[self._socket]))


def listen(port: int) -> socket.socket:
    """A socket that listens on the loopback address."""
    if not 0 <= port <= 65535:
        raise ParameterError(f"The port is {port}; 1 to 65535 are allowed, or 0 for a free one.")
    # Named as TCP: only then asyncio sends each answer at once, instead of waiting 40 ms for an acknowledgement.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HOST, port))
        made.listen(128)
    except OSError as error:
        made.close()
        raise ParameterError(
            f"Port {port} cannot be used: {error.strerror}. Leave --port out to take a free one."
        ) from None
    return made
