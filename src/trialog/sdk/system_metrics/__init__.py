"""What the machine of a run does meanwhile: processors, memory, disk, network and graphics cards."""

from trialog.sdk.system_metrics.settings import (
    SystemMetricsSettings,
    disable_system_metrics_logging,
    enable_system_metrics_logging,
    set_system_metrics_node_id,
    set_system_metrics_samples_before_logging,
    set_system_metrics_sampling_interval,
    system_metrics_settings,
)

__all__ = [
    "SystemMetricsSettings",
    "disable_system_metrics_logging",
    "enable_system_metrics_logging",
    "set_system_metrics_node_id",
    "set_system_metrics_samples_before_logging",
    "set_system_metrics_sampling_interval",
    "system_metrics_settings",
]
