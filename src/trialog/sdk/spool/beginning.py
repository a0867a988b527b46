"""Beginning a run that a client made by itself."""

from trialog.entities import Tag
from trialog.sdk.experiments import Experiments
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.transport import Transport
from trialog.wire.messages.runs import RunMessage, RunResponse


def begin_run(transport: Transport, run: SpooledRun) -> RunMessage:
    """Begin a run with the id that it has, and its experiment if that is not there; one that is there stays as it is.

    Args:
        transport: Asks the server.
        run: The run.

    Raises:
        TrialogError: The server refuses it, or cannot be reached.
    """
    experiment_id = run.experiment_id
    if experiment_id is None:
        experiment_id = Experiments(transport).get_or_create(run.experiment_name or "Default")
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
