"""Stages of versions: moves, their history, and what happens when several are made at once."""

import asyncio
import time

import pytest

from tests.contract.backends import Promise
from tests.contract.registry_samples import (
    ARCHIVED,
    DELETION,
    NAMING,
    NONE,
    PRODUCTION,
    STAGING,
    history,
    move,
    new_model,
    new_version,
    stages,
    told,
)
from tests.contract.samples import all_items, unique
from trialog.contracts import Store
from trialog.entities import LABEL_TAG, Cause, HistorySearch, ModelStage, Operation, StageChange, Tag
from trialog.errors import Conflict, InvalidParameter, ResourceNotFound

pytestmark = pytest.mark.anyio


def moment() -> int:
    """A time that all moves before are not after, and all moves to come are after."""
    now = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 <= now:
        pass  # the clock of milliseconds stands still for a moment
    return now


async def occupants(store: Store, name: str, stage: ModelStage, timestamp: int) -> list[int]:
    """Numbers of the versions that were in a stage."""
    return [each.version for each in await store.model_versions.occupants_at(name, stage, timestamp)]


@pytest.mark.parametrize("stage", list(ModelStage))
async def test_a_version_goes_anywhere_and_history_tells(store: Store, stage: ModelStage) -> None:
    name = await new_model(store, versions=1)
    start = STAGING if stage is NONE else NONE
    await move(store, name, 1, start)
    before = time.time_ns() // 1_000_000
    moved = await move(store, name, 1, stage, reason="потому что")

    assert moved.current_stage is stage
    assert await store.model_versions.get(name, 1) == moved
    last = (await history(store, name))[-1]
    assert (last.name, last.version, last.from_stage, last.to_stage) == (name, 1, start, stage)
    assert (last.alias, last.from_version, last.reason) == (None, None, "потому что")
    assert last.actor
    assert before <= last.timestamp <= time.time_ns() // 1_000_000


@pytest.mark.needs(Promise.REGISTRY_INSIDE)
async def test_history_keeps_who_and_what_the_gate_said(store: Store) -> None:
    name = await new_model(store, versions=1)
    cause = Cause(Operation.ROLLBACK, "ada", "it was better", '{"auc": 0.93}')
    await store.model_versions.change_stage(StageChange(name, 1, PRODUCTION, cause))
    await store.registered_models.set_alias(name, "champion", 1, Cause(Operation.SET_ALIAS, "bob", "the winner"))

    first, second = await history(store, name)
    assert (first.operation, first.actor, first.reason, first.gate) == (
        Operation.ROLLBACK,
        "ada",
        "it was better",
        '{"auc": 0.93}',
    )
    assert (second.operation, second.actor, second.reason, second.gate) == (
        Operation.SET_ALIAS,
        "bob",
        "the winner",
        None,
    )
    assert first.change_id != second.change_id


async def test_archiving_moves_all_others_in_one_change(store: Store) -> None:
    name, other = await new_model(store, versions=5), await new_model(store, versions=1)
    for version in (1, 3, 4):
        await move(store, name, version)
    await move(store, other, 1)
    await move(store, name, 2, archive=True, reason="the best")

    assert await stages(store, name) == {1: "Archived", 2: "Production", 3: "Archived", 4: "Archived", 5: "None"}
    assert await stages(store, other) == {1: "Production"}
    moves = (await history(store, name))[3:]
    assert told(moves) == [
        (2, "None", "Production"),
        (1, "Production", "Archived"),
        (3, "Production", "Archived"),
        (4, "Production", "Archived"),
    ]
    assert len({each.change_id for each in moves}) == 1
    assert {each.reason for each in moves} == {"the best"}
    assert {each.timestamp for each in moves} == {moves[0].timestamp}


async def test_without_archiving_versions_gather(store: Store) -> None:
    name = await new_model(store, versions=2)
    await move(store, name, 1, STAGING)
    await move(store, name, 2, STAGING)

    assert await stages(store, name) == {1: "Staging", 2: "Staging"}


async def test_moving_a_version_where_it_is_is_no_move(store: Store) -> None:
    name = await new_model(store, versions=2)
    await move(store, name, 1)
    before = await store.model_versions.get(name, 1)
    for archive in (False, True):
        assert (await move(store, name, 1, archive=archive)).version == 1

    assert await store.model_versions.get(name, 1) == before
    assert told(await history(store, name)) == [(1, "None", "Production")]
    # With others to archive it is one, of theirs alone.
    await move(store, name, 2)
    await move(store, name, 1, archive=True)
    assert await stages(store, name) == {1: "Production", 2: "Archived"}
    assert told((await history(store, name))[2:]) == [(2, "Production", "Archived")]


