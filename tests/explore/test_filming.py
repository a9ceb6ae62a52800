"""Films that the page asks for."""

import pytest

from vectarium.cli.filming import enable_films
from vectarium.demo.learning import runs
from vectarium.errors import ParameterError
from vectarium.explore.messages.film import FilmRequest
from vectarium.explore.messages.timeline import TimelineRequest
from vectarium.explore.opening import path_loader
from vectarium.explore.projections import UnfinishedError
from vectarium.explore.session import Session

SMALL = {"format": "gif", "width": 200, "height": 120, "fps": 4.0, "color": "tag", "label": "token"}


@pytest.fixture(scope="module")
def session():
    enable_films()
    made = Session(path_loader([runs()[0]]))
    made.begin().wait()
    yield made
    made.close()


@pytest.fixture(scope="module")
def timeline(session):
    job = session.timeline(0, TimelineRequest("axes", 2))
    job.wait()
    return job.name


def test_a_film_is_a_job_and_then_a_file(session, timeline):
    job = session.filming.start(timeline, FilmRequest([0, 1], seconds=1.0, **SMALL))
    assert job.wait(60)
    assert (job.state, session.filming.path(job.name).read_bytes()[:4]) == ("done", b"GIF8")


def test_a_film_that_is_cancelled_has_no_file(session, timeline):
    job = session.filming.start(timeline, FilmRequest([0, 1], seconds=600.0, **SMALL))
    job.cancel()
    assert job.wait(60)
    with pytest.raises(UnfinishedError, match="cancelled"):
        session.filming.path(job.name)


def test_a_curve_that_is_not_there_is_named(session, timeline):
    with pytest.raises(ParameterError, match=r"height.*'loss'"):
        session.filming.start(timeline, FilmRequest([0, 1], curve="height", **SMALL))
