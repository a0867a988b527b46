"""Webhooks. Their address is a public one, numeric so that no name is looked up; nothing is ever sent there."""

import uuid

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import unique
from trialog.contracts import Store
from trialog.entities import (
    STAGE_CHANGED,
    NewWebhook,
    Webhook,
    WebhookAction,
    WebhookChanges,
    WebhookEntity,
    WebhookEvent,
    WebhookStatus,
)
from trialog.errors import InvalidParameter, ResourceNotFound

pytestmark = pytest.mark.anyio

URL = "https://93.184.216.34/hook?token=a"
VERSION_CREATED = WebhookEvent(WebhookEntity.MODEL_VERSION, WebhookAction.CREATED)
TAG_SET = WebhookEvent(WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET)
UNKNOWN_ID = str(uuid.UUID(int=0))


async def new_webhook(store: Store, *events: WebhookEvent) -> Webhook:
    return await store.webhooks.create(NewWebhook(unique("webhook"), URL, events or (VERSION_CREATED,)))


async def test_a_new_webhook_reads_back_as_it_was_made(store: Store) -> None:
    name = unique("webhook")
    created = await store.webhooks.create(
        NewWebhook(name, URL, (VERSION_CREATED, TAG_SET), description="für das Team", status=WebhookStatus.DISABLED)
    )
    assert (created.name, created.url, created.description) == (name, URL, "für das Team")
    assert created.status is WebhookStatus.DISABLED
    assert set(created.events) == {VERSION_CREATED, TAG_SET}
    assert created.creation_timestamp == created.last_updated_timestamp > 1_700_000_000_000
    assert uuid.UUID(created.webhook_id)
    assert await store.webhooks.get(created.webhook_id) == created


async def test_a_webhook_is_active_and_silent_about_itself_unless_told_otherwise(store: Store) -> None:
    created = await new_webhook(store)
    assert created.status is WebhookStatus.ACTIVE
    assert created.description is None
    assert created.sealed_secret is None


async def test_two_webhooks_may_have_one_name(store: Store) -> None:
    first = await new_webhook(store)
    second = await store.webhooks.create(NewWebhook(first.name, URL, (TAG_SET,)))
    assert first.webhook_id != second.webhook_id


async def test_only_what_is_named_is_changed(store: Store) -> None:
    created = await new_webhook(store, VERSION_CREATED)
    changed = await store.webhooks.update(created.webhook_id, WebhookChanges(name="other", description="d"))
    assert (changed.name, changed.description) == ("other", "d")
    assert (changed.url, changed.events, changed.status) == (created.url, created.events, created.status)
    assert changed.last_updated_timestamp >= created.last_updated_timestamp
    changed = await store.webhooks.update(
        created.webhook_id,
        WebhookChanges(url=f"{URL}&b", events=(TAG_SET,), description="", status=WebhookStatus.DISABLED),
    )
    assert (changed.url, changed.events, changed.status) == (f"{URL}&b", (TAG_SET,), WebhookStatus.DISABLED)
    assert changed.description is None
    assert await store.webhooks.get(created.webhook_id) == changed


@pytest.mark.needs(Promise.LANGUAGE)
async def test_events_that_mlflow_does_not_know_are_changed_apart(store: Store) -> None:
    created = await new_webhook(store, VERSION_CREATED, STAGE_CHANGED)
    assert set(created.events) == {VERSION_CREATED, STAGE_CHANGED}
    changed = await store.webhooks.update(created.webhook_id, WebhookChanges(events=(TAG_SET,)))
    assert set(changed.events) == {TAG_SET, STAGE_CHANGED}
    changed = await store.webhooks.update(created.webhook_id, WebhookChanges(own_events=()))
    assert changed.events == (TAG_SET,)


async def test_the_newest_are_listed_first_page_by_page(store: Store) -> None:
    made = [(await new_webhook(store)).webhook_id for _ in range(5)]
    listed: list[str] = []
    token = None
    while len(listed) < 5:
        page = await store.webhooks.list_page(max_results=2, page_token=token)
        assert len(page.items) <= 2
        listed += [webhook.webhook_id for webhook in page.items]
        token = page.next_page_token
        if token is None:
            break
    assert set(made) <= set(listed)


@pytest.mark.needs(Promise.OPAQUE_TOKENS)
async def test_junk_for_a_page_token_is_refused(store: Store) -> None:
    with pytest.raises(InvalidParameter, match="page token"):
        await store.webhooks.list_page(max_results=2, page_token="junk")


@pytest.mark.parametrize("max_results", [-1, 1001])
async def test_a_page_size_out_of_bounds_is_refused(store: Store, max_results: int) -> None:
    with pytest.raises(InvalidParameter, match="max_results"):
        await store.webhooks.list_page(max_results=max_results)


async def test_a_deleted_webhook_is_gone(store: Store) -> None:
    created = await new_webhook(store)
    await store.webhooks.delete(created.webhook_id)
    with pytest.raises(ResourceNotFound, match=created.webhook_id):
        await store.webhooks.get(created.webhook_id)
    with pytest.raises(ResourceNotFound, match=created.webhook_id):
        await store.webhooks.delete(created.webhook_id)


async def test_an_unknown_webhook_is_not_found(store: Store) -> None:
    with pytest.raises(ResourceNotFound, match=UNKNOWN_ID):
        await store.webhooks.get(UNKNOWN_ID)
    with pytest.raises(ResourceNotFound, match=UNKNOWN_ID):
        await store.webhooks.update(UNKNOWN_ID, WebhookChanges(name="w"))


@pytest.mark.parametrize("name", ["", "-", "a/b", "a" * 64, "имя", "a\n"])
async def test_a_bad_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(InvalidParameter, match="name"):
        await store.webhooks.create(NewWebhook(name, URL, (TAG_SET,)))


@pytest.mark.needs(Promise.CLEAR_REFUSALS)
async def test_bad_events_are_refused_and_nothing_is_changed(store: Store) -> None:
    created = await new_webhook(store)
    odd = WebhookEvent(WebhookEntity.MODEL_VERSION, WebhookAction.SET)
    with pytest.raises(InvalidParameter, match=r"no event model_version\.set"):
        await new_webhook(store, odd)
    with pytest.raises(InvalidParameter, match=r"no event model_version\.set"):
        await store.webhooks.update(created.webhook_id, WebhookChanges(name="other", events=(odd,)))
    assert await store.webhooks.get(created.webhook_id) == created


@pytest.mark.needs(Promise.LANGUAGE)
async def test_deliveries_of_a_new_webhook_are_none(store: Store) -> None:
    created = await new_webhook(store)
    assert await store.webhooks.deliveries(created.webhook_id, max_results=10) == []
    with pytest.raises(ResourceNotFound, match=UNKNOWN_ID):
        await store.webhooks.deliveries(UNKNOWN_ID, max_results=10)
