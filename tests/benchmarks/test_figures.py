"""What the benchmarks say of what they measured."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks import batches, search, small_runs
from benchmarks.figures import Figures, ratio, written
from benchmarks.plot import Chart, Line, draw
from benchmarks.reach import aims
from benchmarks.report import write_results
from benchmarks.samples import Record, Records, Sample, Subject
from benchmarks.sizes import sizes_for
from benchmarks.small_runs import SmallRuns

EMPTY = Record("runs", "sqlite", "abc", {"seconds": 3}, [["CPU", "fast"]])


def record(*samples: Sample, section: str = "runs", backend: str = "sqlite") -> Record:
    return replace(EMPTY, section=section, backend=backend, parts={"round 1": list(samples)})


def runs_per_second(subject: Subject, value: float) -> Sample:
    return Sample(small_runs.MEASURE, "runs/s", subject, value)


def verdict_of_runs(*samples: Sample) -> tuple[str, str]:
    (aim,) = (aim for aim in aims(Figures([record(*samples)])) if aim.what == "whole small runs, sqlite")
    return aim.verdict, aim.measured


def test_an_interrupted_measurement_goes_on_where_it_was(tmp_path: Path) -> None:
    kept = record(runs_per_second("Trialog", 500))
    Records(tmp_path).save(kept)
    assert Records(tmp_path).resume(EMPTY) == kept


@pytest.mark.parametrize("other", [{"code": "other"}, {"options": {"seconds": 1}}, {"machine": [["CPU", "slow"]]}])
def test_what_was_measured_otherwise_is_measured_anew(tmp_path: Path, other: dict[str, object]) -> None:
    Records(tmp_path).save(record(runs_per_second("Trialog", 500)))
    changed = replace(EMPTY, **other)  # type: ignore[arg-type]  # names and types are those of the fields
    assert Records(tmp_path).resume(changed) == changed


def test_a_table_is_made_of_one_code_and_one_machine_only(tmp_path: Path) -> None:
    records = Records(tmp_path)
    kept = record(runs_per_second("Trialog", 500))
    records.save(kept)
    records.save(replace(record(section="search"), code="other"))
    records.save(replace(record(section="disk"), machine=[["CPU", "slow"]]))
    assert records.of("abc", [["CPU", "fast"]]) == [kept]


def test_of_rounds_the_median_counts() -> None:
    parts = {f"round {value}": [runs_per_second("Trialog", value)] for value in (10, 1000, 30)}
    figures = Figures([replace(EMPTY, parts=parts)])
    assert figures.median("sqlite", small_runs.MEASURE, "runs/s") == 30
    assert figures.median("postgresql", small_runs.MEASURE, "runs/s") is None


@pytest.mark.parametrize(("unit", "times"), [("points/s", 4.0), ("p50 ms", 0.25), ("MB", 0.25), ("bytes/point", 0.25)])
def test_of_rates_the_larger_is_better_and_of_all_else_the_smaller(unit: str, times: float) -> None:
    assert ratio(unit, 10, 40) == times


def test_nothing_is_compared_with_nothing() -> None:
    assert ratio("points/s", None, 40) is None
    assert ratio("points/s", 0, 40) is None


def test_an_aim_is_reached_only_if_all_of_it_is() -> None:
    assert verdict_of_runs(runs_per_second("Trialog", 450), runs_per_second("MLflow", 20))[0] == "yes"
    verdict, measured = verdict_of_runs(runs_per_second("Trialog", 450), runs_per_second("MLflow", 40))
    assert verdict == "**no**"
    assert measured == "450 runs/s; **11.2 times MLflow**"


def test_an_aim_that_was_not_measured_is_not_called_reached() -> None:
    assert verdict_of_runs()[0] == "not measured"
    verdict, measured = verdict_of_runs(runs_per_second("Trialog", 450))
    assert verdict == "not measured"
    assert "times MLflow: not measured" in measured


def test_half_of_the_ceiling_is_half_of_the_bare_database() -> None:
    values: dict[Subject, float] = {"MLflow": 5_000, "Trialog": 200_000, "raw": 500_000}
    samples = [Sample(batches.ONE_SERIES.measure, "points/s", subject, value) for subject, value in values.items()]
    found = aims(Figures([record(*samples, section="batches")]))
    (aim,) = (each for each in found if batches.ONE_SERIES.measure in each.what and "sqlite" in each.what)
    assert aim.verdict == "**no**"
    assert "**40 % of the bare one**" in aim.measured


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (5448.4, "5,448"), (12.34, "12.3"), (0.456, "0.46"), (3.0, "3")]
)
def test_figures_have_three_digits(value: float | None, text: str) -> None:
    assert written(value) == text


def test_a_plot_is_well_formed_and_shows_each_point() -> None:
    charts = [
        Chart("cost & size", "runs", "ms", [Line("a", [(1000, 1.5), (100_000, 80)]), Line("b", [(1000, 0.2)])]),
        Chart("one value", "points", "points/s", [Line("a", [(10, 100)])]),
    ]
    drawn = ET.fromstring(draw(charts, {"a": "#111111", "b": "#222222"}))  # noqa: S314 - drawn just above
    circles = [element for element in drawn.iter() if element.tag.endswith("circle")]
    assert len(circles) == 4
    assert all(float(circle.get("cx", "nan")) >= 0 and float(circle.get("cy", "nan")) >= 0 for circle in circles)


def test_the_page_holds_tables_aims_and_plot(tmp_path: Path) -> None:
    subjects: tuple[Subject, ...] = ("MLflow", "Trialog")
    searched = [
        Sample(search.BY_METRIC, unit, subject, 5.0, size)
        for size in (1_000, 100_000)
        for subject in subjects
        for unit in ("p50 ms", "p99 ms")
    ]
    records = [
        record(runs_per_second("Trialog", 450), runs_per_second("MLflow", 20)),
        record(*searched, section="search"),
    ]
    write_results(records, [SmallRuns(), search.Search()], tmp_path)
    page = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert f"| {small_runs.MEASURE} | runs/s | 20 | 450 | 22.5 × |  |  |  |" in page
    assert f"| {search.BY_METRIC} | 5.0 / 5.0 | 5.0 / 5.0 | 5.0 / 5.0 | 5.0 / 5.0 |" in page
    assert "| whole small runs, sqlite | 400 a second (15 times MLflow) | 450 runs/s; 22.5 times MLflow | yes |" in page
    assert "![Cost against size](cost.svg)" in page
    assert (tmp_path / "cost.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_quick_means_less(backend: str) -> None:
    quick, full = (sizes_for(backend, quick=choice) for choice in (True, False))
    assert quick.ingested < full.ingested
    assert quick.rounds < full.rounds
