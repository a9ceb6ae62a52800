"""The ten words of the demo as something to film."""

from collections.abc import Iterator

import pytest

from vectarium.demo.learning import runs
from vectarium.explore.films import FilmReel, Shot
from vectarium.explore.studio import Studio, request_of


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    with Studio(runs()[0]) as made:
        yield made


@pytest.fixture(scope="session")
def words(studio: Studio) -> FilmReel:
    """The ten words in the plane, at 201 steps."""
    job = studio.timeline(0, request_of(studio.embedding(0), None, 2), lambda *_: None)
    return studio.reel(Shot(job))
