from datetime import date

import polars as pl
import pytest

from chengxin.base.database.context import acting
from chengxin.registry.subjects import queries, services
from chengxin.registry.subjects.models import Identifier, Person, Subject, SubjectName
from chengxin.registry.subjects.rules import Scheme
from chengxin.registry.subjects.services import Directory
from chengxin.registry.subjects.tests.factories import NOW, TODAY, code, companies, company, registered

pytestmark = pytest.mark.django_db


def pairs(*given: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(given, schema={"code": pl.String, "name": pl.String}, orient="row")


def met(*codes: str) -> Directory:
    directory = Directory()
    services.meet(directory, pl.Series(codes, dtype=pl.String))
    return directory


def test_a_directory_meets_known_codes_only():
    (id,) = companies("南宁虚构甲商行")

    assert met(code(1), code(2), code(1)).known.rows() == [(code(1), id, "南宁虚构甲商行")]


def test_a_former_code_leads_to_its_subject_but_the_one_who_bears_it_now_comes_first():
    first, second = companies("南宁虚构甲商行", "南宁虚构乙商行")
    for value in (code(2), code(8)):
        Identifier.objects.create(
            subject_id=first, scheme="unified-social-credit-code", value=value, valid_until=date(2025, 1, 1)
        )

    ids = dict(met(code(2), code(8)).known.select("code", "subject_id").iter_rows())

    assert ids == {code(2): second, code(8): first}


def test_new_codes_make_subjects_and_known_ones_do_not():
    companies("南宁虚构甲商行")
    directory = met(code(1), code(2))

    given = pairs((code(1), "别名虚构商行"), (code(2), "南宁虚构乙商行"), (code(2), "另一个虚构名"))
    services.add_subjects(directory, given, registered=False, at=NOW)

    assert list(Subject.objects.order_by("id").values_list("code", "name", "registered")) == [
        (code(1), "南宁虚构甲商行", True),
        (code(2), "南宁虚构乙商行", False),
    ]
    assert SubjectName.objects.count() == 2


def test_a_block_of_ids_is_never_given_twice():
    companies("南宁虚构甲商行", "南宁虚构乙商行")
    company("南宁虚构丙商行", 3)
    single = Subject.objects.create(code=code(4), name="南宁虚构丁商行", kind="legal-person", created_at=NOW)

    ids = list(Subject.objects.order_by("id").values_list("id", flat=True))
    assert len(set(ids)) == 4 and single.pk == ids[-1]


def test_another_name_is_told_apart_from_another_spelling_and_a_former_name():
    (id,) = companies("南宁旧虚构（广西）商行")
    services.take_register([registered(id, "南宁新虚构（广西）商行")], on=date(2026, 3, 1))

    odd = services.named_otherwise(
        met(code(1)),
        pairs((code(1), "南宁新虚构(广西)商行"), (code(1), "南宁旧虚构(广西)商行"), (code(1), "别的虚构商行")),
    )

    assert [(o.name, o.is_former) for o in odd] == [("南宁旧虚构(广西)商行", True), ("别的虚构商行", False)]


def test_the_register_changes_only_what_it_tells():
    (id,) = companies("南宁虚构甲商行")
    services.take_register([registered(id, "南宁虚构甲商行", status="deregistered")], on=TODAY)

    services.take_register([registered(id, "南宁虚构甲商行", kind="other-organisation")], on=TODAY)

    subject = Subject.objects.get(pk=id)
    assert (subject.status, subject.kind) == ("deregistered", "other-organisation")
    assert SubjectName.objects.count() == 1


def test_a_former_name_that_the_register_tells_is_added_once():
    (id,) = companies("南宁虚构甲商行")

    for _ in range(2):
        services.take_register([registered(id, "南宁虚构甲商行", former="南宁虚构老商行")], on=TODAY)

    detail = queries.by_code(code(1), on=TODAY)
    assert detail is not None and [f.name for f in detail.former_names] == ["南宁虚构老商行"]


def test_the_register_takes_in_a_subject_that_was_known_from_a_feed_only():
    id = company("南宁虚构商行", 1, registered=False)

    services.take_register([registered(id, "南宁虚构商行")], on=TODAY)

    assert queries.by_code(code(1), on=TODAY) is not None


def test_a_code_of_another_register_stays_with_its_first_subject():
    first, second = companies("南宁虚构甲商行", "南宁虚构乙商行")
    services.add_identifiers([(first, Scheme.TAX_NUMBER, "450100000000001")])

    services.add_identifiers([(second, Scheme.TAX_NUMBER, "450100000000001"), (second, Scheme.TAX_NUMBER, "4501002")])

    assert set(Identifier.objects.values_list("subject_id", "value")) == {
        (first, "450100000000001"),
        (second, "4501002"),
    }


def test_a_person_is_found_again_by_type_and_number_and_kept_sealed():
    number = "45010019900101999X"
    with acting(actor="test", purpose="test", basis="test"):
        first = services.resolve_people([("身份证", number, "甲某某"), ("护照", number, "甲某某")], at=NOW)
        again = services.resolve_people([("身份证", number, "甲某某")], at=NOW)
        kept = Person.objects.get(pk=first[0])

    assert len(set(first)) == 2
    assert again == first[:1]
    assert number.encode() not in bytes(kept.sealed_number)
    assert "甲".encode() not in bytes(kept.sealed_name)
    assert bytes(kept.number_hash) == services.person_hash("身份证", number)
