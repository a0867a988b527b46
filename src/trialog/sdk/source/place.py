"""Where the program of this process lies."""

from trialog.sdk.source.command import main_file
from trialog.sdk.source.contexts import is_notebook, source_repository


class SourcePlace:
    """Where the program of this process lies, looked up now: a training may change its working directory.

    Attributes:
        is_notebook: Whether it is a notebook.
        repository: The repository that it lies in, if it does.
        script: The file that the process runs, if it runs one.
    """

    def __init__(self) -> None:
        self.is_notebook = is_notebook()
        self.repository = source_repository()
        script = main_file()
        self.script = script.absolute() if script is not None else None
