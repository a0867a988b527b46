"""The migrations on PostgreSQL: what they make, and that they take it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url

from tests.postgresql import new_database
from trialog.config import PROXIED_ARTIFACT_ROOT
from trialog.entities import Metric, NewModelVersion, NewRegisteredModel, NewRun, Param, Tag
from trialog.entities.webhook import NewWebhook, WebhookAction, WebhookEntity, WebhookEvent
from trialog.store import open_store, schema
from trialog.store.postgresql import create_postgresql_engine
from trialog.store.sealing import SealingRule
from trialog.store.tables import metadata

pytestmark = pytest.mark.anyio  # marks the plain tests too, which it leaves as they are

VERSIONS = (*schema.OLDER_VERSIONS, schema.NEWEST_VERSION)
# What a user can see in a database, but for the tables of PostgreSQL itself.
THINGS = """
    SELECT 'relation ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
"""


@pytest.fixture
def uri() -> Iterator[str]:
    with new_database() as made:
        yield made


@pytest.fixture
def connection(uri: str) -> Iterator[Connection]:
    engine = create_postgresql_engine(make_url(uri))
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def config_of(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations").replace("%", "%%"))
    return config


def things_in(connection: Connection) -> set[str]:
    return {str(name) for name in connection.exec_driver_sql(THINGS).scalars()}


async def fill(uri: str) -> None:
    """Leave something in every kind of table, sealed points among them."""
    store = await open_store(uri, default_artifact_root=PROXIED_ARTIFACT_ROOT, sealing=SealingRule(straight=4))
    run = (await store.runs.create(NewRun("0", tags=(Tag("t", "x"),)))).info.run_id
    points = [Metric("loss", float(step), step, step) for step in range(400)]
    await store.runs.log_batch(run, metrics=points, params=[Param("p", "1")])
    await store.webhooks.create(
        NewWebhook("hook", "https://example.org", (WebhookEvent(WebhookEntity.MODEL_VERSION, WebhookAction.CREATED),))
    )
    await store.registered_models.create(NewRegisteredModel("m"))
    await store.model_versions.create(NewModelVersion("m", "s3://bucket", "s3://bucket", run_id=run))
    await store.close()


# An index of an expression is spelled back in PostgreSQL's own words; that it is used, the plans of searches show.
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_make_the_tables_that_the_code_expects(connection: Connection) -> None:
    schema.migrate(connection)

    context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
    assert compare_metadata(context, metadata) == []


def test_each_migration_goes_up_and_down_again(connection: Connection) -> None:
    config, seen = config_of(connection), [things_in(connection)]
    for version in VERSIONS:
        command.upgrade(config, version)
        seen.append(things_in(connection))
    assert seen[0] == set()

    for version, expected in zip((*reversed(VERSIONS[:-1]), "base"), reversed(seen[:-1]), strict=True):
        command.downgrade(config, version)
        left = things_in(connection) if expected else _without_version(things_in(connection))
        assert left == expected, version


async def test_a_store_that_is_in_use_goes_down_to_nothing(uri: str, connection: Connection) -> None:
    await fill(uri)
    config = config_of(connection)
    sealed = connection.exec_driver_sql("SELECT sum(count) FROM trialog_chunks").scalar_one()
    assert sealed > 0

    command.downgrade(config, "0002")
    assert connection.exec_driver_sql("SELECT count(*) FROM trialog_points").scalar_one() == 400

    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert _without_version(things_in(connection)) == set()


def _without_version(things: set[str]) -> set[str]:
    """Alembic's own note of the version stays."""
    return {name for name in things if schema.VERSION_TABLE not in name}


def test_letters_that_differ_in_case_alone_are_folded_in_every_alphabet(connection: Connection) -> None:
    schema.migrate(connection)

    folded = connection.exec_driver_sql("SELECT trialog_fold('ПРИВЕТ Ärger ΣΊΣΥΦΟΣ İ I'), trialog_fold(NULL)").one()
    assert folded[0].startswith("привет ärger σίσυφοσ")
    assert folded[1] is None


def test_history_of_the_registry_cannot_be_rewritten(connection: Connection) -> None:
    schema.migrate(connection)

    for change in ("DELETE FROM", "TRUNCATE", "UPDATE"):
        rest = " SET model = 2" if change == "UPDATE" else ""
        with pytest.raises(Exception, match="the history of the registry is only added to"):
            connection.exec_driver_sql(f"{change} trialog_registry_changes{rest}")
