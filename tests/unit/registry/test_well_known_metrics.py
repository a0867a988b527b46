"""Which names are known, and that what is known of them makes sense."""

from itertools import pairwise

import pytest

from trialog.entities.metric_meaning import THRESHOLD_COUNT, Direction
from trialog.registry.well_known_metrics import WELL_KNOWN_METRICS, WellKnownMetric, recognise_metric

KNOWN = {
    "roc_auc": "roc_auc auc val_roc_auc test/roc_auc eval-auc roc_auc_mean ROC_AUC rocAuc valAuc AUC-ROC val_rocauc"
    " auc_score fold_1_auc train.roc.auc max_auc",
    "average_precision": "average_precision val_pr_auc",
    "accuracy": "accuracy val_accuracy test_acc balanced_accuracy top_5_accuracy accuracy_pct Точность acurácia"
    " acura\u0301cia",
    "success_rate": "success_rate",
    "volatility": "volatility annualized_volatility волатильность",
    "annual_return": "annual_return daily_return avg_daily_return",
    "ndcg": "ndcg mAP50 map50 val/mAP50 mAP50-95 MAP@50 metrics/mAP50(B) metrics/mAP50-95(B)",
    "train_time_s": "train_time_sec training_time_seconds inference_time_s",
    "directional_accuracy": "directional_accuracy test_directional_accuracy",
    "f1": "f1 f1_score val_f1 F1Score f1_macro weighted/f1",
    "precision": "precision recall precision_at_10 test_recall полнота précision rappel",
    "log_loss": "log_loss loss train_loss val_loss val/loss triplet_loss loss_epoch",
    "rmse": "rmse RMSE train_rmse rmse_test",
    "mae": "mae mean_absolute_error",
    "mse": "mse val_mse mean_squared_error",
    "mape": "mape val_mape",
    "r2": "r2 r2_score R2Score",
    "sharpe": "sharpe sharpe_ratio sharpe_like test_sharpe_ratio SharpeRatio",
    "sortino": "sortino sortino_ratio",
    "total_return": "total_return return test_total_return total_return_pct доходность",
    "max_drawdown": "max_drawdown maxDrawdown backtest/max_drawdown max_dd maxDD просадка",
    "win_rate": "win_rate winrate",
    "profit_factor": "profit_factor",
    "gini": "gini test_gini",
    "ks": "ks ks_statistic",
    "brier": "brier brier_score",
    "perplexity": "perplexity eval_perplexity",
    "latency": "latency latency_p95 training_time",
    "latency_ms": "latency_ms p95_latency_ms inference_latency_ms",
    "true_positives": "true_positives",
    "false_positives": "false_positives",
}
UNKNOWN_NAMES = (
    "time epoch step learning_rate system/cpu_utilization_percentage system/loss threshold n_features data_points"
    " next_prediction last_known_price prediction_day_1 train_samples business_score test_metric stop_loss loss_weight"
    " roc_auc_std std_loss accuracy_gap delta_loss auction bauch lossless returned_items"
)


def entry_of(first_name: str) -> WellKnownMetric:
    (found,) = (metric for metric in WELL_KNOWN_METRICS if first_name.replace("_", " ") in metric.names)
    return found


@pytest.mark.parametrize(("name", "meant"), [(name, meant) for meant, names in KNOWN.items() for name in names.split()])
def test_a_name_is_recognised_in_every_usual_spelling(name: str, meant: str) -> None:
    recognised = recognise_metric(name)
    assert recognised is not None
    assert recognised.metric is entry_of(meant)


@pytest.mark.parametrize("name", UNKNOWN_NAMES.split())
def test_a_name_that_may_mean_something_else_is_not_taken_for_a_metric(name: str) -> None:
    assert recognise_metric(name) is None


def test_a_name_may_say_that_numbers_are_percentages() -> None:
    for name, expected in (("total_return_pct", True), ("percent/return", True), ("total_return", False)):
        recognised = recognise_metric(name)
        assert recognised is not None
        assert recognised.says_percent is expected


def test_a_name_longer_than_any_metrics_is_not_looked_at() -> None:
    assert recognise_metric("val_" * 60 + "auc") is not None
    assert recognise_metric("val_" * 1_000_000 + "auc") is None


@pytest.mark.parametrize("metric", WELL_KNOWN_METRICS, ids=lambda metric: metric.names[0])
def test_bands_go_from_the_worst_to_the_best(metric: WellKnownMetric) -> None:
    for thresholds in (metric.thresholds, metric.offered_thresholds):
        if thresholds is not None:
            assert len(thresholds) == THRESHOLD_COUNT
            rising = metric.direction is Direction.HIGHER
            assert all((before < after) is rising for before, after in pairwise(thresholds))
            assert len(set(thresholds)) == THRESHOLD_COUNT


def test_no_name_belongs_to_two_metrics() -> None:
    names = [name for metric in WELL_KNOWN_METRICS for name in metric.names]
    assert len(names) == len(set(names))
