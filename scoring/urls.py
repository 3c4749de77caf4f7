"""Addresses of scoring, sorted by page."""

from django.urls import path

from scoring.views import (
    answers,
    cards,
    conference,
    downloads,
    duties,
    evidence,
    given_facts,
    nodes,
    owner_workbooks,
    owners,
    papers,
    peers,
    ranking,
    results,
    rounds,
    table_comments,
    table_files,
    tables,
    verification,
    why,
    workbooks,
)

app_name = "scoring"

YEAR = "khoi/<slug:bloc>/<int:number>/"
CARDS = f"{YEAR}cham-diem/"
CARD = f"{CARDS}<slug:unit>/"
GIVEN = f"{CARDS}so-lieu-chung/"
GIVEN_ROW = f"{GIVEN}muc/<str:key>/<slug:unit>/"
PAPERS = f"{YEAR}van-ban/"
TABLE = f"{PAPERS}bang-tieu-chi/<int:version>/"
EVIDENCE = f"{CARD}minh-chung/"
NODE = f"{TABLE}muc/<str:key>/"
VERIFICATION = f"{YEAR}tham-dinh/"
CONFERENCE = f"{VERIFICATION}hoi-nghi/"
VERIFIED = f"{VERIFICATION}<slug:unit>/"


def in_forms(address, view, name, forms):
    """One paper in each of its forms: "…/bang-tu-cham.pdf" is named "self_table_pdf"."""
    return [
        path(f"{address}.{form}", view, {"form": form}, name=f"{name}_{form}")
        for form in forms.split()
    ]


