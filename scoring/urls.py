"""Addresses of scoring, sorted by page."""

from django.urls import path

from scoring.views import cards, ranking

app_name = "scoring"

YEAR = "khoi/<slug:bloc>/<int:number>/"
CARDS = f"{YEAR}cham-diem/"
CARD = f"{CARDS}<slug:unit>/"

urlpatterns = [
    # The unit's card
    path(CARDS, cards.scorecard_list, name="scorecard_list"),
    path(f"{CARDS}mo/", cards.round_open, name="round_open"),
    path(CARD, cards.scorecard_detail, name="scorecard_detail"),
    path(f"{CARD}muc/<str:key>/", cards.scorecard_row, name="scorecard_row"),
    path(f"{CARD}trinh/", cards.scorecard_pass, name="scorecard_pass"),
    path(f"{CARD}tra-lai/", cards.scorecard_return, name="scorecard_return"),
    path(f"{CARD}ghi-chu/", cards.scorecard_note, name="scorecard_note"),
    path(f"{CARD}gui/", cards.scorecard_submit, name="scorecard_submit"),
    # The ranking
    path(f"{YEAR}xep-hang/", ranking.ranking_detail, name="ranking_detail"),
    path(f"{YEAR}xep-hang/<int:version>/", ranking.ranking_version, name="ranking_version"),
]
