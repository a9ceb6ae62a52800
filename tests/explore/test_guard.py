"""Attacks from other pages, other hosts and other paths."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

API = "/api/collection"


@pytest.mark.parametrize("path", [API, "/api/embeddings/0/points/0", "/api/nothing", "/api/../api/collection"])
@pytest.mark.parametrize("token", ["", "wrong", "ä"])
def test_without_the_token_nothing_is_said(page, path, token):
    answer = page.ask(path, X_Vectarium_Token=token.encode().decode("latin-1"))
    assert (answer.status, answer.message["allowed"]) == (403, [])
    assert "token" in answer.message["error"]


def test_the_token_in_the_address_does_not_open_the_api(page):
    assert page.ask(f"{API}?token={page.token}", X_Vectarium_Token="").status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:{}", "localhost@evil:{}", "0.0.0.0:{}", ""])
def test_another_host_is_refused(page, host):
    for path in (API, "/"):
        assert page.ask(path, Host=host.format(page.port)).status in (400, 403)


@pytest.mark.parametrize("host", ["localhost:{}", "127.0.0.1:9999", "[::1]:{}", "LOCALHOST"])
def test_loopback_names_at_any_port_are_served(page, host):
    assert page.ask(API, Host=host.format(page.port)).status == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{}"])
def test_another_origin_is_refused(page, origin):
    origin = origin.format(page.port)
    assert page.ask(API, Origin=origin).status == 403
    assert page.ask("/api/embeddings/0/search", {"query": "a"}, Origin=origin).status == 403
    assert page.ask("/api/jobs/open", method="DELETE", Origin=origin).status == 403


def test_the_page_itself_may_ask_even_through_a_forwarded_port(page):
    assert page.ask(API, Origin=f"http://127.0.0.1:{page.port}").status == 200
    assert page.ask(API, Host="localhost:9000", Origin="http://localhost:9000").status == 200


def test_a_socket_needs_the_token_and_the_origin(page):
    with pytest.raises(InvalidStatus, match="403"):
        page.socket(origin="http://evil.example")
    with pytest.raises(InvalidStatus, match="403"):
        page.socket(token="wrong")


@pytest.mark.parametrize("path", ["/", API, "/nothing", "/api/embeddings/0/columns/0"])
def test_every_answer_carries_the_policy(page, path):
    headers = page.ask(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert not any(word in headers["content-security-policy"] for word in ("unsafe", "http:", "https:", "*"))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_a_refusal_carries_the_policy_too(page):
    assert "content-security-policy" in page.ask(API, Host="evil.example").headers


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../errors.py",
        "/assets/%2e%2e/%2e%2e/errors.py",
        "/../errors.py",
        "/..%2ferrors.py",
        "/assets/..%5c..%5cerrors.py",
        "//etc/passwd",
        "/assets/%00",
        "/assets",
        "/assets/",
        "/.",
    ],
)
def test_no_path_leads_out_of_the_page(page, path):
    answer = page.ask(path)
    assert answer.status == 404
    assert "error" in answer.message
