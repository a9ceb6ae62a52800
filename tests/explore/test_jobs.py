from __future__ import annotations

import json
import threading
import time

import numpy as np
import pytest

from vectarium.data import Collection, Embedding
from vectarium.errors import CancelledError, ParameterError
from vectarium.explore.jobs import JobNotFoundError, Jobs, explain
from vectarium.explore.workers import Workers


@pytest.fixture
def jobs():
    made = Jobs(Workers(1, "test"))
    yield made
    made.cancel_all()


def waiting_for(event):
    def work(progress):
        while not event.wait(0.005):
            progress(0.5, "at work")
        return "result"

    return work


def test_a_job_gives_its_result(jobs):
    job = jobs.start("a", lambda _: 42)
    assert job.wait(10)
    assert (job.state, job.result, job.fraction) == ("done", 42, 1.0)


def test_the_same_name_joins_the_job_that_runs_or_is_done(jobs):
    go = threading.Event()
    job = jobs.start("a", waiting_for(go))
    assert jobs.start("a", lambda _: None) is job
    go.set()
    job.wait(10)
    assert jobs.start("a", lambda _: None) is job


def test_a_failure_is_told_and_may_be_tried_again(jobs):
    job = jobs.start("a", lambda _: 1 / 0)
    job.wait(10)
    assert (job.state, job.message().error[:17]) == ("failed", "ZeroDivisionError")
    assert jobs.start("a", lambda _: 1) is not job


def test_a_cancelled_job_says_so_at_once_and_its_work_is_stopped(jobs):
    stopped = threading.Event()

    def work(progress):
        try:
            waiting_for(threading.Event())(progress)
        except CancelledError:
            stopped.set()
            raise

    job = jobs.start("a", work)
    while job.state != "running":
        time.sleep(0.001)
    job.cancel()
    assert job.state == "cancelled"
    assert stopped.wait(10)


def test_a_job_that_waits_is_cancelled_without_having_run(jobs):
    go, ran = threading.Event(), threading.Event()
    jobs.start("a", waiting_for(go))
    second = jobs.start("b", lambda _: ran.set())
    second.cancel()
    go.set()
    jobs.start("c", lambda _: None).wait(10)
    assert not ran.is_set()


class Counting:
    """Work that goes on where it stopped."""

    def __init__(self, until=5):
        self.count, self.until, self.threads = 0, until, 0

    def __call__(self, progress):
        self.threads += 1
        try:
            while self.count < self.until:
                progress(self.count / self.until, f"{self.count}")
                self.count += 1
                time.sleep(0.002)
        finally:
            self.threads -= 1
        return self.count


def at_work(job):
    while job.state != "running" or not job.text:
        time.sleep(0.001)


def test_a_paused_job_leaves_its_thread_to_others_and_goes_on_where_it_was(jobs):
    work = Counting(100)
    job = jobs.start("a", work, resumable=True)
    at_work(job)
    job.pause()
    assert jobs.start("b", lambda _: "there is room").wait(10)
    reached = work.count
    assert (job.state, job.wait(0), work.threads) == ("paused", False, 0)
    job.resume()
    assert job.wait(10)
    assert (job.state, job.result) == ("done", 100)
    assert 0 < reached < 100


def test_a_paused_job_can_be_cancelled_and_asked_for_again(jobs):
    work = Counting(100)
    job = jobs.start("a", work, resumable=True)
    at_work(job)
    job.pause()
    job.cancel()
    assert (job.state, job.wait(0)) == ("cancelled", True)
    assert jobs.start("a", work, resumable=True) is job
    assert job.wait(10)
    assert job.state == "done"


def test_a_job_that_waits_is_paused_without_having_run(jobs):
    go, work = threading.Event(), Counting()
    jobs.start("a", waiting_for(go))
    job = jobs.start("b", work, resumable=True)
    job.pause()
    go.set()
    jobs.start("c", lambda _: None).wait(10)
    assert (job.state, work.count) == ("paused", 0)


def test_pausing_and_resuming_a_hundred_times_loses_nothing():
    jobs = Jobs(Workers(3, "test"))
    work = Counting(300)
    job = jobs.start("a", work, resumable=True)
    for _ in range(100):
        job.pause()
        job.resume()
    assert job.wait(20)
    assert job.state == "done"


def test_what_cannot_go_on_cannot_be_paused(jobs):
    job = jobs.start("pca", waiting_for(threading.Event()))
    with pytest.raises(ParameterError, match="'pca' cannot be paused, only cancelled"):
        job.pause()


def test_an_unknown_job_is_named_with_its_neighbours(jobs):
    jobs.start("pca-0-10", lambda _: None)
    with pytest.raises(
        JobNotFoundError, match=r"There is no job 'pca-0-1'. The nearest of the 1 there are: 'pca-0-10'"
    ):
        jobs["pca-0-1"]


def test_errors_of_the_system_are_told_in_plain_words():
    assert explain(FileNotFoundError(2, "No such file or directory", "a.npy")) == "a.npy: No such file or directory"
    assert explain(MemoryError("Unable to allocate 9 TiB")).startswith("There is not enough memory")
    assert "fault in Vectarium" in explain(RuntimeError("x"))


@pytest.fixture
def page(explore, words):
    """A page of its own for each test: they give their jobs the same name."""
    return explore(words)


def messages_until(socket, state, job="slow"):
    found = []
    while not found or found[-1]["state"] != state:
        message = json.loads(socket.recv(timeout=10))
        found += [message] if message.get("job") == job else []
    return found


def test_two_pages_are_told_of_a_job_until_it_is_cancelled(page):
    with page.socket() as one, page.socket() as two:
        job = page.explorer.session.jobs.start("slow", waiting_for(threading.Event()))
        for socket in (one, two):
            messages_until(socket, "running")
        assert page.ask("/api/jobs/slow", method="DELETE").message["state"] == "cancelled"
        for socket in (one, two):
            assert messages_until(socket, "cancelled")[-1]["text"] == "at work"
    assert job.state == "cancelled"


def test_a_page_that_comes_late_is_told_of_what_is_there(page):
    page.explorer.session.jobs.start("slow", lambda _: None).wait(10)
    with page.socket() as socket:
        assert messages_until(socket, "done")


def test_a_thousand_reports_become_few_and_the_last_one_comes(page):
    def work(progress):
        for i in range(20_000):
            progress(i / 20_000, "counting")

    with page.socket() as socket:
        page.explorer.session.jobs.start("slow", work)
        found = messages_until(socket, "done")
    assert found[-1]["fraction"] == 1.0
    assert len(found) < 200


def test_closing_stops_the_work(explore):
    def load(progress):
        waiting_for(threading.Event())(progress)
        return Collection("x", [Embedding("x", np.eye(2))])

    page = explore(load)
    page.explorer.close()
    assert page.job("open").state == "cancelled"
