"""Views and statuses by number, by name, and as MLflow's code writes them."""

import pytest

from trialog.entities import RunStatus as StoredStatus
from trialog.entities import ViewType as StoredView
from trialog.errors import InvalidParameter
from trialog.sdk.entities import PagedList, RunStatus, ViewType
from trialog.sdk.entities.run_status import stored_status
from trialog.sdk.entities.view_type import stored_view


@pytest.mark.parametrize("said", [2, "DELETED_ONLY", "deleted_only", ViewType.DELETED_ONLY, StoredView.DELETED_ONLY])
def test_a_view_is_understood_however_it_is_said(said: int | str) -> None:
    assert stored_view(said) is StoredView.DELETED_ONLY


@pytest.mark.parametrize("said", [4, "FAILED", RunStatus.FAILED, StoredStatus.FAILED])
def test_a_status_is_understood_however_it_is_said(said: int | str) -> None:
    assert stored_status(said) is StoredStatus.FAILED


@pytest.mark.parametrize("said", [0, 4, "some", ""])
def test_what_is_no_view_is_refused(said: int | str) -> None:
    with pytest.raises(InvalidParameter, match="is no view"):
        stored_view(said)


@pytest.mark.parametrize("said", [0, 6, "DONE", "finished"])
def test_what_is_no_status_is_refused(said: int | str) -> None:
    with pytest.raises(InvalidParameter, match="is no status of a run"):
        stored_status(said)


def test_texts_and_numbers_are_those_of_mlflow() -> None:
    assert [ViewType.to_string(view) for view in (1, 2, 3)] == ["active_only", "deleted_only", "all"]
    assert ViewType.from_string("all") == 3
    assert [RunStatus.to_string(status) for status in RunStatus.all_status()] == [
        "RUNNING",
        "SCHEDULED",
        "FINISHED",
        "FAILED",
        "KILLED",
    ]
    assert RunStatus.from_string("FINISHED") == 3
    assert [status for status in RunStatus if RunStatus.is_terminated(status)] == [3, 4, 5]


def test_a_page_is_a_list() -> None:
    page = PagedList(iter("ab"), "more")
    assert page == ["a", "b"]
    assert (page.token, type(page.to_list())) == ("more", list)
