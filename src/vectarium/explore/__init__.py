"""The explorer: a local server and what it says to the page.

:func:`~vectarium.explore.show.show` runs it from Python, :func:`~vectarium.explore.launch.explore`
from the command line. See ``spec/messages.md``.
"""