@pytest.mark.parametrize("stage", [NONE, ARCHIVED])
@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_nothing_is_archived_from_where_versions_gather(store: Store, stage: ModelStage) -> None:
    name = await new_model(store, versions=2)
    await move(store, name, 1, STAGING)
    with pytest.raises(InvalidParameter, match=rf"'{stage}' is not an Active stage.*Staging, Production"):
        await move(store, name, 1, stage, archive=True)

    assert await stages(store, name) == {1: "Staging", 2: "None"}
    assert len(await history(store, name)) == 1


async def test_what_is_in_a_stage(store: Store) -> None:
    name = await new_model(store, versions=3)
    assert (await store.model_versions.occupancy(name, PRODUCTION)).versions == []
    for version in (1, 3):
        await move(store, name, version)
    await store.model_versions.set_tag(name, 3, Tag(LABEL_TAG, "spring"))
    found = await store.model_versions.occupancy(name, PRODUCTION)

    assert (found.versions, found.label) == ([3, 1], "spring")
    assert found.seen == await store.model_versions.last_stage_move(name, PRODUCTION)
    assert (await store.model_versions.occupancy(name, STAGING)).label is None
    with pytest.raises(ResourceNotFound, match="Registered Model with name=nobody not found"):
        await store.model_versions.occupancy("nobody", PRODUCTION)


@pytest.mark.needs(Promise.REGISTRY_INSIDE)
async def test_a_stage_that_moved_since_it_was_seen_refuses(store: Store) -> None:
    name = await new_model(store, versions=3)
    seen = (await store.model_versions.occupancy(name, PRODUCTION)).seen
    assert seen == 0
    await move(store, name, 1, archive=True, seen=seen)
    with pytest.raises(Conflict, match=r"Production of model.*now version 1 is in it, after a promotion") as refused:
        await move(store, name, 2, archive=True, seen=seen)
    assert refused.value.code == "registry.stage_moved"

    assert await stages(store, name) == {1: "Production", 2: "None", 3: "None"}
    # What would change nothing is no conflict, nor are moves elsewhere.
    await move(store, name, 1, archive=True, seen=seen)
    seen = (await store.model_versions.occupancy(name, PRODUCTION)).seen
    await move(store, name, 3, STAGING)
    await store.registered_models.set_alias(name, "a", 1, NAMING)
    await move(store, name, 2, archive=True, seen=seen)
    assert await stages(store, name) == {1: "Archived", 2: "Production", 3: "Staging"}
    # Leaving is a move too.
    seen = (await store.model_versions.occupancy(name, PRODUCTION)).seen
    await store.model_versions.delete(name, 2, DELETION, force=True)
    with pytest.raises(Conflict, match=r"now nothing is in it, after a deletion by anybody"):
        await move(store, name, 3, seen=seen)


@pytest.mark.needs(Promise.REGISTRY_INSIDE)
async def test_a_new_model_of_the_same_name_is_not_the_one_that_was_seen(store: Store) -> None:
    name = await new_model(store, versions=1)
    await move(store, name, 1)
    seen = (await store.model_versions.occupancy(name, PRODUCTION)).seen
    await store.registered_models.delete(name, DELETION, force=True)
    await new_model(store, name, versions=1)

    with pytest.raises(Conflict, match="no version of this model ever was"):
        await move(store, name, 1, seen=seen)
    assert await stages(store, name) == {1: "None"}


@pytest.mark.needs(Promise.REGISTRY_INSIDE)
async def test_of_twenty_promotions_at_once_one_wins(store: Store) -> None:
    name = await new_model(store, versions=20)
    seen = (await store.model_versions.occupancy(name, PRODUCTION)).seen
    answers = await asyncio.gather(
        *(move(store, name, version, archive=True, seen=seen) for version in range(1, 21)), return_exceptions=True
    )

    won = [answer.version for answer in answers if not isinstance(answer, BaseException)]
    assert [
        answer for answer in answers if isinstance(answer, BaseException) and not isinstance(answer, Conflict)
    ] == []
    assert len(won) == 1
    assert [version for version, stage in (await stages(store, name)).items() if stage == "Production"] == won
    assert told(await history(store, name)) == [(won[0], "None", "Production")]


@pytest.mark.needs(Promise.REGISTRY_INSIDE)
async def test_twenty_promotions_that_archive_leave_one_in_production(store: Store) -> None:
    name = await new_model(store, versions=20)
    await asyncio.gather(*(move(store, name, version, archive=True) for version in range(1, 21)))

    found = await stages(store, name)
    assert sorted(found.values()) == ["Archived"] * 19 + ["Production"]
    where = dict.fromkeys(range(1, 21), "None")
    for version, before, after in told(await history(store, name)):
        assert version is not None
        assert where[version] == before, "each move begins where the last one ended"
        assert after is not None
        where[version] = after
        assert list(where.values()).count("Production") <= 2, "the entrant is told before those that leave"
    assert where == found


