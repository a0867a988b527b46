"""How long, how many and of which characters: the limits of MLflow's wire.

Values are never cut to fit: what breaks a limit is refused, and nothing is changed.
Source: `mlflow/utils/validation.py` of MLflow 3.17, which cuts long params and tags instead.
"""

import json
import posixpath
import re
from collections.abc import Collection, Sequence
from urllib.parse import urlparse

from trialog.entities.dataset import DatasetInput
from trialog.entities.log_stream import MAX_STREAM_POINTS, MAX_STREAM_TEXTS, MAX_WRITER_LENGTH, LogPart
from trialog.entities.metric import Metric
from trialog.entities.numbers import INT64_MAX, INT64_MIN
from trialog.entities.run import RUN_NAME_TAG
from trialog.entities.tag import Param, Tag
from trialog.errors import InvalidParameter

MAX_METRICS_PER_BATCH = 1000
MAX_PARAMS_PER_BATCH = 100
MAX_TAGS_PER_BATCH = 100
MAX_ENTRIES_PER_BATCH = 1000
MAX_DATASETS_PER_REQUEST = 1000
MAX_DATASETS_PER_SEARCH = 100
MAX_ORDER_FIELDS = 50
MAX_ID_LENGTH = 256
MAX_MODEL_HISTORY_LENGTH = 1_000_000
MAX_KEY_LENGTH = 250
MAX_PARAM_VALUE_LENGTH = 6000
MAX_TAG_VALUE_LENGTH = 8000
MAX_EXPERIMENT_NAME_LENGTH = 500
MAX_EXPERIMENT_TAG_VALUE_LENGTH = 20_000
MAX_ARTIFACT_LOCATION_LENGTH = 2048
MAX_LOGGED_MODEL_NAME_LENGTH = 500
# Pages of runs come in the order of an index of names, and a row of an index has room for so much in every alphabet.
MAX_RUN_NAME_LENGTH = 500
MAX_PAGE_ITEMS = 50_000
MAX_HISTORY_PAGE_ITEMS = 2**31 - 1
MAX_RUNS_AT_ONCE = 100
MAX_EXPERIMENTS_AT_ONCE = 1000
MAX_METRICS_AT_ONCE = 1000
MAX_METRICS_OF_EXPERIMENT = 10_000
MAX_METRIC_MEANINGS = 1000
MAX_METRIC_PATTERNS = 100
MAX_POINTS_AT_ONCE = 25_000
MAX_SAMPLED_POINTS = 2500
MAX_CURVES_AT_ONCE = 1000
MIN_CURVE_POINTS = 10
MAX_CURVE_POINTS = 1_000_000
DEFAULT_CURVE_POINTS = 2000
MAX_COLUMNS_AT_ONCE = 300
MAX_TABLE_VALUES = 1_000_000
MAX_TABLE_RUNS = 1000
MAX_SEARCH_LENGTH = 500
MAX_KEYS_AT_ONCE = 1000
MAX_KEYS_EXPERIMENTS = 100
MAX_GROUPED_METRICS = 10
MAX_CHANGES_EXPERIMENTS = 100
MAX_CHANGES_RUNS = 500
MAX_CHANGES_TOKEN = 65_536

_KEY_CHARACTERS = re.compile(r"[/\w.\- :]*\Z")
_LOGGED_MODEL_NAME_FORBIDDEN = ("/", ":", ".", "%", '"', "'")
_DATASET_LIMITS = {
    "name": 500,
    "digest": 36,
    "source_type": 500,
    "source": 65_535,
    "schema": 1_048_575,
    "profile": 16_777_215,
}


def invalid_value(path: str, value: object, explanation: str) -> InvalidParameter:
    """Build the error MLflow's users know for a wrong value.

    Args:
        path: Where the value stood in the request, such as `metrics[3].name`.
        value: What stood there.
        explanation: What is wrong with it and what would be right.
    """
    shown = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    if len(shown) > 300:
        shown = f"{shown[:300]}..."
    return InvalidParameter(
        "value.invalid", f"Invalid value {shown} for parameter '{path}' supplied: {explanation}", parameter=path
    )


