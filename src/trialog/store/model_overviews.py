"""Registered models with their versions, and what the runs of these measured."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, case, func, not_, or_, select

from trialog.entities import (
    SYSTEM_METRIC_PREFIX,
    Metric,
    ModelContent,
    ModelStage,
    ModelVersion,
    Param,
    RegisteredModel,
    RegistryMove,
    RunInfo,
    Visibility,
)
from trialog.entities.model_overview import (
    KEY_METRIC_TAG,
    ModelDetails,
    ModelOverview,
    ModelOverviews,
    ModelOverviewSearch,
    VersionOverview,
    VersionRow,
)
from trialog.store.double_keys import from_key
from trialog.store.json_values import table_of
from trialog.store.page_tokens import query_fingerprint
from trialog.store.paging import PagedQuery, SortTerm, fetch_page
from trialog.store.prompts import model_is_prompt
from trialog.store.registry_history import find_moves
from trialog.store.registry_rows import AnyModelRow, load_models, load_versions, model_row, select_versions
from trialog.store.registry_tables import model_signatures, model_versions, registered_models, registry_moves
from trialog.store.rows import AnyRow
from trialog.store.run_rows import RUN_COLUMNS, to_info
from trialog.store.sets import is_one_of
from trialog.store.tables import NO_MODEL, params, runs, series
from trialog.store.text_conditions import holds_but_for_case
from trialog.store.visibility import visible_only
from trialog.store.workspace_scope import lies_in

SHOWN_METRICS = 200
"""So many metrics of a version's run are shown."""

SHOWN_PARAMS = 200
LONGEST_SIGNATURE = 100_000

_flavors = msgspec.json.Decoder(tuple[str, ...])


class _MeasuredRun(NamedTuple):
    number: int
    info: RunInfo
    metrics: list[Metric]


class _RunScope(NamedTuple):
    """Which runs may be shown beside the versions that name them: clients may write whatever id they know."""

    workspace: str
    readable: Visibility | None


def read_model_overviews(connection: Connection, workspace: str, query: ModelOverviewSearch) -> ModelOverviews:
    """Return one page of registered models.

    Args:
        connection: Where to read.
        workspace: Where to look.
        query: Which.

    Raises:
        InvalidParameter: The token is not one of this query.
    """
    conditions = [
        registered_models.c.workspace == workspace,
        ~model_is_prompt(registered_models.c.id),
        *visible_only(registered_models.c.id, query.visible),
    ]
    if query.search:
        conditions.append(holds_but_for_case(registered_models.c.name, query.search))
    terms = [SortTerm(registered_models.c.name, str)]
    if query.by_last_change:
        terms.insert(0, SortTerm(registered_models.c.last_updated_timestamp, int, descending=True))
    fingerprint = query_fingerprint("model overviews", query.search, query.by_last_change)
    paged = PagedQuery(select(registered_models).where(*conditions), terms, fingerprint)
    rows, token = fetch_page(connection, paged, query.max_results, query.page_token)
    total = connection.execute(select(func.count()).select_from(registered_models).where(*conditions)).scalar_one()
    return ModelOverviews(_overviews(connection, rows, _RunScope(workspace, query.experiments)), total, token)


def find_in_production(
    connection: Connection,
    workspace: str,
    max_results: int,
    *,
    models: Visibility | None,
    experiments: Visibility | None,
) -> tuple[list[ModelOverview], int]:
    """Return the registered models with a version in Production, and how many registered models there are.

    Args:
        connection: Where to read.
        workspace: Where to look.
        max_results: So many at most, those changed last.
        models: Which may be read; None for all.
        experiments: Which experiments may be read, for the runs of versions; None for all.
    """
    mine = (
        registered_models.c.workspace == workspace,
        ~model_is_prompt(registered_models.c.id),
        *visible_only(registered_models.c.id, models),
    )
    in_production = select(model_versions.c.model).where(model_versions.c.current_stage == ModelStage.PRODUCTION.value)
    statement = (
        select(registered_models)
        .where(registered_models.c.id.in_(in_production), *mine)
        .order_by(registered_models.c.last_updated_timestamp.desc(), registered_models.c.name)
        .limit(max_results)
    )
    rows = connection.execute(statement).all()
    count = connection.execute(select(func.count()).select_from(registered_models).where(*mine)).scalar_one()
    return _overviews(connection, rows, _RunScope(workspace, experiments)), count


