r"""What may be searched, and how: one `Grammar` for each kind of record.

A grammar is data. It lists the parts of a record that a filter may name, the keys they have, the operators each key
takes and the values those expect; the parser has no other knowledge of runs, experiments or models.

What is accepted and refused follows MLflow 3.17, its parser and its SQL store taken together. Where the two languages
part on purpose:

Accepted here, refused or broken in MLflow
    - `OR`, `NOT` and brackets (`trialog.search.parser`); `IN` on all text and on numbers; `BETWEEN`; `NOT LIKE` and
      `NOT ILIKE`; regular expressions (`RLIKE`, `=~`, `!~`); on params and tags of logged models `IS NULL`;
    - times as dates, date-times and `now() - 7d`, besides milliseconds;
    - `metrics.loss.min`, `.max`, `.first` and `.last` of runs, where no metric has that very name;
    - a name without its entity, dots or not, where the store knows that it means one thing: `loss`, `loss.min`;
    - registered models: times to filter by; versions: stage, status, label, logged model and times;
    - a filter of nothing but space, and space around an order_by item;
    - keywords in any case everywhere (MLflow's experiments know `LIKE` but not `like`), any space inside `IS NOT NULL`;
    - keys that happen to be SQL keywords or digits: `metrics.from`, `metrics.1`, `params.in`;
    - numbers as Python writes them: `1e+20`, `+1`, `5.e3`; `inf` and `-inf` for metrics, since they are stored exactly;
    - a field quoted as a whole in a filter, its entity in any quotes but single ones: ``metrics.loss`` in back-ticks;
    - the other names of an attribute in order_by too: `"Run Name" DESC`;
    - logged models: double quotes around a value or a key do not become part of it; `attributes.creation_timestamp`,
      `last_updated_time` and `status` by name, which MLflow's SQL store cannot answer.

Refused here, accepted by MLflow (most of it by accident)
    - a key that is missing or does not touch its dot: `metrics. > 1`, `metrics. loss > 1`, `metrics..a > 1`;
    - a key quoted in part: `tags.mlflow."user"`; here the quotes would be part of the key, which no key can hold;
    - an order_by item's direction in quotes: `metrics.loss "DESC"`;
    - SQL's other names, none of which a key can hold: `metrics.f(x)`, `metrics.a[0]`, `metrics.*`, `metrics.[a b]`;
    - what MLflow parses and then fails at: a list behind another operator than IN (`run_id = ('a')`), an unknown
      attribute of a logged model, an attribute's number beyond 64 bits or without end;
    - NaN as a number of a logged model's filter, which no comparison can match;
    - Python's other spellings in a list or a number: adjacent, prefixed or triple-quoted strings, brackets around an
      item (around the whole list they may be doubled), `1_000`;
    - NUL and lone surrogates, which no store keeps; filters and orderings beyond the limits of `trialog.search.reader`.

Read differently
    - in a list, a back-slash escapes a quote or a back-slash, as in MLflow; before any other character it stands for
      itself, so that `dataset.name IN ('C:\new')` holds no line break;
    - a quoted key in order_by is taken as it stands, as in a filter; MLflow reads it by a shell's rules and trims it,
      but only where a direction stands behind it;
    - of fields that an experiment's order_by repeats, the first counts, which is also what repeating them comes to.
"""

from collections.abc import Mapping
from enum import Enum, auto

import msgspec

from trialog.search.tree import Entity, Operator


class ValueKind(Enum):
    """What a key is compared with."""

    TEXT = auto()
    EXPERIMENT_ID = auto()
    """Text that holds a whole number."""
    FLOAT = auto()
    """A number, infinities among them."""
    TIME = auto()
    """Milliseconds since 1970: a whole number that fits 64 bits, or any finite one; or a time as people write it."""
    WHOLE_TIME = auto()
    """Milliseconds since 1970: a whole number that fits 64 bits; or a time as people write it."""
    WHOLE_NUMBER = auto()
    """A whole number that fits 64 bits, in quotes or not."""

    @property
    def numeric(self) -> bool:
        """Whether values are numbers rather than text."""
        return self not in {ValueKind.TEXT, ValueKind.EXPERIMENT_ID}


class KeyRule(msgspec.Struct, frozen=True):
    """What may be done with a key.

    Args:
        kind: What it is compared with.
        operators: The operators it takes, in the order in which a message lists them; none for a key that can only be
            ordered by.
        orderable: Whether results may be ordered by it.
    """

    kind: ValueKind
    operators: tuple[Operator, ...]
    orderable: bool = True


