"""The tables, the same on every database.

Runs, experiments and logged models have an integer of the store's own beside the id that clients see: rows that are
many point to the integer. Numbers of metrics are kept as integers in the order of doubles (`double_keys`).
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    and_,
    func,
    literal_column,
)

from trialog.store.column_types import Identity, Text

metadata = MetaData()

DEFAULT_WORKSPACE = "default"
NO_MODEL = 0

experiments = Table(
    "trialog_experiments",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("artifact_location", Text, nullable=False),
    Column("lifecycle_stage", Text, nullable=False),
    Column("creation_time", BigInteger, nullable=False),
    Column("last_update_time", BigInteger, nullable=False),
    UniqueConstraint("workspace", "name", name="trialog_experiments_name"),
    sqlite_autoincrement=True,  # the id of an experiment removed for good never comes back
)

experiment_tags = Table(
    "trialog_experiment_tags",
    metadata,
    Column("experiment", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

runs = Table(
    "trialog_runs",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("experiment", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("start_time", BigInteger),
    Column("end_time", BigInteger),
    Column("deleted_time", BigInteger),
    Column("lifecycle_stage", Text, nullable=False),
    Column("artifact_uri", Text, nullable=False),
    UniqueConstraint("run_id", name="trialog_runs_run_id"),
    sqlite_autoincrement=True,  # points of a run removed for good must never fall to another
)

# What a page of runs is ordered by; ties go by newest start, then by id.
_of_partition = (runs.c.experiment, runs.c.lifecycle_stage)
Index("trialog_runs_by_start", *_of_partition, runs.c.start_time.desc(), runs.c.run_id)
Index("trialog_runs_by_end", *_of_partition, runs.c.end_time, runs.c.start_time.desc())
Index("trialog_runs_by_name", *_of_partition, runs.c.name, runs.c.start_time.desc())
Index("trialog_runs_by_status", *_of_partition, runs.c.status, runs.c.start_time.desc())

params = Table(
    "trialog_params",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

tags = Table(
    "trialog_tags",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

# How far what a process logs to a run was applied, in bytes of its stream.
log_streams = Table(
    "trialog_log_streams",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("writer", Text, primary_key=True),
    Column("applied", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Params and tags are found by key and value. Values may be long: their beginning tells most of them apart.
INDEXED_CHARACTERS = 64


def indexed_text(value: ColumnElement[str]) -> ColumnElement[str]:
    """Return the beginning of a value of a param or tag, as an index has it.

    Args:
        value: The column.
    """
    return func.substr(value, literal_column("1"), literal_column(str(INDEXED_CHARACTERS)))


Index("trialog_params_by_value", params.c.key, indexed_text(params.c.value), params.c.run)
Index("trialog_tags_by_value", tags.c.key, indexed_text(tags.c.value), tags.c.run)

# One row per metric of a run, and one more per (model, dataset) when points were logged for a logged model: `model` is
# NO_MODEL and the dataset empty in the run's own row (docs/decisions/0002). It holds all that search and the table of
# runs ask.
series = Table(
    "trialog_series",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("run", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("model", BigInteger, nullable=False),
    Column("dataset_name", Text, nullable=False),
    Column("dataset_digest", Text, nullable=False),
    Column("experiment", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("last_value", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("last_timestamp", BigInteger, nullable=False),
    Column("first_value", BigInteger, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("first_timestamp", BigInteger, nullable=False),
    Column("min_value", BigInteger),  # NULL while all values are NaN
    Column("min_step", BigInteger),
    Column("max_value", BigInteger),
    Column("max_step", BigInteger),
    Column("sealed_count", BigInteger, nullable=False, server_default="0"),
    Column("sealed_timestamp", BigInteger),  # the greatest in any chunk; later points cannot be in one
    UniqueConstraint("run", "key", "model", "dataset_name", "dataset_digest", name="trialog_series_identity"),
    Index("trialog_series_by_last_value", "experiment", "key", "last_value", "run"),
    sqlite_autoincrement=True,  # points of a series removed for good must never fall to another
)

# Few series are of a logged model; in the index of all of them each run would pay for what it does not have. Databases
# use such an index where its condition stands in the question as it stands here.
is_of_model = series.c.model != literal_column(str(NO_MODEL))
Index("trialog_series_by_model", series.c.model, series.c.key, sqlite_where=is_of_model, postgresql_where=is_of_model)

# The series whose rows are worth a chunk: few, so that looking for them costs nothing in a store of millions. Those of
# logged models are never sealed: they are short, and searches of models ask for their points in SQL.
LEAST_HOT_POINTS = 64
is_sealable = and_(series.c.count - series.c.sealed_count >= LEAST_HOT_POINTS, series.c.model == NO_MODEL)
Index("trialog_series_to_seal", series.c.id, sqlite_where=is_sealable, postgresql_where=is_sealable)

# Points logged lately, a row each; the key is the identity of a point and the order of history.
points = Table(
    "trialog_points",
    metadata,
    Column("series", BigInteger, primary_key=True),
    Column("timestamp", BigInteger, primary_key=True),
    Column("step", BigInteger, primary_key=True),
    Column("value", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

# Sealed points, about 1,000 of one series a row, compressed. Chunks of a series never overlap in the order of history.
chunks = Table(
    "trialog_chunks",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("series", BigInteger, nullable=False),
    Column("first_timestamp", BigInteger, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("first_value", BigInteger, nullable=False),
    Column("last_timestamp", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("last_value", BigInteger, nullable=False),
    Column("min_value", BigInteger),
    Column("max_value", BigInteger),
    Column("count", BigInteger, nullable=False),
    Column("codec", Text, nullable=False),
    Column("checksum", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    # Where those two stand; NULL where a curve needs more of the chunk than its edges (`chunks.ChunkEdges`).
    Column("min_timestamp", BigInteger),
    Column("min_step", BigInteger),
    Column("max_timestamp", BigInteger),
    Column("max_step", BigInteger),
    UniqueConstraint("series", "first_timestamp", "first_step", "first_value", name="trialog_chunks_range"),
)

# Work that one process at a time may do, such as sealing.
leases = Table(
    "trialog_leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

datasets = Table(
    "trialog_datasets",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("experiment", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("source_type", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("schema", Text),
    Column("profile", Text),
    UniqueConstraint("experiment", "name", "digest", name="trialog_datasets_identity"),
)

dataset_inputs = Table(
    "trialog_dataset_inputs",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("run", BigInteger, nullable=False),
    Column("dataset", BigInteger, nullable=False),
    UniqueConstraint("run", "dataset", name="trialog_dataset_inputs_identity"),
    Index("trialog_dataset_inputs_by_dataset", "dataset"),
)

dataset_input_tags = Table(
    "trialog_dataset_input_tags",
    metadata,
    Column("input", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

logged_models = Table(
    "trialog_logged_models",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("model_id", Text, nullable=False),
    Column("experiment", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("artifact_uri", Text, nullable=False),
    Column("creation_timestamp", BigInteger, nullable=False),
    Column("last_updated_timestamp", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("lifecycle_stage", Text, nullable=False),
    Column("model_type", Text),
    Column("source_run_id", Text),
    UniqueConstraint("model_id", name="trialog_logged_models_model_id"),
    Index("trialog_logged_models_by_creation", "experiment", "creation_timestamp", "model_id"),
    sqlite_autoincrement=True,  # 0 is "no model", and a number never comes back
)

logged_model_params = Table(
    "trialog_logged_model_params",
    metadata,
    Column("model", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

logged_model_tags = Table(
    "trialog_logged_model_tags",
    metadata,
    Column("model", BigInteger, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Which logged models a run used and made, under the ids that the client gave.
model_inputs = Table(
    "trialog_model_inputs",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("model_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)

model_outputs = Table(
    "trialog_model_outputs",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("model_id", Text, primary_key=True),
    Column("step", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)
