"""Films are made by the page's button and play in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from vectarium.demo.learning import runs

pytestmark = pytest.mark.browser
PLAYS = "video => video.currentTime > 0.3 && video.videoWidth === 320"


def test_the_button_saves_a_film_that_the_browser_shows(serve, page, saved):
    page.goto(serve("open", runs()[0]))
    page.get_by_role("button", name="Film", exact=True).click()
    row = page.get_by_role("group", name="Film")
    row.get_by_label("Format").select_option("gif")
    row.get_by_label("Size").select_option(label="480 × 300")

    def make() -> None:
        row.get_by_role("button", name="Make").click()
        expect(row.get_by_role("progressbar")).to_be_visible()

    film = saved(make)
    assert film.name == "word_embeddings.gif"
    shown = page.context.new_page()
    beside = film.with_name("shown.html")
    beside.write_text(f'<img src="{film.name}">')
    shown.goto(beside.as_uri())
    assert shown.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [480, 300]
    first = shown.screenshot()
    shown.wait_for_timeout(1500)
    assert shown.screenshot() != first


def test_an_mp4_plays(browser, tmp_path: Path):
    pytest.importorskip("imageio_ffmpeg")
    from vectarium.explore.films import Shot
    from vectarium.explore.studio import Studio, request_of
    from vectarium.share.film import FilmOptions, make_film

    with Studio(runs()[0]) as studio:
        job = studio.timeline(0, request_of(studio.embedding(0), None, 2), lambda *_: None)
        options = FilmOptions(width=320, height=240, fps=10, seconds=2)
        make_film(studio.reel(Shot(job)), tmp_path / "words.mp4", options)
    (tmp_path / "shown.html").write_text('<video src="words.mp4" muted autoplay></video>')
    shown = browser.new_page()
    shown.goto((tmp_path / "shown.html").as_uri())
    video = shown.locator("video")
    video.evaluate("video => new Promise(done => (video.ontimeupdate = () => video.currentTime > 0.3 && done()))")
    assert video.evaluate(PLAYS)
    shown.close()
