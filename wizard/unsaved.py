"""Stand-ins for the store in runs that save no setup: of all they learn, only refused logins are kept. They may lock a user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from wizard.attempts import BOTH, Who
from wizard.diagnosis import LOGINS
from wizard.errors import StoreError
from wizard.verdict import Standing, Verdict

if TYPE_CHECKING:
    from wizard.credentials import Credentials
    from wizard.setup import Setup
    from wizard.store import SetupStore

OUTDATED = timedelta(days=1)
"""How long refused logins of values that belong to no setup count: there is no page on which a person could ask again."""


class _Unsaved:
    """Notes refused logins of its own, each once."""

    def __init__(self, store: SetupStore, names: Mapping[Who, str], noted: Mapping[str, list[datetime]]) -> None:
        self._store = store
        self._names = names
        self._noted: dict[Who, Counter[datetime]] = {who: Counter(noted.get(who, ())) for who in BOTH}

    def save(self, setup: Setup) -> None:
        """Keep what was refused meanwhile, and nothing else."""
        for who, name in self._names.items():
            refused = Counter(setup.refusals.get(who, []))
            for at in (refused - self._noted[who]).elements():
                self._store.note_refused(name, who, at)
                self._noted[who][at] += 1

    def knocked(self, name: str) -> str | None:
        """Nobody can knock."""
        return None

    def refused_elsewhere(self, name: str) -> Mapping[str, list[datetime]]:
        """What other runs were refused was counted when this one began."""
        return {}


class Beside(_Unsaved):
    """Stands in while the wizard holds a setup; the wizard takes over what is noted."""

    def __init__(self, store: SetupStore, setup: Setup) -> None:
        """Count what runs like this one were refused before, and the wizard has not yet taken over.

        Args:
            store: where the setup is saved.
            setup: as it is there.
        """
        for who, times in store.refused(setup.id).items():
            setup.refusals[who] = sorted([*setup.refusals.get(who, []), *times])
        super().__init__(store, dict.fromkeys(BOTH, setup.id), setup.refusals)


class Given(_Unsaved):
    """Stands in for values that belong to no saved setup: they are counted per account and token, across runs."""

    def __init__(
        self, store: SetupStore, setup: Setup, given: Mapping[Who, Credentials | None], now: datetime, say: Callable[[str], object]
    ) -> None:
        """Count what earlier runs were refused with the same tokens.

        Args:
            store: in whose folder the count is kept, in files named by the account and the fingerprint of the token ID.
            setup: takes over the count.
            given: whose values.
            now: UTC.
            say: tells the person one line.
        """
        from wizard.credentials import fingerprint

        names: dict[Who, str] = {}
        for who, values in given.items():
            if values and values.token:
                names[who] = f"token-{values.account}-{fingerprint(values.token.first.get_secret_value())}"
        for who, name in names.items():
            times = [at for known in store.refused(name).values() for at in known]
            if times and now - max(times) >= OUTDATED:
                store.forget_refused(name)
            elif times:
                setup.refusals[who] = sorted(times)
                says = "not accepted when it was tried last; it is held back since"
                # The refusal stands until a login is sent again, as in a saved setup.
                setup.record(Verdict(about=LOGINS[BOTH.index(who)], standing=Standing.FAILED, says=says, at=max(times)))
        super().__init__(store, names, setup.refusals)
        self._say: Callable[[str], object] | None = say

    def save(self, setup: Setup) -> None:
        """Keep what was refused meanwhile, and forget it after an accepted login."""
        try:
            super().save(setup)
        except StoreError as error:
            if self._say:
                self._say(f"Refused logins are not counted across runs. {error.message}\n")
            self._say = None
        for who, name in self._names.items():
            if self._noted[who] and not setup.refusals.get(who):
                self._store.forget_refused(name)
                self._noted[who].clear()
