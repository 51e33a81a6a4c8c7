from django.urls import path

from complaints.views import attachments, board, case, hand_in, lists, pasting, register, tallies

urlpatterns = [
    path("", lists.desk, name="desk"),
    path("cases/", lists.case_list, name="case_list"),
    path("tallies/", tallies.tallies, name="tallies"),
    path("handin/", hand_in.new, name="hand_in"),
    path("cases/search/", lists.search, name="case_search"),
    path("cases/new/", register.new, name="register"),
    path("cases/new/preview/", register.preview, name="register_preview"),
    path("cases/new/drop/", register.drop, name="register_drop"),
    path("cases/new/paste/", pasting.paste, name="register_paste"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/reveal/", case.reveal, name="case_reveal"),
    path("cases/<str:number>/clocks/", case.clocks, name="case_clocks"),
    path("cases/<str:number>/presence/", case.presence, name="case_presence"),
    path("cases/<str:number>/files/<int:pk>/", attachments.attachment, name="attachment"),
    path(
        "cases/<str:number>/files/<int:pk>/original/",
        attachments.original,
        name="attachment_original",
    ),
    path("cases/<str:number>/<slug:kind>/", case.act, name="case_act"),
    path("board/", board.board, name="board"),
]