async def test_history_comes_in_pages_the_last_move_first(store: Store) -> None:
    name = await new_model(store, versions=4)
    for version in (1, 2, 3, 4):
        await move(store, name, version, archive=True)
    everything = (await store.model_versions.history(HistorySearch(name))).items
    by_two = await all_items(
        lambda token: store.model_versions.history(HistorySearch(name, None, None, None, 2, token))
    )

    assert len(everything) == 7
    assert by_two == everything
    assert [each.move_id for each in everything] == sorted((each.move_id for each in everything), reverse=True)
    with pytest.raises(InvalidParameter, match="max_results"):
        await store.model_versions.history(HistorySearch(name, max_results=0))
    with pytest.raises(InvalidParameter, match="page token"):
        await store.model_versions.history(HistorySearch(name, page_token="junk"))


async def test_history_by_stage_alias_and_version(store: Store) -> None:
    name = await new_model(store, versions=2)
    await move(store, name, 1, STAGING)
    await move(store, name, 1)
    await move(store, name, 2, archive=True)
    for version in (1, 2):
        await store.registered_models.set_alias(name, "champion", version, NAMING)
    await store.registered_models.set_alias(name, "other", 2, NAMING)

    async def found(query: HistorySearch) -> list[tuple[int | None, str | None]]:
        page = await store.model_versions.history(query)
        return [(each.version, each.to_stage or each.alias) for each in page.items]

    assert await found(HistorySearch(name, stage=STAGING)) == [(1, "Production"), (1, "Staging")]
    assert await found(HistorySearch(name, stage=PRODUCTION)) == [
        (1, "Archived"),
        (2, "Production"),
        (1, "Production"),
    ]
    assert await found(HistorySearch(name, alias="champion")) == [(2, "champion"), (1, "champion")]
    assert await found(HistorySearch(name, version=2)) == [
        (2, "other"),
        (2, "champion"),
        (2, "Production"),
    ]
    # An alias that left a version is a move of that version too.
    assert (await found(HistorySearch(name, version=1)))[:2] == [(2, "champion"), (1, "champion")]
    assert await found(HistorySearch(name, alias="champion", stage=STAGING)) == []


async def test_history_outlives_renames_and_deletions(store: Store) -> None:
    old, new = unique("old"), unique("new")
    await new_model(store, old, versions=2)
    await move(store, old, 1)
    await store.registered_models.rename(old, new)
    await move(store, new, 2)
    await store.registered_models.set_alias(new, "a", 1, NAMING)

    assert [each.name for each in await history(store, new)] == [old, new, new]
    # Under the old name there is what was done under it.
    assert told(await history(store, old)) == [(1, "None", "Production")]
    await store.registered_models.delete(new, DELETION, force=True)
    whole = [
        (1, "None", "Production"),
        (2, "None", "Production"),
        (1, None, None),
        (1, "Production", None),
        (2, "Production", None),
        (None, None, None),
    ]
    assert told(await history(store, new)) == whole
    assert told(await history(store, old)) == whole
    # A new model of that name has its own history, and the one before keeps its.
    await new_model(store, new, versions=1)
    await move(store, new, 1, STAGING)
    assert told(await history(store, new)) == [*whole, (1, "None", "Staging")]
    # A stage begins anew: what is gone is in none.
    assert (await store.model_versions.occupancy(new, PRODUCTION)).versions == []


async def test_a_name_that_nobody_had_has_no_history(store: Store) -> None:
    await new_model(store, "mine")
    assert await history(store, "mine") == []
    with pytest.raises(ResourceNotFound, match="Registered Model with name=nobody not found"):
        await history(store, "nobody")
    with pytest.raises(ResourceNotFound, match="Registered Model with name=nobody not found"):
        await store.model_versions.occupants_at("nobody", PRODUCTION, 0)
    # Having had no moves is not the same as not having been.
    await store.registered_models.delete("mine", DELETION)
    assert await history(store, "mine") == []


async def test_what_was_in_production_on_that_day(store: Store) -> None:
    name = await new_model(store, versions=3)
    times = [moment()]
    for version, stage, archive in [
        (1, PRODUCTION, True),
        (2, PRODUCTION, True),
        (3, PRODUCTION, False),
        (2, STAGING, False),
        (1, PRODUCTION, True),
    ]:
        await move(store, name, version, stage, archive=archive, reason=str(len(times)))
        times.append(moment())

    assert [await occupants(store, name, PRODUCTION, each) for each in [0, *times]] == [
        [],
        [],
        [1],
        [2],
        [3, 2],
        [3],
        [1],
    ]
    assert [await occupants(store, name, STAGING, each) for each in times[3:]] == [[], [2], [2]]
    assert await occupants(store, name, ARCHIVED, times[-1]) == [3]
    now = await store.model_versions.occupants_at(name, PRODUCTION, 2**62)
    assert [(each.version, each.since.reason, each.since.to_stage) for each in now] == [(1, "5", PRODUCTION)]
    # Moves of the very millisecond count.
    assert await occupants(store, name, PRODUCTION, now[0].since.timestamp) == [1]
    assert await occupants(store, name, PRODUCTION, now[0].since.timestamp - 1) == [3]


