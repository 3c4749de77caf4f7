"""A pledge signed by hand: recorded, scanned and withdrawn at the same moment, on both databases."""

import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from khoithidua.models import AuditEntry
from pledges import withdrawals
from pledges.models import Paper, Scan, Signature
from pledges.on_paper import HandSigned, keep_scan, record_signed
from tests.factories import (
    EmulationYearFactory,
    PaperFactory,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
    scan_of,
)
from tests.pledges.pages import at, text_of
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 4, 6)


@pytest.fixture
def paper():
    return PaperFactory(year=EmulationYearFactory(members=3), signing=True, form="paper")


@pytest.fixture(autouse=True)
def record_holds():
    """Whatever won, the record is one unbroken chain."""
    yield
    call_command("verify_audit", stdout=io.StringIO())


def people_of_the_lead(paper):
    unit = lead_of(paper.year)
    return officer_of(unit), leader_of(unit)


def recording(login, paper, by, *units):
    """An act that posts the page this person has open, these units ticked."""
    client, form = login(by), {"on": DAY.isoformat()}
    for party in paper.parties.filter(unit__in=units):
        form |= {
            f"p{party.pk}-signed": "on",
            f"p{party.pk}-person": party.signer_name,
            f"p{party.pk}-title": party.signer_title,
        }
    return lambda: client.post(at("paper_record", paper), form)


def handing_in(login, paper, by, *, pages=1):
    client, data = login(by), scan_of(paper.year, pages=pages).data
    return lambda: client.post(
        at("scan_add", paper),
        {"file": SimpleUploadedFile("q.pdf", data, "application/pdf"), "declared": "on"},
    )


def confirming(login, paper):
    """An act by which the deputy agrees to what the lead proposed before."""
    withdrawals.propose_withdrawal(paper, by=officer_of(lead_of(paper.year)), reason="Khối đổi.")
    client = login(leader_of(deputy_of(paper.year)))
    return lambda: client.post(at("withdrawal_decide", paper), {"decision": "confirm"})


def record_all(paper, units):
    rows = [
        HandSigned(party, party.signer_name, party.signer_title)
        for party in paper.parties.filter(unit__in=units)
    ]
    record_signed(paper, rows, by=officer_of(lead_of(paper.year)), on=DAY)


def everyone(paper):
    return paper.parties.values_list("unit", flat=True)


def count(action):
    return AuditEntry.objects.filter(action=f"paper.{action}").count()


def split(answers):
    """(what was taken, what was refused): every racer got one answer of the two."""
    won = [answer for answer in answers if answer.status_code == 302]
    lost = [answer for answer in answers if answer.status_code == 422]
    assert len(won) + len(lost) == len(answers), answers
    return won, lost


def assert_one_way(paper, act, withdrawal, *, kept, whole, last):
    """The act was done whole or told why not; complete, or withdrawn, with the record to show it."""
    state = Paper.objects.get(pk=paper.pk).state
    is_done = act.status_code == 302
    assert kept == (whole if is_done else 0)
    assert is_done or re.search("hiện đã rút|đã được rút", text_of(act))
    assert state == ("complete" if last and is_done else "withdrawn")
    assert (count("complete"), count("withdraw")) == ((1, 0) if state == "complete" else (0, 1))
    if state == "complete":
        assert withdrawal.status_code == 422
        assert "đang ở trạng thái “hoàn tất”" in text_of(withdrawal)


def test_one_signature_recorded_twice_at_once_is_recorded_once(login, paper):
    unit = member_of(paper.year)

    answers = race(*(recording(login, paper, by, unit) for by in people_of_the_lead(paper)))

    won, lost = split(answers)
    assert (len(won), len(lost)) == (1, 1)
    name = paper.parties.get(unit=unit).unit_name
    assert f"{name} đã được ghi nhận ký" in text_of(lost[0])
    assert Signature.objects.count() == 1
    assert count("record_signed") == 1


def test_signatures_of_different_units_recorded_at_once_are_all_kept(login, paper):
    officer, leader = people_of_the_lead(paper)

    answers = race(
        recording(login, paper, officer, lead_of(paper.year)),
        recording(login, paper, leader, member_of(paper.year)),
    )

    assert len(split(answers)[0]) == 2
    assert Signature.objects.count() == 2
    assert count("record_signed") == 2


def test_signatures_that_overlap_are_recorded_whole_or_not_at_all(login, paper):
    officer, leader = people_of_the_lead(paper)
    common = member_of(paper.year)

    won, lost = split(
        race(
            recording(login, paper, officer, lead_of(paper.year), common),
            recording(login, paper, leader, deputy_of(paper.year), common),
        )
    )

    assert (len(won), len(lost)) == (1, 1)
    assert "đã được ghi nhận ký" in text_of(lost[0])
    assert Signature.objects.count() == 2


def test_last_signatures_recorded_twice_at_once_complete_it_once(login, paper):
    keep_scan(paper, scan_of(paper.year), by=officer_of(lead_of(paper.year)))

    won, lost = split(
        race(*(recording(login, paper, by, *everyone(paper)) for by in people_of_the_lead(paper)))
    )

    assert (len(won), len(lost)) == (1, 1)
    assert "hiện hoàn tất" in text_of(lost[0])
    assert Signature.objects.count() == 3
    assert count("complete") == 1


