"""A stand-in for the Secret Services that are not here (KWallet, KeePassXC, a GNOME keyring without the unsupported interface).

Run as a program: other_service.py NAME ALIAS HEARD. It takes the service's name on the session bus, runs under the given
process name, answers what is asked before a keyring is used, and notes every method it was called by. It opens nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from jeepney import HeaderFields, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

PROPERTIES = {"Locked": ("b", True), "Label": ("s", "stand-in"), "Collections": ("ao", [])}


def reply(message: Any, alias: str) -> Any:
    """Return what the service answers."""
    member, body = message.header.fields[HeaderFields.member], message.body
    if member == "ReadAlias":
        return new_method_return(message, "o", (alias,))
    if member == "Get":
        return new_method_return(message, "v", (PROPERTIES[body[1]],))
    if member == "Unlock":
        return new_method_return(message, "aoo", ([], "/"))
    if member == "OpenSession" and body[0] == "plain":
        return new_method_return(message, "vo", (("s", ""), "/org/freedesktop/secrets/session/s1"))
    if member == "OpenSession":
        return new_error(message, "org.freedesktop.DBus.Error.NotSupported")
    return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "s", ("no such method",))


def main(name: str, alias: str, heard: Path) -> None:
    """Serve until the bus ends."""
    Path("/proc/self/comm").write_text(name, encoding="utf-8")
    with open_dbus_connection("SESSION") as connection:
        connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets"))
        while True:
            message = connection.receive()
            if message.header.message_type is MessageType.method_call:
                with heard.open("a", encoding="utf-8") as file:
                    file.write(f"{message.header.fields[HeaderFields.member]}\n")
                connection.send(reply(message, alias))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
