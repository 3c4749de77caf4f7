"""Addresses of the pledge, its signing, and public verification."""

from django.urls import path

from pledges.views import (
    certificates,
    changes,
    drafts,
    on_paper,
    reading,
    sign,
    signing_tool,
    targets,
    tokens,
    verify,
    versions,
)

app_name = "pledges"

YEAR = "khoi/<slug:bloc>/<int:number>/giao-uoc/"

urlpatterns = [
    path(YEAR, reading.pledge_detail, name="pledge_detail"),
    path(f"{YEAR}ban-dien-tu.pdf", reading.file_in_force, name="file_in_force"),
    path(f"{YEAR}xem-truoc.pdf", reading.draft_pdf, name="draft_pdf"),
    path(f"{YEAR}bat-dau/", drafts.pledge_begin, name="pledge_begin"),
    path(f"{YEAR}soan/", drafts.pledge_edit, name="pledge_edit"),
    path(f"{YEAR}soan/can-cu/", drafts.pledge_take_bases, name="pledge_take_bases"),
    path(f"{YEAR}xem-truoc/", drafts.pledge_preview, name="pledge_preview"),
    path(f"{YEAR}chi-tieu/", targets.target_list, name="target_list"),
    path(f"{YEAR}chi-tieu/<slug:unit>/", targets.target_edit, name="target_edit"),
    path(f"{YEAR}gop-y/", drafts.comment_list, name="comment_list"),
    path(f"{YEAR}gop-y/mo/", drafts.comments_open, name="comments_open"),
    path(f"{YEAR}gop-y/<int:pk>/tra-loi/", drafts.comment_answer, name="comment_answer"),
    path(f"{YEAR}thong-qua/", drafts.pledge_adopt, name="pledge_adopt"),
    path(f"{YEAR}mo-lai/", drafts.pledge_reopen, name="pledge_reopen"),
    path(f"{YEAR}mo-ky/", drafts.pledge_freeze, name="pledge_freeze"),
    path(f"{YEAR}ky/", sign.pledge_sign, name="pledge_sign"),
    path(f"{YEAR}ky-so/", tokens.token_sign, name="token_sign"),
    path(f"{YEAR}ky-so/giu/", tokens.hold_take, name="hold_take"),
    path(f"{YEAR}ky-so/gia-han/", tokens.hold_extend, name="hold_extend"),
    path(f"{YEAR}ky-so/thoi-giu/", tokens.hold_cancel, name="hold_cancel"),
    path(f"{YEAR}ky-so/thu-lai/", tokens.hold_release, name="hold_release"),
    path(f"{YEAR}ky-so/tep.pdf", tokens.held_file, name="held_file"),
    path(f"{YEAR}ky-so/kiem-tra-lai/", tokens.signatures_revalidate, name="signatures_revalidate"),
    # Asked for by the signing tool on the signer's machine, by its token alone.
    path("ky-so/<str:token>/giao-uoc.pdf", signing_tool.tool_file, name="tool_file"),
    path("ky-so/<str:token>/", signing_tool.tool_upload, name="tool_upload"),
    path("chung-thu/", certificates.certificate_list, name="certificate_list"),
    path("chung-thu/them/", certificates.certificate_add, name="certificate_add"),
    path(
        "chung-thu/<int:pk>/thoi-dung/",
        certificates.certificate_withdraw,
        name="certificate_withdraw",
    ),
    path(f"{YEAR}ky-giay/", on_paper.paper_record, name="paper_record"),
    path(f"{YEAR}ban-quet/gui/", on_paper.scan_add, name="scan_add"),
    path(f"{YEAR}ban-quet.pdf", on_paper.scan_file, name="scan_file"),
    path(f"{YEAR}de-nghi/", changes.change_list, name="change_list"),
    path(f"{YEAR}de-nghi/gui/", changes.change_ask, name="change_ask"),
    path(f"{YEAR}de-nghi/<int:pk>/tra-loi/", changes.change_answer, name="change_answer"),
    path(f"{YEAR}rut/", changes.withdrawal_propose, name="withdrawal_propose"),
    path(f"{YEAR}rut/xac-nhan/", changes.withdrawal_decide, name="withdrawal_decide"),
    path(f"{YEAR}phien-ban-moi/", changes.version_begin, name="version_begin"),
    path(f"{YEAR}phien-ban-moi/bo/", changes.version_discard, name="version_discard"),
    path(f"{YEAR}phien-ban/<int:version>/", versions.version_detail, name="version_detail"),
    path(
        f"{YEAR}phien-ban/<int:version>/thay-doi/",
        versions.version_difference,
        name="version_difference",
    ),
    path(
        f"{YEAR}phien-ban/<int:version>/ban-dien-tu.pdf",
        versions.version_file,
        name="version_file",
    ),
    path("xac-minh/", verify.verify, name="verify"),
    path("xac-minh/chung-thu-goc/", verify.root_help, name="root_help"),
    path("xac-minh/chung-thu-goc.pem", verify.root_certificate, name="root_certificate"),
    path("xac-minh/chung-thu-tin-cay/", certificates.trust_list, name="trust_list"),
    path("xac-minh/chung-thu-tin-cay.pem", certificates.trust_list_file, name="trust_list_file"),
    path(
        "xac-minh/chung-thu-goc/<str:sha256>.cer",
        verify.root_certificate_file,
        name="root_certificate_file",
    ),
    path("xac-minh/<str:code>/", verify.verify_code, name="verify_code"),
]
