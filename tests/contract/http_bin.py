"""`BinStore` over HTTP: the server does step by step what here is one call, so that the same removal runs on both."""

import time
from collections.abc import Sequence
from typing import Any

from tests.contract.http_connection import HttpConnection
from trialog.entities.bin import (
    BegunRemovals,
    BinContent,
    BinFolder,
    BinItem,
    BinKind,
    BinSelection,
    HeldItem,
    Removal,
    RemovedSlice,
    ReturnedSpace,
)

BIN = "/api/trialog/v1/bin"
_IDS = {
    BinKind.RUN: "run_ids",
    BinKind.EXPERIMENT: "experiment_ids",
    BinKind.LOGGED_MODEL: "logged_model_ids",
}


class HttpBin:
    """`BinStore` over HTTP."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection

    async def look(self, selection: BinSelection) -> BinContent:
        answer = await self._connection.get(BIN, _fields(selection))
        held = [HeldItem(BinKind(one["kind"]), one["id"], one["name"], int(one["version"])) for one in answer["held"]]
        return BinContent(**{**answer, "held": tuple(held)})

    async def find(self, selection: BinSelection, kind: BinKind, after: int = 0) -> list[BinItem]:
        named = getattr(selection, _IDS[kind])
        if selection.is_named:
            return [BinItem(kind, 0, item_id) for item_id in named]
        # One stands for all: the server finds them by itself.
        return [BinItem(kind, 1, "")] if kind is BinKind.RUN and not after else []

    async def folders(self, selection: BinSelection, kind: BinKind, after: int = 0) -> list[BinFolder]:
        return []  # the server looks there by itself

    async def begin(self, holder: str, items: Sequence[BinItem], selection: BinSelection) -> BegunRemovals:
        fields = {**_fields(selection), "everything": None if selection.is_named else True}
        answer = await self._connection.post(f"{BIN}/remove", fields)
        return BegunRemovals(answer["begun"], () if answer["is_begun"] else tuple(items))

    async def pending(self, after: int = 0) -> list[Removal]:
        return []

    async def remove(self, holder: str, removals: Sequence[Removal]) -> RemovedSlice:
        return RemovedSlice()

    async def give_back_space(self, holder: str) -> ReturnedSpace:
        answer = await self._connection.post(f"{BIN}/continue", {})
        return ReturnedSpace(answer["returned_bytes"], answer["is_done"], answer["can_return_space"])

    async def release(self, holder: str) -> None:
        """The server did so."""


def _fields(selection: BinSelection) -> dict[str, Any]:
    fields: dict[str, Any] = {name: list(getattr(selection, name)) or None for name in _IDS.values()}
    if selection.deleted_before is not None:
        fields["older_than_seconds"] = max(0, round(time.time() - selection.deleted_before / 1000))
    return fields
