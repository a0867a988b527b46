"""How models, their aliases and labels may be called, and how long what is said of them may be.

Source: `mlflow/utils/validation.py` of MLflow 3.17. MLflow checks no length of a model's name; its tables have room for
256 characters, where the database minds.
"""

import re
import unicodedata
from collections.abc import Sequence

from trialog.entities.limits import (
    MAX_ARTIFACT_LOCATION_LENGTH,
    MAX_ID_LENGTH,
    check_count,
    check_length,
    check_tag,
)
from trialog.entities.model_version import LABEL_TAG, ModelStage, NewModelVersion
from trialog.entities.registered_model import LATEST_ALIAS
from trialog.entities.registry_move import Cause
from trialog.entities.tag import Tag
from trialog.errors import InvalidParameter

MAX_MODEL_NAME_LENGTH = 500
MAX_ALIAS_LENGTH = 255
MAX_LABEL_LENGTH = 255
MAX_LABELS_AT_ONCE = 100
MAX_REGISTRY_TAG_VALUE_LENGTH = 100_000
MAX_DESCRIPTION_LENGTH = 100_000
MAX_REASON_LENGTH = 4_000
MAX_GATE_BYTES = 16 * 1024
MAX_SIGNATURE_LENGTH = 1_000_000
MAX_MODELS_PER_PAGE = 1_000
MAX_VERSIONS_PER_PAGE = 200_000
"""As many may be asked for, as in MLflow; an answer ends at `MAX_VERSIONS_IN_ANSWER`, and tells how to go on."""
MAX_VERSIONS_IN_ANSWER = 10_000
LEAST_LABEL_NUMBER = 1_000_000
"""A whole number below this reads as the number of a version."""

_ALIAS_CHARACTERS = re.compile(r"[\w\-]+\Z")
_VERSION_ALIAS = re.compile(r"[vV]\d+\Z")
_LABEL_FORBIDDEN = ("/", "@")
_CONTROL_CATEGORIES = frozenset({"Cc", "Zl", "Zp"})
_RESERVED_LABELS = frozenset({LATEST_ALIAS, *(stage.value.lower() for stage in ModelStage)})


def check_model_name(name: str) -> None:
    """Refuse a text that is no name for a registered model.

    Raises:
        InvalidParameter: It is blank, too long, has a forbidden character or reads as a path.
    """
    if not name.strip():
        raise InvalidParameter(
            "registered_model.invalid_name",
            "Missing value for required parameter 'name'. A registered model's name must not be empty or blank.",
        )
    if "/" in name or ":" in name:
        raise InvalidParameter(
            "registered_model.invalid_name",
            f"Invalid model name '{name[:100]}'. Names cannot contain '/' or ':'.",
            name=name[:100],
        )
    if name == "." or name.startswith(".."):
        raise InvalidParameter(
            "registered_model.invalid_name",
            f"Invalid model name '{name[:100]}'. Names may be treated as files, and this one reads as another folder.",
            name=name[:100],
        )
    check_length("name", name, MAX_MODEL_NAME_LENGTH)


def check_alias(alias: str) -> None:
    """Refuse a text that no alias can be.

    Raises:
        InvalidParameter: It is empty, too long, or has a forbidden character.
    """
    if not alias:
        raise InvalidParameter("alias.invalid", "Registered model alias name cannot be empty.")
    if not _ALIAS_CHARACTERS.match(alias):
        raise InvalidParameter(
            "alias.invalid",
            f"Invalid alias name: '{alias[:100]}'. Names may only contain alphanumerics, underscores (_), and"
            " dashes (-).",
            alias=alias[:100],
        )
    check_length("Registered model alias name", alias, MAX_ALIAS_LENGTH)


def check_new_alias(alias: str) -> None:
    """Refuse an alias that cannot be given to a version.

    Raises:
        InvalidParameter: As `check_alias`, and if it has a meaning of its own.
    """
    check_alias(alias)
    if alias.lower() == LATEST_ALIAS:
        raise InvalidParameter(
            "alias.reserved",
            f"'{LATEST_ALIAS}' alias name (case insensitive) is reserved: it names the newest version.",
            alias=alias,
        )
    if _VERSION_ALIAS.match(alias):
        raise InvalidParameter(
            "alias.reserved",
            f"Version alias name '{alias}' is reserved: it reads as the number of a version.",
            alias=alias,
        )


