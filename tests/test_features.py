"""The page that says which test proves which capability is what the tests say."""

from tools import features


def test_the_page_of_proved_capabilities_is_up_to_date():
    assert features.PAGE.read_text(encoding="utf-8") == features.page()


def test_markers_on_tests_and_on_single_cases_are_found(tmp_path, monkeypatch):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(
        '@pytest.mark.feature("F001")\ndef test_one(): ...\n'
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.feature("F002"))])\n'
        "def test_two(x): ...\n"
        "def test_three(): ...\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(features, "ROOT", tmp_path)
    assert features.found() == {
        "F001": ["tests/test_a.py::test_one"],
        "F002": ["tests/test_a.py::test_two"],
    }
