"""Runs the programs one after another, each when it is asked for: to import `mlflow` takes longer than to run them.

Each line of the input is JSON: the program's name, the server that it logs to, the folder that it writes its files to,
and what else it is told. Each is answered by a line: empty, or how the program failed.
"""

import json
import os
import sys
import traceback
from importlib import import_module

import mlflow


def main() -> None:
    """Run what is asked for until nobody asks any more."""
    # What the programs and their libraries print is not an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        name, url, directory, arguments = json.loads(line)
        fault = ""
        try:
            os.chdir(directory)
            mlflow.set_tracking_uri(url)
            import_module(f"tests.e2e.browser.guides.{name}").main(*arguments)
        except Exception:  # whatever it is, the test that asked fails with it
            fault = traceback.format_exc()
        answers.write(json.dumps(fault) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