class EntityRule(msgspec.Struct, frozen=True):
    """A part of a record and the keys it has.

    Args:
        entity: The part.
        names: Its names in front of the dot, case and all; the first is the one to recommend.
        any_key: The rule of every key, where keys are the user's own.
        keys: The rule of each key by its canonical name, where keys are fixed.
        aliases: Other names of fixed keys, with the canonical one.
        summaries: Whether `key.min` may mean a summary of what was logged under `key`.
        near: What people call a key that is not its name, with what to propose then.
    """

    entity: Entity
    names: tuple[str, ...]
    any_key: KeyRule | None = None
    keys: Mapping[str, KeyRule] = {}
    aliases: Mapping[str, str] = {}
    summaries: bool = False
    near: Mapping[str, str] = {}

    def find(self, key: str) -> tuple[str, KeyRule] | None:
        """Look a key up.

        Args:
            key: The key as written, without its quotes.

        Returns:
            The canonical name and the rule, or None if there is no such key.
        """
        if self.any_key is not None:
            return key, self.any_key
        name = self.aliases.get(key, key)
        rule = self.keys.get(name)
        return None if rule is None else (name, rule)

    def keys_with(self, operator: Operator) -> list[str]:
        """List the fixed keys that take an operator.

        Args:
            operator: The operator.

        Returns:
            Their canonical names in order.
        """
        return sorted(key for key, rule in self.keys.items() if operator in rule.operators)


class Grammar(msgspec.Struct, frozen=True):
    """The search language of one kind of record.

    Args:
        noun: What is searched, in the plural, for messages.
        entities: The parts a field may name; the one of kind `ATTRIBUTE` is meant where a field has no dot.
        lenient_values: Whether text may stand without quotes and a list may be empty.
        refuses_repeated_order: Whether ordering twice by one field is an error.
    """

    noun: str
    entities: tuple[EntityRule, ...]
    lenient_values: bool = False
    refuses_repeated_order: bool = True

    def find(self, name: str) -> EntityRule | None:
        """Look an entity up by one of its names, in the case in which the grammar spells it.

        Args:
            name: The name as written, without its quotes.

        Returns:
            The rule, or None if no entity has this name.
        """
        return next((rule for rule in self.entities if name in rule.names), None)

    def entities_with(self, operator: Operator) -> list[str]:
        """List the entities of which every key takes an operator.

        Args:
            operator: The operator.

        Returns:
            The last name of each, which is a plural.
        """
        return [rule.names[-1] for rule in self.entities if rule.any_key and operator in rule.any_key.operators]

    @property
    def attributes(self) -> EntityRule:
        """The rule of fields without a dot."""
        return next(rule for rule in self.entities if rule.entity is Entity.ATTRIBUTE)


_EQUALITY = (Operator.EQUAL, Operator.NOT_EQUAL)
_ORDER = (Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL)
_PATTERN = (Operator.LIKE, Operator.ILIKE)
_LIST = (Operator.IN, Operator.NOT_IN)
_PRESENCE = (Operator.IS_NULL, Operator.IS_NOT_NULL)
_MORE_PATTERNS = (Operator.NOT_LIKE, Operator.NOT_ILIKE, Operator.RLIKE, Operator.NOT_RLIKE)
_RANGE = (Operator.BETWEEN, Operator.NOT_BETWEEN)
_NUMBER_OPERATORS = _EQUALITY + _ORDER + _LIST + _RANGE

_TEXT = KeyRule(ValueKind.TEXT, _EQUALITY + _PATTERN + _LIST + _MORE_PATTERNS)
_OPTIONAL_TEXT = KeyRule(ValueKind.TEXT, _EQUALITY + _PATTERN + _PRESENCE + _LIST + _MORE_PATTERNS)
_METRIC = KeyRule(ValueKind.FLOAT, _NUMBER_OPERATORS)
_TIME = KeyRule(ValueKind.TIME, _NUMBER_OPERATORS)
_WHOLE_TIME = KeyRule(ValueKind.WHOLE_TIME, _NUMBER_OPERATORS)
_WHOLE_NUMBER = KeyRule(ValueKind.WHOLE_NUMBER, _NUMBER_OPERATORS)


def _filter_only(rule: KeyRule) -> KeyRule:
    return KeyRule(rule.kind, rule.operators, orderable=False)


