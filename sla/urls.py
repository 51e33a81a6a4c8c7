from django.urls import path

from sla.calendars import views

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/preview/<uuid:pk>/", views.preview, name="calendar_preview"),
    path("calendar/publish/", views.publish, name="calendar_publish"),
]
