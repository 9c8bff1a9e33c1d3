"""The patchwork of a plane, and pieces by shape."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb
from torch import nn

from limen.errors import LimenError
from limen.explain.regions import most_pieces, regions_in_plane
from limen.language import LANGUAGES
from limen.nets.dense import mlp
from limen.views.regions import EDGE, edges, pieces_by_shape, plane_regions
from limen.views.style import styled, to_png


def cut(outputs):
    torch.manual_seed(0)
    return regions_in_plane(mlp((2,), outputs, (6,)), (-3, 3, -2, 2), 80)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_the_plane_shows_regions_examples_and_where_the_answer_changes(language, outputs):
    regions = cut(outputs)
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(30, 2)), draw.integers(0, max(outputs, 2), 30)
    with styled():
        figure = plane_regions(regions, language, x, y)
        to_png(figure, 50)
    axes = figure.axes[0]
    assert str(regions.count) in axes.get_title(loc="left")
    (picture,) = axes.images
    drawn = (np.asarray(picture.get_array()) == to_rgb(EDGE)).all(2)
    np.testing.assert_array_equal(drawn, edges(regions.pattern.numpy()))
    assert 0 < drawn.mean() < 0.3
    assert sum(len(line.get_xdata()) for line in axes.lines) == 30
    answers = (regions.outputs.argmax(2) if outputs > 1 else regions.outputs[..., 0] > 0).long()
    assert bool(axes.collections) == (len(answers.unique()) > 1)


def test_the_boundary_lies_where_both_scores_are_equal():
    torch.manual_seed(0)
    net = mlp((2,), 2, (8,))
    with torch.no_grad():  # both answers occur
        net.out.bias += torch.tensor([1.0, -1.0]) * net(torch.zeros(1, 2))[0].diff() / 2
    regions = regions_in_plane(net, (-3, 3, -3, 3), 300)
    with styled():
        axes = plane_regions(regions, "en").axes[0]
    line = torch.from_numpy(np.concatenate([p.vertices for c in axes.collections for p in c.get_paths()])).float()
    scores = net(line).detach()
    assert len(line) > 10 and (scores[:, 0] - scores[:, 1]).abs().max() < 0.02


def test_a_net_that_does_not_bend_is_one_shade():
    with styled():
        to_png(plane_regions(regions_in_plane(nn.Linear(2, 1), (0, 1, 0, 1), 20), "en"), 50)


def test_classes_beyond_the_marks_are_refused():
    with pytest.raises(LimenError, match="Allowed: 0 to 3"):
        plane_regions(cut(2), "en", np.zeros((2, 2)), [0, 7])


@pytest.mark.parametrize("language", LANGUAGES)
def test_pieces_by_shape(language):
    shapes = [[12], [6, 6], [4, 4, 4], [7, 5]]
    with styled():
        figure = pieces_by_shape(
            shapes, [[9, 12], [10, 11], [8, 9], [3, 4]], language, [12, 36, 64, 35], [most_pieces(s) for s in shapes]
        )
        to_png(figure, 50)
    axes = figure.axes[0]
    assert [t.get_text() for t in axes.get_xticklabels()] == ["1×12", "2×6", "3×4", "7-5"]
    assert "12" in axes.get_title(loc="left") and axes.get_yscale() == "log"
    drawn = [list(line.get_ydata()) for line in axes.lines]
    assert drawn[0] == [13, 49, 125, 48] and drawn[1] == [12, 36, 64, 35] and drawn[-1] == [10.5, 10.5, 8.5, 3.5]


def test_shapes_of_unlike_size_or_number_are_refused():
    with pytest.raises(LimenError, match=r"Shapes of \[5, 6\] units"):
        pieces_by_shape([[5], [6]], [[1], [2]], "en")
    with pytest.raises(LimenError, match=r"lists of \[1, 2\] entries"):
        pieces_by_shape([[6], [3, 3]], [[1]], "en")
