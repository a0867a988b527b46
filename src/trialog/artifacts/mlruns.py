"""Artifacts of MLflow's folder `mlruns/`, wherever it was when their URIs were written."""

from pathlib import Path

from trialog.artifacts.read_only import ReadOnlyArtifactStore
from trialog.artifacts.roots import ArtifactLocation, ArtifactRoots, LocalRoot, configured_folder
from trialog.errors import ConfigurationError, InvalidParameter
from trialog.wire.mlruns_layout import places_of_artifacts


class MlrunsRoots(ArtifactRoots):
    """From an artifact URI to a place in a folder `mlruns/`, or in the folders that the operator named beside it.

    Args:
        artifacts: The folder.
        proxied: Where `mlflow-artifacts:` leads; None if that is not served.
        local: Folders whose own paths are opened as well.
    """

    def __init__(
        self,
        artifacts: ReadOnlyArtifactStore,
        proxied: ReadOnlyArtifactStore | None = None,
        local: tuple[LocalRoot, ...] = (),
    ) -> None:
        super().__init__(proxied, local)
        self._artifacts = artifacts

    def locate(self, artifact_uri: str) -> ArtifactLocation:
        """Return the place that a URI of a run or a logged model names.

        Args:
            artifact_uri: The URI as it stands in the folder; whoever wrote it is not trusted.

        Raises:
            InvalidParameter: It lies neither in the folder nor in one that the operator named
                (`artifact.not_in_folder`), or leads upwards (`artifact.invalid_path`).
        """
        for place in places_of_artifacts(artifact_uri):
            if self._artifacts.root.joinpath(*place).is_dir():
                return ArtifactLocation(self._artifacts, place)
        try:
            return super().locate(artifact_uri)
        except InvalidParameter as error:
            if error.code != "artifact.not_served_here":
                raise
            raise InvalidParameter(
                "artifact.not_in_folder",
                f"The artifacts at {error.values.get('uri', '')!r} do not lie in {self._artifacts.root}, which is what"
                " this server opens. If they are in another folder of this machine, start it with"
                " --default-artifact-root and that folder.",
                uri=error.values.get("uri"),
            ) from None

    async def close(self) -> None:
        """Close every store."""
        await super().close()
        await self._artifacts.close()


def open_mlruns_roots(folder: Path, destination: str | None, default_artifact_root: str | None) -> MlrunsRoots:
    """Open the artifacts of a folder that MLflow wrote. Nothing is written to it, nor to the folders beside it.

    Args:
        folder: The folder.
        destination: `--artifacts-destination`: where `mlflow-artifacts:` leads, if that folder is there, else it leads
            into the folder itself; None if artifacts are not served.
        default_artifact_root: `--default-artifact-root`: opened too if it is a folder that is there.

    Raises:
        ConfigurationError: The folder cannot be opened (`artifact.root_unusable`).
    """
    try:
        artifacts = ReadOnlyArtifactStore(folder)
    except OSError as error:
        raise ConfigurationError(
            "artifact.root_unusable", f"The folder {folder} cannot be opened: {error.strerror}.", root=str(folder)
        ) from error
    proxied = None if destination is None else _opened(configured_folder(destination)) or artifacts
    root = configured_folder(default_artifact_root) if default_artifact_root else None
    beside = _opened(root)
    local = () if root is None or beside is None else (LocalRoot(root, beside),)
    return MlrunsRoots(artifacts, proxied, local)


def _opened(folder: Path | None) -> ReadOnlyArtifactStore | None:
    if folder is None or not folder.is_dir():
        return None
    return ReadOnlyArtifactStore(folder)
