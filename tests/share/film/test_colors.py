"""A film has the colours of the page. ``web/src/state/palette.test.ts`` reads the same file."""

import json
import runpy
from pathlib import Path

GOLDEN = Path(__file__).parents[3] / "spec" / "golden"


def test_a_film_has_the_colors_that_the_page_is_held_to():
    assert json.loads((GOLDEN / "colors.json").read_text()) == runpy.run_path(str(GOLDEN / "make.py"))["colors"]()
