"""A training seen step by step: what a person does with a recorded run, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from vectarium.data import RunWriter

Explore = Callable[..., Page]
N, STEPS = 60, [0, 1, 2, 4, 8, 16]


def write(writer: RunWriter, step: int) -> None:
    rng = np.random.default_rng(0)
    groups = np.arange(N) % 3
    away = np.zeros((N, 6))
    away[np.arange(N), groups] = step
    said = np.where(np.arange(N) < 3 * step, groups, (groups + 1) % 3)
    columns = {"prediction": [("cat", "dog", "owl")[each] for each in said], "loss": np.full(N, 1 / (1 + step))}
    vectors = (rng.standard_normal((N, 6)) + away).astype(np.float32)
    writer.write(step, {"hidden": vectors}, epoch=step / 2, loss=2 / (1 + step), columns={"hidden": columns})


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RunWriter]:
    with RunWriter(tmp_path / "animals.run") as made:
        names = [("cat", "dog", "owl")[i % 3] for i in range(N)]
        made.add_embedding("hidden", n=N, d=6, columns={"label": names, "word": [f"w{i}" for i in range(N)]})
        for step in STEPS:
            write(made, step)
        yield made


def slider(page: Page):
    return page.get_by_role("slider", name="Step", exact=True)


def test_a_run_opens_at_its_last_step_and_the_slider_goes_to_the_others(explore: Explore, writer: RunWriter) -> None:
    page = explore("open", writer.path)
    steps = page.get_by_role("region", name="Steps of the training")
    expect(steps).to_contain_text("step 16 of 16 · epoch 8 · loss 0.1176")
    slider(page).press("Home")
    expect(steps).to_contain_text("step 0 of 16 · epoch 0 · loss 2")
    expect(page.get_by_role("status", name="What is seen")).to_contain_text(
        "PCA at step 0, components 1 × 2 of step 16"
    )
    slider(page).press("ArrowRight")
    page.get_by_role("button", name="The next step").click()
    expect(steps).to_contain_text("step 2 of 16")
    expect(page).to_have_url(re.compile("st=2"))
    page.reload()
    expect(steps).to_contain_text("step 2 of 16")


def test_a_click_on_the_curve_goes_there(explore: Explore, writer: RunWriter) -> None:
    page = explore("open", writer.path)
    box = slider(page).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + 10)
    expect(slider(page)).to_have_attribute("aria-valuenow", "2")


def test_playing_shows_every_step_and_stops_at_the_last(explore: Explore, writer: RunWriter) -> None:
    page = explore("open", writer.path)
    page.get_by_label("Speed").select_option("4")
    page.get_by_label("Colour by").select_option("prediction")
    page.keyboard.press("Escape")
    page.evaluate(
        """() => {
          const slider = document.querySelector('[role=slider][aria-label=Step]');
          window.seen = [];
          new MutationObserver(() => window.seen.push(Number(slider.ariaValueNow)))
            .observe(slider, { attributeFilter: ['aria-valuenow'] });
        }"""
    )
    page.get_by_role("button", name="Play the steps").click()
    expect(page.get_by_role("button", name="Pause the replay")).to_be_visible()
    expect(page.get_by_role("button", name="Play the steps")).to_be_visible()
    assert page.evaluate("window.seen") == STEPS


def test_columns_point_and_search_follow_the_step(explore: Explore, writer: RunWriter) -> None:
    page = explore("open", writer.path)
    page.get_by_role("searchbox").fill("prediction = cat")
    matches = page.get_by_role("search")
    expect(matches).to_contain_text("20 ")
    page.get_by_role("searchbox").fill("w7")
    page.get_by_role("searchbox").press("Enter")
    card = page.get_by_role("region", name="Point")
    expect(card).to_contain_text("dog")
    slider(page).press("Home")
    expect(card).to_contain_text("owl")
    page.get_by_label("Colour by").select_option("prediction")
    colour = page.get_by_role("button", name=re.compile("^owl"))
    expect(colour).to_contain_text("20")


def test_new_steps_appear_by_themselves(explore: Explore, writer: RunWriter) -> None:
    page = explore("open", writer.path)
    steps = page.get_by_role("region", name="Steps of the training")
    expect(steps).to_contain_text("training")
    write(writer, 32)
    expect(steps).to_contain_text("step 32 of 32")
    slider(page).press("Home")
    write(writer, 64)
    expect(steps).to_contain_text("step 0 of 64")
    writer.close()
    expect(steps).not_to_contain_text("training")


def test_the_curve_shows_what_was_told_between_snapshots_and_grows(explore: Explore, writer: RunWriter) -> None:
    log = writer.path / "training.jsonl"
    log.write_text("".join(f'{{"step": {i}, "loss": {abs(i - 9)}}}\n' for i in range(1, 17)), "utf-8")
    page = explore("open", writer.path)
    curve, ticks = (slider(page).locator(f"path.{name}") for name in ("whole", "ticks"))
    expect(curve).to_have_attribute("d", re.compile(r"^(M[^ML]+)(L[^ML]+){16}$"))
    expect(ticks).to_have_attribute("d", re.compile(r"^(M[^M]+){6}$"))
    with log.open("a", encoding="utf-8") as file:
        file.write('{"step": 20, "loss": 1}\n{"step": 24, "loss": 0}\n')
    expect(curve).to_have_attribute("d", re.compile(r"^(M[^ML]+)(L[^ML]+){18}$"))
    expect(page.get_by_role("region", name="Steps of the training")).to_contain_text("step 16 of 16")
    slider(page).press("End")
    box = slider(page).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 5 / 6, box["y"] + 10)
    expect(slider(page)).to_have_attribute("aria-valuenow", "16")
    page.mouse.click(box["x"] + 2, box["y"] + 10)
    expect(slider(page)).to_have_attribute("aria-valuenow", "0")


def test_tsne_is_of_the_step_that_is_seen(explore: Explore, writer: RunWriter) -> None:
    page = explore("open", writer.path)
    slider(page).press("Home")
    page.get_by_role("group", name="Method").get_by_role("button", name="t-SNE").click()
    page.get_by_role("button", name="Run t-SNE").click()
    expect(page.get_by_role("status", name="What is seen")).to_contain_text(re.compile("step 0: keeps"), timeout=60_000)
