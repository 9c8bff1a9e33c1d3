"""Boltzmann machines shown: how likely they hold the data, what they dream, how their weights are spread."""

import textwrap
from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor, nn

from limen.data.dataset import Split, as_input
from limen.explain.likelihood import independent_log_likelihood
from limen.nets.autoencoder import Autoencoder
from limen.nets.rbm import RBM, bits_of
from limen.nets.stack import Stack
from limen.views.curves import column
from limen.views.finding import Finding, Lane
from limen.views.gallery import ACROSS, PITCH, Row, back, draw_row, gallery, pictured, shown
from limen.views.panels import look
from limen.views.style import GREY
from limen.views.words import word

STEPS = (1, 10, 100, 1000)  # of Gibbs sampling
DREAM = 1000
DRAWS = 8
ONES = (3, 5, 8)  # classes whose pictures are drawn again and again


def alone(finding: Finding) -> Lane:
    """A single run as the only variant."""
    return Lane("", finding.run.path.name, finding, (finding.result["metrics"],), (finding.outputs,))


def machine(net: nn.Module) -> RBM | None:
    """A machine of bits that stands alone; None for other nets."""
    return net if isinstance(net, RBM) and net.units == "bernoulli" else None


def drawn(net: RBM, v: Tensor) -> Tensor:
    """Pictures as they come back through drawn hidden units: means of the visible ones, (n, visible)."""
    return net.visible_mean(net.sample_hidden(v)).cpu().float()


@torch.no_grad()
def chain(net: RBM, v: Tensor, label: str) -> list[Row]:
    """Gibbs sampling from v (n, visible): the means after ever more steps."""
    rows, done = [], 0
    for steps in STEPS:
        v = net.gibbs(v, steps - done - 1)
        rows.append((label.format(n=steps), drawn(net, v)))
        v, done = net.sample_visible(net.sample_hidden(v)), steps
    return rows


def chains(finding: Finding) -> Figure | None:
    """Gibbs sampling from noise and from test pictures, row by row."""
    net = machine(finding.net)
    if net is None or not pictured(finding):
        return None
    language = finding.language
    step = word("after n steps", language)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        noise, x = net.particles(ACROSS), bits_of(shown(finding))
        rows = [(word("noise", language), noise.cpu()), *chain(net, noise, step)]
        space = len(rows)
        rows += [(word("originals as bits", language), x.cpu()), *chain(net, x, step)]
    return gallery(rows, finding.data.shape, space=[space])


def dreams_beside(lanes: Sequence[Lane]) -> Figure | None:
    """What every machine, and every deep belief net, dreams of after many steps from noise."""
    rows: list[Row] = []
    for lane in lanes:
        net = lane.finding.net
        dreamer = net if isinstance(net, Stack) and all(isinstance(n, RBM) for n in net.layers) else machine(net)
        if dreamer is None or not pictured(lane.finding):
            continue
        with torch.random.fork_rng():
            torch.manual_seed(0)
            sampled = dreamer.sample(ACROSS, DREAM).cpu().float()
        rows.append((lane.label, sampled))
    return gallery(rows, lanes[0].finding.data.shape) if rows else None


def one_or_many(lanes: Sequence[Lane]) -> Figure | None:
    """A few test pictures: what an autoencoder brings back, and what a machine draws, again and again."""
    single = next((lane for lane in lanes if isinstance(lane.finding.net, Autoencoder)), None)
    many = next((lane for lane in lanes if machine(lane.finding.net) is not None), None)
    if single is None or many is None or not pictured(many.finding):
        return None
    net, language = machine(many.finding.net), many.finding.language
    assert net is not None
    x = shown(many.finding)[list(ONES)]
    rows: list[Row] = [(word("original", language), x.cpu()), (single.label, back(single.finding.net, x))]
    rows.append((f"{many.label} {word('mean', language)}", back(net, x)))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        rows += [(word("draw n", language).format(n=i), drawn(net, x)) for i in range(1, DRAWS + 1)]
    return transposed(rows, many.finding.data.shape, language)


