"""Builds the web page into whatever package is made of this checkout."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebPageHook(BuildHookInterface[Any]):
    """Builds the page unless the package only points at this checkout, where `scripts/set_up.py` builds it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page before the files of the package are gathered.

        Args:
            version: `editable` for a package that points here.
            build_data: What else the build is told; left as it is.
        """
        if version != "editable":
            runpy.run_path(str(Path(self.root) / "scripts" / "build_ui.py"))["build"]()
