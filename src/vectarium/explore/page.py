"""The page itself and its scripts, styles and fonts, out of the package."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import FileResponse, HTMLResponse, Response

STATIC = Path(__file__).resolve().parents[1] / "static"

# By our own list: the machine's own table of types may be wrong.
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}

UNBUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Vectarium</title>
<h1>The page is not built</h1>
<p>This Vectarium runs from its source folder, and its page has not been built yet. In that folder:</p>
<pre>make web</pre>
<p>or, with Node 20.19 or later: <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>. Then reload this page.</p>
</html>
"""


def index(static: Path = STATIC) -> Response:
    """The page, or what to do where it is not built."""
    path = static / "index.html"
    if not path.is_file():
        return HTMLResponse(UNBUILT, status_code=503)
    return HTMLResponse(path.read_bytes(), headers={"cache-control": "no-store"})


def asset(name: str, static: Path = STATIC) -> Response | None:
    """A file of the page, or None where there is none of that name inside of the folder."""
    path = (static / name).resolve() if "\0" not in name else static
    if not path.is_relative_to(static) or not path.is_file() or path.suffix not in TYPES:
        return None
    # The bundler puts a hash of the contents into the names below assets/.
    cache = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
    return FileResponse(path, media_type=TYPES[path.suffix], headers={"cache-control": cache})
