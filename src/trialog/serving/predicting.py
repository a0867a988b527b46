"""Predicts what a file holds, without a server."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import msgspec

from trialog.sdk.tracking_uri import close_transports
from trialog.serving.answers import encode_predictions
from trialog.serving.folders import ModelFolders
from trialog.serving.source import ModelSource

_CONTENT_TYPES: Final = {"json": "application/json", "csv": "text/csv"}


def predict_file(
    model_uri: str,
    content: bytes,
    *,
    content_type: Literal["json", "csv"] = "json",
    json_format: Literal["split", "records"] | None = None,
    allow_pickle: bool | None = None,
) -> bytes:
    """Return predictions as a model server answers them.

    Args:
        model_uri: Which model; see `trialog.serving.source.ModelSource`.
        content: What goes in, as a server is asked.
        content_type: What that is.
        json_format: How pandas wrote the frame, if the JSON is nothing but a frame.
        allow_pickle: Whether the model may run code while it is loaded; None to ask the environment.

    Raises:
        TrialogError: The model cannot be had, or the content does not go with it.
    """
    if json_format is not None:
        content = msgspec.json.encode({f"dataframe_{json_format}": msgspec.Raw(content)})
    with TemporaryDirectory(prefix="trialog-model-", ignore_cleanup_errors=True) as folder:
        try:
            source = ModelSource(model_uri, ModelFolders(Path(folder)), allow_pickle=allow_pickle)
            served = source.load(source.find())
        finally:
            close_transports()
        return encode_predictions(served.predict(served.read(_CONTENT_TYPES[content_type], content)))