def check_length(path: str, text: str, limit: int) -> None:
    """Refuse a text that is too long, or that holds a NUL.

    Raises:
        InvalidParameter: It has more than `limit` characters, or one that databases end a text at.
    """
    if "\0" in text:
        raise InvalidParameter(
            "value.holds_nul", f"'{path}' holds the character NUL, at which databases end a text.", parameter=path
        )
    if len(text) > limit:
        raise InvalidParameter(
            "value.too_long",
            f"'{path}' exceeds the maximum length of {limit} characters: it has {len(text)}."
            " Nothing was stored. Shorten it, or log a long text as an artifact.",
            parameter=path,
            limit=limit,
            length=len(text),
        )


def check_key(key: str, path: str) -> None:
    """Refuse a key that is no name for a metric, param or tag.

    Raises:
        InvalidParameter: It is too long, has odd characters, or reads as another path when taken for a file name.
    """
    if not _KEY_CHARACTERS.match(key):
        raise invalid_value(
            path,
            key,
            "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:)"
            " and slashes (/).",
        )
    normal = posixpath.normpath(key)
    if normal != key or normal == "." or normal.startswith(("..", "/")):
        raise invalid_value(
            path,
            key,
            "Names may be treated as files in certain cases, and must not resolve to other names when treated as such."
            f" This name would resolve to {normal!r}.",
        )
    check_length(path, key, MAX_KEY_LENGTH)


def check_metric(metric: Metric, path: str = "") -> None:
    """Refuse a metric point that cannot be stored.

    Raises:
        InvalidParameter: Its key, time or step is out of bounds.
    """
    prefix = f"{path}." if path else ""
    check_key(metric.key, f"{prefix}name")
    if not 0 <= metric.timestamp <= INT64_MAX:
        raise invalid_value(
            f"{prefix}timestamp",
            metric.timestamp,
            f"metric '{metric.key}' (value={metric.value}). Timestamp must be a nonnegative long (64-bit integer).",
        )
    if not INT64_MIN <= metric.step <= INT64_MAX:
        raise invalid_value(
            f"{prefix}step",
            metric.step,
            f"metric '{metric.key}' (value={metric.value}). Step must be a valid long (64-bit integer).",
        )
    if bool(metric.dataset_name) != bool(metric.dataset_digest):
        # MLflow's client cannot read a model with a measurement on half a dataset.
        raise InvalidParameter(
            "metric.half_dataset",
            f"Both dataset_name and dataset_digest must be provided if one is provided, for metric '{metric.key}'.",
            key=metric.key,
        )
    if metric.dataset_name and metric.dataset_digest:
        check_length(f"{prefix}dataset_name", metric.dataset_name, _DATASET_LIMITS["name"])
        check_length(f"{prefix}dataset_digest", metric.dataset_digest, _DATASET_LIMITS["digest"])


def check_param(param: Param, path: str = "") -> None:
    """Refuse a param that cannot be stored.

    Raises:
        InvalidParameter: Its key is wrong or its value too long.
    """
    prefix = f"{path}." if path else ""
    check_key(param.key, f"{prefix}key")
    check_length(f"{prefix}value of param {param.key}", param.value, MAX_PARAM_VALUE_LENGTH)


def check_tag(tag: Tag, path: str = "", *, value_limit: int = MAX_TAG_VALUE_LENGTH) -> None:
    """Refuse a tag that cannot be stored.

    Raises:
        InvalidParameter: Its key is wrong or its value too long.
    """
    prefix = f"{path}." if path else ""
    check_key(tag.key, f"{prefix}key")
    check_length(f"{prefix}value of tag {tag.key}", tag.value, value_limit)


def check_run_tag(tag: Tag, path: str = "") -> None:
    """Refuse a run's tag that cannot be stored; one of them is the name of the run.

    Raises:
        InvalidParameter: Its key is wrong or its value too long.
    """
    check_tag(tag, path, value_limit=MAX_RUN_NAME_LENGTH if tag.key == RUN_NAME_TAG else MAX_TAG_VALUE_LENGTH)


