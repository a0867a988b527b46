"""What metrics mean that bear a well-known name: data, and the way to recognise a name.

Thresholds and targets are in shown numbers: 3 stands for 3 percent where the unit is `percent`, whatever was stored.
Bands that are a matter of the data rather than of the metric are only offered, and not used before somebody takes
them over. docs/guide/metrics.md says where the tables come from.
"""

import re
from functools import cache
from unicodedata import normalize

from msgspec import Struct

from trialog.entities.limits import MAX_KEY_LENGTH
from trialog.entities.metric_meaning import FRACTION, NO_UNIT, PERCENT, Direction, MeaningNote

_HIGHER = Direction.HIGHER
_LOWER = Direction.LOWER
_SCALE = (MeaningNote.DEPENDS_ON_SCALE,)
_DATA = (MeaningNote.DEPENDS_ON_DATA,)

FRACTION_STORED = 100.0
PERCENT_STORED = 1.0
_EITHER = (FRACTION_STORED, PERCENT_STORED)


class WellKnownMetric(Struct, frozen=True):
    """What metrics of some names mean.

    Args:
        names: Names in words with spaces.
        direction: Which values are better; of a metric with `either_sign`, where it is written as a positive number.
        unit: What shown numbers are in.
        thresholds: Four shown numbers between the five bands, from the worst to the best.
        target: A shown number to be reached.
        scales: What stored numbers may have to be multiplied by; several if that cannot be known.
        bounds: Between what shown numbers must lie.
        either_sign: Whether some write it as a negative number; then higher is better, and thresholds are negative.
        offered_thresholds: Thresholds that are usual for some data, not used before somebody takes them over.
        notes: What to bear in mind.
        as_ending: Whether any words may stand in front of the name, such as `triplet` in front of `loss`.
    """

    names: tuple[str, ...]
    direction: Direction
    unit: str = NO_UNIT
    thresholds: tuple[float, ...] | None = None
    target: float | None = None
    scales: tuple[float, ...] = (1.0,)
    bounds: tuple[float, float] | None = None
    either_sign: bool = False
    offered_thresholds: tuple[float, ...] | None = None
    notes: tuple[MeaningNote, ...] = ()
    as_ending: bool = False


_UNIT_INTERVAL = (0.0, 1.0)
_OF_A_CLASSIFIER = (0.5, 0.7, 0.8, 0.9)

