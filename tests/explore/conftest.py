"""A page without a browser: it talks to a real server over real HTTP."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from websockets.sync.client import connect

from vectarium.data import Collection, Column, Columns, Coordinates, Embedding, Note, PixelThumbnails
from vectarium.explore import packet
from vectarium.explore.show import Explorer, show

WORDS = ["vampire", "Dracula", "100% wool", "snake_case", "new york", "<b>bold</b>", "Ärger", None, "or", "and", "x=5"]


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def message(self) -> Any:
        if self.body[:4] == packet.MAGIC:
            return packet.decode(self.body)[0]
        return json.loads(self.body)

    @property
    def arrays(self) -> Any:
        return packet.decode(self.body)[1]


class Page:
    """Asks one explorer."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        parts = urlsplit(explorer.url)
        self.port = parts.port
        self.token = parse_qs(parts.query)["token"][0]

    def ask(self, path: str, body: Any = None, method: str = "GET", **headers: str) -> Answer:
        """Ask with the token, unless headers say otherwise; a header of "" is left out."""
        if isinstance(body, dict):
            body = json.dumps(body)
        sent = {"Host": f"127.0.0.1:{self.port}", "X-Vectarium-Token": self.token} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method if body is None else "POST", path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            if value:
                connection.putheader(name, value)
        data = body.encode() if isinstance(body, str) else body
        if data is not None:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    def search(self, query: str, **fields: Any) -> Answer:
        return self.ask("/api/embeddings/0/search", {"query": query, **fields})

    def project(self, n_components: int | None = 10, rows: Any = None, embedding: int = 0, **fields: Any) -> Answer:
        arrays = {} if rows is None else {"rows": np.asarray(rows, np.uint32)}
        request = {"method": "pca", "n_components": n_components, **fields}
        return self.send(f"/api/embeddings/{embedding}/projections", request, arrays)

    def measure(self, picture: str, components: Any = (0, 1), embedding: int = 0, **fields: Any) -> Answer:
        request = {"picture": picture, "components": list(components), **fields}
        return self.send(f"/api/embeddings/{embedding}/fidelity", request)

    def send(self, path: str, message: Any, arrays: Any = None) -> Answer:
        """Ask with a packet."""
        return self.ask(path, b"".join(packet.encode(message, arrays)))

    def finished(self, job: str, seconds: float = 30) -> Any:
        """A job when it is over, one way or another."""
        assert self.job(job).wait(seconds), self.job(job).message()
        return self.job(job)

    def job(self, name: str) -> Any:
        return self.explorer.session.jobs[name]

    def socket(self, token: str | None = None, **options: Any) -> Any:
        return connect(f"ws://127.0.0.1:{self.port}/api/session?token={token or self.token}", **options)


@pytest.fixture
def explore(monkeypatch):
    """Open the explorer on anything, and get a page that asks it; closed at the end."""
    explorers: list[Explorer] = []
    monkeypatch.setattr("vectarium.explore.show.PATIENCE", 0.5)

    def start(anything: Any, **options: Any) -> Page:
        explorers.append(show(anything, browser=False, **options))
        return Page(explorers[-1])

    yield start
    for explorer in explorers:
        explorer.close()


def word_columns() -> Columns:
    n = len(WORDS)
    words = np.empty(n, dtype=object)
    words[:] = WORDS
    gone = np.arange(n) == 3
    times = np.array([f"{2010 + i}-06-15" for i in range(n)], "datetime64[us]")
    times[4] = np.datetime64("NaT")
    return Columns(
        [
            Column("word", "text", words),
            Column("word count", "integer", np.arange(n) * 10, mask=gone),
            Column("score", "number", np.where(np.arange(n) == 2, np.nan, np.arange(n) / 7)),
            Column("tag", "category", (np.arange(n) % 3 - 1).astype(np.int32), ("ADJ", "Noun")),
            Column("seen", "boolean", np.arange(n) % 2 == 0, mask=gone),
            Column("when", "time", times),
        ]
    )


@pytest.fixture(scope="module")
def words() -> Collection:
    """Eleven points with a column of each kind, one without a place, and an embedding without columns."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(len(WORDS), 5)).astype(np.float32)
    vectors[6, 2] = np.nan
    pixels = rng.integers(0, 256, (len(WORDS), 4, 3), dtype=np.uint8)
    embedding = Embedding(
        "words",
        vectors,
        word_columns(),
        PixelThumbnails(pixels),
        (Coordinates("given", rng.normal(size=(len(WORDS), 2)).astype(">f4"), "by hand"),),
        (Note("line 3 is odd", None, 3, "remark"),),
    )
    return Collection("words", [embedding, Embedding("plain", np.eye(3))], [Note("missing.tsv is not there")])


@pytest.fixture(scope="module")
def page(words):
    """A page on the words."""
    with show(words, browser=False, hint="search for vampire") as explorer:
        yield Page(explorer)