def check_label(label: str) -> None:
    """Refuse a text that is no label for a version: where a version is asked for, it must not read as something else.

    Raises:
        InvalidParameter: It is blank, too long, has a forbidden character, or reads as a number, a stage or `latest`.
    """
    fault = _fault_of_label(label)
    if fault:
        raise InvalidParameter(
            "model_version.invalid_label",
            f"'{label[:100]}' is no label for a version: {fault}. A label has 1 to {MAX_LABEL_LENGTH} characters, such"
            " as 2024-05-01T12-00-00.",
            label=label[:100],
        )


def _fault_of_label(label: str) -> str | None:
    if not label.strip():
        return "it is empty"
    if len(label) > MAX_LABEL_LENGTH:
        return f"it has {len(label)} characters"
    if any(character in label for character in _LABEL_FORBIDDEN):
        return "it must not contain '/' or '@'"
    if any(unicodedata.category(character) in _CONTROL_CATEGORIES for character in label):
        return "it must not contain control characters or line breaks"
    if label.isdecimal() and int(label) < LEAST_LABEL_NUMBER:
        return f"a whole number below {LEAST_LABEL_NUMBER} reads as the number of a version"
    if label.lower() in _RESERVED_LABELS:
        return "it is the name of a stage, or 'latest'"
    return None


def check_registry_tag(tag: Tag) -> None:
    """Refuse a tag that a registered model or a version cannot have.

    Raises:
        InvalidParameter: Its key is wrong or its value too long.
    """
    check_tag(tag, value_limit=MAX_REGISTRY_TAG_VALUE_LENGTH)


def check_registry_tags(tags: Sequence[Tag]) -> None:
    """Refuse tags that a registered model or a version cannot have.

    Raises:
        InvalidParameter: There are too many, or one breaks a limit.
    """
    check_count("tags", tags)
    for tag in tags:
        check_registry_tag(tag)


def check_version_tag(tag: Tag) -> None:
    """Refuse a tag that a version cannot have.

    Raises:
        InvalidParameter: As `check_registry_tag`, and if it gives a label that is none.
    """
    check_registry_tag(tag)
    if tag.key == LABEL_TAG:
        check_label(tag.value)


def check_description(description: str | None) -> None:
    """Refuse a description that is too long.

    Raises:
        InvalidParameter: It has more characters than are kept.
    """
    if description is not None:
        check_length("description", description, MAX_DESCRIPTION_LENGTH)


def check_cause(cause: Cause) -> None:
    """Refuse a cause that history cannot keep.

    Raises:
        InvalidParameter: Reason or gate are too long.
    """
    if cause.reason is not None:
        check_length("reason", cause.reason, MAX_REASON_LENGTH)
    size = 0 if cause.gate is None else len(cause.gate.encode())
    if size > MAX_GATE_BYTES:
        raise InvalidParameter(
            "registry.gate_too_large",
            f"'gate' is larger than {MAX_GATE_BYTES} bytes of JSON: it has {size}. Keep the summary here, and log the"
            " rest as an artifact.",
            limit=MAX_GATE_BYTES,
            size=size,
        )


def check_new_version(new_version: NewModelVersion) -> None:
    """Refuse a version that cannot be registered, whatever else there is.

    Raises:
        InvalidParameter: A field breaks a limit, or the label is no label.
    """
    check_description(new_version.description)
    check_registry_tags(new_version.tags)
    for tag in new_version.tags:
        if tag.key == LABEL_TAG:
            check_label(tag.value)
    limits = {
        "source": MAX_ARTIFACT_LOCATION_LENGTH,
        "storage_location": MAX_ARTIFACT_LOCATION_LENGTH,
        "run_link": MAX_ARTIFACT_LOCATION_LENGTH,
        "run_id": MAX_ID_LENGTH,
        "model_id": MAX_ID_LENGTH,
    }
    for field, limit in limits.items():
        text = getattr(new_version, field)
        if text is not None:
            check_length(field, text, limit)
    if new_version.content.signature is not None:
        check_length("signature", new_version.content.signature, MAX_SIGNATURE_LENGTH)
