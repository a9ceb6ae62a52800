"""Audio files that columns name: played as they are, in ranges, and no other file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tone import tone


@pytest.fixture
def sounding(tmp_path, explore):
    """Open a table whose column `clip` holds these values, one a point."""
    folder = tmp_path / "opened"
    (folder / "clips").mkdir(parents=True)
    (folder / "clips" / "a.wav").write_bytes(tone())

    def start(*values: str):
        lines = [f"{value}\t{i}\t{i * i}\t{-i}\t{i % 2}\t{i % 3}" for i, value in enumerate(values)]
        (folder / "table.tsv").write_text("\n".join(["clip\ta\tb\tc\td\te", *lines, ""]))
        page = explore(folder / "table.tsv")
        assert page.explorer.session.jobs["open"].wait(20)
        return page

    return start


def test_a_sound_is_played_with_its_type_whole_and_in_ranges(sounding):
    page = sounding("clips/a.wav", "other")
    assert page.ask("/api/embeddings/0/points/0").message["sounds"] == [{"position": 0, "fault": ""}]
    whole = page.ask("/api/embeddings/0/sounds/0/0")
    assert (whole.status, whole.headers["content-type"], whole.body) == (200, "audio/wav", tone())
    part = page.ask("/api/embeddings/0/sounds/0/0", Range="bytes=4-9")
    assert (part.status, part.body) == (206, tone()[4:10])
    assert part.headers["content-range"] == f"bytes 4-9/{len(tone())}"


def test_a_player_gives_the_token_in_the_address(sounding):
    page = sounding("clips/a.wav", "other")
    path = "/api/embeddings/0/sounds/0/0"
    assert page.ask(f"{path}?token={page.token}", X_Vectarium_Token="").status == 200
    for given in ("", "?token=", "?token=wrong"):
        assert page.ask(path + given, X_Vectarium_Token="").status == 403


def test_what_is_missing_is_said_and_what_is_no_sound_is_no_sound(sounding):
    page = sounding("clips/b.wav", "https://example.org/a.wav", "a.txt")
    said = [page.ask(f"/api/embeddings/0/points/{row}").message["sounds"] for row in range(3)]
    assert "is missing" in said[0][0]["fault"]
    assert "nothing is fetched" in said[1][0]["fault"]
    assert said[2] == []
    assert [page.ask(f"/api/embeddings/0/sounds/{row}/0").status for row in range(3)] == [404] * 3


def test_a_column_or_point_that_is_not_there_has_no_sound(sounding):
    page = sounding("clips/a.wav", "other")
    assert page.ask("/api/embeddings/0/sounds/0/7").status == 404
    assert page.ask("/api/embeddings/0/sounds/9/0").status == 400


def test_data_from_a_program_lie_beside_no_files(explore):
    page = explore([[0.0, 1], [1, 0]], columns={"clip": [str(Path(__file__).with_name("a.wav")), "b.wav"]})
    assert page.explorer.session.jobs["open"].wait(20)
    assert page.ask("/api/embeddings/0/points/0").message["sounds"] == []
    assert page.ask("/api/embeddings/0/sounds/0/0").status == 404
