"""The report of a classifier and the agreement of layers, in a real browser."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from digits_run import LAYERS, record_digits
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sklearn")
    return record_digits(tmp_path_factory.mktemp("runs") / "digits", snapshots=12)


def pane(page: Page, name: str) -> None:
    page.get_by_role("group", name="View").get_by_role("button", name=name).click()


def selected(page: Page) -> str:
    return page.get_by_role("region", name="Selection").locator("b").inner_text()


def test_a_cell_selects_its_points_and_the_report_follows_the_step(explore: Explore, digits: Path):
    page = explore("open", digits)
    pane(page, "Report")
    matrix = page.get_by_role("table", name="Confusion matrix")
    diagonal = matrix.get_by_role("button", name=re.compile("^0 known as such"))
    points = diagonal.inner_text()
    diagonal.click()
    expect(page.get_by_role("region", name="Selection")).to_contain_text(f"{points} selected")
    expect(diagonal).to_have_attribute("aria-pressed", "true")
    headline = page.locator("p.head b").first.inner_text()
    page.keyboard.press("<")
    expect(page.locator("p.head b").first).not_to_have_text(headline)
    expect(page).to_have_url(re.compile("(?=.*v=)(?=.*st=)"))
    page.reload()
    expect(page.get_by_role("table", name="Confusion matrix")).to_be_visible()  # the address keeps it


def test_classes_are_sorted_by_their_worst_and_followed(explore: Explore, digits: Path):
    page = explore("open", digits)
    pane(page, "Report")
    table = page.get_by_role("table", name="Precision, recall")
    table.get_by_role("button", name="F1").click()
    found = [float(each) for each in table.locator("tbody td.f1").all_inner_texts()]
    assert len(found) == 10
    assert found == sorted(found)
    worst = table.locator("tbody th button").first
    worst.click()
    expect(page.get_by_text(f"F1 of {worst.inner_text()}")).to_be_visible()
    count = int(selected(page))
    table.locator("tbody th button").nth(1).click(modifiers=["Shift"])
    expect(page.get_by_role("region", name="Selection").locator("b")).not_to_have_text(str(count))


def test_the_matrix_is_walked_by_keyboard(explore: Explore, digits: Path):
    page = explore("open", digits)
    pane(page, "Report")
    matrix = page.get_by_role("table", name="Confusion matrix")
    matrix.locator("thead button").first.focus()
    page.keyboard.press("ArrowDown")
    expect(matrix.get_by_role("button", name=re.compile("^0 known as such"))).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert int(selected(page)) > 50


def test_layers_are_measured_and_opened(explore: Explore, digits: Path):
    page = explore("open", digits)
    pane(page, "Layers")
    table = page.get_by_role("table", name="nearest neighbours")
    for name in LAYERS:
        row = table.get_by_role("row").filter(has=page.get_by_role("button", name=name))
        expect(row.locator("td")).to_have_text(re.compile(r"^\d+\.\d%$"))
    page.get_by_role("button", name="Silhouette").click()
    expect(page.get_by_text("on average over 1,000 points")).to_be_visible()
    table = page.get_by_role("table", name="How much nearer")
    table.get_by_role("button", name=LAYERS[1]).click()
    expect(page.get_by_role("list", name="Embeddings").locator("[aria-current=true]")).to_contain_text(LAYERS[1])
    table.get_by_role("img").first.click(position={"x": 2, "y": 20})
    expect(page.get_by_role("region", name="Steps of the training")).to_contain_text("step 0 of")


def write_file(path: Path, labels: list[str], predictions: list[str]) -> Path:
    rng = np.random.default_rng(0)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["x", "y", "z", "label", "prediction"])
        for label, prediction in zip(labels, predictions, strict=True):
            rows.writerow([*rng.standard_normal(3).round(3), label, prediction])
    return path


def test_a_file_with_probabilities_of_two_classes_has_a_report_without_steps(explore: Explore, tmp_path: Path):
    path = write_file(tmp_path / "two.csv", ["no", "yes", "", "yes"] * 10, ["0.1", "0.9", "0.9", "0.2"] * 10)
    page = explore("open", path)
    pane(page, "Report")
    expect(page.get_by_role("button", name="10 of 30 wrong")).to_be_visible()
    expect(page.get_by_text("prediction > 0.5 counts as yes")).to_be_visible()
    expect(page.get_by_text("10 of 40 points have no label")).to_be_visible()
    expect(page.get_by_role("group", name="View").get_by_role("button", name="Layers")).to_have_count(0)


def test_a_hundred_classes_have_a_list_of_mistakes_and_a_matrix_with_more_room(explore: Explore, tmp_path: Path):
    codes = np.arange(1000) % 100
    told = np.where(codes == 7, 8, codes)
    path = write_file(tmp_path / "hundred.csv", [f"class {c}" for c in codes], [f"class {c}" for c in told])
    page = explore("open", path)
    pane(page, "Report")
    row = page.get_by_role("row", name="class 7 –")  # its precision is one of nothing
    expect(row).to_be_visible()
    page.get_by_role("button", name="class 7 taken for class 8").click()
    assert selected(page) == "10"
    page.get_by_role("button", name="More room").click()
    matrix = page.get_by_role("table", name="Confusion matrix")
    expect(matrix.get_by_role("row")).to_have_count(101)


def test_what_has_no_labels_has_no_report(explore: Explore, tmp_path: Path):
    path = tmp_path / "plain.npy"
    np.save(path, np.random.default_rng(0).standard_normal((50, 4)))
    page = explore("open", path)
    expect(page.get_by_role("searchbox")).to_be_visible()
    for view in ("Report", "Layers", "Motion", "Lookup", "Charts"):
        expect(page.get_by_role("button", name=view, exact=True)).to_have_count(0)
