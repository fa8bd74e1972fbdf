"""The pages of a rotation as they look, at 80x24. A person looks at each changed picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rotating_stage import WAY, enter_wrongly, finished, keys, rotation_at
from stage import Stage, settle, stage
from textual.pilot import Pilot

Scene = Callable[[Pilot[None], Stage], Awaitable[object]]


async def rotation_begun(pilot: Pilot[None], on: Stage) -> None:
    pilot.app.rotate(finished(on))  # type: ignore[attr-defined]
    await settle(pilot)


async def rotation_refused(pilot: Pilot[None], on: Stage) -> None:
    await rotation_at(pilot, on, "entered")
    await enter_wrongly(pilot, on)
    await keys(pilot, "enter")


async def rotation_revoke(pilot: Pilot[None], on: Stage) -> None:
    await rotation_at(pilot, on, "revoked")


async def rotation_done(pilot: Pilot[None], on: Stage) -> None:
    await rotation_at(pilot, on, "revoked")
    await keys(pilot, *WAY["revoked"])


async def start_while_rotating(pilot: Pilot[None], on: Stage) -> None:
    page = await rotation_at(pilot, on, "works")
    setup = page.walk.setup
    pilot.app.close_walk()  # type: ignore[attr-defined]
    on.desk.store.delete(setup.id)
    setup.id = "alvys-aaaa"
    on.desk.store.save(setup)
    await settle(pilot)
    pilot.app.screen.fill()  # type: ignore[attr-defined]


async def sandbox_refreshed(pilot: Pilot[None], on: Stage) -> None:
    pilot.app.screen._refreshed(finished(on))  # type: ignore[attr-defined]


SCENES = (rotation_begun, rotation_refused, rotation_revoke, rotation_done, start_while_rotating, sandbox_refreshed)


def picture(snap_compare, folder: Path, scene: Scene, plain: bool = False) -> bool:
    with stage(folder, plain=plain) as on:

        async def before(pilot: Pilot[None]) -> None:
            await scene(pilot, on)
            await settle(pilot)

        return snap_compare(on.app(), terminal_size=(80, 24), run_before=before)


@pytest.mark.parametrize("scene", SCENES, ids=lambda s: s.__name__)
def test_rotation(snap_compare, tmp_path: Path, scene: Scene):
    assert picture(snap_compare, tmp_path, scene)


def test_rotation_in_ascii(snap_compare, tmp_path: Path):
    assert picture(snap_compare, tmp_path, rotation_revoke, plain=True)
