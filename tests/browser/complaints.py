"""Complaints as a clerk enters them: the labels of the registration page and what is filled in.

Everybody who complains here is a canary (tests/browser/searched.py looks for them).
"""

from tests.canaries import IDENTITY, MAILBOX, PHONES, WORD

NAME, PHONE = f"李建国{WORD}", PHONES[0]

THREE_NEIGHBOURS = {
    "投诉渠道": "来访",
    "接待部门": "物业公司",
    "客户类型": "业主",
    "客户姓名": NAME,
    "物业房号": f"{WORD}苑3-2-501",
    "联系电话": PHONE,
    "项目名称": "实力北岸",
    "投诉主题": f"小区门禁长期失灵{WORD}",
    "问题描述": "三户业主反映单元门禁失灵两周，外来人员随意进出。"
    f"证件{IDENTITY}，邮箱 {MAILBOX}@example.com",
    "客户要求": f"修复门禁并说明原因{WORD}",
    "投诉类别": "物业服务",
    "投诉人数": "3",
}
ONE_OWNER = THREE_NEIGHBOURS | {
    "投诉主题": f"电梯轿厢异响{WORD}",
    "问题描述": f"电梯上行时异响明显，报修后无人回复。证件{IDENTITY}，邮箱 {MAILBOX}@example.com",
    "客户要求": f"检修并答复{WORD}",
    "投诉人数": "1",
}
OFF_TASTE = {
    "投诉渠道": "热线",
    "投诉人类型": "零售终端",
    "投诉人姓名/单位": f"青石街便民烟酒店{WORD}",
    "联系方式": PHONES[1],
    "投诉事项": f"整条卷烟口感异常{WORD}",
    "投诉事项详细描述": "同一批次多包口感发苦，顾客要求退货，已被本地媒体报道。"
    f"邮箱 {MAILBOX}@example.com",
    "客户具体诉求": f"检测并换货{WORD}",
    "投诉类别": "产品质量类",
    "涉及产品/服务类型": "硬盒卷烟",
    "涉及区域/环节": "青石街片区",
    "媒体关注": "已发生",
}
# As the pages above store it; for cases that a test has no need to type.
PARTICULARS = {
    "name": NAME,
    "phone": PHONE,
    "subject": THREE_NEIGHBOURS["投诉主题"],
    "description": THREE_NEIGHBOURS["问题描述"],
    "demand": THREE_NEIGHBOURS["客户要求"],
    "more": {"room": THREE_NEIGHBOURS["物业房号"]},
}