_CLASSIFICATION = (
    WellKnownMetric(
        ("roc auc", "auc roc", "auc", "auroc", "rocauc", "area under curve"),
        _HIGHER,
        thresholds=(0.5, 0.6, 0.7, 0.8),
        bounds=_UNIT_INTERVAL,
        as_ending=True,
    ),
    WellKnownMetric(
        ("average precision", "pr auc", "auc pr", "prauc", "auprc", "auc precision recall", "aucpr"),
        _HIGHER,
        bounds=_UNIT_INTERVAL,
        notes=_DATA,
    ),
    WellKnownMetric(
        ("directional accuracy", "direction accuracy"),
        _HIGHER,
        FRACTION,
        (0.5, 0.52, 0.55, 0.6),
        bounds=_UNIT_INTERVAL,
        notes=_DATA,
    ),
    WellKnownMetric(
        ("accuracy", "acc", "точность", "acurácia", "acuracia", "exactitude"),
        _HIGHER,
        FRACTION,
        bounds=_UNIT_INTERVAL,
        offered_thresholds=_OF_A_CLASSIFIER,
        notes=_DATA,
        as_ending=True,
    ),
    WellKnownMetric(
        ("f1", "f score", "fscore", "f beta", "f2", "f1 мера", "f мера", "dice", "iou", "jaccard"),
        _HIGHER,
        FRACTION,
        bounds=_UNIT_INTERVAL,
        offered_thresholds=_OF_A_CLASSIFIER,
        notes=_DATA,
        as_ending=True,
    ),
    WellKnownMetric(
        (
            *("precision", "recall", "sensitivity", "specificity"),
            *("tpr", "tnr", "true positive rate", "true negative rate"),
            *("précision", "precisão", "precisao", "полнота", "rappel", "revocação", "revocacao"),
        ),
        _HIGHER,
        FRACTION,
        bounds=_UNIT_INTERVAL,
        offered_thresholds=_OF_A_CLASSIFIER,
        notes=_DATA,
    ),
    WellKnownMetric(
        ("false positive rate", "false negative rate", "fpr", "fnr", "error rate"),
        _LOWER,
        FRACTION,
        bounds=_UNIT_INTERVAL,
        notes=_DATA,
    ),
    WellKnownMetric(("true positives", "true negatives", "tp", "tn"), _HIGHER, notes=_DATA),
    WellKnownMetric(("false positives", "false negatives", "fp", "fn"), _LOWER, notes=_DATA),
    WellKnownMetric(("gini",), _HIGHER, thresholds=(0.0, 0.2, 0.4, 0.6), bounds=(-1.0, 1.0)),
    WellKnownMetric(
        ("ks", "ks stat", "ks statistic", "kolmogorov smirnov"),
        _HIGHER,
        bounds=_UNIT_INTERVAL,
        offered_thresholds=(0.1, 0.2, 0.3, 0.4),
        notes=_DATA,
    ),
    WellKnownMetric(("mcc", "matthews", "matthews corrcoef", "kappa", "cohen kappa"), _HIGHER, bounds=(-1.0, 1.0)),
    WellKnownMetric(
        ("brier", "brier loss"),
        _LOWER,
        bounds=_UNIT_INTERVAL,
        offered_thresholds=(0.25, 0.2, 0.15, 0.1),
        notes=_DATA,
    ),
    WellKnownMetric(
        ("log loss", "logloss", "cross entropy", "nll", "loss", "потери", "perte", "perda"),
        _LOWER,
        notes=_DATA,
        as_ending=True,
    ),
    WellKnownMetric(("log likelihood", "elbo"), _HIGHER, notes=_DATA),
    WellKnownMetric(("ece", "calibration error"), _LOWER, bounds=_UNIT_INTERVAL),
    WellKnownMetric(
        ("ndcg", "mrr", "map", "m ap", "m ap 50 b", "m ap 50 95 b", "mean average precision"),
        _HIGHER,
        bounds=_UNIT_INTERVAL,
        notes=_DATA,
    ),
)

_REGRESSION = (
    WellKnownMetric(
        ("rmse", "root mean squared error", "root mean square error"),
        _LOWER,
        offered_thresholds=(20.0, 10.0, 5.0, 2.0),
        notes=_SCALE,
    ),
    WellKnownMetric(("mae", "mean absolute error", "median absolute error", "medae"), _LOWER, notes=_SCALE),
    WellKnownMetric(("mse", "mean squared error", "mean square error", "max error"), _LOWER, notes=_SCALE),
    WellKnownMetric(
        ("mape", "mean absolute percentage error", "wape"),
        _LOWER,
        PERCENT,
        (100.0, 50.0, 20.0, 10.0),
        scales=_EITHER,
    ),
    WellKnownMetric(("smape",), _LOWER, PERCENT, scales=_EITHER),
    WellKnownMetric(("rmsle", "msle", "mase"), _LOWER),
    WellKnownMetric(
        ("r2", "r squared", "r 2", "explained variance"),
        _HIGHER,
        offered_thresholds=(0.0, 0.3, 0.6, 0.8),
        notes=_DATA,
    ),
)

