"""``python -m limen``."""

from limen.cli.main import entry

if __name__ == "__main__":
    entry()
