"""What a stage gets back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.entities import ModelStage, Operation, StageMove
from trialog.registry.rollback import former_occupants

PRODUCTION, ARCHIVED = ModelStage.PRODUCTION, ModelStage.ARCHIVED


class Stage:
    """Production of one model, as promotions, rollbacks and deletions change it."""

    def __init__(self) -> None:
        self.moves: list[StageMove] = []
        self.present: list[int] = []

    def promote(self, version: int, operation: Operation = Operation.PROMOTE) -> None:
        if version not in self.present:
            self.moves.append(StageMove(version, PRODUCTION, operation))
        for other in self.present:
            if other != version:
                self.moves.append(StageMove(other, ARCHIVED, operation))
        self.present = [version]

    def add(self, version: int) -> None:
        self.moves.append(StageMove(version, PRODUCTION, Operation.TRANSITION))
        self.present.append(version)

    def leave(self, version: int, after: ModelStage | None = ARCHIVED) -> None:
        operation = Operation.DELETE if after is None else Operation.TRANSITION
        self.moves.append(StageMove(version, after, operation))
        self.present.remove(version)

    def candidates(self) -> list[int]:
        return former_occupants(self.moves, PRODUCTION, self.present)

    def roll_back(self) -> int:
        version = self.candidates()[0]
        self.promote(version, Operation.ROLLBACK)
        return version


MOVES = st.lists(
    st.builds(
        StageMove,
        st.integers(1, 4),
        st.sampled_from([PRODUCTION, PRODUCTION, ARCHIVED]),
        st.sampled_from([Operation.PROMOTE, Operation.PROMOTE, Operation.ROLLBACK, Operation.DELETE]),
    ),
    max_size=25,
)


def promoted(*versions: int) -> Stage:
    stage = Stage()
    for version in versions:
        stage.promote(version)
    return stage


def test_rolling_back_twice_goes_further_back_and_not_forth() -> None:
    stage = promoted(1, 2, 3)
    assert [stage.roll_back(), stage.roll_back()] == [2, 1]
    assert stage.candidates() == []


def test_a_promotion_after_a_rollback_goes_on_from_there() -> None:
    stage = promoted(1, 2)
    stage.roll_back()
    stage.promote(3)
    # 2 was found bad, and is not what 3 took the place of.
    assert stage.candidates() == [1]


def test_what_a_rollback_took_out_does_not_come_back_by_the_next_one() -> None:
    stage = promoted(1, 2, 1, 2)
    assert stage.roll_back() == 1
    assert stage.candidates() == []
    stage.promote(2)
    assert stage.candidates() == [1]


def test_what_was_taken_out_by_hand_does_not_come_back_while_there_is_another() -> None:
    stage = promoted(1, 2)
    stage.leave(2)
    assert stage.roll_back() == 1
    assert stage.candidates() == []


def test_an_empty_stage_gets_back_the_only_one_that_ever_was_there() -> None:
    stage = promoted(1)
    stage.leave(1)
    assert stage.roll_back() == 1
    stage.leave(1)
    stage.moves.append(StageMove(1, None, Operation.DELETE))
    assert stage.candidates() == []


def test_what_was_deleted_is_passed_over() -> None:
    stage = promoted(1, 2, 3)
    stage.leave(3, None)
    assert stage.candidates() == [2, 1]
    stage.promote(4)
    assert stage.candidates() == [2, 1]


def test_of_two_in_the_stage_the_one_that_came_last_is_taken_out() -> None:
    stage = promoted(1, 3)
    stage.add(4)
    assert stage.candidates() == [3, 1]
    stage.roll_back()
    assert stage.present == [3]


def test_the_first_in_a_stage_has_nothing_before_it() -> None:
    assert promoted(1).candidates() == []
    assert Stage().candidates() == []


def test_a_version_without_history_stands_above_all_that_have_one() -> None:
    stage = promoted(1, 2)
    stage.present = [7]
    assert stage.candidates() == [2, 1]


@pytest.mark.parametrize("moved_again", [1, 2, 3])
def test_promoting_what_is_there_changes_nothing(moved_again: int) -> None:
    stage = promoted(*range(1, moved_again + 1))
    before = stage.candidates()
    stage.promote(moved_again)
    assert stage.candidates() == before


@given(st.lists(st.integers(1, 5), min_size=1, max_size=20), st.integers(0, 20))
def test_rollbacks_go_back_through_the_versions_in_the_order_in_which_they_last_came(
    versions: list[int], rollbacks: int
) -> None:
    stage = promoted(*versions)
    expected = list(dict.fromkeys(reversed(versions)))[1:]
    seen = []
    for _ in range(rollbacks):
        if not stage.candidates():
            break
        seen.append(stage.roll_back())
    assert seen == expected[:rollbacks]


@given(MOVES, st.integers(1, 4))
def test_no_candidate_is_present_or_deleted_and_none_comes_twice(moves: list[StageMove], present: int) -> None:
    candidates = former_occupants([*moves, StageMove(present, PRODUCTION, Operation.PROMOTE)], PRODUCTION, {present})
    last = {move.version: move for move in moves if move.to_stage is PRODUCTION or move.operation is Operation.DELETE}
    assert len(set(candidates)) == len(candidates)
    assert present not in candidates
    assert all(last[version].operation is not Operation.DELETE for version in candidates)


def test_very_many_promotions_and_deletions_are_gone_through_once() -> None:
    # Sweeping the whole stack for each deletion would take some ten minutes.
    count = 200_000
    moves = [StageMove(number, PRODUCTION, Operation.PROMOTE) for number in range(1, count + 1)]
    moves += [StageMove(number, None, Operation.DELETE) for number in range(2, count + 1)]
    assert former_occupants(moves, PRODUCTION, ()) == [1]
