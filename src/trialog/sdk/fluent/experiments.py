"""Which experiment runs are begun in."""

import os
from typing import Final, NamedTuple

from trialog.entities.limits import check_experiment_name
from trialog.errors import InvalidParameter, ResourceNotFound, TrialogError
from trialog.sdk.entities.conversions import experiment_of
from trialog.sdk.entities.experiment import Experiment
from trialog.sdk.experiments import Experiments
from trialog.sdk.fluent.asking import ask, explained
from trialog.sdk.reports import report
from trialog.sdk.settings import Mode, client_settings
from trialog.sdk.transport import Transport

_DEFAULT: Final = "0"


class ExperimentName(NamedTuple):
    """An experiment, by what is known of it.

    Args:
        experiment_id: Its id; None where it could not be asked for.
        name: Its name; None where only the id was said.
    """

    experiment_id: str | None
    name: str | None


class _Active:
    experiment: ExperimentName | None = None


def set_experiment(experiment_name: str | None = None, experiment_id: str | None = None) -> Experiment:
    """Make an experiment the one that runs are begun in; one that is not there is made.

    Where no server can be reached, runs are begun in it by name as soon as one can.

    Args:
        experiment_name: Its name.
        experiment_id: Its id, in place of the name.

    Returns:
        The experiment; without an id where no server could be reached.

    Raises:
        InvalidParameter: Neither is given, or both are, or there can be no such name.
    """
    if (experiment_name is None) == (experiment_id is None):
        raise InvalidParameter(
            "experiment.name_or_id", "Name the experiment by experiment_name or by experiment_id, and not by both."
        )
    if experiment_name is not None:
        check_experiment_name(experiment_name)
    named = ExperimentName(None if experiment_id is None else str(experiment_id), experiment_name)
    unknown = Experiment(named.experiment_id or "", named.name or "", "", "active")
    _Active.experiment = named
    if client_settings().mode is not Mode.ONLINE:
        return unknown
    try:
        experiment = ask(lambda transport: _find(transport, named))
    except (TrialogError, OSError) as error:
        report(explained(error))
        return unknown
    _Active.experiment = ExperimentName(experiment.experiment_id, experiment.name)
    return experiment


def active_experiment() -> ExperimentName:
    """Return the experiment that runs are begun in: the one that was set, else the one that the environment names."""
    if _Active.experiment is not None:
        return _Active.experiment
    if name := os.environ.get("MLFLOW_EXPERIMENT_NAME"):
        return ExperimentName(None, name)
    return ExperimentName(os.environ.get("MLFLOW_EXPERIMENT_ID") or _DEFAULT, None)


def active_experiment_id() -> str:
    """Return the id of the experiment that runs are begun in.

    Raises:
        TrialogError: It is known by name alone, and the server cannot be asked.
    """
    named = active_experiment()
    return named.experiment_id or ask(lambda transport: _find(transport, named)).experiment_id


def forget_experiment() -> None:
    """Begin runs in the experiment that the environment names."""
    _Active.experiment = None


def _find(transport: Transport, named: ExperimentName) -> Experiment:
    experiments = Experiments(transport)
    experiment_id = named.experiment_id or experiments.get_or_create(named.name or "")
    experiment = experiment_of(experiments.get(experiment_id))
    if experiment.lifecycle_stage != "active":
        raise ResourceNotFound(
            "experiment.deleted",
            f"The experiment {experiment.name!r} is in the bin. Take it out with `trialog experiments restore`, or"
            " choose another name.",
            name=experiment.name,
        )
    return experiment
