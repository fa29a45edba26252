"""The catalogue of measures and the checks catalogue, for everyone: what can happen, on which law, who may ask."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chengxin.base import clock
from chengxin.faces.workbench.checks import CLASSES, EFFECTS, KINDS, list_name, matter_line, measure_line
from chengxin.faces.workbench.pages import Choice, choices
from chengxin.regulation.measures import policy
from chengxin.regulation.measures.rules import Measure

FILTERS = ("effect", "kind", "class", "list")


@require_safe
def measure_list(request: HttpRequest) -> HttpResponse:
    """All measures in force, filtered by what the address says."""
    every = policy.measures_on(clock.today())
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    words = request.GET.get("q", "").strip()[:100]
    lines = [measure_line(m) for m in every if _fits(m, chosen)]
    lines = [line for line in lines if words.casefold() in _text(line)]
    context = {
        "place": "disclosure",
        "groups": [g for g in (_group(klass, lines) for klass in CLASSES) if g["lines"]],
        "total": len(lines),
        "q": words,
        "chosen": chosen,
        "is_filtered": bool(words) or any(chosen.values()),
        "effects": choices(EFFECTS),
        "kinds": choices(KINDS, {m.kind for m in every}),
        "lists": [Choice(code, list_name(code)) for code in sorted({code for m in every for code in m.lists})],
    }
    return render(request, "portal/measures.html", context)


@require_safe
def measure(request: HttpRequest, code: str) -> HttpResponse:
    """One measure: trigger, target, who executes it, on which law, from when and until when, with exceptions."""
    found = next((m for m in policy.measures_on(clock.today()) if m.code == code), None)
    if found is None:
        raise Http404
    matters = [matter_line(m) for m in policy.matters_on(clock.today()) if code in m.measures]
    context = {"place": "disclosure", "line": measure_line(found), "matters": matters}
    return render(request, "portal/measure.html", context)


@require_safe
def matter_list(request: HttpRequest) -> HttpResponse:
    """The checks catalogue: in which matters credit is checked, by whom and to what end."""
    today = clock.today()
    measures = {m.code: measure_line(m) for m in policy.measures_on(today)}
    lines = [
        {**matter_line(m), "measures": [measures[code] for code in sorted(m.measures) if code in measures]}
        for m in policy.matters_on(today)
    ]
    return render(request, "portal/checks.html", {"place": "disclosure", "lines": lines})


def _fits(measure: Measure, chosen: dict[str, str]) -> bool:
    return (
        chosen["effect"] in ("", measure.effect.value)
        and chosen["kind"] in ("", measure.kind.value)
        and chosen["class"] in ("", str(measure.klass.value))
        and (not chosen["list"] or chosen["list"] in measure.lists)
    )


def _text(line: dict[str, Any]) -> str:
    measure: Measure = line["measure"]
    laws = " ".join(b.law for b in measure.basis)
    return f"{measure.name_zh} {measure.name_en} {line['does']} {laws}".casefold()


def _group(klass: Any, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": CLASSES[klass], "lines": [line for line in lines if line["measure"].klass is klass]}