def read_model_details(
    connection: Connection,
    workspace: str,
    name: str,
    max_results: int,
    before_version: int | None,
    experiments: Visibility | None,
) -> ModelDetails:
    """Return a registered model with its versions side by side.

    Args:
        connection: Where to read.
        workspace: Of which workspace it is.
        name: Its name.
        max_results: So many versions at most, the newest first.
        before_version: Only versions with a lower number.
        experiments: Which experiments may be read, for the runs of versions; None for all.

    Raises:
        ResourceNotFound: No model has this name.
    """
    row = model_row(connection, workspace, name)
    scope = _RunScope(workspace, experiments)
    [overview] = _overviews(connection, [row], scope)
    statement = select_versions().where(model_versions.c.model == row.id)
    if before_version is not None:
        statement = statement.where(model_versions.c.version < before_version)
    rows = connection.execute(statement.order_by(model_versions.c.version.desc()).limit(max_results + 1)).all()
    shown = rows[:max_results]
    versions = load_versions(connection, shown)
    seen = _measured_runs(connection, versions, _key_metrics([overview.model]), scope)
    overviews = _version_overviews(connection, shown, versions, seen)
    params_of = _read_params(connection, seen)
    contents = _read_contents(connection, [one.id for one in shown])
    return ModelDetails(
        overview=overview,
        rows=[
            VersionRow(
                overview=one,
                content=contents[place.id][1],
                signature_id=contents[place.id][0],
                params=params_of.get(one.version.run_id or "", []),
            )
            for place, one in zip(shown, overviews, strict=True)
        ],
        signatures=_read_signatures(connection, [digest for digest, _ in contents.values() if digest is not None]),
        next_before_version=versions[-1].version if len(rows) > max_results else None,
    )


def _overviews(connection: Connection, rows: Sequence[AnyModelRow], scope: _RunScope) -> list[ModelOverview]:
    """Return the registered models of rows, each with the newest version of each stage and the newest of all."""
    models = load_models(connection, rows)
    counts = _count_versions(connection, [row.id for row in rows])
    number_of = {row.name: row.id for row in rows}
    newest = [version for model in models for version in model.latest_versions]
    # The newest version of all is the newest of its stage.
    version_rows = [_Place(number_of[version.name], version.version) for version in newest]
    seen = _measured_runs(connection, newest, _key_metrics(models), scope)
    shown: dict[str, dict[int, VersionOverview]] = defaultdict(dict)
    for version, overview in zip(newest, _version_overviews(connection, version_rows, newest, seen), strict=True):
        shown[version.name][version.version] = overview
    return [
        ModelOverview(
            number=row.id,
            model=model,
            version_count=counts.get(row.id, 0),
            latest=max(shown[model.name], default=None),
            versions=shown[model.name],
        )
        for row, model in zip(rows, models, strict=True)
    ]


class _Place(NamedTuple):
    """What stands for a version in the tables: the model's own number, and its number as users count."""

    model: int
    version: int


def _key_metrics(models: Iterable[RegisteredModel]) -> list[str]:
    return [tag.value for model in models for tag in model.tags if tag.key == KEY_METRIC_TAG]