@pytest.mark.parametrize("pages", [(1, 1), (1, 2)], ids=["same", "different"])
def test_two_scans_handed_in_at_once_are_kept_once_each(login, paper, pages):
    answers = race(
        *(
            handing_in(login, paper, by, pages=number)
            for by, number in zip(people_of_the_lead(paper), pages, strict=True)
        )
    )

    won, lost = split(answers)
    assert len(won) == len(set(pages))
    assert all("chính là bản quét đang lưu" in text_of(answer) for answer in lost)
    assert Scan.objects.count() == count("scan") == len(set(pages))
    assert all(scan.file.read() for scan in Scan.objects.all())


def test_two_scans_at_once_of_what_everyone_signed_complete_it_with_one(login, paper):
    record_all(paper, everyone(paper))

    won, lost = split(
        race(
            *(
                handing_in(login, paper, by, pages=pages)
                for pages, by in enumerate(people_of_the_lead(paper), 1)
            )
        )
    )

    assert (len(won), len(lost)) == (1, 1)
    assert "hoàn tất với bản quét đang lưu" in text_of(lost[0])
    assert Scan.objects.count() == 1
    assert count("complete") == 1


def test_scan_and_last_signatures_at_once_complete_it(login, paper):
    officer, leader = people_of_the_lead(paper)

    answers = race(
        handing_in(login, paper, officer), recording(login, paper, leader, *everyone(paper))
    )

    assert len(split(answers)[0]) == 2
    assert Paper.objects.get(pk=paper.pk).state == "complete"
    assert count("complete") == 1


@pytest.mark.parametrize("is_last", [False, True])
def test_recording_while_it_is_withdrawn_comes_before_it_or_not_at_all(login, paper, is_last):
    if is_last:
        keep_scan(paper, scan_of(paper.year), by=officer_of(lead_of(paper.year)))
    units = everyone(paper) if is_last else [member_of(paper.year)]
    withdrawing = confirming(login, paper)

    answers = race(recording(login, paper, officer_of(lead_of(paper.year)), *units), withdrawing)

    assert_one_way(paper, *answers, kept=Signature.objects.count(), whole=len(units), last=is_last)


@pytest.mark.parametrize("is_last", [False, True])
def test_scan_while_it_is_withdrawn_comes_before_it_or_not_at_all(login, paper, is_last):
    if is_last:
        record_all(paper, everyone(paper))
    withdrawing = confirming(login, paper)

    answers = race(handing_in(login, paper, officer_of(lead_of(paper.year))), withdrawing)

    assert_one_way(paper, *answers, kept=Scan.objects.count(), whole=1, last=is_last)


# Taking back what was recorded


def taking_back(login, paper, by, unit):
    client, party = login(by), paper.parties.get(unit=unit)
    address = at("signed_take_back", paper, party.position)
    return lambda: client.post(address, {"reason": "Ghi nhầm đơn vị."})


def test_mistake_taken_back_twice_at_once_is_taken_back_once(login, paper):
    unit = member_of(paper.year)
    record_all(paper, [unit])

    answers = race(*(taking_back(login, paper, by, unit) for by in people_of_the_lead(paper)))

    assert {answer.status_code for answer in answers} <= {302, 422}
    assert not Signature.objects.exists()
    assert count("take_back_signed") == 1


def test_mistake_taken_back_while_the_last_scan_comes_completes_it_or_does_not(login, paper):
    record_all(paper, everyone(paper))
    officer, leader = people_of_the_lead(paper)

    taken_back, scan = race(
        taking_back(login, paper, leader, member_of(paper.year)),
        handing_in(login, paper, officer),
    )

    is_taken_back = taken_back.status_code == 302
    assert scan.status_code == 302
    assert Scan.objects.count() == 1
    assert Signature.objects.count() == (2 if is_taken_back else 3)
    assert Paper.objects.get(pk=paper.pk).state == ("signing" if is_taken_back else "complete")
    if not is_taken_back:
        assert re.search("hiện hoàn tất|không còn đang ký", text_of(taken_back))


def test_mistake_taken_back_as_it_is_recorded_anew_leaves_what_came_last(login, paper):
    unit = member_of(paper.year)
    record_all(paper, [unit])
    officer, leader = people_of_the_lead(paper)

    taken_back, recorded = race(
        taking_back(login, paper, officer, unit), recording(login, paper, leader, unit)
    )

    assert taken_back.status_code == 302
    assert Signature.objects.count() == (1 if recorded.status_code == 302 else 0)
    assert count("take_back_signed") == 1


def test_mistake_taken_back_while_it_is_withdrawn_comes_before_it_or_not_at_all(login, paper):
    record_all(paper, everyone(paper))
    by, withdrawing = officer_of(lead_of(paper.year)), confirming(login, paper)

    answers = race(taking_back(login, paper, by, member_of(paper.year)), withdrawing)

    assert_one_way(paper, *answers, kept=3 - Signature.objects.count(), whole=1, last=False)
