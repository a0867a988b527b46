"""What texts, dictionaries and figures are as files."""

import json
import posixpath
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from trialog.errors import InvalidParameter, require

_YAML: Final = frozenset({".yml", ".yaml"})
_PLOTLY_IMAGES: Final = frozenset({".png", ".jpeg", ".jpg", ".webp", ".svg", ".pdf"})


def dictionary_content(dictionary: object, artifact_file: str) -> bytes:
    """Return a dictionary or list as a file: YAML if its name says so, else JSON.

    Args:
        dictionary: What it holds; what JSON does not know is written as text.
        artifact_file: Name of the file.

    Raises:
        MissingDependency: It is to be YAML, and no package for that is installed.
        InvalidParameter: It cannot be written (`artifact.no_json`).
    """
    try:
        if _extension(artifact_file) in _YAML:
            yaml = require("yaml", extra="models")
            text: str = yaml.dump(dictionary, indent=2, default_flow_style=False)
        else:
            text = json.dumps(dictionary, indent=2, default=str)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidParameter(
            "artifact.no_json", f"What is to be logged as {artifact_file!r} cannot be written: {error}."
        ) from error
    return text.encode()


def figure_content(figure: Any, artifact_file: str, save_kwargs: Mapping[str, Any] | None = None) -> bytes:
    """Return a figure of matplotlib or plotly as a file of the kind that its name says.

    Args:
        figure: The figure.
        artifact_file: Name of the file.
        save_kwargs: What is handed to `savefig`, `to_html` or `to_image`.

    Raises:
        InvalidParameter: It is no figure, or the name says no kind of file that it can be (`artifact.no_figure`).
    """
    extension = _extension(artifact_file)
    choices = dict(save_kwargs or {})
    if callable(getattr(figure, "savefig", None)):
        written = BytesIO()
        choices.setdefault("format", extension[1:] or "png")
        figure.savefig(written, **choices)
        return written.getvalue()
    if callable(getattr(figure, "to_html", None)) and callable(getattr(figure, "to_image", None)):
        if extension == ".html":
            choices.pop("auto_open", None)
            html: str = figure.to_html(**{"include_plotlyjs": "cdn", **choices})
            return html.encode()
        if extension in _PLOTLY_IMAGES:
            image: bytes = figure.to_image(**{"format": extension[1:], **choices})
            return image
        raise InvalidParameter(
            "artifact.no_figure",
            f"A figure of plotly cannot be written as {artifact_file!r}: end the name with .html or .png.",
        )
    raise InvalidParameter(
        "artifact.no_figure", f"A figure of matplotlib or plotly is expected, not {type(figure).__name__}."
    )


def _extension(artifact_file: str) -> str:
    return posixpath.splitext(artifact_file)[1].lower()
