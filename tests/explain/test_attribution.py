"""Which pixels an answer comes from, against what is known by hand."""

import numpy as np
import pytest
import torch
from tests.conftest import made_small
from torch import nn

from limen.errors import LimenError
from limen.explain.attribution import grad_cam, integrated_gradients, occlusion, saliency
from limen.nets.build import build

NETS = ["mnist-cnn", "lenet5-1998", "vgg11", "googlenet", "resnet50", "densenet121", "mlp"]


def small_net(name="mnist-cnn", shape=(3, 32, 32)):
    torch.manual_seed(0)
    return build(name, shape, 5, made_small(name))


def linear(weights):
    net = nn.Sequential(nn.Flatten(), nn.Linear(weights.shape[1], len(weights)))
    with torch.no_grad():
        net[1].weight.copy_(weights)
    return net


def test_of_a_linear_net_the_slopes_are_its_weights():
    weights, x = torch.randn(3, 2 * 4 * 5), torch.randn(2, 4, 5)
    net = linear(weights)
    of_two = weights[2].view(2, 4, 5)
    torch.testing.assert_close(saliency(net, x, 2), of_two.abs().amax(0))
    torch.testing.assert_close(integrated_gradients(net, x, 2), x * of_two)
    start = torch.randn_like(x)
    torch.testing.assert_close(integrated_gradients(net, x, 2, start), (x - start) * of_two)


@pytest.mark.parametrize("name", ["mnist-cnn", "lenet5-1998", "vgg11", "resnet50", "mlp"])
def test_integrated_gradients_add_up_to_what_the_picture_adds_to_the_score(name):
    """Sundararajan et al. 2017, the axiom of completeness, in float64."""
    net, x = small_net(name).double().eval(), torch.rand(3, 32, 32, dtype=torch.float64)
    added = (net(x.unsqueeze(0)) - net(torch.zeros_like(x).unsqueeze(0)))[0, 1].item()
    assert integrated_gradients(net, x, 1, steps=128).sum().item() == pytest.approx(added, rel=0.02, abs=1e-3)


@pytest.mark.parametrize("name", NETS)
def test_saliency_is_the_slope_of_the_score(name):
    """Against the difference of two scores a small step apart, in float64."""
    net, x = small_net(name).double().eval(), torch.rand(3, 32, 32, dtype=torch.float64)
    found = saliency(net, x, 1)
    place = divmod(int(found.argmax()), 32)
    steps = []
    for channel in range(3):
        step = torch.zeros_like(x)
        step[(channel, *place)] = 1e-6
        with torch.no_grad():
            steps.append(((net((x + step)[None]) - net((x - step)[None]))[0, 1] / 2e-6).item())
    assert found[place].item() == pytest.approx(max(map(abs, steps)), rel=1e-4)


def test_grad_cam_of_a_net_whose_last_planes_are_averaged_is_the_class_activation_map():
    """With global averages and one dense layer the weights of the planes are the dense layer's own, over their size."""
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
    )
    x = torch.randn(1, 6, 6)
    planes = net[1](net[0](x[None]))[0].detach().numpy()
    expected = np.maximum(np.einsum("k,khw->hw", net[4].weight[2].detach().numpy() / 36, planes), 0)
    np.testing.assert_allclose(grad_cam(net, x, 2).numpy(), expected, rtol=1e-4, atol=1e-7)
    torch.testing.assert_close(grad_cam(net, x, 2), grad_cam(net, x, 2, "1"))


@pytest.mark.parametrize("name", [name for name in NETS if name != "mlp"])
def test_grad_cam_is_as_large_as_the_picture_and_nowhere_below_0(name):
    x = torch.rand(3, 32, 32)
    found = grad_cam(small_net(name), x, 1)
    assert found.shape == (32, 32) and bool((found >= 0).all()) and bool(found.isfinite().all())


def test_a_net_without_planes_has_no_grad_cam():
    assert grad_cam(small_net("mlp"), torch.rand(3, 32, 32), 0) is None


def test_layers_that_overwrite_their_input_do_not_spoil_it():
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 16, 2))
    rude = nn.Sequential(plain[0], nn.ReLU(inplace=True), plain[2], plain[3])
    x = torch.randn(1, 6, 6)
    torch.testing.assert_close(grad_cam(rude, x, 1, "0"), grad_cam(plain, x, 1, "0"))


class Window(nn.Module):
    """Sees one place only: the mean of a square is the score of class 1."""

    def forward(self, x):
        seen = x[:, :, 4:8, 8:12].mean((1, 2, 3))
        return torch.stack((torch.zeros_like(seen), 10 * seen), 1)


def test_occlusion_finds_the_only_place_that_is_seen():
    x = torch.zeros(1, 16, 16)
    x[:, 4:8, 8:12] = 1
    fall = occlusion(Window(), x, 1, window=4, stride=2)
    assert fall[5, 9] > 0.05 and fall[:2].abs().max() == 0 and fall[:, :4].abs().max() == 0
    assert divmod(int(fall.argmax()), 16)[0] in range(4, 8)
    torch.testing.assert_close(occlusion(Window(), x, 0, window=4, stride=2), -fall)


def test_occlusion_covers_every_pixel_of_odd_sizes():
    assert occlusion(Window(), torch.rand(3, 17, 13), 1).isfinite().all()


def test_the_net_and_the_picture_are_left_as_they_were():
    net, x = small_net("resnet18").train(), torch.rand(3, 32, 32)
    before, picture = {k: t.clone() for k, t in net.state_dict().items()}, x.clone()
    for ask in (saliency, integrated_gradients, grad_cam, occlusion):
        ask(net, x, 1)
    assert all(torch.equal(before[k], t) for k, t in net.state_dict().items()) and torch.equal(x, picture)
    assert net.training and not x.requires_grad and all(p.grad is None for p in net.parameters())


@pytest.mark.parametrize("ask", [saliency, integrated_gradients, grad_cam, occlusion])
def test_a_class_that_is_not_there_is_refused(ask):
    with pytest.raises(LimenError, match=r"There is no class 5\. Allowed: 0 to 4\."):
        ask(small_net(), torch.rand(3, 32, 32), 5)


def test_against_captum_where_it_is_installed():
    captum = pytest.importorskip("captum.attr")
    net, x = small_net().eval(), torch.rand(3, 32, 32)
    theirs = captum.IntegratedGradients(net).attribute(x[None], target=1, n_steps=64, method="riemann_middle")[0]
    torch.testing.assert_close(integrated_gradients(net, x, 1), theirs.float(), rtol=1e-3, atol=1e-5)
    cam = captum.LayerGradCam(net, net.conv2).attribute(x[None], target=1, relu_attributions=True)
    large = nn.functional.interpolate(cam, (32, 32), mode="bilinear", align_corners=False)[0, 0]
    torch.testing.assert_close(grad_cam(net, x, 1, "conv2"), large.detach(), rtol=1e-3, atol=1e-6)
