"""The nouns of experiment tracking, as plain frozen values."""

from trialog.entities.dataset import Dataset, DatasetInput, DatasetSummary
from trialog.entities.experiment import (
    DEFAULT_EXPERIMENT_ID,
    DEFAULT_EXPERIMENT_NAME,
    Experiment,
    ExperimentSearch,
)
from trialog.entities.lifecycle import LifecycleStage, ViewType
from trialog.entities.logged_model import (
    DatasetFilter,
    LoggedModel,
    LoggedModelOrder,
    LoggedModelSearch,
    LoggedModelStatus,
    NewLoggedModel,
)
from trialog.entities.metric import Metric
from trialog.entities.numbers import INT64_MAX, INT64_MIN, Int64
from trialog.entities.page import Page
from trialog.entities.run import (
    LOGGED_MODEL_HISTORY_TAG,
    RUN_NAME_TAG,
    ModelInput,
    ModelOutput,
    NewRun,
    Run,
    RunInfo,
    RunSearch,
    RunStatus,
)
from trialog.entities.tag import Param, Tag
from trialog.entities.text import RequiredText

__all__ = [
    "DEFAULT_EXPERIMENT_ID",
    "DEFAULT_EXPERIMENT_NAME",
    "INT64_MAX",
    "INT64_MIN",
    "LOGGED_MODEL_HISTORY_TAG",
    "RUN_NAME_TAG",
    "Dataset",
    "DatasetFilter",
    "DatasetInput",
    "DatasetSummary",
    "Experiment",
    "ExperimentSearch",
    "Int64",
    "LifecycleStage",
    "LoggedModel",
    "LoggedModelOrder",
    "LoggedModelSearch",
    "LoggedModelStatus",
    "Metric",
    "ModelInput",
    "ModelOutput",
    "NewLoggedModel",
    "NewRun",
    "Page",
    "Param",
    "RequiredText",
    "Run",
    "RunInfo",
    "RunSearch",
    "RunStatus",
    "Tag",
    "ViewType",
]
