"""Tokens that stay the same over a restart."""

from __future__ import annotations

import os

import pytest

from vectarium.explore.tokens import token_for


def test_a_chosen_port_keeps_its_token(tmp_path):
    assert token_for(8123, tmp_path) == token_for(8123, tmp_path) != token_for(8124, tmp_path)


def test_a_free_port_has_a_new_token_each_time(tmp_path):
    assert token_for(0, tmp_path) != token_for(0, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_no_token_is_replaced(tmp_path):
    (tmp_path / "8123").write_text("short")
    assert len(token_for(8123, tmp_path)) > 20


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits")
def test_a_token_that_others_can_read_is_replaced(tmp_path):
    first = token_for(8123, tmp_path)
    assert (tmp_path / "8123").stat().st_mode & 0o777 == 0o600
    (tmp_path / "8123").chmod(0o644)
    assert token_for(8123, tmp_path) != first


def test_where_nothing_can_be_kept_there_is_a_token_all_the_same(tmp_path):
    (tmp_path / "file").write_text("")
    assert len(token_for(8123, tmp_path / "file")) > 20