def _count_versions(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    counted = (
        select(model_versions.c.model, func.count())
        .where(is_one_of(model_versions.c.model, numbers))
        .group_by(model_versions.c.model)
    )
    return dict(connection.execute(counted).all())


def _version_overviews(
    connection: Connection,
    places: Sequence[AnyRow | _Place],
    versions: Sequence[ModelVersion],
    seen: Mapping[str, _MeasuredRun],
) -> list[VersionOverview]:
    arrivals = _read_arrivals(connection, places, versions)
    found = []
    for place, version in zip(places, versions, strict=True):
        run = seen.get(version.run_id or "")
        found.append(
            VersionOverview(
                version=version,
                arrival=arrivals.get((place.model, place.version)),
                run=None if run is None else run.info,
                metrics=[] if run is None else run.metrics,
            )
        )
    return found


def _read_arrivals(
    connection: Connection, places: Sequence[AnyRow | _Place], versions: Sequence[ModelVersion]
) -> dict[tuple[int, int], RegistryMove]:
    """Return the last move that brought each version into the stage it is in."""
    rows = [
        (place.model, place.version, version.current_stage.value)
        for place, version in zip(places, versions, strict=True)
    ]
    wanted = table_of("wanted", rows, model=int, version=int, stage=str)
    last = (
        select(func.max(registry_moves.c.id))
        .where(
            registry_moves.c.model == wanted.c.model,
            registry_moves.c.version == wanted.c.version,
            registry_moves.c.to_stage == wanted.c.stage,
        )
        .correlate(wanted)
        .scalar_subquery()
    )
    numbers = [number for number in connection.execute(select(last).select_from(wanted)).scalars() if number]
    moves = find_moves(connection, numbers)
    return {(move.registered_model_id, move.version): move for move in moves if move.version is not None}


def _measured_runs(
    connection: Connection, versions: Sequence[ModelVersion], key_metrics: Sequence[str], scope: _RunScope
) -> dict[str, _MeasuredRun]:
    """Return the runs that versions come from, with the first of their metrics and those that are named."""
    run_ids = sorted({version.run_id for version in versions if version.run_id})
    mine = (
        is_one_of(runs.c.run_id, run_ids),
        lies_in(scope.workspace, runs.c.experiment),
        *visible_only(runs.c.experiment, scope.readable),
    )
    rows = connection.execute(select(*RUN_COLUMNS).where(*mine)).all()
    in_order = func.row_number().over(partition_by=series.c.run, order_by=series.c.key)
    numbered = (
        select(
            series.c.run,
            series.c.key,
            series.c.last_value,
            series.c.last_timestamp,
            series.c.last_step,
            in_order.label("place"),
        )
        .where(
            is_one_of(series.c.run, [row.id for row in rows]),
            series.c.model == NO_MODEL,
            not_(series.c.key.startswith(SYSTEM_METRIC_PREFIX)),
        )
        .subquery("numbered")
    )
    shown = or_(numbered.c.place <= SHOWN_METRICS, is_one_of(numbered.c.key, key_metrics))
    metrics: dict[int, list[Metric]] = defaultdict(list)
    for run, key, value, timestamp, step, _ in connection.execute(
        select(numbered).where(shown).order_by(numbered.c.run, numbered.c.key)
    ):
        metrics[run].append(Metric(key, from_key(value), timestamp, step))
    return {row.run_id: _MeasuredRun(row.id, to_info(row), metrics[row.id]) for row in rows}


def _read_params(connection: Connection, seen: Mapping[str, _MeasuredRun]) -> dict[str, list[Param]]:
    """Return the first params of runs, by their ids."""
    name_of = {run.number: run_id for run_id, run in seen.items()}
    in_order = func.row_number().over(partition_by=params.c.run, order_by=params.c.key)
    numbered = (
        select(params.c.run, params.c.key, params.c.value, in_order.label("place"))
        .where(is_one_of(params.c.run, name_of))
        .subquery("numbered")
    )
    shown = select(numbered.c.run, numbered.c.key, numbered.c.value).where(numbered.c.place <= SHOWN_PARAMS)
    found: dict[str, list[Param]] = defaultdict(list)
    for run, key, value in connection.execute(shown.order_by(numbered.c.run, numbered.c.key)):
        found[name_of[run]].append(Param(key, value))
    return found


def _read_contents(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[str | None, ModelContent]]:
    """Return what the files of versions say but for the signature, and the digest of that."""
    said = (model_versions.c.id, model_versions.c.signature, model_versions.c.flavors, model_versions.c.size_bytes)
    statement = select(*said).where(is_one_of(model_versions.c.id, numbers))
    return {
        number: (digest, ModelContent(None, _flavors.decode(flavors), size_bytes))
        for number, digest, flavors, size_bytes in connection.execute(statement)
    }


def _read_signatures(connection: Connection, digests: Iterable[str]) -> dict[str, str | None]:
    content = model_signatures.c.content
    short = case((func.length(content) <= LONGEST_SIGNATURE, content), else_=None)
    statement = select(model_signatures.c.digest, short).where(is_one_of(model_signatures.c.digest, set(digests)))
    return dict(connection.execute(statement).all())
