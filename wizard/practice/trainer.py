"""The trainer's commands: clicks and faults in a practice account that ``practice serve`` runs, over its control address."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from wizard.errors import PracticeError
from wizard.redact import one_line

FIGURES = {
    "path": "PREFIX", "host": "NAME", "times": "N", "seconds": "N", "factor": "N", "one_in": "N", "seed": "N", "retry_after": "N",
    "body": "KIND", "skew": "N",
}
"""Those of ``wizard.practice.wire.faults.Fault``, here without loading it, and what each is; the account checks what is given."""

_PATIENCE = 60


def add_commands(kinds: Any) -> None:
    """Add ``do``, ``fault`` and ``faults``.

    Args:
        kinds: subparsers of ``practice``.
    """
    do = kinds.add_parser("do", help="do a click in a served account; without CLICK: list them", allow_abbrev=False)
    do.add_argument("click", nargs="?", metavar="CLICK", help="e.g. enable_features")
    do.add_argument("--mistake", metavar="M", help="with a typical mistake")
    do.add_argument("--answer", action="append", default=[], metavar="KEY=VALUE", help="e.g. permission=LIST_ITEM")
    do.add_argument("--profile", metavar="NAME", default=argparse.SUPPRESS, help="where the scenario names none")
    do.set_defaults(do=_do)
    fault = kinds.add_parser("fault", help="let something go wrong in a served account", allow_abbrev=False)
    fault.add_argument("kind", metavar="KIND", help="e.g. latency, refused, maintenance; see docs/practice.md")
    for figure, what in FIGURES.items():
        fault.add_argument(f"--{figure.replace('_', '-')}", dest=figure, metavar=what)
    fault.set_defaults(do=_fault)
    faults = kinds.add_parser("faults", help="what goes wrong in a served account now", allow_abbrev=False)
    faults.add_argument("--clear", action="store_true", help="lift all of them")
    faults.set_defaults(do=_faults)
    for parser in (do, fault, faults):
        parser.add_argument("--ready", required=True, metavar="FILE", help="what practice serve printed")


def _do(options: argparse.Namespace) -> int:
    if options.click is None:
        for click in _ask(options.ready, "GET", "/clicks")["clicks"]:
            print(f"{click['name']:<28} {click['title']}")
            for mistake in click["mistakes"]:
                print(f"  --mistake {mistake['name']:<16} {mistake['title']}")
        return 0
    pairs = [answer.partition("=") for answer in options.answer]
    if not all(name and equals for name, equals, _ in pairs):
        raise PracticeError("--answer takes KEY=VALUE.")
    body = {"click": options.click, "mistake": options.mistake, "answers": {name: value for name, _, value in pairs}}
    done = _ask(options.ready, "POST", "/click", {**body, "profile": options.profile})
    print(f"Done: {done['done']}.")
    if shown := done["shown"]:
        print(f"The page shows, once: {shown['kind']} key {shown['key']} and secret {shown['secret']}")
    return 0


def _fault(options: argparse.Namespace) -> int:
    given = {name: value for name in FIGURES if (value := getattr(options, name)) is not None}
    return _tell(_ask(options.ready, "POST", "/fault", {"kind": options.kind, **given}))


def _faults(options: argparse.Namespace) -> int:
    return _tell(_ask(options.ready, "DELETE" if options.clear else "GET", "/faults"))


def _tell(answer: Any) -> int:
    for fault in answer["faults"]:
        figures = " ".join(f"{name}={value}" for name, value in fault.items() if name != "kind")
        print(f"{fault['kind']:<20} {figures}")
    if not answer["faults"]:
        print("Nothing goes wrong.")
    return 0


def _ask(file: str, method: str, path: str, body: Any = None) -> Any:
    """Ask the control address that a file names.

    Raises:
        PracticeError: if the file is not what it should be, nobody answers there, or the answer is a refusal.
    """
    import http.client

    port, token = _where(file)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        answer = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError):
        raise PracticeError(f"Nobody answers at the control address in {one_line(file)}; is it still served?") from None
    finally:
        connection.close()
    if response.status != 200:
        raise PracticeError(one_line(str(answer.get("error")), 400))
    return answer


def _where(file: str) -> tuple[int, str]:
    """Return the port of a control address, which is always on this machine, and its token."""
    try:
        control = json.loads(Path(file).read_text(encoding="utf-8"))["control"]
        return int(control["address"].rpartition(":")[2]), str(control["token"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise PracticeError(f"{one_line(file)} does not hold the line that practice serve prints.") from None
