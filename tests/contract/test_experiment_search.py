import pytest

from tests.contract.backends import Promise
from tests.contract.samples import all_items, unique
from trialog.contracts import Store
from trialog.entities import Experiment, ExperimentSearch, Page, Tag, ViewType
from trialog.errors import InvalidParameter

pytestmark = pytest.mark.anyio


class Group:
    """Experiments of one test, told from others by a common prefix of their names."""

    def __init__(self, store: Store) -> None:
        self.prefix = unique("set") + "/"
        self._store = store

    async def add(self, name: str, **tags: str) -> str:
        made = await self._store.experiments.create(
            self.prefix + name, tags=[Tag(key, value) for key, value in tags.items()]
        )
        return made.experiment_id

    async def page(
        self,
        filter_text: str = "",
        *,
        order_by: tuple[str, ...] = (),
        view_type: ViewType = ViewType.ACTIVE_ONLY,
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[Experiment]:
        own = f"name LIKE '{self.prefix}%'"
        return await self._store.experiments.search(
            ExperimentSearch(
                filter=f"{own} AND {filter_text}" if filter_text else own,
                order_by=order_by,
                view_type=view_type,
                max_results=max_results,
                page_token=page_token,
            )
        )

    async def find(
        self, filter_text: str = "", order_by: tuple[str, ...] = ("name",), view_type: ViewType = ViewType.ACTIVE_ONLY
    ) -> list[str]:
        page = await self.page(filter_text, order_by=order_by, view_type=view_type)
        return [experiment.name.removeprefix(self.prefix) for experiment in page.items]


@pytest.fixture
def group(store: Store) -> Group:
    return Group(store)


async def test_views_show_active_deleted_or_all(store: Store, group: Group) -> None:
    await group.add("kept")
    await store.experiments.delete(await group.add("binned"))

    assert await group.find() == ["kept"]
    assert await group.find(view_type=ViewType.DELETED_ONLY) == ["binned"]
    assert await group.find(view_type=ViewType.ALL) == ["binned", "kept"]


@pytest.mark.parametrize("filter_text", [None, "", pytest.param("  ", marks=pytest.mark.needs(Promise.LANGUAGE))])
async def test_an_empty_filter_finds_all(store: Store, filter_text: str | None) -> None:
    experiment = await store.experiments.create(unique("any"))
    page = await store.experiments.search(ExperimentSearch(max_results=5, filter=filter_text))

    assert experiment in page.items


async def test_what_is_found_carries_its_tags(group: Group) -> None:
    await group.add("tagged", a="1", b="2")

    (found,) = (await group.page()).items
    assert found.tags == [Tag("a", "1"), Tag("b", "2")]


@pytest.mark.parametrize(
    ("filter_text", "names"),
    [
        ("tags.kind = 'tree'", ["forest", "wood"]),
        ("tag.kind = 'tree'", ["forest", "wood"]),
        ("tags.kind != 'tree'", ["sea"]),
        ("tags.kind LIKE 't%'", ["forest", "wood"]),
        ("tags.kind LIKE 'T%'", []),
        ("tags.kind ILIKE 'T%'", ["forest", "wood"]),
        ("tags.kind IS NULL", ["bare"]),
        ("tags.kind IS NOT NULL", ["forest", "sea", "wood"]),
        ("tags.kind = 'tree' AND tags.size = 'big'", ["forest"]),
        ("tags.kind = 'tree' and tags.size IS NULL", ["wood"]),
        ("name LIKE '%o%'", ["forest", "wood"]),
        ("attribute.name ILIKE '%WOOD'", ["wood"]),
        ("creation_time > 0", ["bare", "forest", "sea", "wood"]),
        ("creation_time > 99999999999999", []),
        ("last_update_time >= 1600000000000", ["bare", "forest", "sea", "wood"]),
    ],
)
async def test_filters(group: Group, filter_text: str, names: list[str]) -> None:
    await group.add("forest", kind="tree", size="big")
    await group.add("wood", kind="tree")
    await group.add("sea", kind="water")
    await group.add("bare")

    assert await group.find(filter_text) == names


async def test_filters_on_ids_take_lists(group: Group) -> None:
    first, second, third = [await group.add(name) for name in ("a", "b", "c")]

    assert await group.find(f"experiment_id = '{first}'") == ["a"]
    assert await group.find(f"experiment_id != '{first}'") == ["b", "c"]
    assert await group.find(f"experiment_id IN ('{first}', '{third}')") == ["a", "c"]
    assert await group.find(f"experiment_id NOT IN ('{first}', '{third}')") == ["b"]
    assert second


@pytest.mark.needs(Promise.UNICODE_ILIKE)
async def test_ilike_folds_letters_beyond_ascii(group: Group) -> None:
    await group.add("ПРИВЕТ", kind="Élan")

    assert await group.find("name ILIKE '%привет'") == ["ПРИВЕТ"]
    assert await group.find("tags.kind ILIKE 'éL%'") == ["ПРИВЕТ"]
    assert await group.find("name LIKE '%привет'") == []


async def test_newest_come_first(group: Group) -> None:
    ids = [await group.add(str(number)) for number in range(12)]

    found = (await group.page()).items
    assert {experiment.experiment_id for experiment in found} == set(ids)
    assert found == sorted(found, key=lambda each: (-each.creation_time, int(each.experiment_id)))


async def test_order_by_each_attribute(group: Group) -> None:
    for name in ("b", "a", "C", "é", "ж"):
        await group.add(name)

    # Text goes by its code points.
    assert await group.find(order_by=("name",)) == ["C", "a", "b", "é", "ж"]
    assert await group.find(order_by=("name DESC",)) == ["ж", "é", "b", "a", "C"]
    assert await group.find(order_by=("attribute.name ASC",)) == ["C", "a", "b", "é", "ж"]
    # Ids are numbers.
    assert await group.find(order_by=("experiment_id ASC",)) == ["b", "a", "C", "é", "ж"]
    assert await group.find(order_by=("experiment_id desc",)) == ["ж", "é", "C", "a", "b"]
    for key in ("creation_time", "last_update_time"):
        found = (await group.page(order_by=(f"{key} ASC",))).items
        assert found == sorted(found, key=lambda each: (getattr(each, key), -int(each.experiment_id)))


async def test_ids_sort_as_numbers(group: Group) -> None:
    names = [str(number) for number in range(11)]
    for name in names:
        await group.add(name)

    assert await group.find(order_by=("experiment_id",)) == names


@pytest.mark.parametrize("size", [1, 2, 5, 6])
async def test_pages_hold_all_in_order_and_the_last_has_no_token(group: Group, size: int) -> None:
    for number in range(5):
        await group.add(str(number))

    first = await group.page(max_results=size)
    assert (first.next_page_token is None) == (size >= 5)
    paged = await all_items(lambda token: group.page(max_results=size, page_token=token))
    assert paged == (await group.page()).items


@pytest.mark.needs(Promise.STABLE_PAGES)
async def test_pages_are_stable_while_experiments_are_made(group: Group) -> None:
    old = {await group.add(str(number)) for number in range(7)}
    met: list[str] = []
    page = await group.page(max_results=2)
    while True:
        met += [experiment.experiment_id for experiment in page.items]
        if page.next_page_token is None:
            break
        await group.add(unique("later"))
        page = await group.page(max_results=2, page_token=page.next_page_token)

    assert len(met) == len(set(met))
    assert old <= set(met)


@pytest.mark.parametrize("max_results", [0, -1, 50_001])
async def test_a_page_has_1_to_50000_items(store: Store, max_results: int) -> None:
    with pytest.raises(InvalidParameter, match="max_results"):
        await store.experiments.search(ExperimentSearch(max_results=max_results))


@pytest.mark.needs(Promise.OPAQUE_TOKENS)
@pytest.mark.parametrize("token", ["junk", "eyJvZmZzZXQiOiAtMX0=", "AAAA", "é", "[]", "x" * 5000])
async def test_a_token_that_the_store_did_not_give_is_refused(store: Store, token: str) -> None:
    with pytest.raises(InvalidParameter, match=r"(?i)token"):
        await store.experiments.search(ExperimentSearch(max_results=5, page_token=token))


@pytest.mark.parametrize(
    "filter_text",
    [
        "name",
        "name = unquoted",
        "metrics.a > 1",
        "name > 'a'",
        "nonsense = 'a'",
        "creation_time = 'a'",
        "name = 'a' OR",
    ],
)
async def test_a_wrong_filter_is_refused(store: Store, filter_text: str) -> None:
    with pytest.raises(InvalidParameter, match=r"."):
        await store.experiments.search(ExperimentSearch(max_results=5, filter=filter_text))


@pytest.mark.parametrize("order_by", ["nonsense", "name UP", "tags.a", "name ASC DESC", ""])
@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_a_wrong_order_is_refused(store: Store, order_by: str) -> None:
    with pytest.raises(InvalidParameter, match=r"."):
        await store.experiments.search(ExperimentSearch(max_results=5, order_by=(order_by,)))
