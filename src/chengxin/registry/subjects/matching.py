"""Looking up many codes or many names at once, for finding which subject a mistyped row may mean."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Named:
    """A registered subject: its code, its present name, and a name that it bears or bore."""

    code: str
    name: str
    borne: str


def by_codes(codes: Collection[str]) -> dict[str, tuple[Named, ...]]:
    """Of these codes, those that the base register holds, each with its subject's names, the present one first.

    Index: unique code, names by subject.
    """
    return _read(
        "SELECT s.code, s.code, s.name, n.name FROM subjects_subject s"
        " JOIN subjects_subjectname n ON n.subject_id = s.id"
        " WHERE s.registered AND s.code = ANY(string_to_array(%s, ','))"
        " ORDER BY s.code, n.until DESC NULLS FIRST, n.id",
        ",".join(sorted(codes)),
    )


def by_names(names: Collection[str]) -> dict[str, tuple[Named, ...]]:
    """Of these comparable names, those that registered subjects bear or bore, each with the subjects.

    Index: `subjectname_prefix`.
    """
    return _read(
        "SELECT n.comparable, s.code, s.name, n.name FROM subjects_subjectname n"
        " JOIN subjects_subject s ON s.id = n.subject_id"
        " WHERE s.registered AND n.comparable = ANY(string_to_array(%s, chr(10)))"
        " ORDER BY n.comparable, n.until DESC NULLS FIRST, s.code, n.id",
        "\n".join(sorted(names)),  # comparable names hold no white space
    )


def _read(statement: str, asked: str) -> dict[str, tuple[Named, ...]]:
    found: dict[str, list[Named]] = defaultdict(list)
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(statement, [asked])
            for key, *rest in cursor.fetchall():
                found[key].append(Named(*rest))
    return {key: tuple(named) for key, named in found.items()}
