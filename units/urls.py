"""Addresses of the home page, the account and the bloc's year."""

from django.urls import path

from units.views import account, home, years

app_name = "units"

urlpatterns = [
    path("", home.home, name="home"),
    path("tai-khoan/", account.account, name="account"),
    path("khoi/", years.year_list, name="year_list"),
    path("khoi/<slug:bloc>/<int:number>/", years.year_detail, name="year_detail"),
    path("khoi/<slug:bloc>/<int:number>/lich/", years.calendar, name="calendar"),
    path(
        "khoi/<slug:bloc>/<int:number>/lich/<int:pk>/gia-han/",
        years.phase_extend,
        name="phase_extend",
    ),
]
