"""Admin pages over the record: everything is shown, nothing can be changed."""

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
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False
