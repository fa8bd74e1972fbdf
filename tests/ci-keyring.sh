#!/bin/sh
# ci-keyring.sh COMMAND...: runs a command beside a real, unlocked, throw-away GNOME Secret Service, for any user, without
# a display. Needs gnome-keyring and dbus. Exit code and arguments pass through; 97 means the keyring did not open.
# The user id must have a passwd entry, or dbus-daemon does not start.
set -eu
[ $# -gt 0 ] || { echo "usage: $0 COMMAND..." >&2; exit 2; }
W=$(mktemp -d)
cleanup() {  # ends only processes that carry our private runtime folder, e.g. a daemon left by a bus that failed to start
  for p in /proc/[0-9]*; do
    if tr '\0' '\n' < "$p/environ" | grep -qx "XDG_RUNTIME_DIR=$W/run"; then kill "${p#/proc/}" || true; fi
  done 2>/dev/null
  rm -rf "$W"
}
trap cleanup EXIT; trap 'exit 130' INT; trap 'exit 143' TERM
mkdir -m 700 "$W/run" "$W/data" "$W/config" "$W/cache"
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL PYTHON_KEYRING_BACKEND || true
export XDG_RUNTIME_DIR="$W/run" XDG_DATA_HOME="$W/data" XDG_CONFIG_HOME="$W/config" XDG_CACHE_HOME="$W/cache"
export CI_KEYRING_PASSPHRASE="${CI_KEYRING_PASSPHRASE:-ci-only-passphrase}"
export CI_KEYRING=throw-away  # tests/conftest.py lets tests use a Secret Service only with this sign
dbus-run-session -- sh -euc '
  # printf, never echo: a trailing newline would become part of the password.
  # Not --foreground: the daemon forks only after unlocking, which is what makes the next step free of races.
  printf %s "$CI_KEYRING_PASSPHRASE" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
  unset CI_KEYRING_PASSPHRASE
  # --unlock exits 0 even when it fails, so prove it
  locked=$(dbus-send --session --print-reply=literal --dest=org.freedesktop.secrets \
    /org/freedesktop/secrets/aliases/default org.freedesktop.DBus.Properties.Get \
    string:org.freedesktop.Secret.Collection string:Locked 2>&1) || true
  case "$locked" in
    *"boolean false"*) ;;
    *) echo "ci-keyring: default collection missing or locked: $locked" >&2; exit 97 ;;
  esac
  exec "$@"
' sh "$@"
