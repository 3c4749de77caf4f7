"""Who gets what at every address: one row per path, read by test_access.py.

A row names the path, the state its year is in (see World), and the policies of GET and of POST (a POST
with nothing useful in it: whoever may, gets the page back with its errors, or a redirect).
A policy says who is let in, with what answer, and what others get. The other bloc's pages are asked
for too: whoever is not of the whole province is told that there is no such page.
"""

from dataclasses import dataclass, replace

MEMBERS = {"lead_leader", "lead_officer", "lead_clerk", "leader", "officer", "clerk"}
PROVINCE = {"secretariat", "inspector", "superuser"}
# Of this bloc's year, one way or another; other_leader and nobody are not.
SEES_YEAR = MEMBERS | PROVINCE | {"supervisor"}
PEOPLE = SEES_YEAR | {"other_leader", "nobody"}
ROLES = ("anonymous", *sorted(PEOPLE))
LEAD = {"lead_leader", "lead_officer"}
LOGIN = "login"


@dataclass(frozen=True)
class Policy:
    """`allowed` get `ok`, the others who see the page exists get `refused`, the rest `hidden`."""

    allowed: frozenset
    ok: int | str = 200
    refused: int = 403
    sees: frozenset = frozenset(PEOPLE)
    hidden: int = 404
    anonymous: int | str = LOGIN
    # In the other bloc, where it is not as test_access.elsewhere() says.
    elsewhere: "Policy | None" = None

    def answer(self, role):
        if role == "anonymous":
            return self.anonymous
        if role in self.allowed:
            return self.ok
        return self.refused if role in self.sees else self.hidden

    def answers(self, ok):
        return replace(self, ok=ok)


@dataclass(frozen=True)
class Row:
    name: str
    get: Policy
    post: Policy
    paper: str = "signing"
    pk: str = ""


def policy(allowed, *, ok=200, **changes):
    return Policy(frozenset(allowed), ok, **changes)


def of_year(allowed, *, ok=200, sees=frozenset(SEES_YEAR)):
    return Policy(frozenset(allowed), ok, sees=frozenset(sees))


EVERYONE = policy(PEOPLE, anonymous=200)
LOGGED_IN = policy(PEOPLE)
NO_SUCH_METHOD = policy((), refused=405)
NO_SUCH_METHOD_PUBLIC = policy((), refused=405, anonymous=405)
NOT_THERE_PUBLIC = policy((), refused=404, anonymous=404)
SENT_ON = policy((), refused=302, hidden=302, anonymous=302)
NOT_THERE = policy((), refused=404)
# On the ceremony's device whoever stands before it; it is shared for one bloc's paper.
ON_DEVICE = policy(PEOPLE, anonymous=200, elsewhere=SENT_ON)
# Leaders register their own certificates, clerks their agency's.
HOLDERS = policy({"lead_leader", "lead_clerk", "leader", "clerk", "other_leader"})
OWN_CERTIFICATE = policy({"leader"}, refused=404)
# … and the Ban Thi đua sees what any registration was proved by.
OWN_PROOF = policy({"leader", "secretariat", "superuser"}, refused=404)
# allauth asks again who it is before it changes a factor.
REAUTHENTICATES = policy(PEOPLE, ok=302)

