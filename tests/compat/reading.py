"""What a run of the client always has, though its types say that it may be missing."""

from mlflow.entities import Run
from mlflow.entities.dataset_input import DatasetInput
from mlflow.entities.run_inputs import RunInputs
from mlflow.entities.run_outputs import RunOutputs


def inputs_of(run: Run) -> RunInputs:
    """The run's inputs: data sets and models."""
    assert run.inputs is not None
    return run.inputs


def datasets_of(run: Run) -> list[DatasetInput]:
    """The data sets that went into the run."""
    return list(inputs_of(run).dataset_inputs)


def outputs_of(run: Run) -> RunOutputs:
    """The models that came out of the run."""
    assert run.outputs is not None
    return run.outputs
