"""Messages about artifacts as pages open them, an archive or a view, and about files of any size.

Pages open most of them by links, which send no headers: these name their workspace in the address.
"""

from trialog.entities import RequiredText
from trialog.wire.messages.base import StrictRequestMessage


class GetRunArtifactArchive(StrictRequestMessage, frozen=True):
    """Fetch a folder of a run as a ZIP archive.

    Args:
        run_id: The run.
        path: The folder; all of it without.
        workspace: The workspace that it is in; the one that the header names without it.
    """

    run_id: RequiredText
    path: str = ""
    workspace: str = ""


class GetLoggedModelArtifactArchive(StrictRequestMessage, frozen=True):
    """Fetch a folder of a logged model as a ZIP archive.

    Args:
        model_id: The logged model.
        path: The folder; all of it without.
        workspace: The workspace that it is in; the one that the header names without it.
    """

    model_id: RequiredText
    path: str = ""
    workspace: str = ""


class GetModelVersionArtifactArchive(StrictRequestMessage, frozen=True):
    """Fetch a folder of a version of a registered model as a ZIP archive.

    Args:
        name: The registered model.
        version: The version, by number or label.
        path: The folder; all of it without.
        workspace: The workspace that it is in; the one that the header names without it.
    """

    name: RequiredText
    version: RequiredText
    path: str = ""
    workspace: str = ""


class WriteRunArtifact(StrictRequestMessage, frozen=True):
    """Store a file of a run, of any size, wherever this server keeps the files of that run.

    Args:
        run_id: The run.
        path: The file.
    """

    run_id: RequiredText
    path: RequiredText


class WriteLoggedModelArtifact(StrictRequestMessage, frozen=True):
    """Store a file of a logged model, of any size, wherever this server keeps the files of that model.

    Args:
        model_id: The logged model.
        path: The file.
    """

    model_id: RequiredText
    path: RequiredText


class ViewRunArtifact(StrictRequestMessage, frozen=True):
    """Look at a file of a run.

    Args:
        run_id: The run.
        path: The file.
        allow_scripts: Whether scripts of a page may run, in a frame that can reach nothing.
        workspace: The workspace that it is in; the one that the header names without it.
    """

    run_id: RequiredText
    path: RequiredText
    allow_scripts: bool = False
    workspace: str = ""


class ViewLoggedModelArtifact(StrictRequestMessage, frozen=True):
    """Look at a file of a logged model.

    Args:
        model_id: The logged model.
        path: The file.
        allow_scripts: Whether scripts of a page may run, in a frame that can reach nothing.
        workspace: The workspace that it is in; the one that the header names without it.
    """

    model_id: RequiredText
    path: RequiredText
    allow_scripts: bool = False
    workspace: str = ""


class ViewModelVersionArtifact(StrictRequestMessage, frozen=True):
    """Look at a file of a version of a registered model.

    Args:
        name: The registered model.
        version: The version, by number or label.
        path: The file.
        allow_scripts: Whether scripts of a page may run, in a frame that can reach nothing.
        workspace: The workspace that it is in; the one that the header names without it.
    """

    name: RequiredText
    version: RequiredText
    path: RequiredText
    allow_scripts: bool = False
    workspace: str = ""


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