RUNS = Grammar(
    noun="runs",
    entities=(
        EntityRule(Entity.METRIC, ("metric", "metrics"), any_key=_METRIC, summaries=True),
        EntityRule(Entity.PARAM, ("parameter", "parameters", "param", "params"), any_key=_OPTIONAL_TEXT),
        EntityRule(Entity.TAG, ("tag", "tags"), any_key=_OPTIONAL_TEXT),
        EntityRule(
            Entity.ATTRIBUTE,
            ("attribute", "attributes", "attr", "run"),
            keys={
                "artifact_uri": _TEXT,
                "end_time": _TIME,
                "run_id": _TEXT,
                "run_name": _TEXT,
                "start_time": _TIME,
                "status": _TEXT,
                "user_id": _TEXT,
            },
            aliases={
                "created": "start_time",
                "Created": "start_time",
                "run name": "run_name",
                "Run name": "run_name",
                "Run Name": "run_name",
            },
            near={
                "date": "start_time",
                "ended": "end_time",
                "finished": "end_time",
                "id": "run_id",
                "name": "run_name",
                "started": "start_time",
                "time": "start_time",
                "user": "user_id",
            },
        ),
        EntityRule(
            Entity.DATASET,
            ("dataset", "datasets"),
            keys=dict.fromkeys(("context", "digest", "name"), _filter_only(_TEXT)),
        ),
    ),
)
"""Runs, as `runs/search` takes them."""

EXPERIMENTS = Grammar(
    noun="experiments",
    entities=(
        EntityRule(
            Entity.ATTRIBUTE,
            ("attribute",),
            keys={
                "creation_time": _WHOLE_TIME,
                "experiment_id": KeyRule(ValueKind.EXPERIMENT_ID, _EQUALITY + _LIST),
                "last_update_time": _WHOLE_TIME,
                "name": _TEXT,
            },
        ),
        EntityRule(Entity.TAG, ("tag", "tags"), any_key=_filter_only(_OPTIONAL_TEXT)),
    ),
    refuses_repeated_order=False,
)
"""Experiments, as `experiments/search` takes them."""

LOGGED_MODELS = Grammar(
    noun="logged models",
    entities=(
        EntityRule(
            Entity.ATTRIBUTE,
            ("attributes",),
            keys={
                "artifact_location": _TEXT,
                "creation_timestamp": _TIME,
                "experiment_id": _TEXT,
                "last_updated_timestamp": _TIME,
                "lifecycle_stage": _TEXT,
                "model_id": _TEXT,
                "model_type": _TEXT,
                "name": _TEXT,
                "source_run_id": _TEXT,
                "status": _TEXT,
                "status_message": _TEXT,
            },
            aliases={
                "creation_time": "creation_timestamp",
                "creation_timestamp_ms": "creation_timestamp",
                "last_updated_time": "last_updated_timestamp",
                "last_updated_timestamp_ms": "last_updated_timestamp",
            },
        ),
        EntityRule(Entity.METRIC, ("metrics",), any_key=_METRIC),
        EntityRule(Entity.PARAM, ("params",), any_key=_filter_only(_OPTIONAL_TEXT)),
        EntityRule(Entity.TAG, ("tags",), any_key=_filter_only(_OPTIONAL_TEXT)),
    ),
    lenient_values=True,
)
"""Logged models, as `logged-models/search` takes them."""

REGISTERED_MODELS = Grammar(
    noun="registered models",
    entities=(
        EntityRule(
            Entity.ATTRIBUTE,
            ("attribute", "attributes"),
            keys={
                "creation_timestamp": _TIME,
                "last_updated_timestamp": _TIME,
                "name": _TEXT,
            },
            aliases={"timestamp": "last_updated_timestamp"},
        ),
        EntityRule(Entity.TAG, ("tag", "tags"), any_key=_filter_only(_OPTIONAL_TEXT)),
    ),
)
"""Registered models, as `registered-models/search` takes them."""

MODEL_VERSIONS = Grammar(
    noun="model versions",
    entities=(
        EntityRule(
            Entity.ATTRIBUTE,
            ("attribute", "attributes"),
            keys={
                "creation_timestamp": _TIME,
                "current_stage": _TEXT,
                "label": _TEXT,
                "last_updated_timestamp": _TIME,
                "model_id": _TEXT,
                "name": _TEXT,
                "run_id": _TEXT,
                "source_path": _TEXT,
                "status": _TEXT,
                "version_number": _WHOLE_NUMBER,
            },
            aliases={"source": "source_path", "stage": "current_stage", "version": "version_number"},
        ),
        EntityRule(Entity.TAG, ("tag", "tags"), any_key=_filter_only(_OPTIONAL_TEXT)),
    ),
)
"""Versions of registered models, as `model-versions/search` takes them."""
