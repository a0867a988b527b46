"""Lets `python -m trialog` do what the command `trialog` does."""

from trialog.cli import main

if __name__ == "__main__":
    main()
