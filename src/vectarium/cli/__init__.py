"""The command line: one file a command, each imported when it is called."""

from vectarium.cli.main import main

__all__ = ["main"]
