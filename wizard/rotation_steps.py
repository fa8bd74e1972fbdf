"""What a person does at each stage of a rotation, as steps like those of a profile: for the screen and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.profile import Doing, Step
from wizard.rotation import STAGES, Rotation, Stage

if TYPE_CHECKING:
    from wizard.walk import Walk

KINDS: dict[str, str] = {
    "token": "Access token (recommended): no interruption, and a way back",
    "consumer": "Consumer pair: Reset Credentials; interrupts at once, no way back",
    "both": "Both: token first, then Reset Credentials; interrupts, no way back",
}
"""What can be replaced, by ``wizard.rotation.Kind``, in the order of advice."""

SHORT: dict[Stage, str] = {
    "begun": "What and whom", "entered": "Make, enter", "verified": "Verify", "stored": "In use here",
    "handed_over": "Hand over", "works": "Vendor works", "revoked": "Revoke old", "proven": "Prove it dead",
}
"""Titles for the list of stages."""

_WHY_BEGUN = """\
A new token leaves the old one alive until it is revoked. Reset Credentials kills the consumer pair at once: whatever uses that \
integration record is down until it has the new pair; tokens go on with it. Administrators only, and not for a record of a \
bundle (all documented)."""

_RESET = (
    Doing(text="Setup > Integration > Manage Integrations > the record > Edit, as Administrator.", link="integrations"),
    Doing(text="Have the vendor's form open: the vendor is down from the reset until the new pair is in it."),
    Doing(text="End any screen share, press Reset Credentials, and paste both values before you leave the page."),
)

_REVOKE = (
    Doing(text="Setup > Users/Roles > Access Tokens: the older of the two tokens. Its Date Created tells.", link="tokens"),
    Doing(text="Edit > Revoke, then Save. Revoked is for good (documented). a: I did this."),
    Doing(text="Or Enter: it is revoked from here, with the old token's own signature, after a question."),
)


def stage_step(walk: Walk) -> Step:
    """Return what is to be done at the present stage.

    Args:
        walk: whose rotation.
    """
    rotation = walk.setup.rotation
    if rotation is None or not rotation.open:
        return _begin(walk, rotation)
    if rotation.stage == "entered":
        return _enter(walk, rotation.missing[0])
    heading, why, do = {
        "verified": _verify, "stored": _store, "handed_over": _hand_over, "works": _works, "revoked": _revoke, "proven": _prove,
    }[rotation.stage](walk, rotation)  # fmt: skip
    return Step(id=rotation.stage, title=SHORT[rotation.stage], heading=heading, why=why, do=do)


def stage_steps() -> list[Step]:
    """Return all stages for a list."""
    return [Step(id=stage, title=SHORT[stage], heading=title, why=title) for stage, title in STAGES.items()]


_Told = tuple[str, str, tuple[Doing, ...]]


def _begin(walk: Walk, last: Rotation | None) -> Step:
    vendor = walk.profile.vendor_step
    on_change = vendor.on_change or "What the vendor's side does when values change is not published."
    do = (
        Doing(text="Who else uses this record? Its name in the list of tokens:", link="tokens", copy="{record_name}"),
        Doing(text=f"Have the vendor's form at hand: {vendor.path}"),
        Doing(text="Enter: choose what is replaced. Nothing changes before you make new values in NetSuite."),
    )
    heading = f"Rotate credentials: {last.says}" if last else "Rotate credentials"
    return Step(id="begun", title=SHORT["begun"], heading=heading, why=f"{_WHY_BEGUN}\n{on_change}".replace("\n", " "), do=do)


def _enter(walk: Walk, pair: str) -> Step:
    made = next((step for step in walk.profile.step if step.pair == pair), None)
    token = pair == "token"
    return Step(
        id="entered", title=SHORT["entered"], panel="secret_pair", pair="token" if token else "consumer",
        heading="Make a new access token" if token else "Reset the credentials of the integration record",
        why="What you enter is kept at once, beside the values in use: NetSuite shows it once.",
        do=made.do if token and made else _RESET,
        practice=made.practice if token and made else "reset_credentials",
    )  # fmt: skip


def _verify(walk: Walk, rotation: Rotation) -> _Told:
    return (
        "Log in with the new values",
        "One login, and what it is bound to: this account, and user, role and application as before. The values in use stay as "
        "they are. A refusal counts: after five in a row NetSuite may lock the user.",
        (Doing(text="Enter: log in once."), Doing(text="Refused? i: enter the pair again, or another one.")),
    )


def _store(walk: Walk, rotation: Rotation) -> _Told:
    same = f" The same as before: {', '.join(rotation.same)}." if rotation.same else ""
    return (
        "Take the new values into use here",
        f"NetSuite accepted them.{same} The old ones are kept beside them until they are proven dead.",
        (Doing(text="Enter: the old values move aside, the new ones take their place, each read back."),),
    )


def _hand_over(walk: Walk, rotation: Rotation) -> _Told:
    down = " The vendor is down since the reset, until this is done." if rotation.interrupts else ""
    return (
        "Hand the new values over to the vendor",
        f"{walk.profile.vendor_step.note}{down}",
        (
            Doing(text=f"Enter: the page Hand over, one value at a time. There: {walk.profile.vendor_step.path}"),
            Doing(text="Done there is kept; Esc, then Rotate credentials, goes on. Or here: a, I did this."),
        ),
    )


def _works(walk: Walk, rotation: Rotation) -> _Told:
    return (
        "See that the vendor works with them",
        walk.profile.vendor_step.test_note,
        (
            Doing(text="Let the vendor do something real, and look in NetSuite that it arrived."),
            Doing(text="Enter or a: it works, by your word. Until then the old token is the way back."
                  if rotation.can_go_back else "Enter or a: it works, by your word."),
        ),
    )  # fmt: skip


def _revoke(walk: Walk, rotation: Rotation) -> _Told:
    return ("Revoke the old token", "From here on there is no way back: new values would have to be made.", _REVOKE)


def _prove(walk: Walk, rotation: Rotation) -> _Told:
    what = "the reset, which killed the old consumer pair" if rotation.kind == "consumer" else "revoking the old token"
    both = " The token is tried with the new consumer pair: nothing else can be refused." if rotation.kind == "both" else ""
    return (
        "Prove the old values dead",
        f"One login with the new values, then exactly one with the old ones. It must be refused after {what}. That refusal counts "
        f"as one of {walk.attempts_left()} that are left; the next accepted login ends the count.{both}",
        (
            Doing(text="Enter: make the one call, after a question."),
            Doing(text="a: end without the proof, by your own word. The old values are deleted here either way."),
        ),
    )
