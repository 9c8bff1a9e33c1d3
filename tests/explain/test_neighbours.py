"""Features, the nearest of them, and maps, against NumPy and scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors
from torch import nn

from limen.data.dataset import Scale, Split
from limen.errors import LimenError
from limen.explain.neighbours import features, last_layer, main_plane, nearest, neighbour_plane
from limen.explain.outcomes import confused_pairs
from limen.nets.build import build


def pictures(n=300, side=8):
    draw = torch.Generator().manual_seed(0)
    return Split(torch.randint(0, 17, (n, side, side, 1), generator=draw, dtype=torch.uint8), torch.zeros(n))


def test_features_are_what_goes_into_the_last_layer():
    torch.manual_seed(0)
    net, split, scale = (
        build("mnist-cnn", (1, 8, 8), 3, {"channels": (2, 4), "hidden": 6}),
        pictures(),
        Scale((0.0,), (16.0,)),
    )
    found = features(net, split, scale)
    x = split.x.permute(0, 3, 1, 2) / 16
    with torch.no_grad():
        torch.testing.assert_close(found, nn.Sequential(*list(net)[:-1])(x))
    assert net.training and all(not m._forward_pre_hooks for m in net.modules())


def test_planes_are_averaged_over_their_places():
    net, split = build("mnist-conv3", (1, 8, 8), 3, {"channels": (4, 5)}), pictures(5)
    x = split.x.permute(0, 3, 1, 2) / 1.0
    with torch.no_grad():
        expected = nn.Sequential(*list(net)[:4])(x).mean((2, 3))
    torch.testing.assert_close(features(net, split, Scale()), expected)


def test_the_nearest_are_scikit_learns():
    draw = torch.Generator().manual_seed(0)
    known, queries = torch.randn(200, 7, generator=draw), torch.randn(9, 7, generator=draw)
    order, similar = nearest(queries, known, 5)
    apart, theirs = NearestNeighbors(metric="cosine", algorithm="brute").fit(known.numpy()).kneighbors(queries, 5)
    assert order.tolist() == theirs.tolist()
    np.testing.assert_allclose(similar.numpy(), 1 - apart, atol=1e-5)


def test_the_nearest_to_itself_is_itself_and_of_equals_the_first():
    known = torch.randn(20, 4)
    known[7] = known[3]
    order, similar = nearest(known[3:4], known, 2)
    assert order.tolist() == [[3, 7]] and similar[0, 0].item() == pytest.approx(1)
    assert nearest(torch.zeros(1, 4), known, 1)[1].item() == 0


def test_the_main_plane_keeps_as_much_variance_as_any_can():
    x = torch.randn(60, 5, generator=torch.Generator().manual_seed(0)) * torch.tensor([5.0, 3, 1, 1, 1])
    values = np.linalg.svd((x - x.mean(0)).double().numpy(), compute_uv=False)
    kept = (main_plane(x) - main_plane(x).mean(0)).double().square().sum(0).numpy()
    np.testing.assert_allclose(kept, values[:2] ** 2, rtol=1e-4)
    assert main_plane(torch.randn(9, 1)).shape == (9, 2)


def test_on_the_map_neighbours_stay_neighbours_and_the_seed_decides():
    draw = torch.Generator().manual_seed(0)
    groups = torch.arange(90) % 3
    x = torch.randn(90, 10, generator=draw) + 8 * nn.functional.one_hot(groups, 10)
    plane = neighbour_plane(x)
    assert torch.equal(plane, neighbour_plane(x)) and plane.shape == (90, 2)
    assert trustworthiness(x.numpy(), plane.numpy(), n_neighbors=5) > 0.9
    near = torch.cdist(plane, plane).topk(6, largest=False).indices[:, 1:]
    assert (groups[near] == groups[:, None]).float().mean() > 0.99
    with pytest.raises(LimenError, match="4 or more"):
        neighbour_plane(x[:3])


def test_a_net_without_layers_has_no_features():
    with pytest.raises(LimenError, match="no dense or convolutional layer"):
        last_layer(nn.Sequential(nn.Flatten(), nn.ReLU()), torch.zeros(1, 1, 2, 2))


def test_pairs_confused_most_come_first():
    targets = torch.tensor([0, 0, 0, 1, 1, 2, 2, 2])
    outputs = nn.functional.one_hot(torch.tensor([1, 1, 0, 1, 2, 1, 1, 1]), 3).float()
    assert confused_pairs(outputs, targets, 3, 2) == [(2, 1, 3), (0, 1, 2)]
    assert confused_pairs(outputs, targets, 3, 9) == [(2, 1, 3), (0, 1, 2), (1, 2, 1)]
