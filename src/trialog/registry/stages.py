"""The names of stages as people write them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from trialog.entities import ModelStage
from trialog.errors import InvalidParameter

_BY_SMALL_NAME: Final[Mapping[str, ModelStage]] = MappingProxyType({stage.lower(): stage for stage in ModelStage})


def find_stage(text: str) -> ModelStage | None:
    """Return the stage of a name in any case of letters; None if it is no stage."""
    return _BY_SMALL_NAME.get(text.lower())


def parse_stage(text: str) -> ModelStage:
    """Return the stage of a name in any case of letters.

    Raises:
        InvalidParameter: It is no stage.
    """
    stage = find_stage(text)
    if stage is None:
        raise InvalidParameter(
            "model_version.invalid_stage",
            f"Invalid Model Version stage: {text[:100]}. Value must be one of {', '.join(ModelStage)}.",
            stage=text[:100],
        )
    return stage