YEAR = of_year(SEES_YEAR)
LEAD_ONLY = of_year(LEAD)
# The sample unit is the deputy's while a withdrawal waits (see World).
DEPUTY = of_year({"leader"})
# A draft is the lead unit's own; the inspector looks, and is told when not more.
DRAFT = of_year(LEAD, sees=LEAD | {"inspector"})
DRAFT_READ = of_year(LEAD | {"inspector"}, sees=())
SIGNERS = of_year({"lead_leader", "leader"})
TOKEN_HOLDERS = of_year({"lead_leader", "lead_clerk", "leader", "clerk"})
HOLDING = of_year({"leader"})
REVALIDATING = of_year(LEAD | {"supervisor", "secretariat"})
COMMENTING = of_year(LEAD | {"leader", "officer"})
# A card that was not sent in is its unit's alone; clerks read it.
OWN_CARD = of_year({"leader", "officer", "clerk"}, sees=())
OWN_UNIT = {"leader", "officer", "clerk"}
FILLING = of_year({"leader", "officer"}, sees=OWN_UNIT)
# What was verified, once approved; units with a duty see it too.
MINUTES = of_year(OWN_UNIT | PROVINCE | {"supervisor"}, sees=())
CONFIRMING = of_year({"leader"}, sees=OWN_UNIT)
# A card under verification: of those who see it, whoever may not act is told why; supervisors see
# the standing body's criteria only, clerks of other units nothing.
OWN = {"leader", "officer", "clerk"}
SEES_CARD = frozenset(LEAD | PROVINCE | OWN | {"supervisor"})
COMPARING = of_year(LEAD | PROVINCE | {"supervisor"}, sees=SEES_CARD)
COMPARING_ONE = of_year(LEAD | PROVINCE, sees=OWN)
VERIFYING = of_year(LEAD, ok=422, sees=OWN | PROVINCE)
DUTY = of_year(LEAD | {"supervisor"}, sees=SEES_CARD)
CHAIR = of_year(LEAD, sees=SEES_CARD)
CHAIR_LEADER = of_year({"lead_leader"}, sees=SEES_CARD)
RESULTS = of_year(OWN | PROVINCE, sees=SEES_CARD)
ANSWERING = of_year({"leader", "officer"}, sees=SEES_CARD)
SENDING_ANSWERS = of_year({"leader"}, ok=302, sees=SEES_CARD)
WHY = of_year(LEAD | PROVINCE | OWN, sees=())
CONFERENCE = of_year(LEAD | PROVINCE)
CONCLUDING = of_year({"lead_leader"})

