"""A whole pack on one screen, for tests that need one of their own."""

SMALL = """\
code: small
version: 1
title: 小制度
short_title: 小
issuer: 公司
owner_department: 客服部
control: {drafted: 2026-01-05, source: [S-01]}
departments:
  - {name: 客服部, aliases: [客服], source: [S-01]}
  - {name: 物业部, source: [S-01]}
posts:
  - {name: 部门负责人, of: responsible, source: [S-01]}
  - {name: 客服经理, of: 客服部, source: [S-01]}
openings:
  - {name: 热线时间, windows: ["09:00-18:00"], days: every, source: [S-01]}
channels:
  - {name: 电话, opening: 热线时间, source: [S-01]}
kinds: [投诉]
urgencies:
  - {name: 一般, usual: true, source: [S-01]}
  - {name: 紧急, when: {safety_risk: true}, source: [S-01]}
readings:
  - {key: limit, label: 金额标准, value: 5000, alternatives: [8000], source: [S-02]}
  - {key: standard, label: 维修标准（天）, value: null, alternatives: [], setting: true, source: [S-03]}
numbering: {pattern: "{year:04}{serial:04}", reset: year, source: [S-01]}
intake:
  - {key: amount, label: 金额, type: decimal, fact: amount, source: [S-02]}
  - {key: channel, label: 渠道, type: choice, options: channels, fact: channel, source: [S-01]}
categories:
  - {name: 服务类, first: 物业部, clock_category: 服务, source: [S-01]}
clock_categories:
  - {name: 服务, source: [S-01]}
assignment: [S-01]
grades:
  - {name: 普通, source: [S-02], otherwise: [S-02]}
  - name: 重大
    source: [S-02]
    criteria:
      - {id: amount, text: 超过标准, when: {compensation: {more_than: {reading: limit}}}, source: [S-02]}
manual_grade: [S-02]
clocks:
  - id: response
    stage: response
    starts: received
    who: owner
    stops: [responded]
    rows: [{hours: 2, defer: holidays, source: [S-03]}]
  - id: close
    stage: close
    starts: received
    who: responsible
    until_closing: true
    rows: [{days: {target: 7, limit: 15}, source: [S-03]}]
approvals:
  - {what: plan, by: 客服经理, when: {grade: 重大}, source: [S-04]}
gates:
  - {step: executed, what: plan, met: [plan_submitted], source: [S-04]}
closing_modes:
  - {name: agreed, label: 客户确认, source: [S-04]}
penalties:
  - {id: response, text: 未响应, stage: response, subject: handler, amount: 200, source: [S-05]}
  - id: late
    text: 逾期
    stage: close
    subject: handler
    source: [S-05]
    bands:
      - {first: 1, last: 7, per_day: 100, source: [S-05]}
      - {first: 8, range: [500, 1500], source: [S-05]}
rewards:
  - {at_least: 90, amount: 200, source: [S-06]}
scoring: {weights: {回访: 0.7, 配合: 0.3}, excluded: [客服部], source: [S-06]}
rate: {kinds: [投诉], source: [S-01]}
unused:
  S-07: 由人自行决定
facts:
  S-01: ["1", principle, 总则]
  S-02: ["2", grade, 分普通、重大两级]
  S-03: ["3", clock, 两小时响应]
  S-04: ["4", approval, 重大方案由客服经理签]
  S-05: ["5", penalty, 未响应200元]
  S-06: ["6", reward, 90分以上奖200元]
  S-07: ["7", penalty, 其他由人处理]
"""


def changed(old: str, new: str) -> tuple[str, int]:
    """Return the pack with one text replaced, and the line on which the change stands."""
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new), SMALL[: SMALL.index(old)].count("\n") + 1
