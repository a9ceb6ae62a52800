"""``vectarium``: the group of commands, and how errors reach a person at a terminal."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

# Imported when called, so that `vectarium --help` costs nothing.
COMMANDS = {
    "capture": ("vectarium.cli.capture", "See what a saved model makes of examples."),
    "convert": ("vectarium.cli.export", "Write what is in one format in another."),
    "demo": ("vectarium.cli.demo", "Explore data that ships with Vectarium."),
    "export": ("vectarium.cli.export", "Write embeddings for other tools to open."),
    "info": ("vectarium.cli.info", "Say what is inside of a file, and what is wrong with it."),
    "open": ("vectarium.cli.open", "Explore embeddings in a browser."),
}

# Functions that are not called as their command is.
CALLED = {"convert": "export", "open": "open_"}

# click names the arguments.
# ruff: noqa: ARG001, ARG002


class LazyGroup(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command."""
        if cmd_name not in COMMANDS:
            return None
        return getattr(import_module(COMMANDS[cmd_name][0]), CALLED.get(cmd_name, cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


def _say_version(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from vectarium import __version__

        click.echo(f"vectarium {__version__}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_say_version, help="Say which.")
def vectarium() -> None:
    """See what a network learned: explore embeddings in a browser, on this machine."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command; errors go to standard error in plain words, and the exit code is 2."""
    from vectarium.errors import VectariumError

    try:
        code: Any = vectarium.main(arguments, prog_name="vectarium", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except (VectariumError, OSError) as error:
        if os.environ.get("VECTARIUM_DEBUG", "") not in ("", "0"):
            raise
        click.echo(f"vectarium: {error}", err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