def transposed(rows: Sequence[Row], shape: tuple[int, ...], language: str) -> Figure:
    """Rows as columns, their labels above: a line for each picture."""
    across, down, top = len(rows), len(rows[0][1]), 0.8
    figure = Figure(figsize=(9.6, 9.6 / across * (down * PITCH + top)))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    for x, (label, _) in enumerate(rows):
        axes.text(x + 0.45, top - 0.08, label.replace(" ", "\n"), ha="center", va="bottom", fontsize=10)
    for y in range(down):
        draw_row(axes, torch.stack([pictures[y] for _, pictures in rows]).view(-1, *shape), top + y * PITCH)
    axes.set_xlim(0, across)
    axes.set_ylim(top + down * PITCH, 0)
    return figure


def by_themselves(finding: Finding, split: Split) -> float:
    """The mean log likelihood of a split's bits if each pixel were drawn by itself."""
    train, x = (as_input(s.x, finding.data.scale).flatten(1) for s in (finding.data.train, split))
    return independent_log_likelihood(train, bits_of(x))


def draw_curves(lanes: Sequence[Lane], left: Axes, middle: Axes, language: str) -> None:
    """Pseudo-likelihood and reconstruction error on the validation split, epoch by epoch."""
    for number, lane in enumerate(lanes):
        lines = lane.finding.metrics
        epochs = range(1, len(lines) + 1)
        left.plot(epochs, column(lines, "validation_pseudo_likelihood"), label=lane.label, **look(number))
        middle.plot(epochs, column(lines, "validation_reconstruction_error"), label=lane.label, **look(number))
    before = by_themselves(lanes[0].finding, lanes[0].finding.data.validation)
    left.axhline(before, color=GREY, linestyle=":", label=word("pixels by themselves", language))
    left.set_title(word("validation_pseudo_likelihood", language), fontsize=11)
    middle.set_title(word("validation_reconstruction_error", language), fontsize=11)
    left.set_ylabel(word("nats an example", language))
    for axes in (left, middle):
        axes.set_xlabel(word("epoch", language))
    middle.set_ylim(bottom=0)


def draw_estimates(lanes: Sequence[Lane], axes: Axes, language: str) -> None:
    """The estimated log likelihood of the test split, three standard errors of log Z on either side."""
    ticks: list[str] = []
    for number, lane in enumerate(lanes):
        result = lane.results[0]
        bound = "log_likelihood" not in result
        value = result.get("log_likelihood", result.get("likelihood_bound"))
        if value is None:
            continue
        style = look(number)
        axes.errorbar(
            [value], [len(ticks)], xerr=[3 * result["log_z_error"]], fmt=">" if bound else "o", markersize=9,
            capsize=5, color=style["color"],
        )  # fmt: skip
        axes.annotate(
            f"{'≥ ' if bound else ''}{value:.2f}", (value, len(ticks)), (0, 9), textcoords="offset points",
            ha="center", fontsize=10,
        )  # fmt: skip
        ticks.append(lane.label)
    axes.axvline(by_themselves(lanes[0].finding, lanes[0].finding.data.test), color=GREY, linestyle=":")
    axes.set_yticks(range(len(ticks)), [textwrap.fill(tick, 16) for tick in ticks])
    axes.set_ylim(len(ticks) - 0.5, -0.7)
    axes.margins(x=0.15)
    axes.set_title(word("log_likelihood", language), fontsize=11)
    axes.set_xlabel(word("nats an example", language))


def likelihood_beside(lanes: Sequence[Lane]) -> Figure | None:
    """Pseudo-likelihood and error epoch by epoch, and the likelihood at the end, for every machine of bits."""
    followed = [lane for lane in lanes if "validation_pseudo_likelihood" in (lane.finding.metrics or [{}])[0]]
    if not followed:
        return None
    language = followed[0].finding.language
    figure = Figure(figsize=(13, 4.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    draw_curves(followed, left, middle, language)
    draw_estimates(lanes, right, language)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return figure


def likelihood(finding: Finding) -> Figure | None:
    """The same of a single run."""
    return likelihood_beside([alone(finding)])


def weight_of(net: nn.Module) -> Tensor | None:
    """The weights of the lowest layer of a net that learns without labels."""
    lowest = net.layers[0] if isinstance(net, Stack) else net
    if isinstance(lowest, RBM):
        return lowest.weight.detach().cpu().flatten()
    if isinstance(lowest, Autoencoder):
        return next(m.weight for m in lowest.encoder if isinstance(m, nn.Linear)).detach().cpu().flatten()
    return None
