"""Admin pages over the record: everything is shown, nothing can be changed."""

from collections.abc import Sequence

from django.contrib import admin


class ReadOnlyAdmin(admin.ModelAdmin):
    """No adding, changing or deleting, whatever the policy says; the database refuses it too."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows below another one, to read; `related` are the foreign keys shown, fetched with them."""

    extra = 0
    can_delete = False
    related: Sequence[str] = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False
