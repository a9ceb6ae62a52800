"""Tags, named selections, the selection itself and tables, over real HTTP."""

from __future__ import annotations

import csv
import io
import json
import threading
from urllib.parse import unquote

import numpy as np
import pytest

import vectarium as vt
from vectarium.data import Column, Columns, Embedding
from vectarium.data.parquet_columns import read_parquet
from vectarium.explore.editing import REMEMBERED_BYTES, Editing
from vectarium.explore.keeping import beside, own_folder

TAGS = "/api/embeddings/0/tags"
HARD = [
    "emoji 👩‍👩‍👧",
    "שלום",
    'a "quoted", one',
    "tab\there",
    "line\nbreak\r\nand more",
    "<b>&amp;</b>",
    "007",
    "ö" * 10_000,
]


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    """Edits of data without a place go here, not to the person who runs the tests."""
    monkeypatch.setenv("VECTARIUM_DATA", str(tmp_path / "own"))


def bits(rows, n=8):
    mask = np.zeros(n, bool)
    mask[list(rows)] = True
    return {"selected": np.packbits(mask, bitorder="little")}


def hard_columns():
    return Columns(
        [
            Column("text", "text", np.array(HARD, object)),
            Column("size", "number", np.array([1e308, -1e308, np.nan, 0.1, 5e-324, np.inf, -0.0, 1 / 3])),
            Column("count", "integer", np.array([1, 0, -3, 4, 5, 6, 7, 10**17]), (), np.arange(8) == 1),
            Column("when", "time", np.array(["2020-02-29", "NaT", "1969-07-20T20:17:40.5"] + ["2021-01-01"] * 5, "M8[us]")),
            Column("seen", "boolean", np.arange(8) % 2 == 0, (), np.arange(8) == 2),
            Column("group", "category", (np.arange(8) % 3 - 1).astype(np.int32), ("α", "b,c")),
        ]
    )  # fmt: skip


@pytest.fixture
def page(explore):
    """A page on eight points with hard values."""
    made = explore(vt.data.Collection("hard", [Embedding("hard", np.eye(8, 4), hard_columns())]))
    made.finished("open")
    return made


def tag(page, rows, column="tag", value="x", n=8):
    return page.send(TAGS, {"column": column, "value": value}, bits(rows, n))


def values(page, name):
    return list(page.explorer.session.embedding(0).columns[name])


def test_a_tag_shows_in_the_columns_the_card_and_the_search(page):
    answer = tag(page, [1, 3])
    assert answer.message["count"] == 2
    assert answer.message["state"]["columns"][-1]["name"] == "tag"
    assert values(page, "tag") == [None, "x", None, "x", None, None, None, None]
    assert page.ask("/api/embeddings/0/points/3").message["values"][-1] == "x"
    assert page.search("tag = x").message["count"] == 2
    tag(page, [0], value="y")
    assert page.search("tag = y").message["count"] == 1
    outlines = page.ask("/api/collection").message["embeddings"][0]["columns"]
    assert outlines[-1] == {"name": "tag", "kind": "category"}


def test_undoing_takes_back_what_nobody_changed_since(page):
    first = tag(page, [0, 1, 2], value="a").message["edit"]
    tag(page, [2], value="b")
    page.ask(f"/api/embeddings/0/edits/{first}/undo", "")
    assert values(page, "tag") == [None, None, "b", None, None, None, None, None]


def test_undoing_the_first_tag_takes_the_column_away(page):
    edit = tag(page, [0, 1]).message["edit"]
    state = page.ask(f"/api/embeddings/0/edits/{edit}/undo", "").message
    assert "tag" not in [each["name"] for each in state["columns"]]
    again = page.ask(f"/api/embeddings/0/edits/{edit}/undo", "")
    assert again.status == 400
    assert "not remembered" in again.message["error"]


def test_a_column_that_came_with_the_data_can_be_edited_and_goes_back(page):
    edit = tag(page, [4], "count", "42").message["edit"]
    assert values(page, "count")[4] == 42
    assert page.ask("/api/embeddings/0/edits").message["columns"][2]["edited"]
    page.ask(f"/api/embeddings/0/edits/{edit}/undo", "")
    assert values(page, "count") == list(hard_columns()["count"])
    assert not page.ask("/api/embeddings/0/edits").message["columns"][2]["edited"]


