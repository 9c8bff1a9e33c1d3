import pytest
import torch
from tests.machines import machine, patterns

from limen.errors import LimenError
from limen.explain.annealing import annealed_importance
from limen.explain.likelihood import log_partition
from limen.nets.rbm import RBM


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("units", ["bernoulli", "gaussian"])
def test_the_estimate_is_within_three_standard_errors_of_the_exact_log_z(seed, units):
    net = machine(6, 4, scale=1.0 if units == "bernoulli" else 0.5, seed=seed, units=units)
    estimate = annealed_importance(net, particles=200, temperatures=300, seed=seed)
    assert abs(estimate.log_z - log_partition(net).item()) < 3 * estimate.error < 0.3


def test_the_datas_base_rates_may_be_the_start():
    net, x = machine(6, 4), patterns()
    estimate = annealed_importance(net, x, particles=200, temperatures=300)
    assert abs(estimate.log_z - log_partition(net).item()) < 3 * estimate.error < 0.3


def test_the_standard_error_is_how_much_estimates_scatter():
    net = machine(6, 4, scale=1.5)
    runs = [annealed_importance(net, particles=100, temperatures=30, seed=seed) for seed in range(60)]
    scatter = torch.tensor([run.log_z for run in runs]).std().item()
    told = sum(run.error for run in runs) / len(runs)
    assert 0.7 < told / scatter < 1.4


def test_a_machine_without_weights_is_known_exactly():
    net = machine(6, 4)
    with torch.no_grad():
        net.weight.zero_()
        net.hidden_bias.zero_()
    estimate = annealed_importance(net, temperatures=3)
    assert estimate.log_z == pytest.approx(log_partition(net).item(), abs=1e-10) and estimate.error < 1e-10


def test_the_same_seed_gives_the_same_estimate_and_torchs_generator_is_left_alone():
    net, dice = RBM(6, 4), torch.get_rng_state()
    first, second = (annealed_importance(net, temperatures=20, seed=3) for _ in range(2))
    assert first == second and torch.equal(torch.get_rng_state(), dice)
    assert str(first).startswith("log Z = 6.9") and "100 particles, 20 steps" in str(first)


def test_too_few_particles_are_refused():
    with pytest.raises(LimenError, match="particles 1 is out of range. Allowed: 2 or more"):
        annealed_importance(RBM(3, 2), particles=1)
