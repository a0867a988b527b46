"""Examples of the routes of pages, shown where the API is documented."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from trialog.server.openapi_examples import Example

_BEGUN: Final = 1760286000000
_ENDED: Final = 1760286149000
_RUN_ID: Final = "0f1c9a6f3c4b4b0d8b8b3f6f6c1f2a3d"
_PARENT_ID: Final = "5d0c2c1e7a3949c5b6b8f3f0a9d1e2c4"
_READING: Final[dict[str, Any]] = {"direction": "higher", "unit": "none", "scale": 1.0, "is_ambiguous": False}
_SHARPE: Final[dict[str, Any]] = {
    "key": "sharpe_ratio",
    "value": 1.2,
    "step": 40,
    "timestamp": _ENDED,
    "band": "good",
    "meets_target": None,
    "reading": _READING,
}
_SUMMARY: Final[dict[str, Any]] = {
    "version": 7,
    "label": "20251012_162229",
    "stage": "Production",
    "status": "READY",
    "aliases": ["champion"],
    "creation_timestamp": _ENDED,
    "since": _ENDED,
    "by": "ada",
    "run_id": _RUN_ID,
    "run_name": "xgboost_20251012_162229",
    "experiment_id": "1",
    "key_metric": _SHARPE,
}
_MODEL: Final[dict[str, Any]] = {
    "name": "xgboost_trading_model",
    "description": None,
    "creation_timestamp": _BEGUN,
    "last_updated_timestamp": _ENDED,
    "tags": {"trialog.key_metric": "sharpe_ratio"},
    "aliases": [{"alias": "champion", "version": 7}],
    "version_count": 7,
    "production": _SUMMARY,
    "staging": None,
    "latest": _SUMMARY,
    "permission": "MANAGE",
}
_RECENT: Final[dict[str, Any]] = {
    "run_id": _RUN_ID,
    "run_name": "xgboost_20251012_162229",
    "experiment_id": "1",
    "experiment_name": "trading/xgboost",
    "user_id": "ada",
    "status": "RUNNING",
    "start_time": _BEGUN,
    "end_time": None,
}
_RUN: Final[dict[str, Any]] = {
    "info": {
        "run_id": _RUN_ID,
        "run_uuid": _RUN_ID,
        "experiment_id": "1",
        "run_name": "xgboost_20251012_162229",
        "user_id": "ada",
        "status": "FINISHED",
        "artifact_uri": f"mlflow-artifacts:/1/{_RUN_ID}/artifacts",
        "lifecycle_stage": "active",
        "start_time": _BEGUN,
        "end_time": _ENDED,
    },
    "experiment_name": "trading/xgboost",
    "permission": "EDIT",
    "note": "Ensemble on 84 features.",
    "metrics": [
        {
            "key": "sharpe_ratio",
            "count": 41,
            "last": 1.2,
            "last_step": 40,
            "last_timestamp": _ENDED,
            "first": 0.3,
            "first_step": 0,
            "first_timestamp": _BEGUN,
            "min": 0.1,
            "min_step": 3,
            "max": 1.3,
            "max_step": 38,
            "band": "good",
            "meets_target": None,
            "reading": _READING,
        }
    ],
    "metric_count": 1,
    "system_metrics": [],
    "system_metric_count": 0,
    "params": [{"key": "max_depth", "value": "6"}],
    "param_count": 1,
    "tags": [
        {"key": "mlflow.note.content", "value": "Ensemble on 84 features."},
        {"key": "mlflow.parentRunId", "value": _PARENT_ID},
    ],
    "tag_count": 2,
    "datasets": [
        {
            "name": "EURUSD",
            "digest": "3a5f0c1d",
            "source_type": "local",
            "source": '{"uri": "data/eurusd.parquet"}',
            "schema": None,
            "context": "training",
        }
    ],
    "logged_models": [],
    "model_paths": ["model"],
    "versions": [
        {
            "name": "xgboost_trading_model",
            "version": 7,
            "stage": "Production",
            "label": "20251012_162229",
            "aliases": ["champion"],
        }
    ],
    "parent": {
        "run_id": _PARENT_ID,
        "run_name": "grid",
        "experiment_id": "1",
        "status": "FINISHED",
        "start_time": _BEGUN,
        "end_time": _ENDED,
    },
    "children": [],
    "child_count": 0,
}

OVERVIEW_EXAMPLES: Final[Mapping[str, Example]] = MappingProxyType(
    {
        "get_home": Example(
            None,
            {
                "is_empty": False,
                "counts": {
                    "experiments": 2,
                    "runs": 311,
                    "running": 1,
                    "registered_models": 1,
                    "are_exact": True,
                },
                "running": [_RECENT],
                "failed": [],
                "in_production": [{"name": "xgboost_trading_model", "version": _SUMMARY}],
            },
        ),
        "search_experiment_overviews": Example(
            {"search": "trading", "order_by": "last_activity", "max_results": 50},
            {
                "experiments": [
                    {
                        "experiment_id": "1",
                        "name": "trading/xgboost",
                        "lifecycle_stage": "active",
                        "creation_time": _BEGUN,
                        "last_update_time": _BEGUN,
                        "artifact_location": "mlflow-artifacts:/1",
                        "note": None,
                        "tags": {"team": "quants"},
                        "run_count": 311,
                        "runs_by_status": {"RUNNING": 1, "FINISHED": 308, "FAILED": 2},
                        "deleted_run_count": 4,
                        "counts_are_exact": True,
                        "last_run_time": _BEGUN,
                        "permission": "EDIT",
                    }
                ],
                "total": 1,
            },
        ),
        "find_run_keys": Example(
            {"experiment_ids": ["1"], "kind": "metric", "search": "loss"},
            {"keys": ["loss", "val_loss"], "values": [], "total": 2, "is_complete": True},
        ),
        "find_run_groups": Example(
            {
                "experiment_ids": ["1"],
                "group_by": "param",
                "key": "max_depth",
                "metrics": ["sharpe_ratio"],
                "order_by": "metric_mean",
                "order_metric": "sharpe_ratio",
            },
            {
                "groups": [
                    {
                        "value": "6",
                        "count": 200,
                        "metrics": {"sharpe_ratio": {"count": 199, "min": -0.2, "mean": 0.8, "max": 1.3}},
                    },
                    {
                        "value": None,
                        "count": 111,
                        "metrics": {"sharpe_ratio": {"count": 0, "min": None, "mean": None, "max": None}},
                    },
                ],
                "total": 2,
                "runs": 311,
                "is_complete": True,
            },
        ),
        "get_run_overview": Example(None, _RUN),
        "get_run_models": Example(
            None,
            {
                "models": [
                    {
                        "name": "model",
                        "model_id": None,
                        "path": "model",
                        "model_uri": f"runs:/{_RUN_ID}/model",
                        "has_files": True,
                        "flavors": ["python_function", "xgboost"],
                        "signature": {"inputs": [{"type": "double", "name": "close", "required": True}]},
                        "input_example": "input_example.json",
                        "size_bytes": 482113,
                    }
                ],
                "total": 1,
            },
        ),
        "search_model_overviews": Example({"search": "xgboost"}, {"models": [_MODEL], "total": 1}),
        "get_model_overview": Example(
            None,
            {
                "model": _MODEL,
                "versions": [
                    {
                        "summary": _SUMMARY,
                        "description": "Ensemble on 84 features.",
                        "last_updated_timestamp": _ENDED,
                        "user_id": "ada",
                        "source": f"runs:/{_RUN_ID}/model",
                        "storage_location": f"runs:/{_RUN_ID}/model",
                        "model_id": None,
                        "status_message": None,
                        "tags": {},
                        "flavors": ["python_function", "xgboost"],
                        "size_bytes": 482113,
                        "signature_id": None,
                        "metrics": {"sharpe_ratio": 1.2},
                        "params": {"max_depth": "6"},
                    }
                ],
                "next_before_version": None,
                "signatures": {},
                "readings": {"sharpe_ratio": _READING},
                "moves": [],
                "has_more_moves": False,
            },
        ),
        "find_changes": Example(
            {"experiment_ids": ["1"], "run_ids": [_RUN_ID], "since": "AcXh2w=="},
            {
                "token": "AcXh3g==",
                "has_changed": True,
                "new_runs": 2,
                "running": 3,
                "changed_run_ids": [_RUN_ID],
                "gone_run_ids": [],
            },
        ),
        "get_status": Example(
            None,
            {
                "version": "0.1.0",
                "mlflow_version": "3.17.2",
                "python_version": "3.11.13",
                "started_at": _BEGUN,
                "store_kind": "sqlite",
                "has_accounts": True,
                "is_open": False,
                "has_workspaces": False,
                "serves_artifacts": True,
                "store": {
                    "address": "sqlite:///trialog.db",
                    "size_bytes": 48211304,
                    "free_bytes": 0,
                    "schema_version": "0010",
                    "series_to_seal": 3,
                    "being_removed": 0,
                    "bin_retention_days": None,
                    "artifacts": "./mlartifacts",
                },
                "counts": {
                    "experiments": 3,
                    "runs": 314,
                    "logged_models": 20,
                    "registered_models": 1,
                    "model_versions": 7,
                },
            },
        ),
    }
)
