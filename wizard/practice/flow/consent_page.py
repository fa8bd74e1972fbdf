"""What the consent page looks like: plain HTML, no script, one column; also for a text browser."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from wizard.practice.wire.reply import Reply

PRIVATE = (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"))
"""Headers of everything the page answers: addresses and bodies hold request tokens."""

_STYLE = """
body { margin: 0; background: #f2f4f7; color: #1c2733; font: 16px/1.5 system-ui, sans-serif }
header { background: #7a3b00; color: #fff; padding: .6rem 1rem; text-align: center }
main { max-width: 32rem; margin: 2rem auto; padding: 1.5rem; background: #fff; border: 1px solid #c9d1da; border-radius: 6px }
h1 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 1rem }
h1, dd, code, p { overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1rem; margin: 0 0 1rem }
dt, .small { color: #566573 }
dd { margin: 0 }
label { display: block; margin: .4rem 0 }
form { margin: 1rem 0 0 }
button, select { font: inherit; padding: .5rem .8rem; border: 1px solid #566573; border-radius: 4px; background: #fff;
  color: inherit; max-width: 100% }
button { cursor: pointer; margin: .5rem .7rem 0 0 }
button.first { background: #1f5f99; border-color: #1f5f99; color: #fff }
:focus-visible { outline: 3px solid #f0a030; outline-offset: 2px }
@media (max-width: 34rem) { main { margin: 0; border-width: 0 0 1px; border-radius: 0 } }
"""
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - practice account</title>
<style>{style}</style>
</head>
<body>
<header><strong>Practice account.</strong> This is not NetSuite, and nothing here is real.</header>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
_POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'; form-action {}; frame-ancestors 'none'; base-uri 'none'"
)


def page(title: str, body: Iterable[str], status: int = 200, leads_to: str = "") -> Reply:
    """Return a page.

    Args:
        title: of the page, not escaped.
        body: its parts, escaped.
        status: HTTP status.
        leads_to: origin its forms may lead to in the end: browsers hold a redirect to ``form-action`` too.
    """
    text = _PAGE.format(title=escape(title), style=_STYLE, body="\n".join(body))
    policy = _POLICY.format(f"'self' {leads_to}".rstrip())
    headers = (("Content-Security-Policy", policy), ("X-Frame-Options", "DENY"), *PRIVATE)
    return Reply(status, text.encode("utf-8", "replace"), "text/html; charset=utf-8", headers)


def paragraph(text: str, small: bool = False) -> str:
    """Return a paragraph.

    Args:
        text: not escaped.
        small: less important.
    """
    return f'<p{" class=small" if small else ""}>{escape(text)}</p>'


def facts(told: Mapping[str, str]) -> str:
    """Return names and values, one under the other.

    Args:
        told: not escaped; what is empty is left out.
    """
    rows = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in told.items() if value)
    return f"<dl>{''.join(rows)}</dl>"


def form(
    method: str, action: str, carried: Mapping[str, object], parts: Iterable[str], buttons: Sequence[tuple[str, str]]
) -> str:
    """Return a form.

    Args:
        method: ``get`` leads to another view, ``post`` decides.
        action: address.
        carried: values that go with it.
        parts: what stands above the buttons, escaped.
        buttons: value of ``do`` (empty: none) and text; all but ``deny`` stand out.
    """
    hidden = (f'<input type="hidden" name="{name}" value="{escape(str(value))}">' for name, value in carried.items())
    shown = (
        f'<button{"" if do == "deny" else " class=first"}{f" name=do value={do}" if do else ""}>{text}</button>'
        for do, text in buttons
    )
    inside = "\n".join((*hidden, *parts, *shown))
    return f'<form method="{method}" action="{action}">\n{inside}\n</form>'


def select(name: str, label: str, options: Mapping[int, str]) -> str:
    """Return a list to choose from.

    Args:
        name: of the value.
        label: what is chosen.
        options: value and text, not escaped.
    """
    listed = "\n".join(f'<option value="{value}">{escape(text)}</option>' for value, text in options.items())
    return f'<label>{label}<br><select name="{name}">\n{listed}\n</select></label>'


def link(address: str, text: str) -> str:
    """Return a link in a line of its own.

    Args:
        address: not escaped.
        text: not escaped.
    """
    return f'<p><a href="{escape(address)}">{escape(text)}</a></p>'
