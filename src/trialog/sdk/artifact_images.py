"""What images are as files."""

import posixpath
import re
import uuid
from io import BytesIO
from typing import Any, Final

from trialog.entities.clock import now_milliseconds
from trialog.errors import InvalidParameter, require

LOGGED_IMAGES_TAG: Final = "mlflow.loggedImages"
"""Tag of a run that has images of steps, for the page that shows them."""

_KEY: Final = re.compile(r"[a-zA-Z0-9_\-./ ]+")
_THUMBNAIL: Final = 256
_CHANNELS: Final = (1, 3, 4)


def image_content(image: Any, artifact_file: str) -> bytes:
    """Return an image as a file of the kind that its name says.

    Args:
        image: An array of numpy, or an image of Pillow.
        artifact_file: Name of the file, such as `sample.png`.

    Raises:
        InvalidParameter: It is no image, or there is no such kind of file.
        MissingDependency: Pillow is not installed.
    """
    extension = posixpath.splitext(artifact_file)[1].lower()
    kind = require("PIL.Image", extra="models").registered_extensions().get(extension)
    if kind is None:
        raise InvalidParameter(
            "artifact.no_image", f"No image can be written as {artifact_file!r}: end the name with .png or .jpg."
        )
    return _written(_pillow_image(image), kind)


def step_images(image: Any, key: str, step: int | None, timestamp: int | None) -> list[tuple[str, bytes]]:
    """Return an image of one step as the files that MLflow's pages look for: itself, and a small one.

    Args:
        image: As for `image_content`.
        key: What it shows, as a metric has a name.
        step: The step; 0 if None.
        timestamp: Milliseconds since 1970 UTC; now if None.

    Returns:
        Path and content of each.
    """
    if _KEY.fullmatch(key) is None:
        raise InvalidParameter(
            "artifact.wrong_image_key",
            f"The key {key[:200]!r} may hold only letters, digits, underscores, dashes, periods, spaces and slashes.",
        )
    pillow = _pillow_image(image)
    moment = timestamp or now_milliseconds()
    name = f"images/{key.replace('/', '~')}+step+{step or 0}+timestamp+{moment}+{uuid.uuid4()}"
    return [(f"{name}.png", _written(pillow, "PNG")), (f"{name}+compressed.webp", thumbnail(pillow))]


def is_image(value: object) -> bool:
    """Tell whether a value is an image of Pillow, or can do the same."""
    return (
        callable(getattr(value, "save", None)) and callable(getattr(value, "resize", None)) and hasattr(value, "size")
    )


def thumbnail(image: Any) -> bytes:
    """Return an image small: its longer side has 256 pixels."""
    width, height = image.size
    scale = _THUMBNAIL / max(width, height)
    return _written(image.resize((max(1, int(width * scale)), max(1, int(height * scale)))), "WEBP")


def _written(image: Any, kind: str) -> bytes:
    content = BytesIO()
    image.save(content, format=kind)
    return content.getvalue()


def _pillow_image(image: Any) -> Any:
    if callable(getattr(image, "to_pil", None)):
        return image.to_pil()
    if is_image(image):
        return image
    if not hasattr(image, "dtype") or not hasattr(image, "ndim"):
        raise InvalidParameter(
            "artifact.no_image",
            f"An image must be an array of numpy or an image of Pillow, not {type(image).__name__}.",
        )
    return require("PIL.Image", extra="models").fromarray(_bytes_of(image))


def _bytes_of(array: Any) -> Any:
    """Return an array of pixels as bytes; numbers that are not whole are parts of the full brightness."""
    if array.dtype.kind not in "biuf" or array.ndim not in (2, 3):
        raise InvalidParameter(
            "artifact.no_image",
            f"An image must be an array of numbers with two or three dimensions, not of {array.dtype} with "
            f"{array.ndim}.",
        )
    if array.ndim == 3:
        if array.shape[2] not in _CHANNELS:
            raise InvalidParameter(
                "artifact.no_image", f"An image has 1, 3 or 4 channels in its last dimension, not {array.shape[2]}."
            )
        if array.shape[2] == 1:
            array = array[:, :, 0]
    is_whole = array.dtype.kind in "iu"
    most = 255 if is_whole else 1
    if not (array.min() >= 0 and array.max() <= most):
        raise InvalidParameter(
            "artifact.no_image",
            f"Pixels must be from 0 to {most}, and these are from {array.min()} to {array.max()}. Scale them first.",
        )
    return (array if is_whole else array * 255).astype("uint8")
