from django.db import migrations

from accounts.change_chain import chained, chained_erasures, chained_unnamed

# What audits write: every change of a row of these
# joins the chain of changes. A population is known by its digest, the marks by the verdicts.
TABLES = (
    "audits_auditentry",
    "audits_audittext",
    "audits_draw",
    "audits_finding",
    "audits_inspection",
    "audits_item",
    "audits_paper",
    "audits_plan",
    "audits_sample",
    "audits_specialaudit",
    "audits_tipstep",
)


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0005_tips"),
        ("accounts", "0005_policy_edition"),
        ("complaints", "0012_audit_evidence"),
        ("penalties", "0003_wage_base_change"),
    ]
    operations = [
        *(chained(table) for table in TABLES),
        chained_unnamed("audits_tip"),
        chained_erasures("complaints_casetext"),
        chained_erasures("complaints_attachment"),
        chained_erasures("complaints_particulars", key="case_id"),
        chained_erasures("penalties_entrytext"),
    ]
