"""Beginning a run that a client made by itself."""

from trialog.entities import Tag
from trialog.errors import InvalidParameter
from trialog.sdk.experiments import Experiments
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.transport import Transport
from trialog.wire.messages.runs import RunMessage, RunResponse


def find_experiment(transport: Transport, run: SpooledRun) -> str:
    """Return the id of the experiment that a run begins in; one that is known by name alone is made if it is not there.

    Args:
        transport: Asks the server.
        run: The run.

    Raises:
        TrialogError: The server refuses it, or cannot be reached.
    """
    if run.experiment_id is not None:
        return run.experiment_id
    if run.experiment_name is None:
        raise InvalidParameter(
            "spool.no_experiment", "The run was kept without the experiment that it belongs to, and cannot begin."
        )
    return Experiments(transport).get_or_create(run.experiment_name)


def begin_run(transport: Transport, run: SpooledRun, experiment_id: str) -> RunMessage:
    """Begin a run with the id that it has, and return it; one that is there stays as it is.

    Args:
        transport: Asks the server.
        run: The run.
        experiment_id: The experiment to begin it in.

    Raises:
        TrialogError: The server refuses it, or cannot be reached.
    """
    return transport.call(
        "begin_run",
        RunResponse,
        run_id=run.run_id,
        experiment_id=experiment_id,
        user_id=run.user_id,
        run_name=run.run_name,
        start_time=run.start_time,
        tags=[Tag(key, value) for key, value in run.tags.items()],
    ).run
