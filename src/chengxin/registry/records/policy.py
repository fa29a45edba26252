"""Reads the dated policy of publication and severity into values."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from chengxin.base import policy
from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records import rules
from chengxin.registry.records.rules import Amount, Audience, Condition, Longer, PublicityRule, Severity, SeverityRule


def _condition(raw: Mapping[str, Any] | None) -> Condition | None:
    return Condition(raw["field"], tuple(raw["any"])) if raw else None


def _longer(raw: Mapping[str, Any] | None) -> Longer | None:
    return (
        Longer(raw["field"], int(raw["months"]), Condition(raw["when"]["field"], tuple(raw["when"]["any"])))
        if raw
        else None
    )


def _publicity(entry: policy.Entry) -> PublicityRule:
    values = entry.values
    return PublicityRule(
        kind=values["kind"],
        otherwise=Audience(values["otherwise"]),
        version=entry.version,
        effective_from=entry.effective_from,
        effective_until=entry.effective_until,
        months=values.get("months"),
        periods={Severity(k): v["months"] if v else None for k, v in values.get("periods", {}).items()},
        minimum_months={
            Severity(k): v["minimum_months"]
            for k, v in values.get("periods", {}).items()
            if v and "minimum_months" in v
        },
        only_when=_condition(values.get("only_when")),
        not_when=_condition(values.get("not_when")),
        ends_with_validity=bool(values.get("ends_with_validity", False)),
        no_sooner=_longer(values.get("no_sooner")),
    )


@cache
def publicity_rules(code: str) -> tuple[PublicityRule, ...]:
    """All dated publicity rules with that code, oldest first."""
    found = [_publicity(e) for e in policy.entries("publicity") if e.code == code]
    return tuple(sorted(found, key=lambda r: r.effective_from))


@cache
def severity_rule(category: str) -> SeverityRule | None:
    """How records of that category are graded; None where they are not.

    The newest entry serves all dates until a second one is needed.
    """
    found = [e for e in policy.entries("severity") if e.code == category]
    if not found:
        return None
    values = max(found, key=lambda e: e.effective_from).values
    return SeverityRule(
        fixed=Severity(values["fixed"]) if "fixed" in values else None,
        field=values.get("field", ""),
        kinds={k: Severity(v) for k, v in values.get("kinds", {}).items()},
        amounts=tuple(
            Amount(tuple(a["fields"]), Decimal(a["at_least"]), Severity(a["severity"]))
            for a in values.get("amounts", ())
        ),
    )


@cache
def rule_named(version: str) -> PublicityRule | None:
    """The rule of that version, as records name it (`RecordVersion.policy`); None where the profile lost it."""
    code = version.removeprefix("publicity/").partition("@")[0]
    return next((r for r in publicity_rules(code) if r.version == version), None)


def rule_on(code: str, day: date | None) -> PublicityRule:
    """The publicity rule for a decision of that day: the newest that had begun, else the oldest. Raises `NoPolicy`."""
    found = publicity_rules(code)
    if not found:
        raise policy.NoPolicy(f"publicity/{code}")
    begun = [r for r in found if day is not None and r.effective_from <= day]
    return begun[-1] if begun else found[0]


def severity_of(item: Item, values: Mapping[str, str], amounts: Mapping[str, Decimal]) -> Severity | None:
    """How grave a record of `item` is; None for categories that are not graded."""
    rule = severity_rule(item.category)
    return rules.severity(rule, values, amounts) if rule else None


def publication(
    item: Item,
    *,
    grade: Severity | None,
    decided_on: date | None,
    valid_from: date | None,
    valid_until: date | None,
    values: Mapping[str, str],
) -> rules.Publication:
    """Audience and public period of one record by the rule of its decision's day."""
    return rules.publication(
        rule_on(item.publicity_rule, decided_on),
        grade=grade,
        decided_on=decided_on,
        valid_from=valid_from,
        valid_until=valid_until,
        values=values,
    )
