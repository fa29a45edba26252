"""What is not public is read by the faces through the access log alone."""

import ast

from tests.house.tree import SOURCE, parsed, python, told

# Queries that leave no entry in the access log: what is not public, and what persons handed in or signed.
UNLOGGED = {
    "shared_records_of",
    "known_of",
    "held_record",
    "held_payload",
    "authorised_records_of",
    "authorised_found",
    "own_records_of",
    "own_versions_of",
    "rejected_rows_xlsx",
    "form_to_check",
    "person_hashed",
    "masked_person",
}
# The rows of natural persons and the log itself are read by their own rooms alone.
OWNERS = {
    "PersonRecord": "registry/records",
    "Person": "registry/subjects",
    "AccessEntry": "rights/consent",
    "WindowForm": "rights/consent",
    "RejectedRow": "intake/collection",
    "OwnNote": "offerings/reports",
    "ReportCheck": "offerings/reports",
}
# Where such a query stands beside the one that keeps the entry.
LOGGED_THERE = {
    ("faces/workbench/matters/dispute.py", "held_record"),  # to one whom the record names: what is public alone
    ("offerings/reports/person.py", "masked_person"),  # of a person whose records were read through the access log
    ("faces/space/views/records.py", "own_versions_of"),  # beside `own_read` of the same record, on the same page
}


def unlogged_reads(tree: ast.Module) -> list[tuple[int, str]]:
    """The lines that name a query which leaves no entry, with its name."""
    named = [
        (node.lineno, node.attr if isinstance(node, ast.Attribute) else node.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.alias)
    ]
    return [(line, name) for line, name in named if name in UNLOGGED]


def test_no_face_and_no_api_reads_past_the_access_log():
    found = [
        told(path, line)
        for path in python(tests=False)
        if SOURCE / "faces" in path.parents
        or SOURCE / "offerings" in path.parents
        or path.name == "api.py"
        or "commands" in path.parts
        for line, name in unlogged_reads(parsed(path))
        if (str(path.relative_to(SOURCE)), name) not in LOGGED_THERE
    ]
    assert found == []


def strangers_at(tree: ast.Module, place: str) -> list[int]:
    """The lines that go to a table of persons, or to the log, from a room that does not own it."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "objects"
        and isinstance(node.value, ast.Name)
        and not place.startswith(OWNERS.get(node.value.id, place) + "/")
        and node.value.id in OWNERS
    ]


def test_no_other_room_goes_to_the_tables_of_persons_or_to_the_log():
    found = [
        told(path, line)
        for path in python(tests=False)
        if SOURCE in path.parents
        for line in strangers_at(parsed(path), str(path.relative_to(SOURCE)))
    ]
    assert found == []


def test_such_a_way_would_be_found():
    assert strangers_at(ast.parse("PersonRecord.objects.all()"), "faces/space/views/home.py") == [1]
    assert strangers_at(ast.parse("PersonRecord.objects.all()"), "registry/records/queries.py") == []


# What may leave to a consumer is read by the one who asks for consents and keeps the log, and by nobody else.
DELIVERABLE = "chengxin.registry.records.deliverable"
LEAVES = {"shared", "authorised", "items_shared_with"}
KEEPS_THE_LOG = "rights/consent/delivering.py"


def reads_of_deliverables(tree: ast.Module) -> list[tuple[int, str]]:
    """The lines that name a read of `records.deliverable` of what is not public, with its name."""
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules = {
        alias.asname or alias.name
        for node in imported
        for alias in node.names
        if f"{node.module}.{alias.name}" == DELIVERABLE
    }
    taken = [(n.lineno, a.name) for n in imported if n.module == DELIVERABLE for a in n.names if a.name in LEAVES]
    return taken + [
        (node.lineno, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in LEAVES
        and isinstance(node.value, ast.Name)
        and node.value.id in modules
    ]


def test_what_leaves_to_consumers_is_read_where_the_access_log_is_kept():
    found = {
        str(path.relative_to(SOURCE)): reads_of_deliverables(parsed(path))
        for path in python(tests=False)
        if SOURCE in path.parents
    }
    readers = {path for path, reads in found.items() if reads}

    assert readers == {KEEPS_THE_LOG}
    assert {name for _line, name in found[KEEPS_THE_LOG]} == LEAVES


def test_such_a_reader_would_be_found():
    asked = "from chengxin.registry.records import deliverable as d\nd.authorised([])\nd.public([])"
    named = "from chengxin.registry.records.deliverable import shared"

    assert reads_of_deliverables(ast.parse(asked)) == [(2, "authorised")]
    assert reads_of_deliverables(ast.parse(named)) == [(1, "shared")]
    assert reads_of_deliverables(ast.parse("d.shared([])")) == []


def test_such_a_read_would_be_found():
    assert unlogged_reads(ast.parse("records.shared_records_of(1)")) == [(1, "shared_records_of")]
    assert unlogged_reads(ast.parse("reading.shared_read(1)")) == []
