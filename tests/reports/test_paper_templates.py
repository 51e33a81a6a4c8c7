"""The house's own paper: what comes in is checked, kept as versions, and fills in nothing but values."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from reports.models import FormTemplate
from reports.papers import own
from tests.complaints.sending import signed_in
from tests.loop import Loop
from tests.reports.test_papers import form_of, words_of

RELS = "word/_rels/document.xml.rels"
BODY = "word/document.xml"
REACHES_OUT = (
    '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/attachedTemplate" Target="https://example.com/a.dotm" TargetMode="External"/>'
)
LINKS = REACHES_OUT.replace("attachedTemplate", "hyperlink").replace("a.dotm", "")


def paper(*lines: str, cut: bool = False) -> bytes:
    """Return a DOCX with a paragraph for each line; `cut` makes a run of each character, as Word may."""
    document = Document()
    for line in lines:
        paragraph = document.add_paragraph()
        for piece in line if cut else [line]:
            paragraph.add_run(piece)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def altered(content: bytes, **parts) -> bytes:
    """Return a DOCX with parts changed by a function of their text, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in {*source.namelist(), *parts}:
            text = source.read(name).decode("latin-1") if name in source.namelist() else ""
            change = parts.get(name)
            target.writestr(name, (change(text) if change else text).encode("latin-1"))
    return out.getvalue()


def inside(text: str):
    """Return a change of a document that puts something at the end of its body."""
    return lambda xml: xml.replace("<w:sectPr", f"<w:p><w:r>{text}</w:r></w:p><w:sectPr", 1)


GOOD = paper("编号 {{投诉编号}} 客户 {{ 投诉人姓名 }}", "核实：{{核实人签字}}", "{{二维码}}")
FIELD = '<w:fldChar w:fldCharType="begin"/><w:instrText> DDEAUTO c:\\\\cmd </w:instrText>'
HALVES = "<w:instrText>INCLUDE</w:instrText></w:r><w:r><w:instrText>TEXT a</w:instrText>"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(BODY, "<w:document/>")
        target.writestr("word/big.xml", "0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.docx", paper("没有占位符"), "没有占位符"),
        ("a.docx", paper("{{投诉号}}"), "投诉号"),
        ("a.docx", paper("{{ 7 * 7 }}"), "7 * 7"),
        ("a.docx", paper("{{投诉编号.__class__}}"), "投诉编号.__class__"),
        ("a.docx", b"no zip at all", "不是完好的 Word 文档"),
        ("a.docx", bomb(), "展开后超过"),
        ("a.docm", GOOD, "宏"),
        ("a.xlsx", GOOD, ".docx"),
        ("a.docx", altered(GOOD, **{"word/vbaProject.bin": lambda _x: "x"}), "宏"),
        ("a.docx", altered(GOOD, **{"word/embeddings/a.bin": lambda _x: "x"}), "夹带"),
        ("a.docx", altered(GOOD, **{"word/activeX/a.xml": lambda _x: "<x/>"}), "夹带"),
        (
            "a.docx",
            altered(GOOD, **{RELS: lambda x: x.replace("</R", f"{REACHES_OUT}</R")}),
            "外部",
        ),
        ("a.docx", altered(GOOD, **{BODY: inside(FIELD)}), "DDEAUTO"),
        ("a.docx", altered(GOOD, **{BODY: inside(HALVES)}), "INCLUDETEXT"),
        ("a.docx", altered(GOOD, **{BODY: lambda x: "<!DOCTYPE a>" + x}), "DTD"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧格式或加密"),
        ("a.docx", altered(GOOD, **{BODY: lambda x: x[:200]}), "不是完好的 Word 文档"),
    ],
)
def test_what_is_no_template_is_refused_with_its_reason(tmp_path, name, content, words):
    path = tmp_path / "template.docx"
    path.write_bytes(content)
    with pytest.raises(own.BadPaper) as refused:
        own.check(path, name, form_of("dali-tourism", "notice"))
    assert words in str(refused.value)


