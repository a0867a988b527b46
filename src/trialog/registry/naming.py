"""Which version a text means.

A whole number is the number of a version, unless it is so large that it may be a label: then a version with this label
comes first.
"""

import re
from contextlib import suppress
from typing import Final

from trialog.contracts import Store
from trialog.entities import LATEST_ALIAS, ModelStage, ModelVersion
from trialog.entities.registry_limits import LEAST_LABEL_NUMBER
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.registry.stages import find_stage

_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,39}")
_SHOWN_CHARACTERS: Final = 255


async def numbered_or_labelled_version(store: Store, name: str, text: str) -> ModelVersion:
    """Return the version that a text means on MLflow's wire: by number, else by label.

    Args:
        store: Where versions are.
        name: Name of the registered model.
        text: A number or a label.

    Raises:
        InvalidParameter: It is neither a number nor a label of one of its versions.
        ResourceNotFound: There is no such model, or no version with this number.
    """
    if (number := _number(text)) is not None:
        return await _numbered_version(store, name, number)
    await store.registered_models.get(name)
    try:
        return await store.model_versions.get_by_label(name, text)
    except ResourceNotFound as error:
        shown = text[:_SHOWN_CHARACTERS]
        raise InvalidParameter(
            "model_version.not_a_number",
            f"Parameter 'version' must be an integer, got '{shown}'. It is no label of a version of '{name}' either.",
            name=name,
            version=shown,
        ) from error


async def named_version(store: Store, name: str, text: int | str) -> ModelVersion:
    """Return the version that a text means: a number, `latest`, `@alias`, a stage, or a label.

    Args:
        store: Where versions are.
        name: Name of the registered model.
        text: The text; of a stage it is the newest version in it.

    Raises:
        InvalidParameter: It is an alias that no version bears.
        ResourceNotFound: There is no such model or version.
    """
    if (number := _number(str(text))) is not None:
        return await _numbered_version(store, name, number)
    text = str(text)
    if text.lower() == LATEST_ALIAS:
        return await store.registered_models.get_by_alias(name, LATEST_ALIAS)
    if text.startswith("@"):
        return await store.registered_models.get_by_alias(name, text[1:])
    if (stage := find_stage(text)) is not None:
        return await newest_in_stage(store, name, stage)
    return await _labelled_version(store, name, text)


async def version_number(store: Store, name: str, text: str) -> int:
    """Return the number of the version that a text means, which may have been deleted if it is its number.

    Args:
        store: Where versions are.
        name: Name of the registered model, now or then.
        text: As for `named_version`.

    Raises:
        InvalidParameter: It is an alias that no version bears.
        ResourceNotFound: It is no number, and there is no such model or version.
    """
    number = _number(text)
    if number is not None and 0 <= number < LEAST_LABEL_NUMBER:
        return number
    try:
        return (await named_version(store, name, text)).version
    except ResourceNotFound:
        if number is None:
            raise
        return number


async def newest_in_stage(store: Store, name: str, stage: ModelStage) -> ModelVersion:
    """Return the newest version in a stage.

    Raises:
        ResourceNotFound: There is no such model, or nothing is in the stage.
    """
    versions = await store.registered_models.latest_versions(name, [stage])
    if not versions:
        raise ResourceNotFound(
            "registry.stage_empty",
            f"No version of registered model '{name}' is in stage '{stage}'. Promote one first.",
            name=name,
            stage=stage,
        )
    return versions[0]


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


async def _numbered_version(store: Store, name: str, number: int) -> ModelVersion:
    if not 0 <= number < LEAST_LABEL_NUMBER:
        with suppress(ResourceNotFound):
            return await store.model_versions.get_by_label(name, str(number))
    return await store.model_versions.get(name, number)


async def _labelled_version(store: Store, name: str, text: str) -> ModelVersion:
    await store.registered_models.get(name)
    try:
        return await store.model_versions.get_by_label(name, text)
    except ResourceNotFound as error:
        raise _not_found(name, text) from error


def _not_found(name: str, text: str) -> ResourceNotFound:
    shown = text[:_SHOWN_CHARACTERS]
    return ResourceNotFound(
        "model_version.label_not_found",
        f"Model Version (name={name}, label={shown}) not found. Name a version by its number, its label, its stage, "
        "'latest' or '@alias'.",
        name=name,
        label=shown,
    )
