"""Charts as geometry: what a template draws as SVG without styles of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 40, 24, 32
STEPS = 4
FLOORS = tuple(map(Decimal, (0, 20, 40, 60, 80)))  # where the upward axis may begin: its steps are whole numbers


@dataclass(frozen=True, slots=True)
class Dot:
    """A value of a line at its place; `told` is the value in words."""

    x: int
    y: int
    told: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a trend: pieces between gaps as `points` of an SVG polyline, and its dots."""

    pieces: tuple[str, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis."""

    at: int
    told: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A trend of values from 0 to 100: the lines in the order given, the target's height, and both axes."""

    width: int
    height: int
    left: int
    right: int
    base: int
    lines: tuple[Line, ...]
    target: Tick | None
    across: tuple[Tick, ...]
    upward: tuple[Tick, ...]


def trend(labels: Sequence[str], values: Sequence[Sequence[Decimal | None]], *, target: Decimal | None = None) -> Trend:
    """The geometry of lines over `labels`: `values` holds a value (0 to 100) or None for each label, a row a line."""
    known = [v for line in values for v in line if v is not None]
    lowest = min([*known, *([target] if target is not None else []), Decimal(100)])
    floor = max(f for f in FLOORS if f < lowest or f == 0)
    wide, base = WIDTH - LEFT - RIGHT, HEIGHT - BOTTOM

    def across(place: int) -> int:
        return LEFT + (wide * place // (len(labels) - 1) if len(labels) > 1 else wide // 2)

    def upward(value: Decimal) -> int:
        return base - int((base - TOP) * (value - floor) / (100 - floor))

    return Trend(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        base=base,
        lines=tuple(_line([(across(i), upward(v), f"{v}") if v is not None else None for i, v in enumerate(line)])
                    for line in values),
        target=Tick(upward(target), f"{target:f}%") if target is not None else None,
        across=tuple(Tick(across(i), label) for i, label in enumerate(labels)),
        upward=tuple(
            Tick(upward(v), f"{v:.0f}") for v in (floor + (100 - floor) * n / STEPS for n in range(STEPS + 1))
        ),
    )  # fmt: skip


def _line(places: Sequence[tuple[int, int, str] | None]) -> Line:
    pieces: list[list[str]] = [[]]
    for place in places:
        if place is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{place[0]},{place[1]}")
    joined = tuple(" ".join(piece) for piece in pieces if len(piece) > 1)
    return Line(joined, tuple(Dot(*place) for place in places if place is not None))
