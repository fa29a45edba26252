"""Questions of several rooms to the database, asked in one statement that is planned once for each connection."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from chengxin.base.database.preparing import prepared

Texts = Sequence[Any]  # a row: each column as PostgreSQL writes it as text, None for NULL
Asked = Callable[[str, Mapping[str, Any]], Sequence[Any]]  # a way to ask: `preparing.prepared`, `OwnConnection.rows`
NOTHING: Mapping[str, str] = {}


def day(text: str | None) -> date | None:
    """A day as PostgreSQL writes it; None for NULL."""
    return date.fromisoformat(text) if text else None


class Together:
    """Collects questions until the first answer is awaited, then asks all of them at once.

    For what is asked all day long about a few: a statement of its own for each question cost more to send and to begin
    than its rows did (bench/check). All see the same moment, which statements sent one by one do not. `asked_of`: the
    mapper's connection, in its transaction, or an express lane's own.
    """

    def __init__(self, asked_of: Asked = prepared) -> None:
        self._asked_of = asked_of
        self._given: dict[str, str] = {}
        self._statements: list[tuple[str, int]] = []
        self._renamed: list[tuple[tuple[str, str], ...]] = []
        self._values: dict[str, Any] = {}
        self._found: list[list[Texts]] | None = None

    def ask(
        self, statement: str, values: Mapping[str, Any], *, columns: int, given: Mapping[str, str] = NOTHING
    ) -> Callable[[], list[Texts]]:
        """Ask for the rows of a statement with that many columns; what is returned awaits them.

        Each placeholder needs a type that the statement makes plain (`%(codes)s::text`). `given`: relations by name
        that the statement reads from, made once for all questions that read from them. Raises `ValueError` once the
        answers are there, and where two questions give other relations, or values to them, by the same name.
        """
        if self._found is not None:
            raise ValueError("these questions were asked already")
        place = len(self._statements)
        # A placeholder keeps its name in the whole, unless another question gives another value by that name.
        known = self._values
        taken = [name for name, value in values.items() if known.setdefault(name, value) != value]
        renamed = tuple((name, f"{name}_{place}") for name in taken)
        for name, new in renamed:
            known[new] = values[name]
        for name, relation in given.items():
            other = any(f"%({own})s" in relation for own in taken)
            if other or self._given.setdefault(name, relation) != relation:
                raise ValueError(f"two questions give {name}")
        self._statements.append((statement, columns))
        self._renamed.append(renamed)
        return lambda: self._answers()[place]

    def _answers(self) -> list[list[Texts]]:
        if self._found is None:
            self._found = [[] for _ in self._statements]
            whole = _whole(tuple(self._given.items()), tuple(self._statements), tuple(self._renamed))
            for place, row in self._asked_of(whole, self._values):
                self._found[place].append(row)
        return self._found


@lru_cache(maxsize=256)
def _whole(
    given: tuple[tuple[str, str], ...],
    statements: tuple[tuple[str, int], ...],
    renamed: tuple[tuple[tuple[str, str], ...], ...],
) -> str:
    parts = []
    for place, ((statement, count), names) in enumerate(zip(statements, renamed, strict=True)):
        own = statement
        for name, new in names:
            own = own.replace(f"%({name})s", f"%({new})s")
        columns = [f"c{n}" for n in range(count)]
        texts = ", ".join(f"q.{column}::text" for column in columns)
        parts.append(f"SELECT {place}, ARRAY[{texts}] FROM ({own}) AS q({', '.join(columns)})")
    relations = ", ".join(f"{name} AS MATERIALIZED ({relation})" for name, relation in given)
    return (f"WITH {relations}\n" if relations else "") + "\nUNION ALL\n".join(parts)
