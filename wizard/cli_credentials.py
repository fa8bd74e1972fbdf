"""The options of ``netsuite-setup credentials``. Imports nothing heavy: help is quick."""

from __future__ import annotations

import argparse
from collections.abc import Callable

FIELDS = ("account", "consumer_key", "consumer_secret", "token_id", "token_secret")
"""Keys of ``wizard.credentials.NAMES``, here without loading it."""


def passphrase_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that names where the encrypted file's passphrase is.

    Args:
        parser: of a command that reads values.
    """
    parser.add_argument(
        "--passphrase-file", metavar="FILE", help="whose first line opens the encrypted file; else it is asked at the terminal"
    )


def add_commands(credentials: argparse.ArgumentParser, do: Callable[[argparse.Namespace], int]) -> None:
    """Add what can be done with kept values.

    Args:
        credentials: parser of the command.
        do: runs them; ``options.what`` says which.
    """
    kinds = credentials.add_subparsers(title="what", metavar="WHAT", required=True)

    def add(what: str, told: str, setup: str | None = None, opens: bool = True) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = kinds.add_parser(what, help=told, allow_abbrev=False)
        if setup is not None:
            parser.add_argument("setup", nargs=setup or None, metavar="SETUP", help="a saved setup; see status")
        if opens:
            passphrase_option(parser)
        parser.set_defaults(do=do, what=what)
        return parser

    listed = add("list", "where the values of each setup are kept, without the values", opens=False)
    listed.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    show = add("show", "write one value to standard output; at a terminal only after a question", setup="")
    show.add_argument("--field", choices=FIELDS, required=True, help="which")
    move = add("move", "keep them elsewhere: write there, read back, delete here", setup="")
    move.add_argument("--to", choices=["keyring", "file", "memory"], metavar="keyring|file", required=True, help="where to")
    delete = add("delete", "delete them, and prove that they are gone; the setup stays", setup="")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    add("verify", "read them back, and compare the fingerprint; NetSuite is not asked", setup="?")
    env = add("env", "run a command with values in its environment; the last resort, see docs/secrets.md", setup="")
    env.add_argument("--map", action="append", default=[], metavar="NAME=FIELD", help=f"fields: {', '.join(FIELDS)}")
    env.add_argument("command", nargs="+", metavar="COMMAND", help="with its arguments, after two dashes")
    env.usage = "netsuite-setup credentials env SETUP --map NAME=FIELD [--map ...] [--passphrase-file FILE] -- COMMAND [ARG ...]"
    rotate = add("rotate", "new values verified and in use, the old ones proven dead; at a terminal in the wizard", setup="")
    how = rotate.add_mutually_exclusive_group()
    how.add_argument("--credentials", metavar="-", choices=["-"], help="read the new values as one JSON object from standard input")
    how.add_argument("--prove", action="store_true", help="the old token is revoked: make the one call that must be refused")
    add("refreshed", "a sandbox was refreshed: what that did, and what is done anew", setup="", opens=False)
    add("passphrase", "give the encrypted file another passphrase")
