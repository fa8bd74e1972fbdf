"""The door: parses, hardens the process, wires the three packages together, returns exit codes."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import TYPE_CHECKING, NoReturn

from wizard import __version__, cli_credentials

if TYPE_CHECKING:
    from wizard.desk import Desk
    from wizard.session import Network


def run() -> NoReturn:
    """Entry point of the command ``netsuite-setup``."""
    try:
        code = main(sys.argv[1:])
        if sys.flags.inspect:
            os._exit(code)
    finally:
        if sys.flags.inspect:  # PYTHONINSPECT: at a terminal Python opens a prompt now, with everything that is still in memory
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.exit(code)


def main(arguments: list[str]) -> int:
    """Do what the command line says.

    Args:
        arguments: without the program's name.

    Returns:
        An exit code of ``wizard.exits``.
    """
    try:
        code = _do(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # whoever read has enough
            print(f"It failed: {error.strerror or type(error).__name__}.", file=sys.stderr)
        # Python flushes once more at its end; that must not fail aloud.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


_OF_THE_WIZARD = ("practice", "mouse", "contrast", "presenter", "support")
"""Options that no command has."""


def _do(arguments: list[str]) -> int:
    from wizard.hardening import harden

    harden()
    _prepare_streams()
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.do is not _wizard and any(getattr(options, name) for name in _OF_THE_WIZARD):
        *others, last = (f"--{name}" for name in _OF_THE_WIZARD)
        parser.error(f"{', '.join(others)} and {last} are for the wizard alone")
    from wizard.errors import SetupError

    try:
        return int(options.do(options))
    except SetupError as error:
        from wizard.exits import exit_of

        print(f"{error.title}. {error.message}", file=sys.stderr)
        return exit_of(error)


def _prepare_streams() -> None:
    """Let what a stream cannot encode be written as an escape, and what is closed swallow everything."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for as long as we run
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


