"""A person without a mouse: everything is reached by Tab and done with keys."""

from playwright.sync_api import Locator

from tests.browser.person import Person

# A page may have many controls before the one that is wanted; none has more.
MOST_TABS = 250
IS_FOCUSED = "node => node === document.activeElement"
GROUP_IS_FOCUSED = "node => node.name === document.activeElement.name"
# How many links, buttons and fields stand between the focus and a control, which Tab stops at in any case.
SURELY_BEFORE = """node => {
    const stops = [...document.querySelectorAll("a[href], button, select, textarea, input")].filter(
        one => !one.disabled && one.tabIndex >= 0 && one.type !== "radio" && one.checkVisibility());
    const here = stops.indexOf(document.activeElement), there = stops.indexOf(node);
    return here < there ? there - here - 1 : 0;
}"""
# A bar that sticks to the edge may not lie over what the keyboard has reached.
IN_SIGHT = """node => {
    const box = node.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return top !== null && (top.contains(node) || node.contains(top));
}"""
SELECTED = "node => node.selectedOptions[0].label.trim()"


class Typist(Person):
    """Uses the pages as somebody does who has a keyboard alone."""

    def press(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("Enter")

    def choose(self, choice: Locator) -> None:
        if choice.get_attribute("type") == "checkbox":
            self.reach(choice)
            if not choice.is_checked():
                self.page.keyboard.press("Space")
        else:
            self.reach(choice, GROUP_IS_FOCUSED)
            self.page.keyboard.press("Space")
            self._until(choice, "node => node.checked", "ArrowDown")
        assert choice.is_checked()

    def select(self, field: Locator, option: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Home")
        self._until(field, f"node => ({SELECTED})(node) === {option!r}", "ArrowDown")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        if field.get_attribute("type") in ("date", "datetime-local"):
            field.fill(text)  # the order of day, month and year is the machine's
            return
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def reach(self, control: Locator, there: str = IS_FOCUSED) -> None:
        """Press Tab until the control has the focus; what surely lies before it is passed unlooked at."""
        for _time in range(control.evaluate(SURELY_BEFORE)):
            self.page.keyboard.press("Tab")
        self._until(control, there, "Tab")
        assert control.evaluate(IN_SIGHT), f"{control} has the focus and is covered"

    def _until(self, node: Locator, true: str, key: str) -> None:
        for _time in range(MOST_TABS):
            if node.evaluate(true):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not lead to {node}")
