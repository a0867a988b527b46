"""What a metric means, from its name, from what was said of it, and from the values logged."""

import math

import pytest

from trialog.entities.metric_meaning import (
    Assessment,
    Band,
    Direction,
    MeaningNote,
    MeaningOrigin,
    MeaningPart,
    MeaningSource,
    MeaningStatement,
    MetricMeaning,
    MetricMeaningOverride,
    MetricRange,
)
from trialog.registry.metric_meanings import assess, resolve

HIGHER, LOWER, NONE = Direction.HIGHER, Direction.LOWER, Direction.NONE
NOBODY = MeaningSource(MeaningOrigin.NONE)


def said(pattern: str, experiment_id: str | None = None, **parts: object) -> MetricMeaningOverride:
    """What somebody said, on the server unless an experiment is named."""
    return MetricMeaningOverride(pattern, experiment_id, MeaningStatement(**parts), 0, "ada")  # type: ignore[arg-type]  # the parts differ in type


def logged(least: float | None, greatest: float | None) -> MetricRange:
    return MetricRange("1", "metric", least, greatest)


def bands(metric: MetricMeaning, *values: float) -> list[str | None]:
    return [assess(value, metric).band for value in values]


def source(origin: MeaningOrigin, pattern: str) -> MeaningSource:
    return MeaningSource(origin, pattern)


class TestTablesOfTheGuides:
    """The bands that teams wrote down for themselves."""

    def test_roc_auc(self) -> None:
        meaning = resolve("roc_auc", [])
        assert bands(meaning, 0.4829, 0.5, 0.5129, 0.6, 0.65, 0.7, 0.75, 0.8, 0.81) == [
            "bad",
            "weak",
            "weak",
            "fair",
            "fair",
            "good",
            "good",
            "good",
            "excellent",
        ]
        assert meaning.direction is HIGHER

    def test_sharpe_ratio(self) -> None:
        meaning = resolve("sharpe_like", [])
        assert bands(meaning, -0.1, 0, 0.45, 0.5, 1.0, 1.2, 2.0, 2.1) == [
            "bad",
            "weak",
            "weak",
            "fair",
            "good",
            "good",
            "good",
            "excellent",
        ]
        assert [assess(value, meaning).meets_target for value in (0.45, 1.0, 1.2)] == [False, True, True]

    @pytest.mark.parametrize(("scale", "unit_size"), [(1.0, 1.0), (100.0, 0.01)])
    def test_total_return(self, scale: float, unit_size: float) -> None:
        meaning = resolve("total_return", [said("total_return", scale=scale)])
        values = [percent * unit_size for percent in (-2.56, 0, 2.9, 4.0, 5.0, 9.0, 11.0)]
        assert bands(meaning, *values) == ["bad", "weak", "weak", "fair", "good", "good", "excellent"]
        assert [assess(value, meaning).meets_target for value in values] == [False] * 4 + [True] * 3
        assert meaning.unit == "percent"

    def test_rmse_has_no_bands_before_somebody_takes_over_those_that_are_offered(self) -> None:
        meaning = resolve("rmse", [])
        assert (meaning.direction, meaning.thresholds) == (LOWER, None)
        assert meaning.notes == (MeaningNote.DEPENDS_ON_SCALE,)
        assert assess(1.0, meaning) == Assessment()
        taken = resolve("rmse", [said("rmse", direction=LOWER, thresholds=meaning.offered_thresholds)])
        assert bands(taken, 1.9, 2.0, 4.9, 5.0, 7.0, 10.0, 11.0, 30.0) == [
            "excellent",
            "good",
            "good",
            "good",
            "fair",
            "fair",
            "weak",
            "bad",
        ]
        assert taken.offered_thresholds is None


def test_nobody_knows_what_an_unknown_name_means() -> None:
    meaning = resolve("business_score", [])
    assert (meaning.direction, meaning.unit, meaning.scale, meaning.thresholds, meaning.target) == (
        NONE,
        "none",
        1.0,
        None,
        None,
    )
    assert not meaning.ambiguous
    assert {meaning.sources.direction, meaning.sources.scale, meaning.sources.target} == {NOBODY}


