"""The clock matrix against the table of 大理文旅 8.1, and packs without grades."""

from regulations.builtin import pack_named
from regulations.matrix import clock_matrix
from tests.engine.cases import pack


def figures(matrix, stage, when=""):
    """Return the figures of a row, one for each column."""
    (row,) = [one for one in matrix.rows if one.stage == stage and one.when == when]
    return [cell.figure for cell in row.cells for _column in cell.columns]


def test_the_table_of_8_1():
    """8.1: transfer 2/2/2/4, response 1/1/2/4, plan 4/8/24/48 hours."""
    matrix = clock_matrix(pack())
    assert matrix.columns == ("一般投诉", "重要投诉", "重大投诉", "危机投诉")
    assert figures(matrix, "信息传递") == ["2小时", "2小时", "2小时", "4小时"]
    assert figures(matrix, "响应") == ["1小时", "1小时", "2小时", "4小时"]
    assert figures(matrix, "处理方案") == ["4小时", "8小时", "24小时", "48小时"]
    assert figures(matrix, "投诉关闭", "时限类别为物业类、营销类或招商类") == [
        "3日",
        "3日",
        "3日",
        "5个工作日",
    ]
    assert figures(matrix, "投诉关闭", "时限类别为其他类") == ["7至15日", "7至15日", "7日", "7日"]


def test_a_figure_for_every_grade_is_one_wide_cell():
    matrix = clock_matrix(pack())
    (row,) = [one for one in matrix.rows if one.stage == "回访"]
    assert [(cell.figure, cell.span) for cell in row.cells] == [("当日", 4)]
    assert row.counting == "至起算日24:00"


def test_the_first_row_that_fits_holds_and_the_last_one_is_for_the_rest():
    """4.1.1: 4 hours where there is danger, else 24."""
    rows = [
        one for one in clock_matrix(pack()).rows if one.starts == "收到投诉" and one.stage == "响应"
    ]
    assert [(row.when, row.cells[0].figure) for row in rows] == [
        ("可能造成财产损失或危及人身安全", "4小时"),
        ("其余情况", "24小时，节假日顺延"),
    ]


def test_rows_that_are_counted_in_several_ways_say_so_for_each_figure():
    (row,) = [one for one in clock_matrix(pack()).rows if one.when.startswith("时限类别为物业类")]
    assert row.counting == ""
    assert {cell.counting[:3] for cell in row.cells} == {"自然日", "工作日"}


def test_a_regulation_whose_clocks_know_no_grades_has_one_column():
    matrix = clock_matrix(pack_named("tobacco-2026"))
    assert matrix.columns == ()
    assert figures(matrix, "调查核实", "投诉类别为服务类或政策类") == ["2个工作日"]
