"""A package that offers a keyring, installed as pip installs one: keyring finds it by itself."""

from __future__ import annotations

from pathlib import Path

_CODE = """
from fake_keyrings import Fake
from keyring.backend import KeyringBackend

class {name}(KeyringBackend):
    priority = {priority}

    def get_password(self, service, username):
        return Fake.here().kept.get(service)

    def set_password(self, service, username, password):
        Fake.here().kept = {{service: password}}

    def delete_password(self, service, username):
        Fake.here().kept = {{}}
"""


def install(folder: Path, module: str, name: str, priority: float) -> None:
    """Install a stand-in that writes in clear.

    Args:
        folder: of packages; to be on ``sys.path``.
        module: where the real package has its keyring.
        name: of the keyring's class.
        priority: of the real one.
    """
    code = folder / f"{module.replace('.', '/')}.py"
    code.parent.mkdir(parents=True, exist_ok=True)
    code.write_text(_CODE.format(name=name, priority=priority), encoding="utf-8")
    facts = folder / "stand_in-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: stand-in\nVersion: 1.0\n", encoding="utf-8")
    (facts / "entry_points.txt").write_text(f"[keyring.backends]\nit = {module}\n", encoding="utf-8")
