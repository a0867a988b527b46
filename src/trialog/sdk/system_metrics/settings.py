"""How system metrics are logged. As in MLflow, the environment holds it, so that processes begun later know it too."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trialog.config import boolean
from trialog.entities.limits import check_key
from trialog.errors import ConfigurationError, InvalidParameter

PREFIX: Final = "system/"
_ENABLED: Final = "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING"
_INTERVAL: Final = "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL"
_SAMPLES: Final = "MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING"
_NODE_ID: Final = "MLFLOW_SYSTEM_METRICS_NODE_ID"
# More often than so, what is measured is the measuring.
_SHORTEST_SECONDS: Final = 0.01
_LONGEST_SECONDS: Final = 86_400.0
_MOST_SAMPLES: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class SystemMetricsSettings:
    """How system metrics are logged.

    Attributes:
        enabled: Whether runs log them that do not say themselves.
        interval_seconds: How long to wait from one sample to the next.
        samples_before_logging: Of how many samples the mean is logged.
        node_id: Which of several machines this is; part of the names of metrics. None where there is one.
    """

    enabled: bool = False
    interval_seconds: float = 10.0
    samples_before_logging: int = 1
    node_id: str | None = None

    @property
    def prefix(self) -> str:
        """What stands before the name of each metric."""
        return f"{PREFIX}{self.node_id}/" if self.node_id else PREFIX


def system_metrics_settings(environment: Mapping[str, str] | None = None) -> SystemMetricsSettings:
    """Return how system metrics are logged.

    Args:
        environment: Variables by name; those of this process if None.

    Raises:
        ConfigurationError: A variable has a value that it cannot have.
    """
    variables = os.environ if environment is None else environment
    usual = SystemMetricsSettings()
    texts = {name: variables.get(name, "").strip() for name in (_ENABLED, _INTERVAL, _SAMPLES, _NODE_ID)}
    try:
        name = _ENABLED
        enabled = boolean(texts[name]) if texts[name] else usual.enabled
        name = _INTERVAL
        interval = _checked_interval(float(texts[name])) if texts[name] else usual.interval_seconds
        name = _SAMPLES
        samples = _checked_samples(int(texts[name])) if texts[name] else usual.samples_before_logging
        name = _NODE_ID
        node_id = _checked_node_id(texts[name]) if texts[name] else usual.node_id
    except (ValueError, InvalidParameter) as error:
        raise ConfigurationError(
            "settings.bad_value", f"The variable {name} is {texts[name][:100]!r}: {error}", setting=name.lower()
        ) from error
    return SystemMetricsSettings(
        enabled=enabled, interval_seconds=interval, samples_before_logging=samples, node_id=node_id
    )


def enable_system_metrics_logging() -> None:
    """Log system metrics in each run begun from now on, unless it is begun with `log_system_metrics=False`."""
    os.environ[_ENABLED] = "true"


def disable_system_metrics_logging() -> None:
    """Log no system metrics in runs begun from now on, unless begun with `log_system_metrics=True`."""
    os.environ[_ENABLED] = "false"


def set_system_metrics_sampling_interval(interval: float | None) -> None:
    """Say how often system metrics are sampled, in runs begun from now on.

    Args:
        interval: Seconds from one sample to the next; None for the usual 10.

    Raises:
        InvalidParameter: It is no number of seconds from 0.01 to a day.
    """
    _set(_INTERVAL, None if interval is None else _checked_interval(interval))


def set_system_metrics_samples_before_logging(samples: int | None) -> None:
    """Say of how many samples of system metrics the mean is logged, in runs begun from now on.

    Args:
        samples: How many; None for the usual 1.

    Raises:
        InvalidParameter: It is no whole number from 1 on.
    """
    _set(_SAMPLES, None if samples is None else _checked_samples(samples))


def set_system_metrics_node_id(node_id: str | None) -> None:
    """Name this machine among several that log to one run: its metrics are called `system/NODE_ID/...`.

    Args:
        node_id: The name; None for no name.

    Raises:
        InvalidParameter: No metric can be called so.
    """
    _set(_NODE_ID, None if node_id is None else _checked_node_id(str(node_id)))


def _set(name: str, value: float | str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = str(value)


def _checked_interval(seconds: float) -> float:
    if isinstance(seconds, bool) or not _SHORTEST_SECONDS <= seconds <= _LONGEST_SECONDS:
        raise InvalidParameter(
            "system_metrics.wrong_interval",
            f"System metrics are sampled every {_SHORTEST_SECONDS} to {_LONGEST_SECONDS:.0f} seconds, not every "
            f"{seconds!r}.",
        )
    return float(seconds)


def _checked_samples(samples: int) -> int:
    if isinstance(samples, bool) or not isinstance(samples, int) or not 1 <= samples <= _MOST_SAMPLES:
        raise InvalidParameter(
            "system_metrics.wrong_samples",
            f"The mean of 1 to {_MOST_SAMPLES} samples of system metrics is logged, not of {samples!r}.",
        )
    return samples


def _checked_node_id(node_id: str) -> str:
    # The longest name that a metric gets.
    check_key(f"{PREFIX}{node_id}/system_memory_usage_percentage", "node_id")
    return node_id