def test_an_own_column_can_be_dropped_and_brought_back(page):
    tag(page, [4])
    dropped = page.ask("/api/embeddings/0/drop", {"column": "tag"}).message
    assert len(dropped["state"]["columns"]) == 6
    page.ask(f"/api/embeddings/0/edits/{dropped['edit']}/undo", "")
    assert values(page, "tag")[4] == "x"


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("count", "many", "whole numbers"),
        ("", "x", "1 to 200 are allowed"),
        ("Text", "x", "There is a column 'text' already"),
        ("*mine", "x", "star"),
        ("tag", "x" * 10_001, "10,001 characters"),
    ],
)
def test_what_cannot_be_tagged_is_refused_with_a_reason(page, column, value, says):
    answer = tag(page, [0], column, value)
    assert answer.status == 400
    assert says in answer.message["error"]


def test_bits_that_do_not_fit_are_refused(page):
    assert page.send(TAGS, {"column": "a", "value": "b"}, bits([0], 900)).status == 400
    assert page.send(TAGS, {"column": "a", "value": "b"}).status == 400
    assert tag(page, []).status == 400


def test_a_named_selection_is_kept_renamed_deleted_and_comes_back(page):
    made = page.send("/api/embeddings/0/selections", {"name": "mine"}, bits([1, 5])).message
    at = f"/api/embeddings/0/selections/{made['id']}"
    assert made["state"]["selections"] == [{"id": made["id"], "name": "mine", "color": 0, "count": 2}]
    found = page.ask(at)
    assert found.message["count"] == 2
    assert found.arrays["selected"].tolist() == [0b100010]
    assert page.ask(at, {"name": "yours"}).message["selections"][0]["name"] == "yours"
    assert page.ask(at, method="DELETE").message["selections"] == []
    assert page.ask(at).status == 400
    again = page.send("/api/embeddings/0/selections", {"name": "yours", "id": made["id"]}, bits([1, 5])).message
    assert again["id"] == made["id"]


def test_edits_are_kept_beside_the_file_and_come_back_with_it(explore, tmp_path):
    path = tmp_path / "vectors.npy"
    np.save(path, np.random.default_rng(0).normal(size=(8, 4)))
    before = path.read_bytes()
    first = explore(path)
    first.finished("open")
    tag(first, [2, 6], value="kept")
    first.send("/api/embeddings/0/selections", {"name": "mine"}, bits([1]))
    first.explorer.close()
    assert path.read_bytes() == before
    assert (beside(path) / "columns.parquet").is_file()
    second = explore(path)
    second.finished("open")
    assert values(second, "tag") == [None, None, "kept", None, None, None, "kept", None]
    state = second.ask("/api/embeddings/0/edits").message
    assert state["selections"][0]["count"] == 1
    assert state["kept"] == str(beside(path))


def test_what_cannot_be_kept_beside_the_file_is_kept_in_the_person_s_own_folder(explore, tmp_path):
    folder = tmp_path / "read only"
    folder.mkdir()
    np.save(folder / "v.npy", np.eye(8))
    (folder / "v.npy.vectarium").write_text("in the way")
    first = explore(folder / "v.npy")
    first.finished("open")
    tag(first, [0])
    first.explorer.session.editing(0).close()
    state = first.ask("/api/embeddings/0/edits").message
    assert state["kept"].startswith(str(own_folder()))
    second = explore(folder / "v.npy")
    second.finished("open")
    assert values(second, "tag")[0] == "x"


def test_data_from_a_program_finds_its_tags_again(explore):
    for _ in range(2):
        page = explore(np.eye(8))
        page.finished("open")
        tag(page, [3])
        page.explorer.close()
    assert values(page, "tag")[3] == "x"


def heard(socket, word):
    """The next message in which a word stands."""
    while word not in (told := socket.recv(timeout=20)):
        pass
    return json.loads(told)


def test_other_pages_are_told_of_an_edit_and_of_those_before(page):
    tag(page, [0])
    with page.socket() as socket:
        assert heard(socket, '"tag"')["edited"] == 0
        tag(page, [1], column="second")
        assert heard(socket, '"second"')["columns"][-1]["own"]


def test_a_page_that_comes_before_the_files_are_read_is_told_of_edits_too(explore, words):
    gate = threading.Event()

    def load(progress):
        gate.wait(20)
        return words

    page = explore(load)
    with page.socket() as socket:
        heard(socket, '"open"')
        gate.set()
        assert heard(socket, '"edited"')["edited"] == 0


