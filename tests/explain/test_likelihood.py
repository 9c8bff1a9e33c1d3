"""Exact sums of tiny machines, three ways: the closed form, counting all states, and torch's own derivative."""

import pytest
import torch
from tests.machines import bits, machine

from limen.errors import LimenError
from limen.explain.likelihood import (
    data_term,
    likelihood_gradient,
    likelihood_gradient_by_counting,
    log_partition,
    mean_log_likelihood,
    model_term,
)
from limen.nets.rbm import RBM

SIZES = [(5, 3), (3, 5), (4, 4), (1, 1)]


@pytest.mark.parametrize(("visible", "hidden"), SIZES)
def test_log_z_is_the_sum_over_all_joint_states(visible, hidden):
    net, joint = machine(visible, hidden), bits(visible + hidden)
    brute = (-net.energy(joint[:, :visible], joint[:, visible:])).logsumexp(0)
    torch.testing.assert_close(log_partition(net), brute, rtol=1e-12, atol=1e-12)


def test_log_z_over_several_blocks_is_that_of_the_other_side():
    net = machine(13, 14, scale=0.3)
    turned = machine(14, 13)
    with torch.no_grad():
        turned.weight.copy_(net.weight.T)
        turned.visible_bias.copy_(net.hidden_bias)
        turned.hidden_bias.copy_(net.visible_bias)
    torch.testing.assert_close(log_partition(net), log_partition(turned), rtol=1e-12, atol=0)
    torch.testing.assert_close(log_partition(net), (-turned.free_energy(bits(14))).logsumexp(0), rtol=1e-12, atol=0)


def test_log_z_of_gaussian_units_is_the_integral():
    net = machine(2, 3, units="gaussian", scale=0.5)

    axis = torch.linspace(-12, 12, 401, dtype=torch.float64)
    plane = torch.cartesian_prod(axis, axis)
    z = (-net.free_energy(plane)).exp().sum() * (axis[1] - axis[0]) ** 2
    torch.testing.assert_close(log_partition(net), z.log(), rtol=0, atol=1e-10)


@pytest.mark.parametrize(("visible", "hidden"), SIZES)
def test_probabilities_of_all_inputs_sum_to_one(visible, hidden):
    net = machine(visible, hidden)
    logs = torch.stack([mean_log_likelihood(net, row[None]) for row in bits(visible)])
    assert logs.exp().sum().item() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("visible", "hidden"), SIZES)
@pytest.mark.parametrize("units", ["bernoulli", "gaussian"])
def test_the_gradient_in_closed_form_is_torchs_own(visible, hidden, units):
    net, v = machine(visible, hidden, units=units), torch.rand(7, visible, dtype=torch.float64)
    slope = torch.autograd.grad(mean_log_likelihood(net, v), list(net.parameters()))
    closed = likelihood_gradient(net, v)
    for expected, ours in zip(slope, (closed.weight, closed.visible_bias, closed.hidden_bias), strict=True):
        torch.testing.assert_close(ours, expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize(("visible", "hidden"), SIZES)
def test_the_gradient_in_closed_form_is_that_of_counting_every_state(visible, hidden):
    net, v = machine(visible, hidden), torch.rand(7, visible, dtype=torch.float64)
    closed, counted = likelihood_gradient(net, v), likelihood_gradient_by_counting(net, v)
    for name in ("weight", "visible_bias", "hidden_bias"):
        torch.testing.assert_close(getattr(closed, name), getattr(counted, name), rtol=0, atol=1e-10)


def test_a_model_that_holds_its_own_distribution_has_no_slope():
    """The data term over v ~ p(v) is the model term: nothing is left to learn."""
    net, every = machine(4, 3), bits(4)
    p = (-net.free_energy(every)).softmax(0).detach()
    h = net.hidden_mean(every).detach()
    own = model_term(net)
    torch.testing.assert_close(own.weight, (every * p[:, None]).T @ h)
    torch.testing.assert_close(own.visible_bias, p @ every)
    assert repr(data_term(net, every) - own).startswith("Moments(4 visible, 3 hidden, largest")


def test_the_machine_itself_is_left_as_it_was():
    net = RBM(4, 3)
    likelihood_gradient(net, torch.rand(2, 4))
    assert net.weight.dtype == torch.float32 and net.weight.requires_grad and net.weight.grad is None
    assert log_partition(net).dtype == torch.float64


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: log_partition(RBM(64, 21)), "at most 20 units. Use annealed_importance"),
        (lambda: log_partition(RBM(2, 21, units="gaussian")), "the hidden states of 2 visible and 21 hidden"),
        (lambda: likelihood_gradient_by_counting(RBM(16, 5), torch.zeros(1, 16)), r"2\^21 terms"),
        (lambda: likelihood_gradient_by_counting(RBM(2, 2, units="gaussian"), torch.zeros(1, 2)), "of bits only"),
    ],
)
def test_what_is_too_large_is_refused_with_the_reason(call, words):
    with pytest.raises(LimenError, match=words):
        call()
