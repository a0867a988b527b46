"""Logging files to the active run: each is copied as it is now, and sent while the training goes on."""

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any, BinaryIO

from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter
from trialog.sdk.artifact_content import dictionary_content, figure_content
from trialog.sdk.artifact_images import LOGGED_IMAGES_TAG, image_content, step_images
from trialog.sdk.fluent.recorder import Recorder
from trialog.sdk.fluent.runs import recorder_for


def log_artifact(local_path: str | PathLike[str], artifact_path: str | None = None, run_id: str | None = None) -> None:
    """Log a file, or a folder under its own name, to the active run; one is begun if there is none.

    Args:
        local_path: The file or folder, as it is now: it may be changed or removed afterwards.
        artifact_path: Folder among the run's artifacts to put it in; the topmost if None.
        run_id: Another run to log to.

    Raises:
        TrialogError: It cannot be read, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(run_id)
    with recorder.telling():
        path = Path(fspath(local_path))
        folder = "/".join(filter(None, (artifact_path, path.resolve().name))) if path.is_dir() else artifact_path
        recorder.add_artifact(path, folder)


def log_artifacts(local_dir: str | PathLike[str], artifact_path: str | None = None, run_id: str | None = None) -> None:
    """Log all that a folder holds to the active run; one is begun if there is none.

    Args:
        local_dir: The folder.
        artifact_path: Folder among the run's artifacts to put it in; the topmost if None.
        run_id: Another run to log to.

    Raises:
        TrialogError: It cannot be read, and the process is strict; else that is a warning.
    """
    recorder_for(run_id).add_artifact(local_dir, artifact_path)


def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """Log a text as a file of the active run; one is begun if there is none.

    Args:
        text: The text.
        artifact_file: Its path among the run's artifacts.
        run_id: Another run to log to.
    """
    recorder = recorder_for(run_id)
    with recorder.telling():
        content = text.encode()
        recorder.add_content(content, artifact_file)


def log_dict(dictionary: Any, artifact_file: str, run_id: str | None = None) -> None:
    """Log a dictionary or list as a file of the active run: YAML if its name ends so, else JSON.

    Args:
        dictionary: The dictionary or list.
        artifact_file: Its path among the run's artifacts.
        run_id: Another run to log to.

    Raises:
        TrialogError: It cannot be written so, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(run_id)
    with recorder.telling():
        content = dictionary_content(dictionary, artifact_file)
        recorder.add_content(content, artifact_file)


def log_stream(stream: BinaryIO, artifact_file: str, run_id: str | None = None) -> None:
    """Log what an open file has left to read, as a file of the active run; one is begun if there is none.

    Args:
        stream: The open file.
        artifact_file: Its path among the run's artifacts.
        run_id: Another run to log to.
    """
    recorder = recorder_for(run_id)
    with recorder.telling():
        content = stream.read()
        recorder.add_content(content, artifact_file)


def log_figure(figure: Any, artifact_file: str, *, save_kwargs: Mapping[str, Any] | None = None) -> None:
    """Log a figure of matplotlib or plotly as a file of the active run; one is begun if there is none.

    Args:
        figure: The figure.
        artifact_file: Its path among the run's artifacts, such as `roc.png`; its ending says of which kind it is.
        save_kwargs: What is handed to `savefig`, `to_html` or `to_image`.

    Raises:
        TrialogError: It is no figure, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(None)
    with recorder.telling():
        content = figure_content(figure, artifact_file, save_kwargs)
        recorder.add_content(content, artifact_file)


def log_image(
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
    synchronous: bool | None = None,
) -> None:
    """Log an image to the active run: as a file, or as one of a series that pages show step by step.

    Args:
        image: An array of numpy (height × width, or height × width × channels), or an image of Pillow.
        artifact_file: Its path among the run's artifacts, such as `sample.png`.
        key: What the series shows, in place of a path.
        step: Step of the series.
        timestamp: When it was made, in milliseconds since 1970 UTC; now if None.
        synchronous: Nothing hangs on it: it is kept when the call returns.

    Raises:
        TrialogError: It is no image, and the process is strict; else that is a warning.
    """
    del synchronous
    recorder = recorder_for(None)
    with recorder.telling():
        _add_image(recorder, image, artifact_file, key, step, timestamp)


def _add_image(
    recorder: Recorder,
    image: Any,
    artifact_file: str | None,
    key: str | None,
    step: int | None,
    timestamp: int | None,
) -> None:
    if artifact_file is not None and key is None and step is None and timestamp is None:
        recorder.add_content(image_content(image, artifact_file), artifact_file)
    elif key is not None and artifact_file is None:
        for path, content in step_images(image, key, step, timestamp or now_milliseconds()):
            recorder.add_content(content, path)
        recorder.set_tag(LOGGED_IMAGES_TAG, "True")
    else:
        raise InvalidParameter(
            "artifact.image_file_or_key",
            "Name the image either by artifact_file alone or by key, with step and timestamp if you like.",
        )
