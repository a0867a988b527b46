"""The directory a demo lives in: where everything lies, and what may be removed from it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from trialog.errors import ConfigurationError

_MARKER = ".made-by-trialog-demo"
# All a demo makes; an earlier demo's are removed, and nothing else ever is.
_OWN = ("artifacts", "training", "trialog.db", "trialog.db-*", "trialog.db.*", "address", "server.log")


@dataclass(frozen=True)
class DemoDirectory:
    """Where the parts of a demo lie.

    Attributes:
        root: The directory itself, as an absolute path.
    """

    root: Path

    @property
    def store(self) -> Path:
        """The server's SQLite file."""
        return self.root / "trialog.db"

    @property
    def artifacts(self) -> Path:
        """The server's artifacts."""
        return self.root / "artifacts"

    @property
    def address(self) -> Path:
        """The file in which the server says where it listens, while it runs."""
        return self.root / "address"

    @property
    def server_log(self) -> Path:
        """What the server writes of itself."""
        return self.root / "server.log"

    @property
    def training(self) -> Path:
        """Working directories of the training scripts, one each."""
        return self.root / "training"

    def empty(self) -> bool:
        """Make the directory, and remove what an earlier demo left there.

        Returns:
            Whether there was an earlier demo.

        Raises:
            ConfigurationError: It holds something that no demo made (`demo.foreign_directory`).
        """
        marker = self.root / _MARKER
        is_ours = marker.is_file()
        if not is_ours and self.root.exists() and (not self.root.is_dir() or any(self.root.iterdir())):
            raise ConfigurationError(
                "demo.foreign_directory",
                f"{str(self.root)!r} holds something that no demo made, and a demo starts on an empty store. Name "
                "another place with --directory.",
                directory=str(self.root),
            )
        self.root.mkdir(parents=True, exist_ok=True)
        marker.touch()
        for pattern in _OWN:
            for path in self.root.glob(pattern):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        return is_ours
