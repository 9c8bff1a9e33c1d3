"""The page of a lesson: one file, both languages, no network, no script, nothing unescaped."""

import itertools
import re
from dataclasses import replace

import pytest
from tests.views.test_report import Page

from limen.experiments.lesson import Expect, Step
from limen.experiments.lessons import LESSONS
from limen.experiments.teach import conclude, keep, take, teach
from limen.language import Text
from limen.views.lessons import LESSON_FIGURES
from limen.views.style import styled, to_svg


@pytest.fixture(scope="module")
def findings():
    lessons = {name: make() for name, make in LESSONS.items()}
    return {
        name: conclude(lesson, lesson.settings(), list(teach(lesson, lesson.settings())), 0.5)
        for name, lesson in lessons.items()
    }


@pytest.mark.parametrize(("name", "language"), list(zip(LESSONS, itertools.cycle(("zh", "en")), strict=False)))
def test_the_page_is_one_sound_file(findings, name, language, tmp_path):
    finding = findings[name]
    keep(finding, tmp_path, language)
    text = (tmp_path / "report.html").read_text()
    page = Page(text)
    assert page.open == [] and "script" not in page.tags and "link" not in page.tags
    assert not [
        a for a in page.attributes if a[1] in ("src", "href", "xlink:href") and not a[2].startswith(("data:", "#"))
    ]
    assert not [a for a in page.attributes if a[1].startswith("on")]
    assert "@import" not in text and "url(http" not in text and "default-src 'none'" in text
    words = re.sub(r"\s+", " ", "".join(page.words))
    assert finding.title[language] in words and f"{finding.checks} / {finding.checks}" in words
    assert words.count("✓") == finding.checks
    for step in finding.steps:
        assert step.title[language] in words and re.sub(r"\s+", " ", step.code) in words
    figures = [step.figure for step in finding.steps if step.figure]
    assert text.count("<svg") == len(figures) and (tmp_path / "figures").exists() == bool(figures)
    assert all((tmp_path / "figures" / f"{figure}.png").stat().st_size > 10_000 for figure in figures)
    if language == "zh":
        assert all(re.search("[一-鿿]", drawn.split("</svg>")[0]) for drawn in text.split("<svg")[1:])
    assert f'lang="{ {"en": "en", "zh": "zh-Hans"}[language] }"' in text and len(text) < 2_000_000


def test_a_check_that_fails_is_shown(findings, tmp_path):
    attack = "<script>alert(1)</script>"
    step = Step(Text(attack, attack), Text("a `b<c`", "甲"), lambda_free, (Expect(Text("hand", "手算"), 5),))
    finding = replace(findings["losses"], steps=(take(1, step, {}),), title=Text(attack, attack))
    keep(finding, tmp_path, "en")
    text = (tmp_path / "report.html").read_text()
    assert "0 / 1" in text and "× hand" in text and "expected 5" in text and "differs by 0.2, allowed 0" in text
    assert "<script" not in text and "&lt;script&gt;" in text and "<code>b&lt;c</code>" in text


def lambda_free():
    """A step of a test."""
    return 2 + 2


@pytest.mark.parametrize(
    ("settings", "leaves"), [(("rate=1.5", "steps=100"), True), (("rate=0.001", "steps=1"), False)]
)
def test_a_path_that_leaves_is_drawn_and_said_to(settings, leaves):
    lesson = LESSONS["descent"]()
    values = lesson.settings(settings)
    for step in lesson.steps:
        if step.figure in ("lesson-curve", "lesson-valley"):
            with styled():
                figure = LESSON_FIGURES[step.figure](take(1, step, values).drawn, values, "en")
                assert ("the path leaves the picture" in to_svg(figure, "en")) == leaves
