from django.urls import path

from portal import views

urlpatterns = [
    path("complain/", views.entrance, name="portal"),
    path("complain/track/", views.track, name="portal_track"),
    path("complain/<slug:code>/", views.complain, name="portal_complain"),
]