async def test_what_was_there_is_found_after_deletions_and_renames(store: Store) -> None:
    old, new = unique("old"), unique("new")
    await new_model(store, old, versions=2)
    await move(store, old, 1)
    first = moment()
    await store.model_versions.delete(old, 1, DELETION, force=True)
    empty = moment()
    await move(store, old, 2)
    await store.registered_models.rename(old, new)
    renamed = moment()
    assert await occupants(store, new, PRODUCTION, first) == [1]
    assert [each.name for each in await store.model_versions.occupants_at(new, PRODUCTION, renamed)] == [old]
    assert await occupants(store, old, PRODUCTION, first) == [1]
    assert await occupants(store, old, PRODUCTION, empty) == []

    # Another model takes the name; then both are deleted.
    await new_model(store, old, versions=7)
    await move(store, old, 7)
    both = moment()
    for name, before, after in ((old, [1], [7]), (new, [1], [2])):
        assert await occupants(store, name, PRODUCTION, first) == before
        assert await occupants(store, name, PRODUCTION, both) == after
    for name in (old, new):
        await store.registered_models.delete(name, DELETION, force=True)
    gone = moment()
    for name, after in ((old, [7]), (new, [2])):
        assert await occupants(store, name, PRODUCTION, both) == after
        assert await occupants(store, name, PRODUCTION, gone) == []

    # A third one begins with nothing, and does not hide them.
    await new_model(store, new, versions=1)
    await new_version(store, new)
    assert await occupants(store, new, PRODUCTION, both) == [2]
    assert await occupants(store, new, PRODUCTION, moment()) == []


async def renamed_into_place(store: Store) -> tuple[str, str]:
    """A name that two models bore in turn, back with the first one, and the name of the second.

    Of the first, versions 1 and then 2 came into Production; of the second meanwhile, 3 and then 1.
    """
    name, first, second = unique("name"), unique("first"), unique("second")
    await new_model(store, name, versions=3)
    await move(store, name, 1, archive=True, reason="first")
    await store.registered_models.rename(name, first)
    await new_model(store, name, versions=3)
    await move(store, name, 3, archive=True, reason="second")
    await move(store, name, 1, archive=True, reason="second")
    await store.registered_models.rename(name, second)
    await store.registered_models.rename(first, name)
    await move(store, name, 2, archive=True, reason="first")
    return name, second


async def test_the_way_back_is_that_of_the_model_and_not_of_its_name(store: Store) -> None:
    name, second = await renamed_into_place(store)
    for each, versions, arrivals in ((name, [2], [1, 2]), (second, [1], [3, 1])):
        found = await store.model_versions.stage_history(each, PRODUCTION)
        assert found.occupancy == await store.model_versions.occupancy(each, PRODUCTION)
        assert found.occupancy.versions == versions
        assert [one.version for one in found.moves if one.to_stage is PRODUCTION] == arrivals
        assert found.kept == frozenset(arrivals)
        assert {one.operation for one in found.moves} == {Operation.PROMOTE}
    await store.model_versions.delete(name, 1, DELETION)
    assert (await store.model_versions.stage_history(name, PRODUCTION)).kept == {2}


async def test_nothing_that_happened_to_a_namesake_is_said_of_a_version(store: Store) -> None:
    name, second = await renamed_into_place(store)
    for each, version, stage, reason in (
        (name, 2, PRODUCTION, "first"),
        (name, 1, ARCHIVED, "first"),
        (second, 1, PRODUCTION, "second"),
    ):
        arrived = await store.model_versions.arrival(each, version, stage)
        assert arrived is not None
        assert (arrived.version, arrived.to_stage, arrived.reason) == (version, stage, reason)
    assert await store.model_versions.arrival(name, 3, NONE) is None
    assert await store.model_versions.arrival(second, 2, NONE) is None


async def test_history_tells_apart_the_models_that_had_a_name(store: Store) -> None:
    name, second = await renamed_into_place(store)
    of_name = {each.reason: each.registered_model_id for each in await history(store, name)}
    assert of_name["first"] != of_name["second"]
    assert {each.registered_model_id for each in await history(store, second)} == {of_name["second"]}