def test_the_selection_is_shared_with_the_program_both_ways(page):
    assert page.explorer.selection.tolist() == []
    page.send("/api/selected", {"embedding": 0}, bits([2, 5]))
    assert page.explorer.selection.tolist() == [2, 5]
    page.explorer.selection = [7, 1]
    with page.socket() as socket:
        assert heard(socket, '"select"') == {"select": 1, "embedding": 0}
    assert page.ask("/api/selected").arrays["selected"].tolist() == [0b10000010]
    page.explorer.selection = None
    assert page.ask("/api/selected").message["count"] == 0


@pytest.mark.parametrize("rows", [[8], [-1], [0.5], np.zeros((2, 2), int), np.zeros(3, bool)])
def test_a_selection_of_what_is_not_there_is_refused(page, rows):
    with pytest.raises(vt.errors.ParameterError, match="selection"):
        page.explorer.selection = rows


def test_a_selection_grows_by_the_nearest_of_each_point(explore):
    line = np.arange(200, dtype=np.float64)[:, None] * [1.0, 2.0]
    page = explore(line)
    page.finished("open")
    ask = {"k": 2, "metric": "euclidean"}
    for rows in ([50], range(100, 180)):
        job = page.send("/api/embeddings/0/grow", ask, bits(rows, 200)).message["job"]
        page.finished(job)
        grown = page.ask(f"/api/grown/{job}")
        found = np.flatnonzero(np.unpackbits(grown.arrays["selected"], count=200, bitorder="little"))
        assert found.tolist() == list(range(min(rows) - 1, max(rows) + 2))


def test_a_grown_selection_leaves_points_without_a_place_out(explore):
    vectors = np.random.default_rng(0).normal(size=(200, 3))
    vectors[::7] = np.nan
    page = explore(vectors)
    page.finished("open")
    job = page.send("/api/embeddings/0/grow", {"k": 5}, bits(range(1, 120), 200)).message["job"]
    page.finished(job)
    found = np.unpackbits(page.ask(f"/api/grown/{job}").arrays["selected"], count=200, bitorder="little")
    assert found[1:120].all()
    assert not found[126::7].any()


def table(page, form, arrays=None):
    return page.send("/api/embeddings/0/table", {"format": form}, arrays)


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_a_table_reads_back_value_by_value(page, form, delimiter):
    answer = table(page, form)
    assert answer.status == 200
    rows = list(csv.reader(io.StringIO(answer.body.decode(), newline=""), delimiter=delimiter))
    assert rows[0] == list(hard_columns())
    parted = list(zip(*rows[1:], strict=True))
    assert list(parted[0]) == HARD
    assert [float(each) if each else None for each in parted[1]] == list(hard_columns()["size"])
    assert parted[3][:3] == ("2020-02-29 00:00:00", "", "1969-07-20 20:17:40.500000")


@pytest.mark.parametrize("form", ["csv", "tsv", "parquet"])
def test_a_table_opens_again_as_the_columns_of_the_same_points(page, explore, tmp_path, form):
    (tmp_path / f"t.{form}").write_bytes(table(page, form).body)
    np.save(tmp_path / "v.npy", np.eye(8, 4))
    again = explore(tmp_path / "v.npy", metadata=tmp_path / f"t.{form}")
    again.finished("open")
    found = again.explorer.session.embedding(0).columns
    assert {name: list(column) for name, column in found.items()} == {
        name: list(column) for name, column in hard_columns().items()
    }


def test_a_table_of_a_selection_says_which_rows_it_holds(page, tmp_path):
    tag(page, [3])
    answer = table(page, "parquet", bits([3, 6]))
    assert "hard selection.parquet" in unquote(answer.headers["content-disposition"])
    (tmp_path / "t.parquet").write_bytes(answer.body)
    fields = [(column.name, column.kind, None) for column in hard_columns().values()]
    found = read_parquet(tmp_path / "t.parquet", [*fields, ("tag", "text", None), ("row", "integer", None)], 2)
    assert list(found["row"]) == [3, 6]
    assert list(found["tag"]) == ["x", None]
    assert list(found["text"]) == [HARD[3], HARD[6]]


def test_a_million_points_are_tagged_and_undone_within_bounds():
    n = 1_000_000
    editing = Editing(0, Embedding("many", np.zeros((n, 1), np.float16)), None, lambda _: None)
    editing.keeping.keep = lambda _: None
    mask = np.arange(n) % 2 == 0
    edits = [editing.tag("tag", f"v{each}", mask).edit for each in range(40)]
    for edit in reversed(edits):
        editing.undo(edit)
    assert "tag" not in editing.upon(editing._embedding).columns
    assert sum(each.nbytes for each in editing._steps.values()) <= REMEMBERED_BYTES
