"""What has changed on another server, told from its newest runs: nothing is kept between two questions.

A token has what the answer before saw: a few bytes for each of the newest runs, and for each run that was asked about
a few that stand for what was read of it. Of runs that are neither among the newest nor few, it is seen when the page
reads them again.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Final

import msgspec

from trialog.entities import Run, RunStatus
from trialog.entities.limits import MAX_CHANGES_EXPERIMENTS, MAX_CHANGES_RUNS, check_at_once
from trialog.entities.store_state import Changes, ChangeSearch
from trialog.errors import InvalidParameter
from trialog.remote.kept_runs import KeptRuns
from trialog.remote.run_finder import RunFinder

_NEWEST: Final = 50
# So many runs that are not among the newest are looked at by themselves.
_LOOKED_AT: Final = 50


class _Seen(msgspec.Struct, array_like=True):
    """What an answer saw.

    Args:
        place: Stands for the experiments that were asked about.
        newest: Stand for the newest runs.
        marks: By what stands for a run, what stands for all that was read of it.
    """

    place: str
    newest: list[str]
    marks: dict[str, str]


_decoder = msgspec.json.Decoder(_Seen)


async def find_changes(finder: RunFinder, kept: KeptRuns, query: ChangeSearch) -> Changes:
    """Return what has changed; see `OverviewStore.changes`.

    Args:
        finder: Finds runs.
        kept: Runs that were just read; they are not what they may have become.
        query: What may have changed.
    """
    check_at_once("experiments", query.experiment_ids, MAX_CHANGES_EXPERIMENTS)
    check_at_once("runs", query.run_ids, MAX_CHANGES_RUNS)
    before = _decode(query.since) if query.since else None
    newest = await finder.find_newest(sorted(set(query.experiment_ids)), max_results=_NEWEST)
    found = {run.info.run_id: run for run in newest.runs}
    others = [run_id for run_id in dict.fromkeys(query.run_ids) if run_id not in found][:_LOOKED_AT]
    for run_id in others:
        kept.forget(run_id)
    found |= await finder.named(others)
    marks = {_short(run_id): _mark(found[run_id]) for run_id in query.run_ids if run_id in found}
    seen = _Seen(
        place=_short(",".join(sorted(set(query.experiment_ids)))),
        newest=[_short(run.info.run_id) for run in newest.runs],
        marks=marks,
    )
    new_runs = 0
    if before is not None and before.place == seen.place:
        new_runs = _count_new(before.newest, seen.newest)
    known = {} if before is None else before.marks
    changed = tuple(
        run_id
        for run_id in dict.fromkeys(query.run_ids)
        if (name := _short(run_id)) in marks and name in known and known[name] != marks[name]
    )
    gone = tuple(run_id for run_id in others if run_id not in found)
    return Changes(
        token=urlsafe_b64encode(msgspec.json.encode(seen)).decode("ascii"),
        has_changed=before is not None and bool(new_runs or changed or gone),
        new_runs=new_runs,
        running=sum(run.info.status is RunStatus.RUNNING for run in newest.runs),
        changed_run_ids=changed,
        gone_run_ids=gone,
    )


def _count_new(before: list[str], now: list[str]) -> int:
    """Return how many runs stand before the first one that was seen: older ones only came back into sight."""
    known = set(before)
    return next((place for place, name in enumerate(now) if name in known), len(now))


def _mark(run: Run) -> str:
    points = [(metric.key, metric.step, metric.timestamp, metric.value) for metric in run.metrics]
    notes = [(tag.key, tag.value) for tag in run.tags]
    counts = (len(run.params), len(run.dataset_inputs), len(run.model_inputs), len(run.model_outputs))
    return _short(repr((run.info, points, notes, counts)))


def _short(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _decode(token: str) -> _Seen:
    try:
        return _decoder.decode(urlsafe_b64decode(token.encode("ascii")))
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError) as error:
        raise InvalidParameter(
            "changes.invalid_token",
            "Invalid token in 'since': send the token of the answer before, unchanged, or none to begin anew.",
            parameter="since",
        ) from error
