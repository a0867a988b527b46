"""How system metrics are asked for."""

import os

import pytest

from trialog.errors import ConfigurationError, InvalidParameter
from trialog.sdk.system_metrics import (
    SystemMetricsSettings,
    disable_system_metrics_logging,
    enable_system_metrics_logging,
    set_system_metrics_node_id,
    set_system_metrics_samples_before_logging,
    set_system_metrics_sampling_interval,
    system_metrics_settings,
)

NAMES = (
    "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING",
    "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL",
    "MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING",
    "MLFLOW_SYSTEM_METRICS_NODE_ID",
)


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        # Set first, so that what a test sets is taken back.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("unset")
def test_functions_say_what_processes_begun_later_do() -> None:
    assert system_metrics_settings() == SystemMetricsSettings()
    enable_system_metrics_logging()
    set_system_metrics_sampling_interval(2)
    set_system_metrics_samples_before_logging(3)
    set_system_metrics_node_id("node-0")
    assert system_metrics_settings(dict(os.environ)) == SystemMetricsSettings(
        enabled=True, interval_seconds=2.0, samples_before_logging=3, node_id="node-0"
    )
    assert system_metrics_settings().prefix == "system/node-0/"
    disable_system_metrics_logging()
    set_system_metrics_sampling_interval(None)
    set_system_metrics_samples_before_logging(None)
    set_system_metrics_node_id(None)
    assert system_metrics_settings() == SystemMetricsSettings()


@pytest.mark.usefixtures("unset")
@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf"), True])
def test_an_interval_that_is_none_changes_nothing(interval: float) -> None:
    with pytest.raises(InvalidParameter, match="sampled every"):
        set_system_metrics_sampling_interval(interval)
    assert NAMES[1] not in os.environ


@pytest.mark.usefixtures("unset")
@pytest.mark.parametrize("samples", [0, -1, 1.5, True])
def test_a_number_of_samples_that_is_none_changes_nothing(samples: int) -> None:
    with pytest.raises(InvalidParameter, match="The mean of 1 to"):
        set_system_metrics_samples_before_logging(samples)
    assert NAMES[2] not in os.environ


@pytest.mark.usefixtures("unset")
@pytest.mark.parametrize("node_id", ["a\nb", "../up", "x" * 300])
def test_a_machine_is_called_so_that_its_metrics_can_be(node_id: str) -> None:
    with pytest.raises(InvalidParameter, match="node_id"):
        set_system_metrics_node_id(node_id)
    assert NAMES[3] not in os.environ


@pytest.mark.parametrize(
    ("name", "text"),
    [(NAMES[0], "perhaps"), (NAMES[1], "soon"), (NAMES[1], "0"), (NAMES[2], "1.5"), (NAMES[3], "a//b")],
)
def test_a_variable_that_cannot_be_understood_is_named(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        system_metrics_settings({name: text})
