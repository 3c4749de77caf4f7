from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khoithidua import audit
from tests.factories import EmulationYearFactory, UserFactory, lead_of, leader_of

pytestmark = pytest.mark.django_db

RECORD = "/nhat-ky/"


def record(count=1, **fields):
    for number in range(count):
        values = {"chain": "khoi/a/2026", "by": "tick", "target": "khoi/a/2026"}
        with transaction.atomic():
            audit.record("x", **{**values, "summary": f"Việc số {number}.", **fields})


@pytest.fixture
def inspector(login):
    return login(UserFactory(inspector=True))


@pytest.mark.parametrize("path", ["/tro-giup/", "/kha-nang-tiep-can/", "/bao-ve-du-lieu/"])
def test_help_is_for_anyone(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert b"<h1" in response.content


def test_healthz_says_ok_and_nothing_else(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_healthz_fails_without_the_database(client, monkeypatch):
    def gone():
        raise ConnectionError

    monkeypatch.setattr("khoithidua.views.connection.cursor", gone)

    with pytest.raises(ConnectionError):
        client.get("/healthz")


def test_page_asks_a_stranger_to_log_in_and_comes_back(client):
    response = client.get(RECORD)

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={RECORD}"


def test_record_is_not_for_members(login):
    leader = leader_of(lead_of(EmulationYearFactory()))

    response = login(leader).get(RECORD)

    assert response.status_code == 403
    assert "Nhật ký dành cho" in response.content.decode()


def test_record_shows_newest_first(inspector):
    record(summary="Việc cũ.")
    record(summary="Việc mới.", at=timezone.now() + timedelta(hours=1))

    page = inspector.get(RECORD).content.decode()

    assert 0 < page.index("Việc mới.") < page.index("Việc cũ.")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "giao ước"}, ["Thông qua giao ước."]),
        ({"tai_khoan": "tick"}, ["Gửi thư."]),
        ({"tu_ngay": "2026-04-06"}, ["Thông qua giao ước."]),
        ({"den_ngay": "2026-04-05"}, ["Gửi thư."]),
        ({"tu_ngay": "2026-04-05", "den_ngay": "06/4/2026"}, ["Thông qua giao ước.", "Gửi thư."]),
        ({"tu_ngay": "hôm qua", "q": "thư"}, ["Gửi thư."]),
    ],
)
def test_record_is_filtered(inspector, query, found):
    record(summary="Thông qua giao ước.", by="init_ca", at=timezone.now())
    record(summary="Gửi thư.", by="tick", at=timezone.now() - timedelta(days=1))

    page = inspector.get(RECORD, query).context["page"]

    shown = [entry.summary for entry in page if not entry.action.startswith("account.")]
    assert shown == found


def test_record_comes_in_pages(inspector):
    record(60)

    first, second = inspector.get(RECORD), inspector.get(RECORD, {"trang": "2"})

    assert len(first.context["page"]) == 50
    assert len(second.context["page"]) == 11  # with the inspector's own log-in


@pytest.mark.parametrize("rows", [1, 3])
def test_record_costs_the_same_however_long(inspector, rows, django_assert_num_queries):
    record(rows)
    inspector.get(RECORD)  # what is remembered between requests is remembered now

    with django_assert_num_queries(4):
        inspector.get(RECORD)


@pytest.fixture
def provinces():
    """Two provinces, and in the record of each an act in a bloc, a log-in and a failed one."""
    authorities = []
    for slug in ("cao-bang", "lang-son"):
        year = EmulationYearFactory(bloc__authority__slug=slug, members=0)
        person = UserFactory(authority=year.bloc.authority)
        account = f"tai-khoan/{person.username}"
        record(chain=year.audit_chain, summary=f"Việc của {slug}.")
        record(chain=audit.system_chain(), by=person, summary=f"{slug} vào.")
        record(chain=audit.system_chain(), target=account, summary=f"{slug} gõ sai.")
        authorities.append(year.bloc.authority)
    return authorities


def seen_by(client, query=None):
    page = client.get(RECORD, query or {}).context["page"]
    return {entry.summary for entry in page if entry.action == "x"}


@pytest.mark.parametrize("role", ["inspector", "secretariat"])
def test_role_of_one_province_reads_that_province_s_part_of_the_record(login, provinces, role):
    client = login(UserFactory(**{role: True}, authority=provinces[0]))

    seen = seen_by(client)

    assert seen == {"Việc của cao-bang.", "cao-bang vào.", "cao-bang gõ sai."}
    assert seen_by(client, {"q": "lang-son"}) == set()


@pytest.mark.parametrize("who", [{"inspector": True}, {"superuser": True}])
def test_role_of_the_whole_country_reads_all_of_the_record(login, provinces, who):
    assert len(seen_by(login(UserFactory(**who)))) == 6


def test_superuser_of_a_province_reads_all_of_the_record(login, provinces):
    assert len(seen_by(login(UserFactory(superuser=True, authority=provinces[0])))) == 6


def test_only_province_reads_what_belongs_to_none_too(login):
    year = EmulationYearFactory()
    record(chain=audit.system_chain(), summary="Việc chung.")

    client = login(UserFactory(inspector=True, authority=year.bloc.authority))

    assert seen_by(client) == {"Việc chung."}


@pytest.mark.parametrize("blocs", [1, 3])
def test_record_of_a_province_costs_the_same_however_many_blocs(
    login, provinces, blocs, django_assert_num_queries
):
    for _ in range(blocs):
        year = EmulationYearFactory(bloc__authority=provinces[0])
        record(chain=year.audit_chain)
    client = login(UserFactory(inspector=True, authority=provinces[0]))
    client.get(RECORD)

    with django_assert_num_queries(6):
        client.get(RECORD)


def test_form_without_its_token_is_refused_with_advice():
    client = Client(enforce_csrf_checks=True)

    response = client.post(reverse("account_login"), {"login": "a", "password": "b"})

    assert response.status_code == 403
    assert "Tải lại" in response.content.decode() or "tải lại" in response.content.decode()


def test_missing_page_is_explained(login):
    response = login(UserFactory()).get("/khong-co/")

    assert response.status_code == 404
    assert "<h1" in response.content.decode()
