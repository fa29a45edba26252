"""The lookup by code that other systems call all day: one statement, answered as finished JSON by PostgreSQL."""

from django.db import connection

# Former names and other identifiers come along by their own indexes; a person is never in these tables.
LOOKUP = """
SELECT json_build_object(
  'code', s.code, 'name', s.name, 'kind', s.kind, 'status', s.status, 'registered', s.registered,
  'division', s.division,
  'former_names', coalesce((SELECT json_agg(json_build_object('name', n.name, 'until', n.until) ORDER BY n.until)
    FROM subjects_subjectname n WHERE n.subject_id = s.id AND n.until IS NOT NULL), '[]'::json),
  'identifiers', coalesce((SELECT json_agg(json_build_object('scheme', i.scheme, 'value', i.value,
      'valid_from', i.valid_from, 'valid_until', i.valid_until) ORDER BY i.id)
    FROM subjects_identifier i WHERE i.subject_id = s.id), '[]'::json)
)::text FROM subjects_subject s WHERE s.code = %s
"""


def subject_json(code: str) -> bytes | None:
    """The subject with that code as JSON text (UTF-8), or None. Indexes: unique code, subject of names and of codes."""
    with connection.cursor() as cursor:
        cursor.execute(LOOKUP, [code])
        row = cursor.fetchone()
    return None if row is None else row[0].encode()
