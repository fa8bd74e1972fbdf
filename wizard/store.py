"""Where setups are saved: one JSON file each, written whole or not at all, for the owner alone, without secrets."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from wizard.errors import SetupInUse, StoreError
from wizard.on_disk import lock, remove_leftovers, write_whole
from wizard.redact import one_line
from wizard.setup import SCHEMA, Setup


def data_folder() -> Path:
    """Return the folder for this user's setups, by the platform's rules."""
    import platformdirs

    return Path(platformdirs.user_data_dir("netsuite-setup", appauthor=False))


@dataclass(frozen=True)
class Unreadable:
    """A saved file that cannot be used, shown instead of being passed over in silence."""

    path: Path
    """Which file."""
    why: str
    """In plain words."""


class SetupStore:
    """The folder of saved setups."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; nothing is read or made yet.

        Args:
            folder: made with mode 0700 at the first write.
        """
        self.folder = folder

    def all(self) -> tuple[list[Setup], list[Unreadable]]:
        """Return every saved setup, last changed first, and the files that cannot be used."""
        setups, unreadable = [], []
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []:
            try:
                setups.append(self._read(path))
            except StoreError as error:
                unreadable.append(Unreadable(path, error.message))
        return sorted(setups, key=lambda s: s.changed, reverse=True), unreadable

    def load(self, name: str) -> Setup:
        """Return one setup.

        Args:
            name: its id.

        Raises:
            StoreError: if there is none or it cannot be used.
        """
        return self._read(self.folder / f"{name}.json")

    def save(self, setup: Setup) -> None:
        """Write one setup, whole or not at all.

        Raises:
            StoreError: if the disk is full or not writable; the old file is still whole then.
        """
        try:
            content = setup.model_dump_json(by_alias=True, indent=1).encode()
        except ValueError:  # half of a surrogate pair, from broken input
            raise StoreError("Not saved: an answer holds characters that are no text.") from None
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(str(self.folder / f"{setup.id}.json"), content)
        except OSError as error:
            message = f"Not saved: {error.strerror} ({self.folder}). Your last saved progress is still there."
            raise StoreError(message) from None

    def delete(self, name: str) -> None:
        """Remove one setup; what the vault holds is not touched.

        Args:
            name: its id.
        """
        for suffix in (".json", ".lock", ".knock", ".refused", ".refused~"):
            with contextlib.suppress(FileNotFoundError):
                (self.folder / f"{name}{suffix}").unlink()

    @contextlib.contextmanager
    def hold(self, name: str, at: datetime) -> Iterator[None]:
        """Keep other runs off one setup for as long as the block lasts; the end of the process releases it too.

        Args:
            name: the setup's id.
            at: now, for the message the other run shows.

        Raises:
            SetupInUse: if another run holds it; that run is told as well.
            StoreError: if the folder cannot be written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = open(self.folder / f"{name}.lock", "a+", encoding="utf-8")  # noqa: SIM115 - held until the block ends
        except OSError as error:
            raise StoreError(f"The folder {self.folder} cannot be used: {error.strerror}.") from None
        with file:
            try:
                lock(file.fileno())
            except OSError:
                file.seek(0)
                holder = file.read(80).strip() or "another run"
                with contextlib.suppress(OSError):
                    (self.folder / f"{name}.knock").write_text(f"{at:%H:%M}", encoding="utf-8")
                raise SetupInUse(f"This setup is open in another run ({holder}). Close it there first.") from None
            with contextlib.suppress(OSError):
                file.truncate(0)
                file.write(f"process {os.getpid()}, since {at:%Y-%m-%d %H:%M} UTC")
                file.flush()
                os.chmod(file.fileno() if os.chmod in os.supports_fd else file.name, 0o600)
            remove_leftovers(str(self.folder / f"{name}.json"))
            yield

    def knocked(self, name: str) -> str | None:
        """Return the time at which another run last tried to open a setup that we hold, and forget it.

        Args:
            name: the setup's id.
        """
        path = self.folder / f"{name}.knock"
        try:
            when = path.read_text(encoding="utf-8")[:5]
            path.unlink()
        except OSError:
            return None
        return when

    def note_refused(self, name: str, who: str, at: datetime) -> None:
        """Keep that a run which may not save a setup was refused a login: whoever comes after it has to count it.

        Runs may do so at the same time: a line is added with one write, so it is there whole or not at all.

        Args:
            name: the setup's id, or what else the count is kept for.
            who: whose login.
            at: UTC.

        Raises:
            StoreError: if it cannot be written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(self._refused(name), "a", encoding="utf-8", opener=_private) as file:
                file.write(f"{who} {at.isoformat()}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(f"Not saved: {error.strerror} ({self.folder}).") from None

    def refused(self, name: str) -> dict[str, list[datetime]]:
        """Return when runs were refused that could not save a setup, by whose login, oldest first.

        Args:
            name: as given to ``note_refused``.
        """
        return _noted(self._refused(name))

    def forget_refused(self, name: str) -> None:
        """Drop what ``note_refused`` kept.

        Args:
            name: as given to it.
        """
        with contextlib.suppress(OSError):
            self._refused(name).unlink()

    def refused_elsewhere(self, name: str) -> dict[str, list[datetime]]:
        """Return what ``refused`` does, once: the run that holds the setup keeps it with the setup from now on.

        Args:
            name: the setup's id.
        """
        taken = self.folder / f"{name}.refused~"
        try:
            os.replace(self._refused(name), taken)  # a run that is refused just now begins a new file
        except OSError:
            return {}
        found = _noted(taken)
        with contextlib.suppress(OSError):
            taken.unlink()
        return found

    def _refused(self, name: str) -> Path:
        return self.folder / f"{name}.refused"

    def _read(self, path: Path) -> Setup:
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise StoreError(f"{path.name} cannot be read: {error.strerror}.") from None
        except (ValueError, RecursionError):
            raise StoreError(f"{path.name} is damaged: it is not JSON.") from None
        version = document.get("schema") if isinstance(document, dict) else None
        if not isinstance(version, int):
            raise StoreError(f"{path.name} is damaged: it is not a saved setup.")
        if version > SCHEMA:
            raise StoreError(f"{path.name} was written by a newer version of this program; it is left as it is.")
        try:
            return Setup.model_validate({**document, "schema": SCHEMA})
        except ValidationError as error:
            keys = sorted({".".join(map(str, e["loc"])) for e in error.errors(include_input=False, include_url=False)})
            raise StoreError(f"{path.name} is damaged at: {one_line(', '.join(keys))}.") from None


def _private(path: str, flags: int) -> int:
    """Open a file for its owner alone."""
    return os.open(path, flags, 0o600)


def _noted(path: Path) -> dict[str, list[datetime]]:
    """Read a file of refused logins; a line that is none is passed over."""
    found: dict[str, list[datetime]] = {}
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return found
    for line in text.splitlines():
        who, _, at = line.partition(" ")
        with contextlib.suppress(ValueError):
            when = datetime.fromisoformat(at)
            if when.tzinfo:
                found.setdefault(who, []).append(when)
    return {who: sorted(times) for who, times in found.items()}
