"""What calls of the client return: plain values with MLflow's attribute names."""

from trialog.sdk.entities.dataset import Dataset, DatasetInput
from trialog.sdk.entities.experiment import Experiment
from trialog.sdk.entities.file_info import FileInfo
from trialog.sdk.entities.logged_model import LoggedModel, LoggedModelInput, LoggedModelOutput, LoggedModelStatus
from trialog.sdk.entities.metric import Metric
from trialog.sdk.entities.model_version import ModelVersion
from trialog.sdk.entities.paged_list import PagedList
from trialog.sdk.entities.registered_model import RegisteredModel
from trialog.sdk.entities.run import Run, RunData, RunInfo, RunInputs, RunOutputs
from trialog.sdk.entities.run_status import RunStatus
from trialog.sdk.entities.tags import ExperimentTag, InputTag, Param, RunTag
from trialog.sdk.entities.view_type import ViewType

__all__ = [
    "Dataset",
    "DatasetInput",
    "Experiment",
    "ExperimentTag",
    "FileInfo",
    "InputTag",
    "LoggedModel",
    "LoggedModelInput",
    "LoggedModelOutput",
    "LoggedModelStatus",
    "Metric",
    "ModelVersion",
    "PagedList",
    "Param",
    "RegisteredModel",
    "Run",
    "RunData",
    "RunInfo",
    "RunInputs",
    "RunOutputs",
    "RunStatus",
    "RunTag",
    "ViewType",
]
