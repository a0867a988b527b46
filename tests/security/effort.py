"""How long the attacks go on: a slice of them with every test run, many more in `make security`."""

import os
from typing import Final

EFFORT: Final = max(1, int(os.environ.get("SECURITY_EFFORT", "1")))
"""How many times the usual number of generated attacks are tried; `make security` sets it."""