class TestAmbiguity:
    """The same number may be a fraction or a percentage, a loss be written with a minus or without."""

    def test_a_return_is_open_until_somebody_says_its_scale(self) -> None:
        meaning = resolve("total_return", [])
        assert (meaning.ambiguous, meaning.scale, meaning.thresholds, meaning.target) == (True, None, None, None)
        assert meaning.direction is HIGHER
        assert [(choice.scale, choice.thresholds, choice.target, choice.suggested) for choice in meaning.choices] == [
            (100.0, (0.0, 0.03, 0.05, 0.1), 0.05, False),
            (1.0, (0.0, 3.0, 5.0, 10.0), 5.0, False),
        ]
        assert meaning.notes == (MeaningNote.SCALE_UNKNOWN,)
        assert meaning.sources.scale == NOBODY

    @pytest.mark.parametrize(
        ("values", "suggested"),
        [
            (logged(0.0, 0.032), [100.0]),
            (logged(-1.5, 1.5), [100.0]),
            (logged(0.0, 3.2), [1.0]),
            (logged(-30.0, 0.1), [1.0]),
            (logged(0.0, 0.0), []),
            (logged(None, None), []),
            (None, []),
        ],
    )
    def test_values_are_a_hint_and_no_more(self, values: MetricRange | None, suggested: list[float]) -> None:
        meaning = resolve("total_return", [], values)
        assert meaning.ambiguous
        assert [choice.scale for choice in meaning.choices if choice.suggested] == suggested

    def test_what_all_choices_agree_on_is_told(self) -> None:
        meaning = resolve("total_return", [])
        assert assess(-0.5, meaning) == Assessment(Band.BAD, meets_target=False)
        assert assess(20.0, meaning) == Assessment(Band.EXCELLENT, meets_target=True)
        assert assess(0.5, meaning) == Assessment()
        assert assess(0.01, meaning) == Assessment(Band.WEAK, meets_target=False)

    def test_a_name_that_says_percent_is_not_open(self) -> None:
        meaning = resolve("total_return_pct", [])
        assert (meaning.ambiguous, meaning.scale, meaning.thresholds) == (False, 1.0, (0.0, 3.0, 5.0, 10.0))
        accuracy = resolve("directional_accuracy_pct", [])
        assert (accuracy.unit, accuracy.scale, accuracy.thresholds) == ("percent", 1.0, (50.0, 52.0, 55.0, 60.0))

    def test_values_that_a_metric_cannot_have_make_it_open(self) -> None:
        meaning = resolve("val_accuracy", [], logged(0.71, 85.3))
        assert meaning.ambiguous
        assert [choice.scale for choice in meaning.choices if choice.suggested] == [0.01]
        assert meaning.notes == (
            MeaningNote.DEPENDS_ON_DATA,
            MeaningNote.VALUES_OUT_OF_RANGE,
            MeaningNote.SCALE_UNKNOWN,
        )
        auc = resolve("roc_auc", [], logged(51.29, 60.0))
        assert [choice.thresholds for choice in auc.choices] == [(0.5, 0.6, 0.7, 0.8), (50.0, 60.0, 70.0, 80.0)]

    def test_values_that_no_scale_explains_are_told_of(self) -> None:
        meaning = resolve("accuracy", [], logged(-3.0, 1234.5))
        assert not meaning.ambiguous
        assert MeaningNote.VALUES_OUT_OF_RANGE in meaning.notes

    def test_saying_the_scale_settles_values_out_of_range(self) -> None:
        overrides = [said("accuracy", "1", unit="percent", scale=1.0)]
        meaning = resolve("accuracy", overrides, logged(71.0, 85.3))
        assert (meaning.ambiguous, meaning.scale, meaning.unit) == (False, 1.0, "percent")
        assert MeaningNote.VALUES_OUT_OF_RANGE not in meaning.notes
        assert meaning.offered_thresholds == (50.0, 70.0, 80.0, 90.0)

    @pytest.mark.parametrize(
        ("values", "suggested"),
        [
            (logged(-0.3, -0.1), [(HIGHER, 100.0)]),
            (logged(-30.0, 0.0), [(HIGHER, 1.0)]),
            (logged(0.1, 0.3), [(LOWER, 100.0)]),
            (logged(0.0, 30.0), [(LOWER, 1.0)]),
            (logged(-0.1, 0.1), []),
        ],
    )
    def test_a_drawdown_may_be_written_with_a_minus(
        self, values: MetricRange, suggested: list[tuple[Direction, float]]
    ) -> None:
        meaning = resolve("max_drawdown", [], values)
        assert (meaning.direction, meaning.scale, meaning.ambiguous) == (NONE, None, True)
        assert MeaningNote.SIGN_UNKNOWN in meaning.notes
        assert [(choice.direction, choice.scale) for choice in meaning.choices if choice.suggested] == suggested

    def test_a_drawdown_with_a_minus_is_bad_where_it_is_deep(self) -> None:
        meaning = resolve("max_drawdown", [said("max_drawdown", direction=HIGHER, scale=100.0)])
        assert not meaning.ambiguous
        assert bands(meaning, -0.6, -0.35, -0.25, -0.15, -0.05) == ["bad", "weak", "fair", "good", "excellent"]
        positive = resolve("max_drawdown", [said("max_drawdown", direction=LOWER, scale=1.0)])
        assert bands(positive, 60, 35, 25, 15, 5) == ["bad", "weak", "fair", "good", "excellent"]


