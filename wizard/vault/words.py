"""What is said of a vault that cannot be used: by the verdict, and by what is behind it where more is known."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from wizard.vault import file_words
from wizard.vault.interface import StoreState, Usability

VARIABLE = "PYTHON_KEYRING_BACKEND"
COLLECTION = "KEYRING_PROPERTY_PREFERRED_COLLECTION"
_SETTINGS = "{settings}"
_TAKES_ITS_PLACE = "A keyring service takes its place: on Debian, install gnome-keyring and dbus-user-session, and log in anew."
_OFF = "Keyrings are switched off for Python here"
_IN_ITS_WINDOW = "opens in its own window alone, on the desktop of this machine"

UNLOCK = 'read -rs P; printf %s "$P" | gnome-keyring-daemon --replace --unlock --components=secrets; unset P'
"""Opens a GNOME keyring, or makes the first one, from a shell without a desktop (bash, zsh). The password reaches neither
the screen nor a command line: printf is part of the shell. Only a new daemon takes a password (keyring-notes 2.2)."""

_UNLOCK_MAC = (
    "security unlock-keychain ~/Library/Keychains/login.keychain-db (it asks for the password; never give it with -p, where others "
    "can read it)"
)

WORDS: Mapping[Usability, tuple[str, str]] = {
    Usability.OK: ("The keyring keeps values, gives them back, and writes nothing in clear.", ""),
    Usability.LOCKED: (
        "The keyring is there, and nobody has unlocked it for this login.",
        f"In another login of this account, run: {UNLOCK} (it waits for the keyring's password, usually the login's, and Enter). "
        "Then try again.",
    ),
    Usability.DENIED: (
        "The keyring refused this program: somebody declined its dialog, or it does not accept this Python.",
        "Allow the access in the dialog on the desktop of this machine, and try again.",
    ),
    Usability.NO_COLLECTION: (
        "The keyring service runs, and has no default keyring.",
        f"To make one, run in another login of this account: {UNLOCK} (it waits for a new password, not an empty one, and Enter). "
        "Then try again.",
    ),
    Usability.UNREADABLE: (
        "The keyring service runs and cannot read this account's keyring: its file is damaged, or not this account's to read.",
        "Bring login.keyring (usually in ~/.local/share/keyrings) back from a backup. If there is none, move it away, and keep it. "
        "Not before that make a new keyring: beside it, one would not be found again. Then try again.",
    ),
    Usability.NO_BACKEND: (
        "This machine offers no keyring to this login.",
        "Usual over SSH and in containers: no D-Bus session, or no keyring service. On Debian, install gnome-keyring and "
        "dbus-user-session, and log in anew.",
    ),
    Usability.DISABLED: (
        "Keyrings are switched off for Python here (null backend, often left by `keyring --disable`).",
        "Unset PYTHON_KEYRING_BACKEND, or remove keyringrc.cfg (`keyring diagnose` shows where), and try again.",
    ),
    Usability.MISCONFIGURED: (
        "The keyring setting of this account names a backend that does not work here.",
        "Correct or unset PYTHON_KEYRING_BACKEND, or correct keyringrc.cfg (`keyring diagnose` shows where), and try again.",
    ),
    Usability.UNTRUSTED: (
        "The keyring that Python would use here is not one this program trusts with secrets.",
        "Backends that write files in clear, or that cannot be judged, are not used; a Secret Service, KWallet, the macOS "
        "keychain and the Windows credential store are.",
    ),
    Usability.MEMORY_ONLY: (
        "The keyring would keep values only until its service ends (session collection).",
        "Choose another default keyring, and try again.",
    ),
    Usability.PLAINTEXT: (
        "This keyring writes values in clear to the disk.",
        "Give it a password, and try again.",
    ),
    Usability.KEEPS_NOTHING: (
        "The vault took a value and did not give it back.",
        "Try again; of a keyring, its service's own log may say why.",
    ),
    Usability.DELETES_NOTHING: (
        "The keyring does not delete what it was told to delete.",
        "Remove the entry in the keyring's own window; its name begins with nswizard.",
    ),
    Usability.WRONG_PASSWORD: (
        "The keyring did not open: this is not its password.",
        "It is usually the login password of this account on this machine; if somebody else changed that (an administrator), it "
        "is still the older one. Nothing was changed; try again.",
    ),
    Usability.UNFIT_PASSWORD: (
        "That cannot be a keyring's password: it is empty, too long, or holds what nobody can type.",
        "Nothing was sent. A keyring without a password would lie in clear on the disk: choose one line of letters, digits and "
        "signs, up to 1000.",
    ),
    Usability.OPENS_ELSEWHERE: (
        "This keyring cannot be opened, or made, by this program.",
        f"If it is the GNOME keyring, run in another login of this account: {UNLOCK} (it waits for the keyring's password and "
        "Enter). Any other opens in its own window. Then try again.",
    ),
    Usability.NO_INTERACTION: (
        "The macOS keychain is locked for this SSH session (-25308).",
        f"Leave, run in this same session: {_UNLOCK_MAC}, and start again. An unlocked desktop of the same machine does not help.",
    ),
    Usability.NO_LOGON_SESSION: (
        "Windows has no credential store for network logins such as SSH (1312).",
        "This is by design of Windows. Start this program at the console or over Remote Desktop.",
    ),
    Usability.TOO_LONG: (
        "The Windows credential store does not take a value of this length (1783).",
        "It takes 1280 characters; nothing can be set to change that.",
    ),
    Usability.FULL: ("Nothing can be written there: the disk is full or read-only.", "Make room and try again."),
    Usability.VANISHED: (
        "The keyring service ended in the middle of the call, or its files are damaged.",
        "Try again; if it happens every time, restart the keyring service.",
    ),
    Usability.TIMEOUT: (
        "The keyring did not answer in time; it may wait for a dialog on another screen, or be stuck.",
        "Look at the desktop of this machine, or restart the keyring service.",
    ),
    Usability.FAILS: (
        "The keyring fails in a way this program does not know.",
        "`keyring diagnose` shows which one Python uses here; the keyring service's own log may say why.",
    ),
    **file_words.OWN,
}
"""What is the matter, and what a person can do, by verdict; ``FINER`` says more where more is known."""

FINER: Mapping[tuple[Usability, str], tuple[str, str]] = {
    (Usability.NO_BACKEND, "fail"): (
        f"{_OFF}: its fail backend is chosen.",
        f"Unset {VARIABLE}, or remove the line default-keyring from {_SETTINGS}, and try again.",
    ),
    (Usability.NO_BACKEND, "container"): (
        "This container offers no keyring to this login.",
        "Containers usually have neither a D-Bus session nor a keyring service, and what is written inside is lost with them "
        "unless it lies on a volume. Better run this program outside, and let the orchestrator hand the values in.",
    ),
    (Usability.NO_BACKEND, "wsl"): (
        "This WSL system offers no keyring to this login.",
        "WSL usually has no D-Bus session, and the credential store of Windows is not used from inside it. On Debian and Ubuntu, "
        "install gnome-keyring and dbus-user-session, switch systemd on (in /etc/wsl.conf, under [boot], systemd=true), run "
        "`wsl --shutdown` on Windows, and log in anew.",
    ),
    (Usability.NO_BACKEND, "macos"): (
        "macOS offers no keychain to this login (-25291).",
        "Leave, run in this same session: security list-keychains. It shows which there are; then start again.",
    ),
    (Usability.LOCKED, "kwallet"): (
        "The wallet (KWallet) is there, and nobody has opened it.",
        f"KWallet {_IN_ITS_WINDOW}: open it there, then try again.",
    ),
    (Usability.LOCKED, "keepassxc"): (
        "The KeePassXC database is there, and locked.",
        f"KeePassXC {_IN_ITS_WINDOW}: open it there, and let it not ask anew for each program, since every call of this one is a "
        "process of its own. Then try again.",
    ),
    (Usability.NO_COLLECTION, "collection"): (
        f"{COLLECTION} names a keyring that is not there.",
        "Correct or unset it, and try again.",
    ),
    (Usability.NO_COLLECTION, "macos"): (
        "macOS knows no default keychain for this login (-25307).",
        "Leave, run in this same session: security default-keychain -s ~/Library/Keychains/login.keychain-db, and start again.",
    ),
    (Usability.NO_COLLECTION, "kwallet"): (
        "KWallet runs, and has no wallet yet.",
        "Make one in KWalletManager, on the desktop of this machine, then try again.",
    ),
    (Usability.NO_COLLECTION, "keepassxc"): (
        "KeePassXC runs, and shares no open database with other programs.",
        "In its window, on the desktop of this machine, open a database and switch the Secret Service on for it, then try again.",
    ),
    (Usability.OPENS_ELSEWHERE, "kwallet"): (
        "KWallet cannot be opened by this program.",
        f"KWallet {_IN_ITS_WINDOW}: open it there, then try again.",
    ),
    (Usability.OPENS_ELSEWHERE, "keepassxc"): (
        "KeePassXC cannot be opened by this program.",
        f"KeePassXC {_IN_ITS_WINDOW}: open it there, then try again.",
    ),
    (Usability.OPENS_ELSEWHERE, "macos"): (
        "The macOS keychain cannot be opened by this program.",
        f"Leave, run in this same session: {_UNLOCK_MAC}, and start again.",
    ),
    (Usability.OPENS_ELSEWHERE, "windows"): (
        "The Windows credential store cannot be opened by this program.",
        "Windows opens it with a login at the console or over Remote Desktop.",
    ),
    (Usability.DISABLED, "variable"): (
        f"{_OFF}: {VARIABLE} names its null backend.",
        f"Unset {VARIABLE} (it is often set in ~/.profile or ~/.bashrc), and start again.",
    ),
    (Usability.DISABLED, "settings"): (
        f"{_OFF}: keyringrc.cfg names its null backend, as `keyring --disable` leaves it.",
        f"Remove the line default-keyring, or the whole file, and try again: {_SETTINGS}",
    ),
    (Usability.MISCONFIGURED, "variable"): (
        f"{VARIABLE} names a keyring that does not work here, or is empty.",
        f"Correct or unset {VARIABLE}, and start again.",
    ),
    (Usability.MISCONFIGURED, "settings"): (
        "The file keyringrc.cfg names a keyring that does not work here, or cannot be read.",
        f"Correct the line default-keyring, or remove the whole file, and try again: {_SETTINGS}",
    ),
    (Usability.UNTRUSTED, "keyrings.alt"): (
        "Python would use keyrings.alt here: it writes values in clear, or protects them too weakly.",
        f"It is not used. {_TAKES_ITS_PLACE} If no other program needs it: pip uninstall keyrings.alt",
    ),
    (Usability.UNTRUSTED, "keyrings.cryptfile"): (
        "Python would use keyrings.cryptfile here: a write that is interrupted can lose all it holds.",
        f"It is not used. {_TAKES_ITS_PLACE} If no other program needs it: pip uninstall keyrings.cryptfile",
    ),
    (Usability.UNTRUSTED, "keyring_pass"): (
        "Python would use pass here (keyring-pass): its question for a passphrase would share this terminal.",
        f"It is not used. {_TAKES_ITS_PLACE} If no other program needs it: pip uninstall keyring-pass",
    ),
    (Usability.UNTRUSTED, "own file"): (
        f"Python's keyring is this program's own encrypted file here, by {VARIABLE} or keyringrc.cfg.",
        f"That is for other programs. Here the encrypted file is chosen as such; for the OS keyring, unset {VARIABLE}, and start "
        "again.",
    ),
    (Usability.UNTRUSTED, "chain"): (
        "A chain of keyrings is chosen here, and no keyring is in it: it would keep nothing, and say nothing.",
        f"Unset {VARIABLE}, or remove the line default-keyring from {_SETTINGS}, and try again.",
    ),
    (Usability.MEMORY_ONLY, "collection"): (
        f"{COLLECTION} chooses a keyring that ends with its service.",
        f"Unset {COLLECTION}, and start again.",
    ),
    (Usability.PLAINTEXT, "gnome"): (
        "This keyring writes values in clear to the disk: it has a blank password.",
        "Give the login keyring a password (Passwords and Keys, also called Seahorse, on the desktop), and try again.",
    ),
    (Usability.KEEPS_NOTHING, "kwallet"): (
        "KWallet took a value and did not give it back; it does not tell when it cannot write.",
        "Look at the wallet in KWalletManager, on the desktop of this machine, then try again.",
    ),
    **{(verdict, file_words.ENCRYPTED_FILE): row for verdict, row in file_words.SHARED.items()},
}
"""What is the matter, and what a person can do, by verdict and what is behind it."""


def settings_file() -> Path:
    """Return where keyring looks for its settings (keyring-notes 1.3), there or not."""
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or os.environ.get("PROGRAMDATA") or ".") / "Python Keyring"
    else:
        root = Path(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")) / "python_keyring"
    return root / "keyringrc.cfg"


def words(usability: Usability, reason: str = "") -> tuple[str, str]:
    """Return what is the matter, and what a person can do.

    Args:
        usability: the verdict.
        reason: what ``why`` returned.
    """
    says, way_out = FINER.get((usability, reason), WORDS[usability])
    return says, way_out.replace(_SETTINGS, str(settings_file()))


def state(usability: Usability, backend: str, reason: str = "") -> StoreState:
    """Return what is said of a vault.

    Args:
        usability: the verdict.
        backend: in plain words, or its class.
        reason: what ``why`` returned.
    """
    return StoreState(usability, backend, *words(usability, reason))