ROWS = (
    # Public
    Row("healthz", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    Row("help", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    Row("accessibility", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    Row("privacy", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    Row("pledges:verify", EVERYONE, policy(PEOPLE, ok=422, anonymous=422)),
    Row("pledges:verify_code", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    Row("pledges:root_help", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    Row("pledges:root_certificate", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    Row("pledges:trust_list", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    Row("pledges:trust_list_file", EVERYONE, NO_SUCH_METHOD_PUBLIC, "token"),
    Row("pledges:root_certificate_file", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    # Logging in: whoever is in already is sent home
    Row(
        "account_login",
        policy(PEOPLE, ok=302, anonymous=200),
        policy(PEOPLE, ok=302, anonymous=200),
    ),
    Row("mfa_authenticate", policy(PEOPLE, ok=302), policy(PEOPLE, ok=302)),
    Row("mfa_login_webauthn", policy(PEOPLE, ok=302), policy(PEOPLE, ok=302)),
    Row("account_inactive", EVERYONE, NO_SUCH_METHOD_PUBLIC),
    Row("account_logout", LOGGED_IN, policy(PEOPLE, ok=LOGIN)),
    # One's own account
    Row("units:account", LOGGED_IN, NO_SUCH_METHOD),
    Row("account_change_password", LOGGED_IN, LOGGED_IN),
    Row("account_reauthenticate", LOGGED_IN, LOGGED_IN),
    Row("mfa_reauthenticate", policy(PEOPLE, ok=302), policy(PEOPLE, ok=302)),
    Row("mfa_reauthenticate_webauthn", LOGGED_IN, policy(PEOPLE, ok=LOGIN)),
    Row("mfa_index", LOGGED_IN, NO_SUCH_METHOD),
    Row("mfa_activate_totp", REAUTHENTICATES, REAUTHENTICATES),
    Row("mfa_deactivate_totp", NOT_THERE, NOT_THERE),
    Row("mfa_view_recovery_codes", NOT_THERE, NO_SUCH_METHOD),
    Row("mfa_generate_recovery_codes", REAUTHENTICATES, REAUTHENTICATES),
    Row("mfa_download_recovery_codes", NOT_THERE, NOT_THERE),
    Row("mfa_list_webauthn", LOGGED_IN, NO_SUCH_METHOD),
    Row("mfa_add_webauthn", REAUTHENTICATES, REAUTHENTICATES),
    Row("mfa_edit_webauthn", REAUTHENTICATES, REAUTHENTICATES, pk="passkey"),
    Row("mfa_remove_webauthn", REAUTHENTICATES, REAUTHENTICATES, pk="passkey"),
    # … and the certificates of one's token; those of others are not there
    Row("pledges:certificate_list", LOGGED_IN, NO_SUCH_METHOD),
    Row("pledges:certificate_add", HOLDERS, HOLDERS.answers(422)),
    Row(
        "pledges:certificate_withdraw",
        OWN_CERTIFICATE,
        OWN_CERTIFICATE.answers(422),
        "token",
        pk="certificate",
    ),
    Row("pledges:certificate_proof", OWN_PROOF, NO_SUCH_METHOD, "token", pk="certificate"),
    # Across blocs
    Row("units:home", LOGGED_IN, NO_SUCH_METHOD),
    Row("units:year_list", LOGGED_IN, NO_SUCH_METHOD),
    Row("record_list", policy(PROVINCE), NO_SUCH_METHOD),
    # A bloc's year
    Row("units:year_detail", YEAR, NO_SUCH_METHOD),
    Row("units:calendar", YEAR, NO_SUCH_METHOD),
    Row("units:phase_extend", LEAD_ONLY, LEAD_ONLY, pk="phase"),
    # Its pledge, read
    Row("pledges:pledge_detail", YEAR, NO_SUCH_METHOD),
    Row("pledges:file_in_force", YEAR, NO_SUCH_METHOD),
    Row("pledges:draft_pdf", DRAFT_READ, NO_SUCH_METHOD, "draft"),
    Row("pledges:target_list", DRAFT_READ, NO_SUCH_METHOD, "draft"),
    Row("pledges:comment_list", YEAR, COMMENTING, "commenting"),
    # … written
    Row("pledges:pledge_begin", NO_SUCH_METHOD, LEAD_ONLY.answers(302), ""),
    Row("pledges:pledge_edit", DRAFT, DRAFT.answers(422), "draft"),
    Row("pledges:pledge_take_bases", NO_SUCH_METHOD, DRAFT.answers(302), "draft"),
    Row("pledges:pledge_preview", NO_SUCH_METHOD, DRAFT, "draft"),
    Row("pledges:target_edit", COMMENTING, COMMENTING.answers(422), "commenting"),
    Row("pledges:comments_open", NO_SUCH_METHOD, DRAFT.answers(302), "draft"),
    Row("pledges:comment_answer", LEAD_ONLY, LEAD_ONLY, "commenting", pk="comment"),
    Row("pledges:pledge_adopt", LEAD_ONLY, LEAD_ONLY, "commenting"),
    Row("pledges:pledge_reopen", LEAD_ONLY, LEAD_ONLY, "adopted"),
    Row("pledges:pledge_freeze", LEAD_ONLY, LEAD_ONLY, "adopted"),
    # … signed
    Row("pledges:pledge_sign", SIGNERS, SIGNERS.answers(422)),
    # … signed with tokens, while the sample unit's leader holds the file
    Row("pledges:token_sign", TOKEN_HOLDERS, TOKEN_HOLDERS.answers(422), "token"),
    Row("pledges:hold_take", NO_SUCH_METHOD, TOKEN_HOLDERS.answers(302), "token"),
    Row("pledges:hold_extend", NO_SUCH_METHOD, HOLDING.answers(302), "token"),
    Row("pledges:hold_cancel", NO_SUCH_METHOD, HOLDING.answers(302), "token"),
    Row("pledges:hold_release", NO_SUCH_METHOD, LEAD_ONLY.answers(302), "token"),
    Row("pledges:held_file", HOLDING, NO_SUCH_METHOD, "token"),
    # … by the signing tool's own way: switched off, nothing is there
    Row("pledges:tool_file", NOT_THERE_PUBLIC, NO_SUCH_METHOD_PUBLIC),
    Row("pledges:tool_upload", NO_SUCH_METHOD_PUBLIC, NOT_THERE_PUBLIC),
    Row("pledges:signatures_revalidate", NO_SUCH_METHOD, REVALIDATING.answers(302), "token"),
    # … changed before it is complete. In the samples the deputy asks, who alone may decide.
    Row("pledges:change_list", YEAR, NO_SUCH_METHOD, "change_requested"),
    Row("pledges:change_ask", SIGNERS, SIGNERS.answers(422)),
    Row("pledges:change_answer", LEAD_ONLY, LEAD_ONLY.answers(422), "change_requested", "change"),
    Row("pledges:version_begin", LEAD_ONLY, LEAD_ONLY.answers(422)),
    Row("pledges:version_discard", LEAD_ONLY, LEAD_ONLY.answers(422), "new-version"),
    Row("pledges:version_detail", DRAFT_READ, NO_SUCH_METHOD, "new-version"),
    Row("pledges:version_difference", DRAFT_READ, NO_SUCH_METHOD, "new-version"),
    Row("pledges:version_file", YEAR, NO_SUCH_METHOD),
    Row("pledges:withdrawal_propose", LEAD_ONLY, LEAD_ONLY.answers(422)),
    Row("pledges:withdrawal_decide", DEPUTY, DEPUTY.answers(422), "withdrawing"),
    # … at the ceremony. A device that was not switched on is sent to the pledge.
    Row("pledges:signing_board", YEAR, NO_SUCH_METHOD),
    Row("pledges:signing_qr", YEAR, NO_SUCH_METHOD),
    Row("pledges:tablet_begin", LEAD_ONLY, LEAD_ONLY.answers(302)),
    Row("pledges:tablet", ON_DEVICE, NO_SUCH_METHOD_PUBLIC, "tablet"),
    Row("pledges:tablet_leave", NO_SUCH_METHOD_PUBLIC, SENT_ON),
    Row("pledges:tablet_end", NO_SUCH_METHOD_PUBLIC, SENT_ON),
    # … signed by hand
    Row("pledges:paper_record", LEAD_ONLY, LEAD_ONLY.answers(422), "on-paper"),
    Row("pledges:signed_take_back", LEAD_ONLY, LEAD_ONLY.answers(422), "on-paper"),
    Row("pledges:scan_add", LEAD_ONLY, LEAD_ONLY.answers(422), "on-paper"),
    Row("pledges:scan_file", YEAR, NO_SUCH_METHOD, "on-paper"),
    # Its scoring: the unit's card
    Row("scoring:scorecard_list", YEAR, NO_SUCH_METHOD, "round-self_assessment"),
    Row("scoring:round_open", NO_SUCH_METHOD, LEAD_ONLY.answers(403), "round-self_assessment"),
    Row("scoring:scorecard_detail", OWN_CARD, FILLING.answers(302), "round-self_assessment"),
    Row("scoring:scorecard_row", NO_SUCH_METHOD, FILLING.answers(404), "round-self_assessment"),
    Row("scoring:scorecard_try", NO_SUCH_METHOD, FILLING.answers(404), "round-self_assessment"),
    Row("scoring:scorecard_pass", NO_SUCH_METHOD, FILLING.answers(302), "round-self_assessment"),
    Row("scoring:scorecard_note", NO_SUCH_METHOD, OWN_CARD.answers(302), "round-self_assessment"),
    Row("scoring:scorecard_return", CONFIRMING, CONFIRMING.answers(422), "round-leader"),
    Row("scoring:scorecard_submit", CONFIRMING, CONFIRMING.answers(422), "round-leader"),
    # … what proves it
    Row("scoring:evidence_list", OWN_CARD, NO_SUCH_METHOD, "round-self_assessment"),
    Row("scoring:evidence_for", OWN_CARD, NO_SUCH_METHOD, "round-self_assessment"),
    Row("scoring:evidence_upload", FILLING, FILLING.answers(422), "round-self_assessment"),
    Row("scoring:evidence_add", FILLING, FILLING.answers(422), "round-self_assessment"),
    Row("scoring:evidence_detail", OWN_CARD, NO_SUCH_METHOD, "round-self_assessment", "evidence"),
    Row("scoring:evidence_file", OWN_CARD, NO_SUCH_METHOD, "round-self_assessment", "evidence"),
    Row("scoring:evidence_page", OWN_CARD, NO_SUCH_METHOD, "round-self_assessment", "evidence"),
    Row(
        "scoring:evidence_cite",
        FILLING,
        FILLING.answers(422),
        "round-self_assessment",
        "evidence",
    ),
    Row(
        "scoring:evidence_stop",
        NO_SUCH_METHOD,
        FILLING.answers(404),
        "round-self_assessment",
        "evidence",
    ),
    Row(
        "scoring:evidence_withdraw",
        FILLING,
        FILLING.answers(302),
        "round-self_assessment",
        "evidence",
    ),
    # … its workbook
    Row("scoring:workbook_upload", FILLING, FILLING.answers(422), "round-self_assessment"),
    Row("scoring:workbook_download", FILLING, NO_SUCH_METHOD, "round-self_assessment"),
    Row("scoring:workbook_confirm", NO_SUCH_METHOD, FILLING.answers(302), "round-self_assessment"),
    # … what one agency gives for all units
    Row("scoring:owner_grid", LEAD_ONLY, LEAD_ONLY.answers(302), "round-self_assessment"),
    Row("scoring:owner_workbook_upload", LEAD_ONLY, LEAD_ONLY.answers(422), "round-objected"),
    Row("scoring:owner_workbook_download", LEAD_ONLY, NO_SUCH_METHOD, "round-objected"),
    Row("scoring:owner_workbook_confirm", NO_SUCH_METHOD, LEAD_ONLY.answers(302), "round-objected"),
    Row("scoring:owner_source", LEAD_ONLY, LEAD_ONLY.answers(422), "round-objected"),
    Row("scoring:owner_fact", LEAD_ONLY, LEAD_ONLY.answers(302), "round-objected"),
    # Of another unit there is nothing to check.
    Row("scoring:owner_fact_check", NO_SUCH_METHOD, LEAD_ONLY.answers(403), "round-objected"),
    Row("scoring:owner_fact_keep", NO_SUCH_METHOD, LEAD_ONLY.answers(422), "round-objected"),
    Row("scoring:fact_list", OWN_CARD, NO_SUCH_METHOD, "round-objected"),
    Row("scoring:fact_answer", NO_SUCH_METHOD, FILLING.answers(422), "round-objected"),
    # It has no file.
    Row("scoring:fact_file", of_year((), sees=()), NO_SUCH_METHOD, "round-objected"),
    # … its verification
    Row("scoring:verification_list", YEAR, NO_SUCH_METHOD, "judged-verifying"),
    Row("scoring:verification_begin", NO_SUCH_METHOD, LEAD_ONLY.answers(302), "judged-verifying"),
    Row("scoring:duty_list", LEAD_ONLY, LEAD_ONLY.answers(422), "judged-verifying"),
    Row("scoring:duty_assign_all", NO_SUCH_METHOD, LEAD_ONLY.answers(302), "judged-verifying"),
    Row("scoring:duty_withdraw", LEAD_ONLY, LEAD_ONLY.answers(422), "judged-verifying", "duty"),
    Row("scoring:verification_detail", COMPARING, NO_SUCH_METHOD, "judged-verifying"),
    Row("scoring:criterion_verify", COMPARING_ONE, VERIFYING, "judged-verifying"),
    Row("scoring:criterion_ask", NO_SUCH_METHOD, VERIFYING, "judged-verifying"),
    Row("scoring:verification_accept", NO_SUCH_METHOD, DUTY.answers(302), "judged-verifying"),
    Row("scoring:card_reviewed", NO_SUCH_METHOD, CHAIR.answers(302), "judged-verifying"),
    Row("scoring:gate_declare", DUTY, DUTY.answers(422), "judged-verifying"),
    Row("scoring:card_approve", CHAIR_LEADER, CHAIR_LEADER.answers(302), "judged-verifying"),
    Row("scoring:card_send_back", CHAIR, CHAIR.answers(422), "judged-verifying"),
    Row("scoring:card_recuse", DUTY, DUTY.answers(422), "judged-verifying"),
    Row("scoring:mark_list", CHAIR, NO_SUCH_METHOD, "judged-verifying"),
    Row("scoring:mark_give", CHAIR, CHAIR.answers(422), "judged-verifying", "peer"),
    Row("scoring:why_detail", WHY, NO_SUCH_METHOD, "judged-verifying"),
    # … the unit's answers
    Row("scoring:request_answer", RESULTS, ANSWERING.answers(422), "judged-verifying", "request"),
    Row("scoring:answer_list", RESULTS, NO_SUCH_METHOD, "judged-verified"),
    Row("scoring:answer_give", ANSWERING, ANSWERING.answers(422), "judged-verified"),
    Row("scoring:answer_finish", NO_SUCH_METHOD, SENDING_ANSWERS, "judged-verified"),
    Row("scoring:card_end_answers", NO_SUCH_METHOD, CHAIR.answers(302), "judged-verified"),
    Row("scoring:response_weigh", DUTY, DUTY.answers(422), "judged-answered", "response"),
    Row("scoring:card_conclude", NO_SUCH_METHOD, CHAIR.answers(302), "judged-answered"),
    # … the conference
    Row("scoring:conference_detail", CONFERENCE, NO_SUCH_METHOD, "judged-conference"),
    Row(
        "scoring:conference_decide",
        LEAD_ONLY,
        LEAD_ONLY.answers(422),
        "judged-conference",
        "response",
    ),
    Row("scoring:conference_change", LEAD_ONLY, LEAD_ONLY.answers(422), "judged-conference"),
    Row("scoring:tie_decide", CONCLUDING, CONCLUDING.answers(422), "judged-conference"),
    Row("scoring:provisional_show", NO_SUCH_METHOD, LEAD_ONLY.answers(302), "judged-conference"),
    Row("scoring:provisional_day", NO_SUCH_METHOD, LEAD_ONLY.answers(302), "judged-conference"),
    Row("scoring:round_adopt", CONCLUDING, CONCLUDING.answers(422), "judged-conference"),
    Row("scoring:round_close", NO_SUCH_METHOD, CONCLUDING.answers(302), "judged-conference"),
    Row("scoring:round_publish", CONCLUDING, CONCLUDING.answers(302), "judged-closed"),
    Row("scoring:round_reopen", CONCLUDING, CONCLUDING.answers(422), "judged-closed"),
    # … the ranking
    *(
        Row(f"scoring:{name}_{form}", OWN_CARD, NO_SUCH_METHOD, "round-self_assessment")
        for name, forms in (("self_table", "pdf docx xlsx json"), ("report", "pdf docx"))
        for form in forms.split()
    ),
    *(
        Row(f"scoring:minutes_{form}", MINUTES, NO_SUCH_METHOD, "round-published")
        for form in ("pdf", "docx")
    ),
    *(
        Row(f"scoring:summary_{form}", YEAR, NO_SUCH_METHOD, "round-published")
        for form in ("pdf", "docx", "xlsx", "json")
    ),
    Row("scoring:ranking_detail", YEAR, NO_SUCH_METHOD, "round-provisional"),
    Row("scoring:ranking_version", YEAR, NO_SUCH_METHOD, "round-published"),
    # Its papers, and the criteria table read
    Row("scoring:paper_list", YEAR, NO_SUCH_METHOD),
    Row("scoring:table_begin", LEAD_ONLY, LEAD_ONLY),
    Row("scoring:table_template", YEAR, NO_SUCH_METHOD),
    Row("scoring:table_detail", YEAR, NO_SUCH_METHOD, "table-commenting"),
    Row("scoring:table_json", DRAFT_READ, NO_SUCH_METHOD, "table-draft"),
    Row("scoring:table_excel", DRAFT_READ, NO_SUCH_METHOD, "table-draft"),
    Row("scoring:table_difference", DRAFT_READ, NO_SUCH_METHOD, "table-draft"),
    Row("scoring:table_comment_list", YEAR, COMMENTING, "table-commenting"),
    # … written
    Row("scoring:table_comments_open", NO_SUCH_METHOD, DRAFT.answers(302), "table-draft"),
    Row("scoring:table_comment_answer", LEAD_ONLY, LEAD_ONLY, "table-commenting", pk="comment"),
    Row("scoring:table_import", DRAFT, DRAFT, "table-draft"),
    Row("scoring:table_settings", DRAFT, DRAFT.answers(422), "table-draft"),
    Row("scoring:table_replay", DRAFT, NO_SUCH_METHOD, "table-draft"),
    Row("scoring:table_adopt", LEAD_ONLY, LEAD_ONLY, "table-commenting"),
    Row("scoring:node_add", DRAFT, DRAFT.answers(422), "table-draft"),
    Row("scoring:node_arrange", NO_SUCH_METHOD, DRAFT.answers(302), "table-draft"),
    Row("scoring:node_edit", DRAFT, DRAFT.answers(422), "table-draft"),
    Row("scoring:node_delete", DRAFT, DRAFT.answers(302), "table-draft"),
)

# The panel: its people are let in, others are sent to its door, which says that it is not theirs.
STAFF = {"secretariat", "superuser"}
PANEL = policy(STAFF, refused=302)
# Pages of the panel as a whole send strangers to its door too, which sends them to log in.
SITE = replace(PANEL, anonymous=302)


def panel(get, post, who=PANEL):
    """Statuses for the panel's people; everybody else is sent away."""
    return who.answers(get), who.answers(post)


PANEL_ROWS = (
    Row("admin:index", *panel(200, 200, SITE)),
    Row("admin:login", policy(STAFF, ok=302), policy(STAFF, ok=302)),
    Row("admin:logout", *panel(302, 302, SITE)),
    Row("admin:password_change", *panel(302, 302, SITE)),
    Row("admin:password_change_done", *panel(200, 405, SITE)),
    Row("admin:autocomplete", *panel(403, 405, SITE)),
    Row("admin:jsi18n", *panel(200, 405, SITE)),
    Row("admin:view_on_site", *panel(302, 302, SITE)),
    Row("admin:app_list", *panel(302, 302, SITE)),
    Row("admin:units_decision_import", *panel(200, 200)),
    Row("admin:units_decision_template", *panel(200, 405)),
    Row("admin:units_decision_file", *panel(200, 200)),
    Row("admin:units_dayoff_seed", *panel(200, 200)),
    Row("admin:units_dayoff_import", *panel(200, 200)),
    Row("admin:units_legalbasis_import", *panel(200, 200)),
    Row("admin:units_user_password", *panel(200, 200)),
    Row("admin:scoring_wordtemplate_file", *panel(200, 200)),
    Row("admin:scoring_wordtemplate_original", *panel(200, 200)),
    # Certificates are withdrawn with a reason, never deleted; lists are kept as they came.
    Row("admin:pledges_trustedcertificate_delete", *panel(403, 403)),
    Row("admin:pledges_registeredcertificate_delete", *panel(403, 403)),
    Row("admin:pledges_revocationlist_delete", *panel(403, 403)),
    Row("admin:pledges_revocationlist_change", *panel(200, 403)),
    # An account is closed, never deleted; what others hang on is kept, and the page says so.
    Row("admin:units_user_delete", *panel(403, 403)),
    Row("admin:units_authority_delete", *panel(200, 200)),
    Row("admin:units_bloc_delete", *panel(200, 200)),
    Row("admin:units_emulationyear_delete", *panel(200, 200)),
    Row("admin:units_unit_delete", *panel(200, 200)),
)
# Reference data, which the Ban Thi đua keeps.
KEPT = {
    *("units.appointment", "units.authority", "units.bloc", "units.dayoff", "units.decision"),
    *("units.emulationyear", "units.legalbasis", "units.supervision", "units.title"),
    *("units.unit", "units.user", "scoring.wordtemplate"),
    *("pledges.trustedcertificate", "pledges.registeredcertificate", "pledges.revocationlist"),
}
# What there is to look at, and nobody changes here.
LOOKED_AT = {
    *("khoithidua.auditentry", "khoithidua.outbox", "khoithidua.storedfile"),
    *("pledges.comment", "pledges.paper", "pledges.signature", "pledges.signedfile"),
    *("pledges.signingauthority", "pledges.hold", "pledges.signaturevalidation"),
}
# GET and POST by kind of page.
KEPT_PAGES = {
    "changelist": (200, 200),
    "history": (200, 200),
    "add": (200, 200),
    "change": (200, 200),
    "delete": (200, 302),
}
LOOKED_AT_PAGES = {
    "changelist": (200, 200),
    "history": (200, 200),
    "add": (403, 403),
    "change": (200, 403),
    "delete": (403, 403),
}


def rows_of_panel(addresses):
    """The rows of the panel's pages, from their model and kind; None where nothing says."""
    named = {row.name: row for row in PANEL_ROWS}
    for address in addresses:
        model = address.model and address.model._meta.label_lower
        pages = KEPT_PAGES if model in KEPT else LOOKED_AT_PAGES if model in LOOKED_AT else {}
        if address.name in named:
            yield address, named[address.name]
        elif model and address.kind in pages:
            yield address, Row(address.name, *panel(*pages[address.kind]))
        else:
            yield address, None