def check_experiment_tag(tag: Tag) -> None:
    """Refuse an experiment's tag that cannot be stored.

    Raises:
        InvalidParameter: Its key is wrong or its value too long.
    """
    check_tag(tag, value_limit=MAX_EXPERIMENT_TAG_VALUE_LENGTH)


def check_batch(metrics: Sequence[Metric], params: Sequence[Param], tags: Sequence[Tag]) -> None:
    """Refuse a batch that cannot be stored as a whole.

    Raises:
        InvalidParameter: There are too many entries, one of them breaks a limit, or a param comes twice.
    """
    check_count("metrics", metrics, MAX_METRICS_PER_BATCH)
    check_count("params", params, MAX_PARAMS_PER_BATCH)
    check_count("tags", tags, MAX_TAGS_PER_BATCH)
    check_count("metrics, params, and tags", [*metrics, *params, *tags], MAX_ENTRIES_PER_BATCH)
    for index, metric in enumerate(metrics):
        check_metric(metric, f"metrics[{index}]")
    for index, param in enumerate(params):
        check_param(param, f"params[{index}]")
    for index, tag in enumerate(tags):
        check_run_tag(tag, f"tags[{index}]")
    keys = [param.key for param in params]
    repeated = sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    if repeated:
        raise InvalidParameter(
            "param.repeated",
            f"Duplicate parameter keys have been submitted: {repeated}. Please ensure the request contains only one"
            " param value per param key.",
        )


def check_log_part(part: LogPart) -> None:
    """Refuse a part of a stream that cannot be applied as a whole.

    Raises:
        InvalidParameter: It is too long or goes backwards, or something in it breaks a limit.
    """
    if not part.writer or not part.writer.isalnum() or not part.writer.isascii():
        raise InvalidParameter(
            "log_stream.wrong_writer",
            "The writer of a stream is named by ASCII letters and digits.",
            writer=part.writer,
        )
    check_length("writer", part.writer, MAX_WRITER_LENGTH)
    if not 0 <= part.start < part.end <= INT64_MAX:
        raise InvalidParameter(
            "log_stream.wrong_range",
            f"A part of a stream goes from one place to a later one, not from {part.start} to {part.end}.",
            start=part.start,
            end=part.end,
        )
    check_count("points of a part of a stream", part.metrics, MAX_STREAM_POINTS)
    check_count("texts of a part of a stream", [*part.params, *part.tags, *part.datasets], MAX_STREAM_TEXTS)
    # Points of one series have what there is to check in common; all of them would take as long as to store them.
    for metric in {(metric.key, metric.model_id): metric for metric in part.metrics}.values():
        check_metric(metric)
    if part.metrics:
        check_metric(min(part.metrics, key=lambda metric: metric.timestamp))
    for param in part.params:
        check_param(param)
    for key, value in part.tags.items():
        check_run_tag(Tag(key, value or ""))
    check_dataset_inputs(part.datasets)


def check_experiment_name(name: str) -> None:
    """Refuse a text that is no name for an experiment.

    Raises:
        InvalidParameter: It is empty or too long.
    """
    if not name:
        raise InvalidParameter("experiment.invalid_name", "Invalid experiment name: ''. Give a name that is not empty.")
    check_length("name", name, MAX_EXPERIMENT_NAME_LENGTH)


def check_artifact_location(location: str) -> None:
    """Refuse an artifact location that could be read in two ways.

    It is kept and returned, never opened, unless it lies under a root of the operator.

    Raises:
        InvalidParameter: It is too long, points into a run, or has a fragment, parameters or `..` in its query.
    """
    check_length("artifact_location", location, MAX_ARTIFACT_LOCATION_LENGTH)
    if location.startswith("runs:"):
        raise InvalidParameter(
            "experiment.invalid_artifact_location", f"Artifact location cannot be a runs:/ URI. Given: '{location}'"
        )
    try:
        parts = urlparse(location)  # knows in which schemes a semicolon begins parameters
    except ValueError as error:
        raise invalid_value("artifact_location", location, f"It is no URI: {error}.") from error
    if "#" in location or parts.params or ".." in parts.query:
        raise invalid_value(
            "artifact_location",
            location,
            "URIs with fragments (#), parameters (;) or '..' in the query are not allowed.",
        )


