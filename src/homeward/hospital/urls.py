"""Addresses of this room's pages."""

from django.urls import path

from homeward.hospital.views import break_glass, census, exports, live_list, my_ward, people, wards

app_name = "hospital"
urlpatterns = [
    path("list/", live_list.live_list, name="live_list"),
    path("list/rows/", live_list.live_list_rows, name="live_list_rows"),
    path("list/export.csv", exports.export_csv, name="export_csv"),
    path("list/export.xlsx", exports.export_xlsx, name="export_xlsx"),
    path("list/census/", census.census, name="census"),
    path("wards/", wards.wards, name="wards"),
    path("wards/mine/", my_ward.my_ward, name="my_ward"),
    # Ward codes are local and may hold a slash.
    path("wards/<str:site>/<path:ward>/beds/", wards.ward_beds, name="ward_beds"),
    path("wards/<str:site>/<path:ward>/", wards.ward, name="ward"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/break-glass/", break_glass.break_glass, name="break_glass"),
    path("restricted/<str:handle>/", break_glass.restricted, name="restricted"),
    path("break-glass/", break_glass.review_list, name="break_glass_review"),
    path("break-glass/<uuid:opening_id>/", break_glass.review, name="break_glass_note"),
]
