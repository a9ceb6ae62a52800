from __future__ import annotations

import pytest

from vectarium.explore.page import asset, index


@pytest.fixture
def static(tmp_path):
    (tmp_path / "static" / "assets").mkdir(parents=True)
    (tmp_path / "static" / "index.html").write_text("<title>built</title>")
    (tmp_path / "static" / "assets" / "index-abc.js").write_text("1")
    (tmp_path / "static" / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.js").write_text("secret")
    (tmp_path / "static" / "link.js").symlink_to(tmp_path / "secret.js")
    return tmp_path / "static"


def test_the_page_is_never_kept_and_its_assets_always(static):
    assert index(static).body == b"<title>built</title>"
    assert index(static).headers["cache-control"] == "no-store"
    assert "immutable" in asset("assets/index-abc.js", static).headers["cache-control"]
    assert asset("icon.svg", static).headers["content-type"] == "image/svg+xml"


def test_without_a_bundle_the_page_says_how_to_build_it(tmp_path):
    assert index(tmp_path).status_code == 503
    assert b"make web" in index(tmp_path).body


@pytest.mark.parametrize("name", ["../secret.js", "link.js", "nothing.js", "assets", "", "a\0b", "/etc/passwd"])
def test_only_files_of_the_page_are_given(static, name):
    assert asset(name, static) is None