_TRADING = (
    WellKnownMetric(("sharpe", "sharpe ratio", "sharpe like"), _HIGHER, thresholds=(0.0, 0.5, 1.0, 2.0), target=1.0),
    WellKnownMetric(("sortino", "sortino ratio"), _HIGHER, offered_thresholds=(0.0, 1.0, 2.0, 3.0)),
    WellKnownMetric(("calmar", "calmar ratio"), _HIGHER, offered_thresholds=(0.0, 0.5, 1.0, 3.0)),
    WellKnownMetric(("information ratio", "omega ratio"), _HIGHER),
    WellKnownMetric(
        (
            *("total return", "return", "returns", "cumulative return", "net return", "strategy return", "roi"),
            *("доходность", "общая доходность", "retorno", "retorno total", "rendement", "rentabilidade"),
        ),
        _HIGHER,
        PERCENT,
        (0.0, 3.0, 5.0, 10.0),
        target=5.0,
        scales=_EITHER,
    ),
    WellKnownMetric(
        ("annual return", "annualized return", "annualised return", "cagr", "daily return", "monthly return"),
        _HIGHER,
        PERCENT,
        scales=_EITHER,
    ),
    WellKnownMetric(
        (
            *("max drawdown", "maximum drawdown", "drawdown", "mdd", "max dd", "maxdd"),
            *("просадка", "макс просадка", "максимальная просадка"),
        ),
        _LOWER,
        PERCENT,
        (50.0, 30.0, 20.0, 10.0),
        scales=_EITHER,
        either_sign=True,
    ),
    WellKnownMetric(
        ("win rate", "winrate", "win ratio", "hit rate", "hit ratio"),
        _HIGHER,
        FRACTION,
        bounds=_UNIT_INTERVAL,
        offered_thresholds=(0.4, 0.5, 0.55, 0.6),
        notes=_DATA,
    ),
    WellKnownMetric(("success rate", "pass rate"), _HIGHER, FRACTION, bounds=_UNIT_INTERVAL, notes=_DATA),
    WellKnownMetric(
        (
            *("volatility", "annual volatility", "annualized volatility", "annualised volatility"),
            *("volatilité", "volatilidade", "волатильность"),
        ),
        _LOWER,
        PERCENT,
        scales=_EITHER,
    ),
    WellKnownMetric(("profit factor",), _HIGHER, thresholds=(1.0, 1.25, 1.5, 2.0)),
    WellKnownMetric(
        ("pnl", "profit", "net profit", "profit and loss", "прибыль", "lucro", "bénéfice"), _HIGHER, notes=_SCALE
    ),
)

# `train` and `training` may stand around any name, but time alone is no metric.
_DURATIONS = ("latency", "inference latency", "inference time", "train time", "training time", "fit time")

_OTHERS = (
    WellKnownMetric(("perplexity", "ppl"), _LOWER, notes=_DATA),
    WellKnownMetric(("bleu", "rouge", "rouge 1", "rouge 2", "rouge l", "meteor"), _HIGHER, notes=_DATA),
    WellKnownMetric(("wer", "cer", "word error rate", "character error rate"), _LOWER, FRACTION, notes=_DATA),
    WellKnownMetric(("psnr",), _HIGHER, "dB"),
    WellKnownMetric(("ssim",), _HIGHER, bounds=(-1.0, 1.0)),
    WellKnownMetric(("fid", "aic", "bic", "davies bouldin"), _LOWER, notes=_DATA),
    WellKnownMetric(("silhouette", "calinski harabasz"), _HIGHER, notes=_DATA),
    WellKnownMetric(("reward", "episode reward"), _HIGHER, notes=_DATA, as_ending=True),
    *(
        WellKnownMetric(tuple(f"{what} {ending}" for what in _DURATIONS for ending in endings), _LOWER, unit)
        for unit, endings in (("ms", ("ms", "milliseconds")), ("s", ("s", "sec", "secs", "seconds")))
    ),
    WellKnownMetric(_DURATIONS, _LOWER),
    WellKnownMetric(("throughput",), _HIGHER),
)

WELL_KNOWN_METRICS = (*_CLASSIFICATION, *_REGRESSION, *_TRADING, *_OTHERS)

