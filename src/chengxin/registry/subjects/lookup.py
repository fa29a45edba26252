"""The lookup by code that other systems call all day: one statement, answered as finished JSON by PostgreSQL."""

from datetime import date

from django.db import connection

from chengxin.registry.subjects.queries import _VISIBLE

# Former names and other identifiers come along by their own indexes; a person is never in these tables. Arrays of a
# subquery, since json_agg costs as much again as all the rest (bench/api).
_AS_JSON = """json_build_object(
  'code', s.code, 'name', s.name, 'kind', s.kind, 'status', s.status, 'registered', s.registered,
  'division', s.division,
  'former_names', array_to_json(ARRAY(SELECT json_build_object('name', n.name, 'until', n.until)
    FROM subjects_subjectname n WHERE n.subject_id = s.id AND n.until IS NOT NULL ORDER BY n.until DESC, n.id DESC)),
  'identifiers', array_to_json(ARRAY(SELECT json_build_object('scheme', i.scheme, 'value', i.value,
      'valid_from', i.valid_from)
    FROM subjects_identifier i WHERE i.subject_id = s.id AND i.valid_until IS NULL ORDER BY i.id))
)::text"""
LOOKUP = f"SELECT {_AS_JSON} FROM subjects_subject s WHERE s.code = %(code)s AND {_VISIBLE}"
# Many at once, by code: the rows of those that may be seen.
LOOKUPS = f"SELECT s.code, {_AS_JSON} FROM subjects_subject s WHERE s.code = ANY(%(codes)s::text[]) AND {_VISIBLE}"


def subject_json(code: str, *, on: date) -> bytes | None:
    """The subject with that code as JSON text (UTF-8), if it may be seen.

    Indexes: unique code, subject of names, codes.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOOKUP, {"code": code, "day": on})
        row = cursor.fetchone()
    return None if row is None else row[0].encode()
