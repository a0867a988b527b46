"""What was probably meant by a name that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches

from trialog.search.grammar import EntityRule, Grammar
from trialog.search.tree import Entity, Operator

_LONGEST_NAME = 100
"""Names longer than that are no slip of the pen, and comparing them takes time."""


def close_names(name: str, names: Iterable[str]) -> list[str]:
    """List the names that are spelled much like one.

    Args:
        name: What was written.
        names: What could have been meant.

    Returns:
        The likeliest, at most two.
    """
    if len(name) > _LONGEST_NAME:
        return []
    return get_close_matches(name.lower(), names, n=2, cutoff=0.7)


def near_keys(name: str, rule: EntityRule, *, ordering: bool) -> list[str]:
    """List the fixed keys that could be meant by a name.

    Args:
        name: What was written.
        rule: The entity whose keys they are.
        ordering: Whether it is named to order by, rather than to compare.

    Returns:
        The key that people call so, or those that are spelled much like it.
    """
    if name.lower() in rule.near:
        return [rule.near[name.lower()]]
    return close_names(name, [key for key, key_rule in sorted(rule.keys.items()) if ordering or key_rule.operators])


def field_as_written(rule: EntityRule, key: str) -> str:
    """Write a field as it should be written.

    Args:
        rule: The field's entity.
        key: Its key.

    Returns:
        The plural of the entity, a dot and the key, which stands in back-ticks where it must; of an attribute the key.
    """
    if rule.entity is Entity.ATTRIBUTE:
        return key
    plain = all(part.replace("_", "a").isalnum() for part in key.split("."))
    return f"{rule.names[-1]}.{key}" if plain else f"{rule.names[-1]}.`{key}`"


def entities_that_fit(grammar: Grammar, operator: Operator | None, *, number: bool | None) -> list[EntityRule]:
    """List the entities with keys of the user's own that could be meant by a name without an entity.

    Args:
        grammar: What is searched.
        operator: What the name is compared by; None where it is ordered by.
        number: Whether it is compared with a number; None if that is not known.

    Returns:
        Their rules.
    """
    fitting = []
    for rule in grammar.entities:
        if rule.any_key is None:
            continue
        if operator is None:
            fits = rule.any_key.orderable
        else:
            kinds = {None, rule.any_key.kind.numeric} | ({True} if grammar.lenient_values else set())
            fits = operator in rule.any_key.operators and number in kinds
        if fits:
            fitting.append(rule)
    return fitting


def entities_with_keys(grammar: Grammar) -> list[EntityRule]:
    """List the entities with keys of the user's own.

    Args:
        grammar: What is searched.

    Returns:
        Their rules.
    """
    return [rule for rule in grammar.entities if rule.any_key is not None]


def did_you_mean(candidates: Iterable[str]) -> str:
    """Ask about candidates.

    Args:
        candidates: What could have been meant.

    Returns:
        A question with a space in front, or nothing if there are no candidates.
    """
    names = " or ".join(candidates)
    return f" Did you mean {names}?" if names else ""
