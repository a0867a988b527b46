"""Files and folders among artifacts."""

from trialog.sdk.entities.base import Entity


class FileInfo(Entity, frozen=True):
    """A file or folder in a listing of artifacts.

    Args:
        path: Where it is, from the root of the run's artifacts.
        is_dir: Whether it is a folder.
        file_size: Its bytes; None for a folder.
    """

    path: str
    is_dir: bool
    file_size: int | None = None
