"""Figures and tables of detection: what they show is what was measured, in both languages, nothing hidden."""

import numpy as np
import pytest
import torch

from limen.explain.detection import calibration, detection, mistakes, precision_recall, roc
from limen.explain.words import WordWeight
from limen.views.detection import detection_curves, mistake_rows, mistakes_table, telling_words, visible
from limen.views.style import styled, to_svg
from limen.views.terminal import console

DRAW = np.random.default_rng(0)
TARGETS = torch.from_numpy(DRAW.integers(0, 2, 60))
OUTPUTS = torch.from_numpy(np.c_[np.zeros(60), 3 * TARGETS.numpy() - 1.5 + DRAW.normal(0, 2, 60)])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_three_curves_show_their_numbers(language):
    area, curve, said = roc(OUTPUTS, TARGETS), precision_recall(OUTPUTS, TARGETS), calibration(OUTPUTS, TARGETS)
    with styled():
        figure = detection_curves(area, curve, said, language, detection(OUTPUTS, TARGETS, 0.3))
        svg = to_svg(figure, language)
    for value in (area.area, curve.average, said.error):
        assert f"{value:.4f}" in svg
    assert {"en": "threshold 0.30", "zh": "阈值 0.30"}[language] in svg
    drawn = figure.axes[0].lines[1]
    np.testing.assert_allclose(drawn.get_xdata(), area.false_alarms)
    marked = figure.axes[1].lines[-1]
    made = detection(OUTPUTS, TARGETS, 0.3)
    assert (marked.get_xdata()[0], marked.get_ydata()[0]) == (made.recall, made.precision)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bar_for_each_word_and_a_side_for_each_class(language):
    words = [WordWeight("free", 3.0), WordWeight("$x$", 1.0), WordWeight("home\x1b[31m", -2.0)]
    with styled():
        figure = telling_words(words, ("ham", "spam"), language)
        svg = to_svg(figure, language)
    assert [bar.get_width() for bar in figure.axes[0].patches] == [3.0, 1.0, -2.0]
    assert "$x$" in svg and "\x1b" not in svg and "spam" in svg
    with styled():
        assert to_svg(telling_words([], ("ham", "spam"), language), language)


def test_mistakes_as_rows_and_as_a_table():
    texts = [f"message {i} \x1b[31mred\x92s \u202e end" for i in range(60)]
    found = mistakes(OUTPUTS, TARGETS, texts, most=5)
    headings, rows = mistake_rows(found, ("ham", "spam"), "en")
    assert len(headings) == len(rows[0]) == 4 and len(rows) == 5
    assert rows[0][3] == f"message {found[0].number} \\x1b[31mred’s \\u202e end"
    out = console()
    with out.capture() as captured:
        out.print(mistakes_table(found, ("ham", "spam"), "zh"))
    assert "判断错误的短信" in captured.get() and "\x1b[31mred" not in captured.get()
    with out.capture() as captured:
        out.print(mistakes_table([], ("ham", "spam"), "en"))
    assert "no mistakes" in captured.get()


def test_what_is_not_seen_is_written_out():
    assert visible(" a \n b\x07\u200b\ufeff ") == "a b\\x07\\u200b\\ufeff"
    assert visible("it\x92s 你好 £ \x81") == "it’s 你好 £ \\x81"
    assert visible("\ud800") == "\\ud800"
