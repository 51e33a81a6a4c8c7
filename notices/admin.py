"""The outbox in Django admin, to read: the delivery log as evidence."""

from django import forms
from django.contrib import admin

from notices.models import OF_STAFF, Attempt, Notice, Outlet
from records.admin import ReadOnlyAdmin


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = [
        "case",
        "topic",
        "recipient",
        "to_customer",
        "channel",
        "created_at",
        "delivered_at",
        "attempts",
        "doubtful",
    ]
    list_select_related = ["case", "recipient"]
    list_filter = ["channel", "topic", "doubtful"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(case__unit__in=request.user.actor.units())


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Each try to deliver, as evidence."""

    list_display = ["at", "notice", "outcome", "message_id", "detail"]
    list_select_related = ["notice"]
    list_filter = ["outcome"]
    show_full_result_count = False

    def get_queryset(self, request):
        return (
            super().get_queryset(request).filter(notice__case__unit__in=request.user.actor.units())
        )


@admin.register(Outlet)
class OutletAdmin(admin.ModelAdmin):
    """Robots and callbacks, kept by administrators; keys are not shown again."""

    list_display = ["name", "kind", "department", "is_active"]
    list_select_related = ["department"]

    def formfield_for_dbfield(self, field, request, **options):
        if field.name == "topics":
            return forms.MultipleChoiceField(
                label=field.verbose_name, choices=OF_STAFF, widget=forms.CheckboxSelectMultiple
            )
        if field.name in ("address", "secret"):
            options["widget"] = forms.PasswordInput(render_value=False)
        return super().formfield_for_dbfield(field, request, **options)