@pytest.mark.parametrize("cut", [False, True])
def test_a_good_template_names_its_placeholders(tmp_path, cut):
    path = tmp_path / "template.docx"
    path.write_bytes(paper("{{投诉编号}}", "{{核实人签字.姓名}}{{二维码}}", cut=cut))
    found = own.check(path, "通知单.docx", form_of("dali-tourism", "notice"))
    assert found == ["投诉编号", "核实人签字.姓名", "二维码"]
    links = altered(GOOD, **{RELS: lambda x: x.replace("</R", f"{LINKS}</R")})
    path.write_bytes(links)
    assert own.check(path, "a.docx", form_of("dali-tourism", "notice"))


# -- on the page


@pytest.fixture
def loop(db, clock) -> Loop:
    return Loop.new()


def upload(client, loop, content, key="notice"):
    regulation = loop.versions["dali-tourism"].regulation_id
    url = reverse("form_template_upload", args=[regulation, key])
    return client.post(url, {"file": SimpleUploadedFile("own.docx", content)})


def use(client, number: int):
    row = FormTemplate.objects.get(number=number)
    return client.post(reverse("form_template_use", args=[row.pk]))


def printed(loop, case) -> str:
    url = reverse("case_form", args=[case.number, "notice", "docx"])
    return words_of(signed_in(loop.user("zhoumin")).get(url).content)


def test_versions_are_kept_and_one_is_in_use(loop):
    client, case = signed_in(loop.user("luqing")), loop.register(subject="{{联系方式}}{{二维码}}")
    for words in ("甲", "乙"):
        assert (
            upload(client, loop, paper(f"{words}{{{{投诉编号}}}}/{{{{投诉主题}}}}")).status_code
            == 302
        )
    assert "客户投诉处理通知单" in printed(loop, case)
    use(client, 1)
    # What somebody has typed is text, whatever it looks like.
    assert printed(loop, case).startswith(f"甲{case.number}/{{{{联系方式}}}}{{{{二维码}}}}")
    use(client, 2)
    assert printed(loop, case).startswith("乙")
    assert [*FormTemplate.objects.order_by("number").values_list("active", flat=True)] == [
        False,
        True,
    ]
    row = FormTemplate.objects.get(active=True)
    client.post(reverse("form_template_retire", args=[row.pk]))
    assert "客户投诉处理通知单" in printed(loop, case)
    assert FormTemplate.objects.count() == 2


def test_a_template_is_seen_with_a_made_up_case(loop):
    client = signed_in(loop.user("luqing"))
    upload(client, loop, GOOD)
    answer = client.get(reverse("form_template_preview", args=[FormTemplate.objects.get().pk]))
    document = Document(io.BytesIO(answer.content))
    assert document.paragraphs[0].text == "编号 202611280001 客户 张三"
    assert document.paragraphs[1].text.startswith("核实：签字：李四")
    assert len(document.inline_shapes) == 1


def test_the_standard_form_can_be_taken_as_a_beginning(loop, tmp_path):
    client = signed_in(loop.user("luqing"))
    regulation = loop.versions["dali-tourism"].regulation_id
    start = client.get(reverse("form_start", args=[regulation, "notice", "docx"])).content
    assert upload(client, loop, start).status_code == 302
    names = {blank.name for blank in form_of("dali-tourism", "notice").blanks}
    assert names <= {*FormTemplate.objects.get().placeholders}


def test_an_unknown_placeholder_is_named_on_the_page_and_nothing_is_kept(loop):
    client = signed_in(loop.user("luqing"))
    answer = upload(client, loop, paper("{{投诉号}}"))
    assert answer.status_code == 422
    assert "没有这些占位符：投诉号" in answer.content.decode()
    assert not FormTemplate.objects.exists()


def test_another_units_rule_owner_has_nothing_to_do_with_it(loop):
    upload(signed_in(loop.user("luqing")), loop, GOOD)
    row, other = FormTemplate.objects.get(), signed_in(loop.user("liqing"))
    assert upload(other, loop, GOOD).status_code == 404
    assert other.get(reverse("form_template_preview", args=[row.pk])).status_code == 404
    assert other.post(reverse("form_template_use", args=[row.pk])).status_code == 404
    assert signed_in(loop.user("zhoumin")).get(reverse("form_templates")).status_code == 403
