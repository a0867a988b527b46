"""What a client can do with the artifacts of runs."""

import tempfile
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any, BinaryIO

from trialog.errors import InvalidParameter
from trialog.sdk.artifact_content import dictionary_content, figure_content
from trialog.sdk.artifact_images import LOGGED_IMAGES_TAG, image_content, step_images
from trialog.sdk.client_parts.connected import Connected
from trialog.sdk.entities import FileInfo
from trialog.sdk.entities.conversions import file_info_of
from trialog.wire.messages.base import EmptyResponse


class ArtifactClient(Connected):
    """Artifacts of runs."""

    def log_artifact(self, run_id: str, local_path: str | PathLike[str], artifact_path: str | None = None) -> None:
        """Send a file, or a folder with its own name.

        Args:
            run_id: The run.
            local_path: The file or folder.
            artifact_path: Folder among the artifacts to put it in; the topmost if None.
        """
        path = Path(fspath(local_path))
        folder = "/".join(filter(None, (artifact_path, path.resolve().name))) if path.is_dir() else artifact_path
        self._artifacts.upload(run_id, path, folder)

    def log_artifacts(self, run_id: str, local_dir: str | PathLike[str], artifact_path: str | None = None) -> None:
        """Send all that a folder holds.

        Args:
            run_id: The run.
            local_dir: The folder.
            artifact_path: Folder among the artifacts to put it in; the topmost if None.
        """
        self._artifacts.upload(run_id, Path(fspath(local_dir)), artifact_path)

    def log_text(self, run_id: str, text: str, artifact_file: str) -> None:
        """Send a text as a file.

        Args:
            run_id: The run.
            text: The text.
            artifact_file: Path among the artifacts.
        """
        self._artifacts.upload_content(run_id, text.encode(), artifact_file)

    def log_dict(self, run_id: str, dictionary: object, artifact_file: str) -> None:
        """Send a dictionary or list as a file: YAML if its name ends with `.yml` or `.yaml`, else JSON.

        Args:
            run_id: The run.
            dictionary: The dictionary.
            artifact_file: Path among the artifacts.
        """
        self._artifacts.upload_content(run_id, dictionary_content(dictionary, artifact_file), artifact_file)

    def log_stream(self, run_id: str, stream: BinaryIO, artifact_file: str) -> None:
        """Send what an open file has left to read.

        Args:
            run_id: The run.
            stream: The open file.
            artifact_file: Path among the artifacts.
        """
        self._artifacts.upload_content(run_id, stream, artifact_file)

    def log_figure(
        self, run_id: str, figure: Any, artifact_file: str, *, save_kwargs: Mapping[str, Any] | None = None
    ) -> None:
        """Send a figure of matplotlib or plotly as a file of the kind that its name says.

        Args:
            run_id: The run.
            figure: The figure.
            artifact_file: Path among the artifacts, such as `roc.png`.
            save_kwargs: What is handed to `savefig`, `to_html` or `to_image`.
        """
        self._artifacts.upload_content(run_id, figure_content(figure, artifact_file, save_kwargs), artifact_file)

    def log_image(
        self,
        run_id: str,
        image: Any,
        artifact_file: str | None = None,
        key: str | None = None,
        step: int | None = None,
        timestamp: int | None = None,
        synchronous: bool | None = None,
    ) -> None:
        """Send an image as a file, or as one of a series that pages show step by step.

        Args:
            run_id: The run.
            image: An array of numpy, or an image of Pillow.
            artifact_file: Path among the artifacts, such as `sample.png`.
            key: What the series shows, in place of a path.
            step: Step of the series.
            timestamp: Milliseconds since 1970 UTC; now if None.
            synchronous: Nothing hangs on it.
        """
        del synchronous
        if (artifact_file is None) == (key is None) or (
            artifact_file is not None and (step, timestamp) != (None, None)
        ):
            raise InvalidParameter(
                "artifact.image_file_or_key",
                "Name the image either by artifact_file alone or by key, with step and timestamp if you like.",
            )
        if key is None:
            self._artifacts.upload_content(run_id, image_content(image, artifact_file or ""), artifact_file or "")
            return
        for path, content in step_images(image, key, step, timestamp):
            self._artifacts.upload_content(run_id, content, path)
        self._transport.call("set_tag", EmptyResponse, run_id=run_id, key=LOGGED_IMAGES_TAG, value="True")

    def list_artifacts(self, run_id: str, path: str | None = None) -> list[FileInfo]:
        """Return what a folder of a run's artifacts holds.

        Args:
            run_id: The run.
            path: The folder; the topmost if None.
        """
        return [file_info_of(file) for file in self._artifacts.list(run_id, path)]

    def download_artifacts(self, run_id: str, path: str, dst_path: str | PathLike[str] | None = None) -> str:
        """Fetch a file or folder of a run's artifacts and return where it is.

        Args:
            run_id: The run.
            path: The file or folder; all artifacts if it is empty.
            dst_path: Folder to put it in, which is made if it is not there; a new one that stays if None.
        """
        folder = Path(tempfile.mkdtemp() if dst_path is None else fspath(dst_path))
        return str(self._artifacts.download(run_id, path, folder.absolute()))
