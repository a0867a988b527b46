"""Examples of the promotion routes, shown where the API is documented."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple


class Example(NamedTuple):
    """What is sent and what comes back.

    Attributes:
        request: The JSON body; None for a request without one.
        response: The JSON answer.
    """

    request: dict[str, Any] | None
    response: dict[str, Any]


_MOVED: Final = 1760286149000
_VERSION: Final = {
    "model_path": "artifacts/models/xgboost_production_v7.pkl",
    "version": 7,
    "stage": "Production",
    "metrics": {"roc_auc": 0.5129, "sharpe_ratio": 1.2},
    "model_uri": "models:/xgboost_trading_model/7",
    "name": "xgboost_trading_model",
    "label": "20251012_162229",
    "description": "Ensemble on 84 features.",
    "creation_timestamp": 1760286000000,
    "last_updated_timestamp": _MOVED,
    "user_id": "ada",
    "status": "READY",
    "run_id": "0f1c9a6f3c4b4b0d8b8b3f6f6c1f2a3d",
    "run_name": "xgboost_20251012_162229",
    "params": {"max_depth": "6", "n_estimators": "200"},
    "model_id": None,
    "storage_location": "artifacts/models/xgboost_production_v7.pkl",
    "signature": None,
    "flavors": ["xgboost"],
    "size_bytes": 482113,
    "tags": {},
    "aliases": ["champion"],
    "since": _MOVED,
    "by": "ada",
    "reason": "Better ROC AUC on the last month.",
    "operation": "promote",
    "gate": None,
}
_BEFORE: Final = {
    **_VERSION,
    "model_path": "artifacts/models/xgboost_production_v5.pkl",
    "storage_location": "artifacts/models/xgboost_production_v5.pkl",
    "version": 5,
    "model_uri": "models:/xgboost_trading_model/5",
    "label": "20250914_090000",
    "metrics": {"roc_auc": 0.4829, "sharpe_ratio": 0.9},
    "aliases": [],
    "reason": "Version 7 loses money.",
    "operation": "rollback",
}
_PROMOTED: Final = {
    "move_id": 12,
    "change_id": 12,
    "registered_model_id": 3,
    "name": "xgboost_trading_model",
    "version": 7,
    "alias": None,
    "from_stage": "Staging",
    "to_stage": "Production",
    "from_version": None,
    "timestamp": _MOVED,
    "actor": "ada",
    "operation": "promote",
    "reason": "Better ROC AUC on the last month.",
    "gate": None,
}

EXAMPLES: Final[Mapping[str, Example]] = MappingProxyType(
    {
        "promote_model": Example(
            {
                "model_name": "xgboost_trading_model",
                "version": 7,
                "stage": "Production",
                "archive_existing": True,
                "reason": "Better ROC AUC on the last month.",
            },
            _VERSION,
        ),
        "roll_back_stage": Example(
            {"model_name": "xgboost_trading_model", "stage": "Production", "reason": "Version 7 loses money."}, _BEFORE
        ),
        "get_stage_version": Example(None, _VERSION),
        "get_named_version": Example(None, _VERSION),
        "get_model_history": Example(None, {"moves": [_PROMOTED]}),
        "get_stage_at": Example(
            None,
            {
                "name": "xgboost_trading_model",
                "stage": "Production",
                "time": _MOVED + 1,
                "versions": [
                    {
                        "name": "xgboost_trading_model",
                        "version": 7,
                        "since": _MOVED,
                        "by": "ada",
                        "reason": "Better ROC AUC on the last month.",
                        "operation": "promote",
                        "gate": None,
                    }
                ],
            },
        ),
    }
)
