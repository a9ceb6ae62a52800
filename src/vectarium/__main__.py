"""``python -m vectarium`` is ``vectarium``."""

from vectarium.cli import main

main()