def check_run_id(run_id: str) -> None:
    """Refuse a text that is no run id.

    Raises:
        InvalidParameter: It is not 1 to 256 letters, digits, dashes and underscores, letter or digit first.
    """
    if not re.fullmatch(r"[a-zA-Z0-9][\w\-]{0,255}", run_id):
        raise invalid_value("run_id", run_id, "A run id has 1 to 256 letters, digits, dashes or underscores.")


def check_new_run_id(run_id: str) -> None:
    """Refuse an id that a client chose for a run and that is not as those of the store are.

    Raises:
        InvalidParameter: It is not 32 hex digits.
    """
    if not re.fullmatch(r"[0-9a-f]{32}", run_id):
        raise invalid_value("run_id", run_id, "The id of a new run has 32 hex digits: 0 to 9 and a to f.")


def parse_experiment_id(experiment_id: str) -> int:
    """Return the number that an experiment id is.

    Raises:
        InvalidParameter: It is not a decimal number of 64 bits.
    """
    if re.fullmatch(r"-?[0-9]{1,19}", experiment_id) and INT64_MIN <= int(experiment_id) <= INT64_MAX:
        return int(experiment_id)
    raise InvalidParameter(
        "experiment.invalid_id",
        f"Invalid experiment ID '{experiment_id[:100]}'. Experiment ID must be a valid integer.",
        experiment_id=experiment_id[:100],
    )


def check_dataset_inputs(datasets: Sequence[DatasetInput]) -> None:
    """Refuse dataset inputs that cannot be stored.

    Raises:
        InvalidParameter: There are too many, or one breaks a limit.
    """
    check_count("datasets", datasets, MAX_DATASETS_PER_REQUEST)
    for index, dataset_input in enumerate(datasets):
        for field, limit in _DATASET_LIMITS.items():
            text = getattr(dataset_input.dataset, field)
            if text is not None:
                check_length(f"datasets[{index}].dataset.{field}", text, limit)
        check_count(f"datasets[{index}].tags", dataset_input.tags)
        for tag in dataset_input.tags:
            check_length(f"datasets[{index}].tags.key", tag.key, 255)
            check_length(f"datasets[{index}].tags.value", tag.value, 500)


def check_logged_model_name(name: str) -> None:
    """Refuse a text that is no name for a logged model.

    Raises:
        InvalidParameter: It is empty, too long, or has a forbidden character.
    """
    if not name or any(character in name for character in _LOGGED_MODEL_NAME_FORBIDDEN):
        raise InvalidParameter(
            "logged_model.invalid_name",
            f"Invalid model name ({name[:100]!r}) provided. Model name must be a non-empty string and cannot contain"
            f" the following characters: {_LOGGED_MODEL_NAME_FORBIDDEN}",
        )
    check_length("name", name, MAX_LOGGED_MODEL_NAME_LENGTH)


def check_at_once(what: str, entries: Collection[object], limit: int) -> None:
    """Refuse a question about more things than are looked at in one request.

    Raises:
        InvalidParameter: There are too many.
    """
    if len(entries) > limit:
        raise InvalidParameter(
            "request.too_many_at_once",
            f"At most {limit} {what} can be asked about at once, not {len(entries)}. Ask in several requests.",
            limit=limit,
            count=len(entries),
        )


def check_count(what: str, entries: Collection[object], limit: int = MAX_ENTRIES_PER_BATCH) -> None:
    """Refuse more entries than one request may hold.

    Raises:
        InvalidParameter: There are too many.
    """
    if len(entries) > limit:
        raise InvalidParameter(
            "batch.too_large",
            f"A batch logging request can contain at most {limit} {what}. Got {len(entries)} {what}. Please split up"
            f" {what} across multiple requests and try again.",
            limit=limit,
            count=len(entries),
        )
