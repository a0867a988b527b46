"""Messages about artifacts as pages open them: a folder as an archive, a file to be looked at."""

from trialog.entities import RequiredText
from trialog.wire.messages.base import StrictRequestMessage


class GetRunArtifactArchive(StrictRequestMessage, frozen=True):
    """Fetch a folder of a run as a ZIP archive; all of it without a path."""

    run_id: RequiredText
    path: str = ""


class GetLoggedModelArtifactArchive(StrictRequestMessage, frozen=True):
    """Fetch a folder of a logged model as a ZIP archive; all of it without a path."""

    model_id: RequiredText
    path: str = ""


class GetModelVersionArtifactArchive(StrictRequestMessage, frozen=True):
    """Fetch a folder of a version of a registered model as a ZIP archive; all of it without a path."""

    name: RequiredText
    version: RequiredText
    path: str = ""


class ViewRunArtifact(StrictRequestMessage, frozen=True):
    """Look at a file of a run.

    Args:
        run_id: The run.
        path: The file.
        allow_scripts: Whether scripts of a page may run, in a frame that can reach nothing.
    """

    run_id: RequiredText
    path: RequiredText
    allow_scripts: bool = False


class ViewLoggedModelArtifact(StrictRequestMessage, frozen=True):
    """Look at a file of a logged model.

    Args:
        model_id: The logged model.
        path: The file.
        allow_scripts: Whether scripts of a page may run, in a frame that can reach nothing.
    """

    model_id: RequiredText
    path: RequiredText
    allow_scripts: bool = False


class ViewModelVersionArtifact(StrictRequestMessage, frozen=True):
    """Look at a file of a version of a registered model.

    Args:
        name: The registered model.
        version: The version, by number or label.
        path: The file.
        allow_scripts: Whether scripts of a page may run, in a frame that can reach nothing.
    """

    name: RequiredText
    version: RequiredText
    path: RequiredText
    allow_scripts: bool = False


class ListModelVersionArtifacts(StrictRequestMessage, frozen=True):
    """List a folder of a version of a registered model.

    Args:
        name: The registered model.
        version: The version, by number or label.
        path: The folder; the uppermost without it.
    """

    name: RequiredText
    version: RequiredText
    path: str = ""
