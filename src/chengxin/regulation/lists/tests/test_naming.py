"""A natural person on a list: nameless by default, masked where policy publishes persons; every person is fictional."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.base.database.context import acting
from chengxin.registry.catalogue.tests.factories import city_in, replace_in
from chengxin.registry.subjects.rules import about_person
from chengxin.registry.subjects.services import resolve_people
from chengxin.regulation.lists import naming, public, services
from chengxin.regulation.lists.errors import FactsMissing, NoSuchSubject
from chengxin.regulation.lists.models import ListEntry, Proposal
from chengxin.regulation.lists.tests.factories import EARLIER, NOON, officer, presiding, representative, reviewer
from chengxin.rights.consent.models import AccessEntry

pytestmark = pytest.mark.django_db
LIST, EDUCATION, NUMBER = "national-examinations", "1145010000755126X2", "450103199001011238"
HIDDEN = "persons_published: false\n      records:\n        - {item: serious-breach, any_of: {LIST: [国家考试作弊]}}"


@pytest.fixture
def publishing(tmp_path: Path, settings):
    """A city that publishes persons on that list."""
    city = city_in(tmp_path)
    replace_in(city / "policy" / "lists.yaml", HIDDEN, HIDDEN.replace("false", "true"))
    settings.CITY_FOLDER = city


def person() -> str:
    with acting(actor="t", purpose="t", basis="t"):
        return about_person(resolve_people([("身份证", NUMBER, "梁虚构")], at=NOON)[0])


def listed_person() -> ListEntry:
    """The person proposed, told, heard and entered, by the road that everyone goes."""
    about, clerk = person(), officer(EDUCATION)
    case_id = services.propose_person(
        LIST, number=NUMBER, facts="虚构事实", evidence="虚构证据", months=36, by=clerk, at=EARLIER
    )
    served_on = clock.local_date(EARLIER)
    services.take(case_id, "serve", by=clerk, at=EARLIER, reason="虚构回执", served_on=served_on, way="post")
    services.take(case_id, "ask-hearing", by=representative(about), at=EARLIER, reason="虚构申辩")
    services.take(case_id, "call-hearing", by=clerk, at=EARLIER, held_at=NOON, place="虚构路1号")
    services.take(case_id, "hold-hearing", by=presiding(EDUCATION), at=NOON, reason="虚构笔录")
    services.take(case_id, "list", by=reviewer(EDUCATION), at=NOON, reason="虚构理由", number="虚构教列字1号")
    return ListEntry.objects.get(case_id=case_id)


def looks(purpose: str = naming.PURPOSE) -> list[tuple[str, dict[str, list[str]]]]:
    with acting(actor="t", purpose="audit", basis="t"):
        return list(AccessEntry.objects.filter(purpose=purpose).values_list("about", "fields"))


def test_by_default_neither_name_nor_number_is_kept_nor_shown_nor_looked_at():
    entry = listed_person()

    assert (entry.subject_name, entry.masked_number) == ("", "")
    assert public.entries_of(LIST, at=NOON).total == 0
    assert looks() == []


@pytest.mark.usefixtures("publishing")
def test_where_policy_publishes_persons_one_is_shown_masked_and_the_look_stands_in_the_access_log():
    entry = listed_person()

    (shown,) = public.entries_of(LIST, at=NOON).items
    assert (shown.name, shown.masked_number, shown.code) == ("梁**", "45**************38", "")
    assert looks() == [(entry.about, {naming.LOOKED: ["name", "number"]})]


@pytest.mark.usefixtures("publishing")
def test_pages_table_and_interface_show_the_mask_and_nothing_behind_it(client: Client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    about = listed_person().about

    for address in (f"/lists/{LIST}", f"/lists/{LIST}/entries.csv", f"/api/v1/lists/{LIST}/entries"):
        text = client.get(address).getvalue().decode()
        assert "梁**" in text
        assert "45**************38" in text
        assert not any(secret in text for secret in ("梁虚构", NUMBER, about))


def test_whoever_was_listed_before_policy_published_persons_stays_nameless(tmp_path: Path, settings):
    listed_person()
    city = city_in(tmp_path)
    replace_in(city / "policy" / "lists.yaml", HIDDEN, HIDDEN.replace("false", "true"))
    settings.CITY_FOLDER = city

    assert [(e.name, e.masked_number) for e in public.entries_of(LIST, at=NOON).items] == [("", "")]


def test_once_policy_publishes_persons_no_more_the_mask_is_gone_too(tmp_path: Path, settings):
    real = settings.CITY_FOLDER
    settings.CITY_FOLDER = city_in(tmp_path)
    replace_in(settings.CITY_FOLDER / "policy" / "lists.yaml", HIDDEN, HIDDEN.replace("false", "true"))
    listed_person()
    settings.CITY_FOLDER = real

    assert public.entries_of(LIST, at=NOON).total == 0


def propose(facts: str) -> None:
    clerk = officer(EDUCATION)
    services.propose_person(LIST, number=NUMBER, facts=facts, evidence="虚构证据", months=36, by=clerk, at=NOON)


@pytest.mark.parametrize("facts", ["虚构事实", ""])
def test_who_is_looked_for_by_number_sees_it_in_their_access_log_even_where_the_proposal_is_refused(facts: str):
    about = person()

    with nullcontext() if facts else pytest.raises(FactsMissing):
        propose(facts)

    assert looks(naming.PROPOSING) == [(about, {naming.SOUGHT: ["number"]})]
    assert Proposal.objects.count() == bool(facts)


def test_a_number_that_nobody_here_has_leaves_no_entry():
    with pytest.raises(NoSuchSubject):
        propose("虚构事实")

    assert looks(naming.PROPOSING) == []
