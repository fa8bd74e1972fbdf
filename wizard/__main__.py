"""Lets ``python -m wizard`` open the same door as the command ``netsuite-setup``."""

from wizard.cli import run

if __name__ == "__main__":
    run()
