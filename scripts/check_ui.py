"""Checks the web page: `python -m scripts.check_ui`; with `format` behind it, brings its code into its form."""

import sys

from scripts.build_ui import fetch_packages, run_node

BIOME = ("node_modules/@biomejs/biome/bin/biome", "check")


def main() -> int:
    """Do what the command line asks for and return the exit code."""
    fetch_packages()
    if sys.argv[1:] == ["format"]:
        run_node(*BIOME, "--write")
        return 0
    run_node("node_modules/typescript/bin/tsc", "--noEmit")
    run_node(*BIOME)
    run_node("node_modules/vitest/vitest.mjs", "run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
