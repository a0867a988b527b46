"""What a version is to hold, checked before anything is made of it."""

import math
from collections.abc import Mapping
from os import PathLike, fspath
from typing import Final

import msgspec
from msgspec import Struct

from trialog.entities import LABEL_TAG, Metric, Param, Tag
from trialog.entities.limits import (
    MAX_ARTIFACT_LOCATION_LENGTH,
    check_count,
    check_key,
    check_length,
    check_metric,
    check_param,
)
from trialog.entities.registry_limits import check_description, check_label, check_registry_tag
from trialog.errors import InvalidParameter
from trialog.registry.uris import check_absolute, check_relative, is_local, is_proxied, local_path, split_source

_LONGEST_SHOWN: Final = 100


class Content(Struct, frozen=True, kw_only=True):
    """What a version is to hold.

    Args:
        model_path: Where its files are.
        label: A name of the user's own for it.
        metrics: What was measured.
        params: What it was trained with.
        tags: Notes on it.
        description: What is to be said of it.
        run_id: Run that made it; None if a run is made for metrics and params.
    """

    model_path: str
    label: str | None
    metrics: dict[str, float]
    params: dict[str, str]
    tags: dict[str, str]
    description: str | None
    run_id: str | None

    @property
    def needs_run(self) -> bool:
        """Whether a run has to be made that holds metrics and params."""
        return self.run_id is None and bool(self.metrics or self.params)


def checked_content(
    model_path: str | PathLike[str],
    label: str | int | None,
    metrics: Mapping[str, float] | None,
    params: Mapping[str, object] | None,
    tags: Mapping[str, str] | None,
    description: str | None,
    run_id: str | None,
) -> Content:
    """Return what a version is to hold, as it is sent.

    Raises:
        InvalidParameter: The server would refuse a part of it; the message names the argument and the key.
    """
    content = Content(
        model_path=_path(model_path),
        label=None if label is None else str(label),
        metrics={key: _number(key, value) for key, value in _entries("metrics", metrics)},
        params={key: _text("params", key, value) for key, value in _entries("params", params)},
        tags={key: _text("tags", key, value) for key, value in _entries("tags", tags)},
        description=description,
        run_id=run_id,
    )
    if content.label is not None:
        check_label(content.label)
    check_description(description)
    check_count("tags", content.tags)
    for key, number in content.metrics.items():
        check_metric(Metric(key, number, 0), _at("metrics", key))
    for key, text in content.params.items():
        check_param(Param(key, text), _at("params", key))
    for key, text in content.tags.items():
        if key == LABEL_TAG:
            raise _wrong("tags", key, "give the label as version=")
        check_registry_tag(Tag(key, text))
    if run_id is None:
        _check_without_run(content)
    return content


def check_gate(gate: object) -> None:
    """Refuse what is no summary of a gate.

    Raises:
        InvalidParameter: It is no dictionary with text as keys, or holds what JSON has no way to write.
    """
    if gate is not None and not isinstance(gate, Mapping):
        raise InvalidParameter(
            "request.wrong_type",
            f"gate must be a dictionary of what was measured, not {_shown(gate)}.",
            parameter="gate",
        )
    _entries("gate", gate)
    try:
        msgspec.json.encode(gate)
    except (TypeError, UnicodeEncodeError) as error:
        raise InvalidParameter(
            "request.wrong_type", f"gate holds what JSON cannot: {error}.", parameter="gate"
        ) from error


def _path(model_path: object) -> str:
    if not isinstance(model_path, str | PathLike) or not isinstance(path := fspath(model_path), str):
        raise InvalidParameter(
            "request.wrong_type",
            f"model_path must be a text or a path, not {_shown(model_path)}.",
            parameter="model_path",
        )
    if not path.strip():
        raise InvalidParameter(
            "request.missing_parameter",
            "model_path is empty. Say where the files of the model are.",
            parameter="model_path",
        )
    check_length("model_path", path, MAX_ARTIFACT_LOCATION_LENGTH)
    return path


def _entries(argument: str, given: object) -> list[tuple[str, object]]:
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise InvalidParameter(
            "request.wrong_type", f"{argument} must be a dictionary, not {_shown(given)}.", parameter=argument
        )
    for key in given:
        if not isinstance(key, str):
            raise InvalidParameter(
                "request.wrong_type", f"A key of {argument} must be text, not {_shown(key)}.", parameter=argument
            )
    return list(given.items())


def _number(key: str, value: object) -> float:
    check_key(key, _at("metrics", key))
    # A boolean is a number in Python, and a metric nowhere.
    if isinstance(value, bool | str | bytes):
        raise _wrong("metrics", key, f"the value must be a number, not {_shown(value)}")
    try:
        return float(value)  # type: ignore[arg-type]  # numbers of other libraries say themselves what they are
    except (TypeError, ValueError, OverflowError) as error:
        raise _wrong("metrics", key, f"the value must be a number, not {_shown(value)}") from error


def _text(argument: str, key: str, value: object) -> str:
    if value is None:
        raise _wrong(argument, key, "None is no value; leave the key out, or give a text")
    return str(value)


def _check_without_run(content: Content) -> None:
    """Refuse a path that lies in a run, where no run is named, and what can be read in two ways."""
    path = content.model_path
    try:
        parts = split_source(path)
        if parts.scheme == "models":
            # A copy has the run of its original, and a logged model is not registered from here.
            is_elsewhere = bool(content.metrics or content.params)
        else:
            is_elsewhere = parts.scheme == "runs" or is_proxied(path)
            if is_local(parts):
                is_elsewhere = local_path(path) is not None
                if not is_elsewhere:
                    check_relative(path)
            else:
                check_absolute(path)
    except InvalidParameter as error:
        raise InvalidParameter(
            "model_version.invalid_source",
            f"model_path {_shown(path)} cannot be kept. Give a relative path or an absolute URI without '..', '\\' and "
            "control characters.",
            parameter="model_path",
        ) from error
    if is_elsewhere:
        raise InvalidParameter(
            "model_version.local_source",
            f"model_path {_shown(path)} belongs to a run or is an absolute path of some machine, and is kept only with "
            "the run that made it: give its run_id, or a path that is relative or a URI.",
            parameter="model_path",
        )


def _at(argument: str, key: str) -> str:
    return f"{argument}[{key[:_LONGEST_SHOWN]!r}]"


def _wrong(argument: str, key: str, fault: str) -> InvalidParameter:
    return InvalidParameter("value.invalid", f"{_at(argument, key)}: {fault}.", parameter=argument, key=key[:250])


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def holds_same_numbers(known: Mapping[str, float], given: Mapping[str, float]) -> bool:
    """Tell whether all given numbers are among the known; NaN is the same as NaN."""
    return all(
        key in known and (known[key] == value or (math.isnan(known[key]) and math.isnan(value)))
        for key, value in given.items()
    )
