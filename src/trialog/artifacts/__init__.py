"""Artifacts: checked paths, files on local disk, and which URIs are served."""

from trialog.artifacts.local import LocalArtifactStore
from trialog.artifacts.paths import parse_artifact_path
from trialog.artifacts.roots import ArtifactLocation, ArtifactRoots, LocalRoot, configured_folder, open_artifact_roots
from trialog.artifacts.workspaces import WorkspaceRoots

__all__ = [
    "ArtifactLocation",
    "ArtifactRoots",
    "LocalArtifactStore",
    "LocalRoot",
    "WorkspaceRoots",
    "configured_folder",
    "open_artifact_roots",
    "parse_artifact_path",
]
