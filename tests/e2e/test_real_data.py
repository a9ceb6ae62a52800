"""The explorer on real data, where it lies beside the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Explore = Callable[..., Page]


def nearest(vectors: np.ndarray, row: int, k: int) -> np.ndarray:
    """The k nearest by cosine, by a computation that shares nothing with the product."""
    unit = vectors.astype(np.float64) / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    order = np.argsort(-(unit @ unit[row]), kind="stable")
    return order[order != row][:k]


def test_the_neighbours_of_vampire_are_what_numpy_says(explore: Explore, shared_data: Path) -> None:
    folder = shared_data / "vectors" / "imdb_word2vec"
    page = explore("open", folder / "vectors.npy", "--metadata", folder / "metadata.tsv")
    page.get_by_label("Column to search in").select_option("word")
    page.get_by_role("searchbox").fill("vampire")
    page.locator("search .results").get_by_role("button").filter(has_text="vampire").first.wait_for()
    page.locator("search .results button .cut:first-child").get_by_text("vampire", exact=True).click()
    names = page.locator("ol[aria-label^='Nearest'] .name")
    expect(names).to_have_count(20)
    words = [line.split("\t")[0] for line in (folder / "metadata.tsv").read_text("utf-8").splitlines()[1:]]
    expected = nearest(np.load(folder / "vectors.npy"), words.index("vampire"), 20)
    assert names.all_inner_texts() == [words[row] for row in expected]


def test_mnist_opens_with_its_images(explore: Explore, shared_data: Path) -> None:
    page = explore("open", shared_data / "images" / "mnist_70k.npz")
    expect(page.get_by_role("list", name="Embeddings")).to_contain_text("70,000 × 784")
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Thumbnails instead of points (t)")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("list", name="Legend: click").get_by_role("listitem")).to_have_count(10)


def test_the_arxiv_map_opens_where_its_authors_put_the_points(explore: Explore, shared_data: Path) -> None:
    page = explore("open", shared_data / "tables" / "arxiv_ml_map.parquet")
    expect(page.get_by_role("status", name="What is seen")).to_contain_text("117,592 points")
    offered = page.get_by_label("Colour by").get_by_role("option").all_inner_texts()
    assert sum(name.startswith(("cluster", "layer", "label")) for name in offered) >= 5, offered


def test_iris_works_and_the_missing_tensors_are_named(explore: Explore, shared_data: Path) -> None:
    page = explore("open", shared_data / "projector" / "tf_standalone_oss_data")
    expect(page.get_by_role("list", name="Embeddings")).to_contain_text("150 × 4")
    notes = page.locator("details").last
    for tensor in ("Word2Vec 10K", "Word2Vec All", "Mnist with images", "GNMT Interlingua"):
        expect(notes).to_contain_text(tensor)
