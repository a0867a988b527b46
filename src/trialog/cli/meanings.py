"""What there is to say of the meaning of a metric, in sentences."""

import shlex
from typing import Final

from trialog.cli.output import number
from trialog.entities.metric_meaning import FRACTION, NO_UNIT, PERCENT, MeaningNote
from trialog.wire.messages.metric_meanings import MetricMeaningMessage

_SENTENCES: Final = {
    MeaningNote.DEPENDS_ON_SCALE: "has the unit of what is predicted: compare it only on the same series",
    MeaningNote.DEPENDS_ON_DATA: "depends on the data: what is good is known only for the same task",
    MeaningNote.VALUES_OUT_OF_RANGE: "has values that it cannot have as it is usually written",
}
_SHOWN_UNITS: Final = {PERCENT: " %", FRACTION: "", NO_UNIT: ""}


def remarks(meaning: MetricMeaningMessage, value: float | None, experiment: str | None) -> list[str]:
    """Return what is to be known before a value of a metric is judged.

    Args:
        meaning: What the metric means.
        value: The value, for the question what it may be.
        experiment: Name or id of the experiment to say it in; None for the whole server.
    """
    sentences = [f"'{meaning.metric}' {_SENTENCES[note]}." for note in meaning.notes if note in _SENTENCES]
    return [*sentences, *_questions(meaning, value, experiment)]


def _questions(meaning: MetricMeaningMessage, value: float | None, experiment: str | None) -> list[str]:
    if not meaning.ambiguous:
        return []
    scales = {choice.scale for choice in meaning.choices}
    directions = {choice.direction for choice in meaning.choices}
    example = meaning.logged.greatest if value is None and meaning.logged is not None else value
    lines = [f"What '{meaning.metric}' means is not clear. Choose once:"]
    place = "" if experiment is None else f" --experiment {shlex.quote(experiment)}"
    unit = _SHOWN_UNITS.get(meaning.unit, f" {meaning.unit}")
    for choice in meaning.choices:
        meant, options = [], ""
        if len(scales) > 1:
            shown = 1.0 if example is None else example
            meant.append(f"{number(shown)} is {number(shown * choice.scale)}{unit}")
            options += f" --scale {choice.scale:g}"
        if len(directions) > 1:
            meant.append(f"{choice.direction.value} is better")
            options += f" --direction {choice.direction.value}"
        likely = " (the values look like it)" if choice.suggested else ""
        command = f"trialog metrics set {shlex.quote(meaning.metric)}{place}{options}"
        lines.append(f"  {', '.join(meant) or 'as it is'}{likely}: {command}")
    return lines
