"""The procedures that this installation knows, found by the names in the setting `CASE_PROCEDURES`."""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from chengxin.base.casework import rules
from chengxin.base.casework.rules import Procedure


def procedures() -> dict[str, Procedure]:
    """All procedures by code. Raises `ImproperlyConfigured` where a declaration has a fault."""
    return _load(tuple(getattr(settings, "CASE_PROCEDURES", ())))


def procedure(code: str) -> Procedure:
    """The procedure with that code. Raises `KeyError`."""
    return procedures()[code]


@lru_cache(maxsize=8)
def _load(names: tuple[str, ...]) -> dict[str, Procedure]:
    found: dict[str, Procedure] = {}
    for name in names:
        declared: Procedure = import_string(name)
        problems = rules.faults(declared)
        if declared.code in found:
            problems.append("its code stands for another procedure as well")
        if problems:
            raise ImproperlyConfigured(f"{name}: {'; '.join(problems)}")
        found[declared.code] = declared
    return found