_OPTION = re.compile(r"(--[a-z][a-z-]{0,30}|-[a-z])(?:=|\Z)")
_REFUSED = re.compile(r"\b(invalid choice:|invalid \w+ value:|explicit argument) .*?(?= \(choose from [^()]*\)\Z|\Z)", re.DOTALL)
"""A value that argparse refuses: it stands at the end, or before the choices there are."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong without repeating what somebody typed: it may be a secret behind an option that there is not."""

    def error(self, message: str) -> NoReturn:
        from wizard.redact import one_line

        said, unknown, words = message.partition("unrecognized arguments: ")
        if unknown and not said:
            options = filter(None, (_OPTION.match(word) for word in words.split()))
            message = unknown + (" ".join(option[1] for option in options) or "those without a name")
        super().error(one_line(_REFUSED.sub(r"\1 …", message), 400))

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        sys.stdout.flush()  # here, where a closed pipe is still handled
        super().exit(status, message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="netsuite-setup",
        description="Prepare a NetSuite account for an integration, step by step, every step verified live. "
        "Without a command: the wizard.",
        epilog="Exit codes: 0 ready, 1 something failed, 2 wrong usage, 3 NetSuite not reachable, 4 not enough to decide, "
        "5 vault not usable, 130 interrupted. No command takes a secret as an argument or from the environment.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"netsuite-setup {__version__}")
    parser.add_argument("--profile", metavar="NAME|FILE", help="offer this profile (a name, or a .toml file)")
    parser.add_argument("--practice", action="store_true", help="on a practice account on this machine")
    parser.add_argument("--plain", action="store_true", help="no character beyond ASCII")
    parser.add_argument("--contrast", action="store_true", help="black and white, for weak eyes and bad screens")
    parser.add_argument("--mouse", action="store_true", help="let the program have the mouse (Shift + mouse selects then)")
    parser.add_argument("--presenter", action="store_true", help="others see this screen: nothing is shown or copied (F2 ends it)")
    parser.add_argument("--support", action="store_true", help="the same, and ending it asks first: somebody from outside guides")
    _network_options(parser, None)
    parser.set_defaults(do=_wizard)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    _check_options(commands.add_parser("check", help="verify again, without the wizard", allow_abbrev=False))

    status = commands.add_parser("status", help="all setups: where they stand", allow_abbrev=False)
    status.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    status.set_defaults(do=_status)

    report = commands.add_parser("report", help="the report of a setup, without secrets", allow_abbrev=False)
    report.add_argument("setup", metavar="SETUP", help="a saved setup; see status")
    report.add_argument("--format", choices=["md", "html", "json"], default="md")
    report.add_argument("-o", "--output", metavar="FILE", help="else standard output")
    report.set_defaults(do=_report)

    _diagnose_options(commands.add_parser("diagnose", help="what an error or a log leads to; offline", allow_abbrev=False))

    role = commands.add_parser("role", help="the role as an SDF project", allow_abbrev=False)
    role.add_argument("setup", metavar="SETUP", help="a saved setup; see status")
    role.add_argument("--sdf", metavar="DIR", required=True, help="folder to write")
    role.set_defaults(do=_role)

    credentials = commands.add_parser("credentials", help="the kept values: where they lie, what can be done", allow_abbrev=False)
    cli_credentials.add_commands(credentials, _credentials)

    doctor = commands.add_parser("doctor", help="this machine: terminal, vaults, network, clock", allow_abbrev=False)
    _network_options(doctor, argparse.SUPPRESS)
    doctor.set_defaults(do=_doctor)

    practice = commands.add_parser("practice", help="the practice account by itself", allow_abbrev=False)
    kinds = practice.add_subparsers(title="what", metavar="WHAT", required=True)
    serve = kinds.add_parser("serve", help="serve it until Ctrl+C; prints one JSON line when ready", allow_abbrev=False)
    serve.add_argument("--scenario", default="empty", metavar="NAME|FILE", help="where it starts, and what is wrong with it")
    serve.add_argument("--port", type=int, default=0, metavar="N", help="on 127.0.0.1; default: a free one")
    serve.add_argument("--state", metavar="FILE", help="keep the account in a file; default: in memory")
    serve.set_defaults(do=_serve)
    scenarios = kinds.add_parser("scenarios", help="those that are shipped, one line each, by cause", allow_abbrev=False)
    scenarios.add_argument("--show", metavar="NAME|FILE", help="what is wrong in one, how it shows, what mends it")
    scenarios.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    scenarios.set_defaults(do=_scenarios)
    from wizard.practice import trainer

    trainer.add_commands(kinds)
    return parser


def _diagnose_options(diagnose: argparse.ArgumentParser) -> None:
    diagnose.add_argument("text", nargs="*", metavar="TEXT", help="what was said; - or nothing: standard input")
    diagnose.add_argument("--profile", metavar="NAME|FILE", default=argparse.SUPPRESS, help="whose own messages come first")
    diagnose.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    diagnose.set_defaults(do=_diagnose)


def _check_options(check: argparse.ArgumentParser) -> None:
    check.add_argument("setup", nargs="?", metavar="SETUP", help="a saved setup; see status")
    # Without a default of its own: what stands before the command must not be forgotten.
    check.add_argument("--profile", metavar="NAME|FILE", default=argparse.SUPPRESS, help="with --credentials: what to check for")
    check.add_argument("--account", metavar="ID", help="account ID or any NetSuite address; else from the credentials")
    check.add_argument("--credentials", metavar="-", choices=["-"], help="read one JSON object from standard input")
    check.add_argument("--answer", action="append", default=[], metavar="QUESTION=ANSWER", help="e.g. oneworld=no")
    parts = check.add_mutually_exclusive_group()
    parts.add_argument("--only", nargs="+", metavar="ID", help="requirement ids (A33. means all that begin so)")
    parts.add_argument("--tree", metavar="ID", help="climb a troubleshooting tree of the profile; another ID lists them")
    forms = check.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    forms.add_argument("--junit", action="store_true", help="JUnit XML instead of lines")
    check.add_argument("--detail", metavar="WORD", help="what the Login Audit Trail says of the refused login; none for no row")
    check.add_argument("--exchange", metavar="HOW", help="one login with pairs, secrets, consumer or token exchanged, no more")
    cli_credentials.passphrase_option(check)
    check.add_argument("--accept", action="store_true", help="what is read now is what later runs are compared with")
    _network_options(check, argparse.SUPPRESS)
    check.set_defaults(do=_check)


def _network_options(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--connect-to", metavar="HOST:PORT", default=default, help="connect there instead of resolving NetSuite's host names"
    )
    parser.add_argument("--ca-file", metavar="FILE", default=default, help="trust the authorities in this PEM file")


def _network(options: argparse.Namespace) -> Network:
    from wizard.errors import UsageError
    from wizard.session import Network

    target = None
    if options.connect_to:
        host, _, port = options.connect_to.rpartition(":")
        if not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
            raise UsageError("--connect-to takes HOST:PORT.")
        target = (host.strip("[]"), int(port))
    if options.ca_file and not os.path.isfile(options.ca_file):
        raise UsageError("--ca-file names no file.")
    return Network(target, options.ca_file)


def _desk(options: argparse.Namespace) -> Desk:
    from checks import ALL
    from checks.runner import CheckRunner
    from wizard.desk import Desk
    from wizard.profile import find_profile, shipped_profiles
    from wizard.store import SetupStore, data_folder
    from wizard.terminal import plain_characters
    from wizard.vault.file_vault import EncryptedFile
    from wizard.vault.interface import Vaults
    from wizard.vault.memory import MemoryVault
    from wizard.vault.os_keyring import OsKeyring

    profiles = shipped_profiles()
    if options.profile and options.profile.endswith(".toml"):
        options.profile = os.path.abspath(options.profile)  # a saved setup must find it from any folder
    if options.profile:
        profiles = {options.profile: find_profile(options.profile), **profiles}
    return Desk(
        profiles=profiles,
        store=SetupStore(data_folder() / "setups"),
        runner=CheckRunner(ALL),
        vaults=Vaults(OsKeyring(), EncryptedFile(data_folder() / "vault.json"), MemoryVault()),
        network=_network(options),
        plain=options.plain or plain_characters(os.environ),
    )


def _wizard(options: argparse.Namespace, rotate: str | None = None) -> int:
    from wizard.terminal import why_not

    reason = why_not(sys.stdin, sys.stderr, os.environ)
    if reason:
        print(reason, file=sys.stderr)
        return 2
    # An Escape sequence torn apart by a slow line would arrive as the Escape key; textual-notes: 300 ms is enough.
    os.environ.setdefault("ESCDELAY", "300")
    desk = _desk(options)
    from wizard.practice.desk import practice_desk

    if options.practice:
        desk = practice_desk(desk)
    else:
        desk.start_practice = lambda: practice_desk(desk)
    from screens.app import SetupApp

    app = SetupApp(desk, options.contrast, options.presenter, options.support)
    app.rotate_first = rotate
    app.run(mouse=options.mouse)
    try:
        sys.stderr.flush()
    except OSError:  # the line is gone; Python would flush once more at its end and turn the exit code into 120
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    return 130 if app.return_code is None else app.return_code


def _check(options: argparse.Namespace) -> int:
    from wizard import verify

    desk = _desk(options)
    return verify.check(desk, options, sys.stdin, sys.stdout, sys.stderr)


def _status(options: argparse.Namespace) -> int:
    from wizard import headless

    return headless.status(_desk(options), options.json, sys.stdout)


def _report(options: argparse.Namespace) -> int:
    from wizard import headless

    return headless.report(_desk(options), options, sys.stdout)


def _diagnose(options: argparse.Namespace) -> int:
    from wizard import diagnose_command as command
    from wizard.profile import find_profile

    profile = find_profile(options.profile) if options.profile else None
    text = command.read_text(options.text, sys.stdin)
    return command.diagnose(text, profile, options.json, options.text not in ([], ["-"]), sys.stdout)


def _role(options: argparse.Namespace) -> int:
    from wizard import headless

    return headless.role(_desk(options), options, sys.stdout)


def _credentials(options: argparse.Namespace) -> int:
    from wizard import credentials_command
    from wizard.terminal import why_not

    given = options.what != "rotate" or options.prove or options.credentials
    if not given and why_not(sys.stdin, sys.stderr, os.environ) is None:
        from wizard.headless import find_setup

        return _wizard(options, rotate=find_setup(_desk(options).store, options.setup).id)
    return credentials_command.run(_desk(options), options, sys.stdout, sys.stderr)


def _doctor(options: argparse.Namespace) -> int:
    from wizard import headless

    return headless.doctor(_desk(options), sys.stdout)


def _serve(options: argparse.Namespace) -> int:
    from wizard.practice.serve import serve

    return serve(options.scenario, options.port, options.state)


def _scenarios(options: argparse.Namespace) -> int:
    import json

    from wizard.practice import scenario_text as text
    from wizard.practice.scenario import load_scenario, shipped_scenarios

    if options.show:
        chosen = load_scenario(options.show)
        lines, document = text.description_lines(chosen), text.described(chosen)
    else:
        shipped = shipped_scenarios().values()
        lines, document = text.list_lines(shipped), {"scenarios": text.listed(shipped)}
    print(json.dumps(document, indent=1) if options.json else "\n".join(lines))
    return 0