# What may stand around a name without changing what it means.
_DATA_WORDS = {"val", "valid", "validation", "test", "testing", "train", "training", "eval", "evaluation", "dev"} | {
    *("holdout", "oos", "out", "of", "in", "sample", "cv", "cross", "fold", "backtest", "live")
}
_AVERAGE_WORDS = {"mean", "avg", "average", "median", "macro", "micro", "weighted", "binary", "ovr", "ovo", "overall"}
_MOMENT_WORDS = {"best", "final", "last", "latest", "epoch", "step", "batch", "total"}
_FORM_WORDS = {"score", "metric", "metrics", "value", "ratio", "at", "k", "top", "p"}
_MODEL_WORDS = {"portfolio", "strategy", "model", "ensemble", "class", "baseline", "champion", "challenger"}
_QUALIFIERS = _DATA_WORDS | _AVERAGE_WORDS | _MOMENT_WORDS | _FORM_WORDS | _MODEL_WORDS
# What in front of an ending such as `loss` makes it something else: a setting, a difference, the spread of values.
_SPREAD_WORDS = {"std", "stddev", "sd", "var", "variance"}
_DISTURBING = {"stop", "take", "profit", "delta", "diff", "gap", "change"} | _SPREAD_WORDS
_PERCENT_WORDS = frozenset({"pct", "percent", "percentage"})

# A word of another script, or with an accent, is taken as a whole; capitals divide the others.
_WORD = re.compile(r"(?=[A-Za-z]*[^\W\d_A-Za-z])[^\W\d_]+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


class RecognisedMetric(Struct, frozen=True):
    """A well-known metric as a name speaks of it.

    Args:
        metric: What it is.
        pattern: The part of the name that says so, such as `roc_auc`.
        says_percent: Whether the name itself says that stored numbers are percentages.
    """

    metric: WellKnownMetric
    pattern: str
    says_percent: bool


def recognise_metric(name: str) -> RecognisedMetric | None:
    """Tell which well-known metric a name speaks of, such as ROC AUC in `val_roc_auc`, `test/rocAuc` and `auc-mean`.

    Args:
        name: Name of a metric.

    Returns:
        What it is; None if the name is not well known, or may mean something else.
    """
    if name.startswith("system/") or len(name) > MAX_KEY_LENGTH:
        # What MLflow measures of the machine, and what can be no metric.
        return None
    words = _words(name)
    phrases, lengths = _phrases()
    found = [
        (*phrases[part], start, part)
        for length in lengths
        for start in range(len(words) - length + 1)
        if (part := words[start : start + length]) in phrases
    ]
    for _, metric, start, phrase in sorted(found, key=lambda one: (one[0], one[2])):
        before, after = words[:start], words[start + len(phrase) :]
        if _is_around(before, after, as_ending=metric.as_ending):
            says_percent = not _PERCENT_WORDS.isdisjoint((*before, *after))
            return RecognisedMetric(metric, "_".join(phrase), says_percent)
    return None


def _is_around(before: tuple[str, ...], after: tuple[str, ...], *, as_ending: bool) -> bool:
    in_front = _DISTURBING.isdisjoint(before) if as_ending else all(_qualifies(word) for word in before)
    return in_front and all(_qualifies(word) for word in after)


def _qualifies(word: str) -> bool:
    return word in _QUALIFIERS or word in _PERCENT_WORDS or word.isdigit()


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(normalize("NFC", name)))


@cache
def _phrases() -> tuple[dict[tuple[str, ...], tuple[int, WellKnownMetric]], tuple[int, ...]]:
    """Return all names in words with their rank, and their lengths; long ones first: `pr_auc` is more than an AUC."""
    phrases = ((_words(name), metric) for metric in WELL_KNOWN_METRICS for name in metric.names)
    ranked: dict[tuple[str, ...], tuple[int, WellKnownMetric]] = {}
    for rank, (phrase, metric) in enumerate(sorted(phrases, key=lambda item: len(item[0]), reverse=True)):
        ranked.setdefault(phrase, (rank, metric))
    return ranked, tuple(sorted({len(phrase) for phrase in ranked}, reverse=True))
