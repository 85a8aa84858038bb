import re
from importlib.resources import files

import pytest

from web.asking import MOST_EARLIER
from web.theme import CHOICES, COOKIE

SHEET = files("web").joinpath("static", "chat.css").read_text("utf-8")
SCRIPT, CITATIONS, DISPLAY, VIEWS, SENDING, FEEDBACK = (
    files("web").joinpath("static", name).read_text("utf-8")
    for name in ("chat.js", "citations.js", "display.js", "views.js", "sending.js", "feedback.js")
)
BY_CHOICE = re.findall(r'^:root(?:\[data-theme="dark"\])? \{(.*?)\}', SHEET, re.S | re.M)
BY_SYSTEM = re.findall(r'^  :root:not\(\[data-theme="light"\]\) \{(.*?)\}', SHEET, re.S | re.M)
LIGHT, DARK, DARK_BY_SYSTEM = (
    dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in (*BY_CHOICE[:2], BY_SYSTEM[0])
)
TEXT_ON = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("ink", "marker"),
    ("soft", "paper"),
    ("soft", "sheet"),
    ("link", "paper"),
    ("link", "sheet"),
    ("bad", "sheet"),
    ("accent", "paper"),
    ("on-accent", "accent"),
]
EDGE_ON = [("edge", "paper"), ("edge", "sheet"), ("marker-edge", "sheet"), ("link", "sheet")]


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_the_known_ratio():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_has_the_contrast_of_wcag_aa(colours, text, ground):
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_ON)
def test_edges_of_controls_have_the_contrast_of_wcag_aa(colours, edge, ground):
    assert contrast(colours[edge], colours[ground]) >= 3


def test_dark_is_the_same_by_choice_and_by_system():
    assert DARK == DARK_BY_SYSTEM
    assert DARK.keys() == LIGHT.keys()


def test_the_sheet_and_the_scripts_agree_on_what_is_wide():
    wide = re.search(r'matchMedia\("\((min-width: \d+rem)\)"\)', VIEWS)
    assert wide
    assert f"@media ({wide[1]}) {{" in SHEET


def test_the_script_and_the_server_agree_on_the_themes_cookie():
    assert f"{COOKIE}=({'|'.join(CHOICES[1:])})" in DISPLAY
    assert f"`{COOKIE}=${{theme}}; " in DISPLAY


def test_the_script_and_the_pages_agree_on_how_much_an_address_carries():
    assert f"const MOST_EARLIER = {MOST_EARLIER};" in SCRIPT


def test_nothing_is_fetched_from_elsewhere():
    assert "@import" not in SHEET
    assert "url(" not in SHEET
    assert "http" not in SHEET + SCRIPT + CITATIONS + DISPLAY + VIEWS + SENDING + FEEDBACK