class TestWhoCounts:
    """Experiment before server before default, name before pattern."""

    def test_each_part_comes_from_the_most_specific_who_says_it(self) -> None:
        overrides = [
            said("*", unit="points"),
            said("val_*", direction=HIGHER, scale=2.0),
            said("val_roc_auc", "1", target=0.9),
            said("val_*", "1", scale=3.0),
            said("test_*", "1", scale=99.0),
        ]
        meaning = resolve("val_roc_auc", overrides)
        assert (meaning.direction, meaning.unit, meaning.scale, meaning.target) == (HIGHER, "points", 3.0, 0.9)
        sources = meaning.sources
        assert sources.direction == source(MeaningOrigin.SERVER, "val_*")
        assert sources.unit == source(MeaningOrigin.SERVER, "*")
        assert sources.scale == source(MeaningOrigin.EXPERIMENT, "val_*")
        assert sources.target == source(MeaningOrigin.EXPERIMENT, "val_roc_auc")

    def test_the_order_in_which_things_were_said_does_not_matter(self) -> None:
        overrides = [
            said("a*", scale=2.0),
            said("*a", scale=3.0),
            said("aba", "1", unit="USD"),
            said("*", "1", unit="EUR", scale=7.0),
        ]
        first = resolve("aba", overrides)
        assert first == resolve("aba", overrides[::-1])
        assert (first.unit, first.scale) == ("USD", 7.0)

    def test_among_patterns_as_long_the_first_in_the_order_of_text_counts(self) -> None:
        assert resolve("aba", [said("a*", scale=2.0), said("*a", scale=3.0)]).scale == 3.0

    def test_thresholds_of_the_server_follow_the_scale_of_an_experiment(self) -> None:
        server = said("total_return", direction=HIGHER, scale=100.0, thresholds=(0.0, 0.01, 0.02, 0.07), target=0.02)
        meaning = resolve("total_return", [server, said("total_return", "1", scale=1.0)])
        assert (meaning.thresholds, meaning.target) == ((0.0, 1.0, 2.0, 7.0), 2.0)

    def test_thresholds_said_while_the_scale_was_open_stay_as_they_were_said(self) -> None:
        server = said("total_return", direction=HIGHER, thresholds=(0.0, 1.0, 2.0, 7.0))
        assert resolve("total_return", [server]).thresholds == (0.0, 1.0, 2.0, 7.0)
        for scale in (1.0, 100.0, 5.0):
            meaning = resolve("total_return", [server, said("total_return", "1", scale=scale)])
            assert meaning.thresholds == (0.0, 1.0, 2.0, 7.0)

    def test_bands_of_the_other_direction_are_dropped(self) -> None:
        meaning = resolve("sharpe", [said("sharpe", direction=LOWER)])
        assert (meaning.direction, meaning.thresholds, meaning.target) == (LOWER, None, None)
        assert meaning.sources.thresholds == NOBODY

    def test_bands_of_another_unit_are_dropped(self) -> None:
        meaning = resolve("total_return", [said("total_return", unit="USD")])
        assert (meaning.unit, meaning.scale, meaning.ambiguous) == ("USD", 1.0, False)
        assert (meaning.thresholds, meaning.target) == (None, None)

    def test_what_was_said_of_stored_numbers_survives_a_word_for_their_unit(self) -> None:
        server = said("price*", direction=LOWER, scale=0.01, thresholds=(900.0, 600.0, 300.0, 100.0), target=200.0)
        meaning = resolve("price_error", [server, said("price_error", "1", unit="USD")])
        assert (meaning.unit, meaning.scale, meaning.target) == ("USD", 0.01, 200.0)
        assert meaning.thresholds == (900.0, 600.0, 300.0, 100.0)

    def test_a_fraction_shown_in_percent_keeps_its_bands(self) -> None:
        meaning = resolve("directional_accuracy", [said("directional_accuracy", unit="percent")])
        assert (meaning.unit, meaning.scale) == ("percent", 100.0)
        assert meaning.thresholds == (0.5, 0.52, 0.55, 0.6)

    def test_an_open_scale_stays_open_in_another_unit(self) -> None:
        meaning = resolve("total_return", [said("total_return", unit="fraction")])
        assert [choice.scale for choice in meaning.choices] == [1.0, 0.01]
        assert [choice.thresholds for choice in meaning.choices] == [(0.0, 0.03, 0.05, 0.1), (0.0, 3.0, 5.0, 10.0)]

    def test_a_part_can_be_said_not_to_be_there(self) -> None:
        without = said("sharpe", without=(MeaningPart.THRESHOLDS, MeaningPart.TARGET))
        meaning = resolve("sharpe", [without])
        assert (meaning.direction, meaning.thresholds, meaning.target) == (HIGHER, None, None)
        assert meaning.sources.target == source(MeaningOrigin.SERVER, "sharpe")


class TestAssessment:
    """How good a value is."""

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    def test_what_is_not_finite_is_in_no_band(self, value: float) -> None:
        assert assess(value, resolve("sharpe", [])) == Assessment()
        assert assess(value, resolve("total_return", [])) == Assessment()

    def test_the_lower_of_a_loss_is_the_better(self) -> None:
        override = said("loss", direction=LOWER, thresholds=(4.0, 3.0, 2.0, 1.0), target=2.0)
        meaning = resolve("loss", [override])
        assert bands(meaning, 4.5, 4.0, 3.0, 2.0, 1.0, 0.5) == ["bad", "weak", "fair", "good", "good", "excellent"]
        assert [assess(value, meaning).meets_target for value in (2.1, 2.0, 1.0)] == [False, True, True]
