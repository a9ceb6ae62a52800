from __future__ import annotations

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from socket import SHUT_RDWR

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from vectarium.explore import packet
from vectarium.explore.frames import Frame, Viewer
from vectarium.explore.messages.projection import ShownRequest

LONG = 100_000


@pytest.fixture
def page(explore):
    vectors = np.random.default_rng(0).normal(size=(200, 6)).astype(np.float32)
    vectors[5, 0] = np.inf
    page = explore(vectors)
    page.job("open").wait(10)
    return page


def start(page, **fields):
    return page.project(2, **{"method": "tsne", "max_iter": LONG, "perplexity": 10, **fields}).message["job"]


def tell(socket, **message):
    socket.send(json.dumps(message))


def next_frame(socket, timeout=10.0):
    """The next frame, or None where none comes in time; jobs are told in between."""
    end = time.monotonic() + timeout
    while (left := end - time.monotonic()) > 0:
        try:
            received = socket.recv(timeout=left)
        except TimeoutError:
            return None
        if isinstance(received, bytes):
            return packet.decode(received)
    return None


def shown(socket, message):
    tell(socket, shown=message["job"], iteration=message["iteration"])


def test_the_start_is_shown_before_the_first_iteration_and_then_the_points_move(page):
    with page.socket() as socket:
        job = start(page)
        tell(socket, watch=job)
        iterations, positions = [], []
        for _ in range(5):
            message, arrays = next_frame(socket)
            iterations.append(message["iteration"])
            positions.append(arrays["positions"])
            shown(socket, message)
    assert (message["job"], message["max_iter"], message["dimensions"]) == (job, LONG, 2)
    assert iterations == sorted(set(iterations))
    assert all(each.shape == (400,) and np.flatnonzero(np.isnan(each)).tolist() == [10, 11] for each in positions)
    assert not np.array_equal(positions[0], positions[-1], equal_nan=True)


def test_the_next_frame_waits_until_the_last_one_was_shown_and_is_the_newest(page):
    with page.socket() as socket:
        tell(socket, watch=start(page))
        message, _ = next_frame(socket)
        assert next_frame(socket, 0.3) is None
        tell(socket, shown=message["job"], iteration=message["iteration"] + 1)  # no such frame was sent
        tell(socket, shown="tsne-0-other", iteration=message["iteration"])
        assert next_frame(socket, 0.3) is None
        reached = page.explorer.session.projections.newest(message["job"]).iteration
        shown(socket, message)
        assert next_frame(socket)[0]["iteration"] >= reached


def test_two_pages_watch_two_runs_and_a_page_that_takes_nothing_holds_nobody_up(page):
    jobs = [start(page, random_state=seed) for seed in (0, 1)]
    with page.socket() as one, page.socket() as two, page.socket() as idle:
        for socket, job in ((one, jobs[0]), (two, jobs[1]), (idle, jobs[0])):
            tell(socket, watch=job)
        for _ in range(4):
            for socket, job in ((one, jobs[0]), (two, jobs[1])):
                message, _ = next_frame(socket)
                assert message["job"] == job
                shown(socket, message)


def test_a_page_that_watches_late_gets_the_last_layout_at_once(page):
    job = start(page, max_iter=30)
    page.finished(job)
    with page.socket() as socket:
        tell(socket, watch=job)
        message, arrays = next_frame(socket)
        shown(socket, message)
        assert next_frame(socket, 0.2) is None
    assert message["iteration"] == message["max_iter"] == 30
    answer = page.ask(f"/api/projections/{job}?components=0,1")
    np.testing.assert_array_equal(arrays["positions"][::2], answer.arrays["component_0"])


def test_a_page_that_watches_another_run_or_none_gets_no_more_of_the_first(page):
    jobs = [start(page, random_state=seed) for seed in (0, 1)]
    with page.socket() as socket:
        tell(socket, watch=jobs[0])
        next_frame(socket)
        tell(socket, watch=jobs[1])
        while (message := next_frame(socket)[0])["job"] == jobs[0]:
            pass
        shown(socket, message)
        assert next_frame(socket)[0]["job"] == jobs[1]
        tell(socket, watch="")
        next_frame(socket, 0.1)
        assert next_frame(socket, 0.2) is None


def test_a_paused_run_stands_still_and_moves_on(page):
    job = start(page)
    with page.socket() as socket:
        tell(socket, watch=job)
        message, _ = next_frame(socket)
        page.ask(f"/api/jobs/{job}/pause", method="POST")
        shown(socket, message)
        while (frame := next_frame(socket, 0.3)) is not None:
            message = frame[0]
            shown(socket, message)
        page.ask(f"/api/jobs/{job}/resume", method="POST")
        assert next_frame(socket)[0]["iteration"] > message["iteration"]


def test_a_page_that_is_killed_in_the_middle_of_a_run_leaves_nothing_behind(page):
    job = start(page)
    session = page.explorer.session
    with ExitStack() as stack:
        for socket in [stack.enter_context(page.socket()) for _ in range(5)]:
            tell(socket, watch=job)
            next_frame(socket)
            socket.socket.shutdown(SHUT_RDWR)  # no farewell
    end = time.monotonic() + 10
    while session.jobs.watched and time.monotonic() < end:
        time.sleep(0.01)
    assert not session.jobs.watched
    assert page.job(job).state == "running"
    assert page.search("1").status == 200


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"watch": 5}', '{"watch": null}', '{"watch": "a", "more": 1}', '{"shown": "a"}', '{"shown": "a", "iteration": "5"}', b"bytes", "[" * 60_000],
)  # fmt: skip
def test_what_a_page_should_not_say_ends_the_talk_with_a_reason(page, text):
    with page.socket() as socket:
        socket.send(text)
        with pytest.raises(ConnectionClosed, match="1003") as closed:
            next_frame(socket)
    assert closed.value.rcvd.code == 1003
    assert page.ask("/api/collection").status == 200


def test_watching_what_is_not_there_gives_nothing_until_it_is(page):
    with page.socket() as socket:
        tell(socket, watch="tsne-0-nothing" * 1000)
        tell(socket, shown="tsne-0-nothing", iteration=-(2**70))
        assert next_frame(socket, 0.2) is None
        tell(socket, watch=start(page))
        assert next_frame(socket) is not None


def frame_at(iteration, job="a"):
    return Frame(job, iteration, 10, None, np.zeros((1, 2), np.float32), None)


def test_a_viewer_takes_the_newest_frame_and_skips_what_came_between():
    async def look():
        newest = {"a": frame_at(0)}
        viewer = Viewer(newest.get)
        viewer.watch("a")
        seen = [(await viewer.next()).iteration]
        for iteration in (1, 2, 3):
            newest["a"] = frame_at(iteration)
            thread = threading.Thread(target=viewer.tell, args=("a",))
            thread.start()
            thread.join()
        await asyncio.sleep(0)
        viewer.shown(ShownRequest("a", 0))
        return [*seen, (await viewer.next()).iteration]

    with ThreadPoolExecutor(1) as pool:  # Playwright keeps a loop running on the main thread
        assert pool.submit(asyncio.run, look()).result() == [0, 3]
