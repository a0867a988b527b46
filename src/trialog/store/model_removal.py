"""Removing a registered model for good, with all its versions; its history stays."""

from sqlalchemy import Connection, delete, select

from trialog.entities import Cause, ModelStage, ResourceType
from trialog.store.accounts import forget_resource
from trialog.store.model_stages import record_departure
from trialog.store.registry_history import end_name, moment_of
from trialog.store.registry_rows import AnyModelRow
from trialog.store.registry_tables import model_versions, registered_model_tags, registered_models
from trialog.store.version_content import delete_versions


def remove_model(connection: Connection, model: AnyModelRow, cause: Cause) -> None:
    """Remove a registered model and what is permitted on it.

    Args:
        connection: Inside a writing transaction that has the store to itself.
        model: Row of the model.
        cause: Who does it, and why.
    """
    theirs = model_versions.c.model == model.id
    now = moment_of(connection, model.id)
    stages = select(model_versions.c.version, model_versions.c.current_stage).where(theirs)
    in_order = connection.execute(stages.order_by(model_versions.c.version)).all()
    leaving = [(row.version, ModelStage(row.current_stage)) for row in in_order]
    record_departure(connection, model, leaving, cause, now)
    delete_versions(connection, theirs)
    connection.execute(delete(registered_model_tags).where(registered_model_tags.c.model == model.id))
    connection.execute(delete(registered_models).where(registered_models.c.id == model.id))
    end_name(connection, model.id, now)
    forget_resource(connection, ResourceType.REGISTERED_MODEL, str(model.id))