urlpatterns = [
    # The year's papers
    path(PAPERS, papers.paper_list, name="paper_list"),
    path(f"{PAPERS}bang-tieu-chi/bat-dau/", papers.table_begin, name="table_begin"),
    path(f"{PAPERS}bang-tieu-chi/mau.xlsx", table_files.table_template, name="table_template"),
    # The criteria table
    path(TABLE, tables.table_detail, name="table_detail"),
    path(f"{TABLE}bang-tieu-chi.json", table_files.table_json, name="table_json"),
    path(f"{TABLE}bang-tieu-chi.xlsx", table_files.table_excel, name="table_excel"),
    path(f"{TABLE}gop-y/", table_comments.table_comment_list, name="table_comment_list"),
    path(
        f"{TABLE}gop-y/<int:pk>/tra-loi/",
        table_comments.table_comment_answer,
        name="table_comment_answer",
    ),
    path(f"{TABLE}gop-y/mo/", table_comments.table_comments_open, name="table_comments_open"),
    path(f"{TABLE}nhap/", table_files.table_import, name="table_import"),
    path(f"{TABLE}quy-dinh/", tables.table_settings, name="table_settings"),
    path(f"{TABLE}so-sanh/", tables.table_difference, name="table_difference"),
    path(f"{TABLE}tinh-thu/", tables.table_replay, name="table_replay"),
    path(f"{TABLE}thong-qua/", tables.table_adopt, name="table_adopt"),
    # … its tree
    path(f"{TABLE}them/", nodes.node_add, name="node_add"),
    path(f"{TABLE}sap-xep/", nodes.node_arrange, name="node_arrange"),
    path(NODE, nodes.node_edit, name="node_edit"),
    path(f"{NODE}xoa/", nodes.node_delete, name="node_delete"),
    # Facts that one agency gives for all units: before the cards, whose addresses begin alike
    path(GIVEN, owners.owner_grid, name="owner_grid"),
    path(f"{GIVEN}so-tinh/", owner_workbooks.owner_workbook_upload, name="owner_workbook_upload"),
    path(
        f"{GIVEN}so-tinh/tai-ve/",
        owner_workbooks.owner_workbook_download,
        name="owner_workbook_download",
    ),
    path(
        f"{GIVEN}so-tinh/ghi/",
        owner_workbooks.owner_workbook_confirm,
        name="owner_workbook_confirm",
    ),
    path(f"{GIVEN}muc/<str:key>/van-ban/", owners.owner_source, name="owner_source"),
    path(GIVEN_ROW, owners.owner_fact, name="owner_fact"),
    path(f"{GIVEN_ROW}doi-chieu/", owners.owner_fact_check, name="owner_fact_check"),
    path(f"{GIVEN_ROW}giu/", owners.owner_fact_keep, name="owner_fact_keep"),
    # The unit's card
    path(CARDS, cards.scorecard_list, name="scorecard_list"),
    path(f"{CARDS}mo/", cards.round_open, name="round_open"),
    path(CARD, cards.scorecard_detail, name="scorecard_detail"),
    path(f"{CARD}muc/<str:key>/", cards.scorecard_row, name="scorecard_row"),
    path(f"{CARD}muc/<str:key>/thu/", cards.scorecard_try, name="scorecard_try"),
    path(f"{CARD}trinh/", cards.scorecard_pass, name="scorecard_pass"),
    path(f"{CARD}tra-lai/", cards.scorecard_return, name="scorecard_return"),
    path(f"{CARD}ghi-chu/", cards.scorecard_note, name="scorecard_note"),
    path(f"{CARD}gui/", cards.scorecard_submit, name="scorecard_submit"),
    # … what other agencies say of the unit
    path(f"{CARD}so-lieu-chung/", given_facts.fact_list, name="fact_list"),
    path(f"{CARD}so-lieu-chung/<str:key>/", given_facts.fact_answer, name="fact_answer"),
    path(f"{CARD}so-lieu-chung/<str:key>/tep/", given_facts.fact_file, name="fact_file"),
    # … and what proves it: keys end their addresses where numbers of documents go on
    path(EVIDENCE, evidence.evidence_list, name="evidence_list"),
    path(f"{EVIDENCE}<str:key>/", evidence.evidence_for, name="evidence_for"),
    path(f"{CARD}tai-minh-chung/", evidence.evidence_upload, name="evidence_upload"),
    path(f"{CARD}them-minh-chung/", evidence.evidence_add, name="evidence_add"),
    path(f"{EVIDENCE}<int:pk>/xem/", evidence.evidence_detail, name="evidence_detail"),
    path(f"{EVIDENCE}<int:pk>/tep/", evidence.evidence_file, name="evidence_file"),
    path(f"{EVIDENCE}<int:pk>/trang/<int:page>.png", evidence.evidence_page, name="evidence_page"),
    path(f"{EVIDENCE}<int:pk>/dan/", evidence.evidence_cite, name="evidence_cite"),
    path(f"{EVIDENCE}<int:pk>/bo-dan/", evidence.evidence_stop, name="evidence_stop"),
    path(f"{EVIDENCE}<int:pk>/rut/", evidence.evidence_withdraw, name="evidence_withdraw"),
    # … its workbook
    path(f"{CARD}so-tinh/", workbooks.workbook_upload, name="workbook_upload"),
    path(f"{CARD}so-tinh/tai-ve/", workbooks.workbook_download, name="workbook_download"),
    path(f"{CARD}so-tinh/ghi/", workbooks.workbook_confirm, name="workbook_confirm"),
    path(f"{CARD}vi-sao/<str:key>/", why.why_detail, name="why_detail"),
    # … its answers
    path(f"{CARD}giai-trinh/", answers.answer_list, name="answer_list"),
    path(f"{CARD}giai-trinh/gui/", answers.answer_finish, name="answer_finish"),
    path(f"{CARD}giai-trinh/muc/<str:key>/", answers.answer_give, name="answer_give"),
    path(f"{CARD}bo-sung/<int:pk>/", answers.request_answer, name="request_answer"),
    # … its papers
    *in_forms(f"{CARD}bang-tu-cham", downloads.self_table, "self_table", "pdf docx xlsx json"),
    *in_forms(f"{CARD}bao-cao-giai-trinh", downloads.report, "report", "pdf docx"),
    # Verification
    path(VERIFICATION, verification.verification_list, name="verification_list"),
    path(f"{VERIFICATION}bat-dau/", duties.verification_begin, name="verification_begin"),
    path(f"{VERIFICATION}phan-cong/", duties.duty_list, name="duty_list"),
    path(f"{VERIFICATION}phan-cong/tu-dong/", duties.duty_assign_all, name="duty_assign_all"),
    path(f"{VERIFICATION}phan-cong/<int:pk>/thoi/", duties.duty_withdraw, name="duty_withdraw"),
    # … the conference and what follows
    path(CONFERENCE, conference.conference_detail, name="conference_detail"),
    path(f"{CONFERENCE}bang-diem/<int:place>/", conference.tie_decide, name="tie_decide"),
    path(f"{CONFERENCE}bao-luu/<int:pk>/", conference.conference_decide, name="conference_decide"),
    path(f"{CONFERENCE}chot/", rounds.round_close, name="round_close"),
    path(f"{CONFERENCE}cong-bo/", rounds.round_publish, name="round_publish"),
    path(f"{CONFERENCE}du-kien/", rounds.provisional_show, name="provisional_show"),
    path(f"{CONFERENCE}du-kien/ngay/", rounds.provisional_day, name="provisional_day"),
    path(f"{CONFERENCE}mo-lai/", rounds.round_reopen, name="round_reopen"),
    path(f"{CONFERENCE}thong-qua/", rounds.round_adopt, name="round_adopt"),
    path(
        f"{CONFERENCE}muc/<slug:unit>/<str:key>/",
        conference.conference_change,
        name="conference_change",
    ),
    # … one card
    path(VERIFIED, verification.verification_detail, name="verification_detail"),
    path(f"{VERIFIED}cham-cheo/", peers.mark_list, name="mark_list"),
    path(f"{VERIFIED}cham-cheo/<str:key>/", peers.mark_give, name="mark_give"),
    path(f"{VERIFIED}chap-nhan/", verification.verification_accept, name="verification_accept"),
    path(f"{VERIFIED}da-xem-lai/", results.card_reviewed, name="card_reviewed"),
    path(f"{VERIFIED}dieu-kien/<str:gate>/", results.gate_declare, name="gate_declare"),
    path(f"{VERIFIED}duyet/", results.card_approve, name="card_approve"),
    path(f"{VERIFIED}giai-trinh/<int:pk>/", results.response_weigh, name="response_weigh"),
    path(f"{VERIFIED}het-han/", results.card_end_answers, name="card_end_answers"),
    path(f"{VERIFIED}ket-thuc/", results.card_conclude, name="card_conclude"),
    path(f"{VERIFIED}muc/<str:key>/", verification.criterion_verify, name="criterion_verify"),
    path(f"{VERIFIED}muc/<str:key>/bo-sung/", verification.criterion_ask, name="criterion_ask"),
    path(f"{VERIFIED}rut/", duties.card_recuse, name="card_recuse"),
    path(f"{VERIFIED}tra-lai/", results.card_send_back, name="card_send_back"),
    *in_forms(f"{VERIFIED}bien-ban", downloads.minutes, "minutes", "pdf docx"),
    # The ranking
    *in_forms(f"{YEAR}xep-hang/tong-hop", downloads.summary, "summary", "pdf docx xlsx json"),
    path(f"{YEAR}xep-hang/", ranking.ranking_detail, name="ranking_detail"),
    path(f"{YEAR}xep-hang/<int:version>/", ranking.ranking_version, name="ranking_version"),
]
