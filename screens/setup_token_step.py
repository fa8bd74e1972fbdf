"""The setup token: the administrator's own short-lived pair, kept in memory and nowhere else."""

from __future__ import annotations

from textual import work
from textual.widgets import Button, Static

from screens.background import in_daemon_thread
from screens.secret_pair import SecretPairStep
from screens.widgets.fields import SecretField
from screens.widgets.verdicts import Row
from wizard.credentials import set_problem
from wizard.setup_tokens import number_of, since, verdict_of
from wizard.verdict import Standing


class SetupTokenStep(SecretPairStep):
    """Optional, and recommended: from here every step is verified exactly."""

    _just_typed = False
    """A pair was entered on this page, and its login has not been answered yet."""
    _known = False
    """It is the token of an earlier run, which was left alive."""

    def focus_first(self) -> None:
        """The first field; with a token in use, the way on."""
        if self.walk.setup_token:
            self.query_one("#next", Button).focus()
        else:
            super().focus_first()

    def arrived(self) -> None:
        """Say where the pair will be."""
        self.query_one("#store", Static).update(
            self.say("Kept in the memory of this program only; revoked at the end, and proven dead.")
        )
        self._fetch()
        left = self.walk.left_alive()
        if self.walk.setup_token:
            self.look(self.aspects())
        elif left:
            marks = ", ".join(t.fingerprint for t in left)
            words = f"A setup token of an earlier run ({marks}) was not revoked here."
            self.say_live(f"{words} Paste it again, or look after it on the first page.", bad=True)
        else:
            self.say_live("You may leave this out: then most lines stay unproven until the access token is there.")

    def rows(self) -> list[Row]:
        """Return what NetSuite says of this token, and what became of those before it."""
        setup, account, now = self.walk.setup, self.walk.account, self.walk.clock.now()
        others = [token for token in setup.setup_tokens if token.fingerprint != self.walk.setup_token_mark]
        rows = []
        for token in others:
            verdict = verdict_of(token, account, now)
            title = f"Setup token {number_of(setup, token.fingerprint)}, {token.fingerprint}"
            rows.append(Row(verdict.about, title, verdict, verdict.says, f"It was {since(token)}."))
        return super().rows() + rows

    def came_back(self, chosen: bool | None) -> None:
        """Nothing waits for a place here.

        Args:
            chosen: see ``LookingPage``.
        """
        self.repaint()
        if chosen:
            self.arrived()

    @work(exclusive=True, group="vault", exit_on_error=False, description="vault read")
    async def _fetch(self) -> None:
        with self.trouble_said():
            await in_daemon_thread(self.walk.fetch_secrets)

    def store_pair(self) -> None:
        """Take the pair into memory and log in once with it."""
        if not (self.walk.credentials and self.walk.credentials.consumer):
            self.say_live("The consumer pair comes first (step Integration): this token is made for that record.", bad=True)
            return
        pair = self.typed()
        if pair is None:
            return
        problem = set_problem(self.walk.with_pair("token", pair))
        if problem:
            self.say_live(problem, bad=True)
            return
        left = {token.fingerprint for token in self.walk.left_alive()}
        self.guarded(lambda: self.walk.use_setup_token(pair))
        self._just_typed, self._known = True, self.walk.setup_token_mark in left
        for field in ("token_id", "token_secret"):
            self.query_one(f"#{field}", SecretField).value = ""
        self.insist(lambda: self.look(self.aspects()))

    def ended(self, trouble: str | None) -> None:
        """Keep the trace of a token that logged in; drop one that did not.

        Args:
            trouble: what stopped the look.
        """
        verdict = self.walk.setup.found.get("setup_token.accepted")
        if self.walk.setup_token and verdict and verdict.standing is Standing.VERIFIED:
            self.guarded(lambda: self.walk.note_setup_token(revoked=False))
            self.repaint()
            known = f"The token of an earlier run ({self.walk.setup_token_mark}): revoking it at the end closes that too. "
            words = "From here every step is verified as you work. Next: Enter or the right arrow."
            self.say_live(f"{known if self._known else ''}{words}")
            if self._just_typed:  # not after a look that began by itself: the cursor may be in a field
                self.query_one("#next", Button).focus()
            self._just_typed = False
            return
        if verdict and verdict.standing is Standing.FAILED:
            self.guarded(lambda: self.walk.use_setup_token(None))
        super().ended(trouble)
