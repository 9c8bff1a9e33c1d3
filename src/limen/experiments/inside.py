"""Looking into the net of a finished run with one picture: an answer, and everything that explains it."""

from pathlib import Path

import torch
from torch import Tensor, nn

from limen.data.dataset import Split, as_input
from limen.errors import LimenError, unknown
from limen.experiments.answer import read_picture
from limen.experiments.present import as_it_was, finding_of
from limen.explain.attribution import grad_cam, integrated_gradients, occlusion, saliency
from limen.explain.excite import excite
from limen.explain.maps import FeatureMaps, feature_maps, for_figure, in_use, last_planes, planes_of
from limen.explain.neighbours import features, main_plane, nearest, neighbour_plane
from limen.explain.outcomes import confused_pairs
from limen.nets.build import UNSUPERVISED
from limen.runs.folder import Run
from limen.views.finding import Finding
from limen.views.look import Excited, Heat, Look, Near, Places
from limen.views.words import word

LAYERS = 6  # shown of a net
UNITS = 8  # of the last layer with planes
CLASSES = 16  # that are excited, at most
KNOWN = 5_000  # training examples that are looked through for the nearest
NEAR = 8
POINTS = 600  # test examples on the map; t-SNE of them takes some 3 s
PAIRS = 8


def check_run(run: Run) -> None:
    """Refuse a run whose net answers no pictures with classes."""
    data, name = run.record["data"], run.record["experiment"]["net"]["name"]
    if len(data["shape"]) != 3:
        raise LimenError(
            f"{run.path.name} was trained on {data['name']}, which holds no pictures. Choose a run on pictures; "
            "`limen show` tells what another has learnt."
        )
    if name in UNSUPERVISED or not data["classes"] or data["outputs"] != len(data["classes"]):
        raise LimenError(f"The net {name!r} of {run.path.name} gives no score to each class. Choose a classifier.")


def asked(run: Run, finding: Finding, file: Path | None, example: int) -> tuple[Tensor, int | None, str, list[str]]:
    """The picture as it is stored (H, W, C), its class where it is known, what to call it, and what was changed of it.

    Raises:
        LimenError: a file that cannot be read, or a test example that is not there.
    """
    language, test = finding.language, finding.data.test
    if file is not None:
        pictures, notes = read_picture(file, run.record["data"], invert=False)
        return torch.tensor(pictures[0]), None, file.name, [note[language] for note in notes]
    if not 1 <= example <= len(test):
        raise LimenError(f"There is no test example {example}. Allowed: 1 to {len(test):,}. Try --example 1.")
    name = word("test example", language).format(n=example)
    return test.x[example - 1].cpu(), int(test.y[example - 1]), name, []


def class_number(finding: Finding, name: str) -> int:
    """The number of a class by its name; LimenError where there is none."""
    if name not in finding.data.classes:
        raise unknown("class", name, finding.data.classes)
    return finding.data.classes.index(name)


def look_inside(
    run: Run,
    language: str = "en",
    file: Path | None = None,
    example: int = 1,
    about: str | None = None,
    folder: Path | None = None,
    seed: int = 0,
) -> Look:
    """Ask the net of a finished run about one picture, in every way there is.

    `file` is a picture; None takes test example `example`, counted from 1. `about` is the class whose score is
    explained, None the net's own answer. The same seed gives the same look.

    Raises:
        LimenError: a run that is not finished, or whose net gives no scores to pictures; a picture that is not there.
    """
    check_run(run)
    setup = as_it_was(run, folder)
    assert run.result is not None
    finding = finding_of(run, setup, run.result, language)
    stored, truth, origin, notes = asked(run, finding, file, example)
    net, data = finding.net, finding.data
    first = next(net.parameters())
    x = as_input(stored.unsqueeze(0).to(first.device), data.scale)[0].to(first.dtype)
    with torch.no_grad(), in_use(net):
        probabilities = net(x.unsqueeze(0))[0].float().softmax(0).cpu()
    target = int(probabilities.argmax()) if about is None else class_number(finding, about)
    layer = last_planes(net, x)
    here = features(net, Split(stored.unsqueeze(0), torch.zeros(1)), data.scale)
    return Look(
        finding=finding,
        origin=origin,
        notes=tuple(notes),
        picture=x.cpu(),
        truth=truth,
        target=target,
        probabilities=probabilities,
        heat=heat(net, x, target),
        maps=tuple(for_figure(feature_maps(net, x), LAYERS)) if layer else (),
        excited=excited(finding, x, layer, seed),
        near=near(finding, here),
        places=places(finding, here, None if file else example - 1, seed),
        pairs=tuple(confused_pairs(finding.outputs, finding.targets, len(data.classes), PAIRS)),
    )


def heat(net: nn.Module, x: Tensor, target: int) -> Heat:
    """Which pixels the score of a class comes from, asked in four ways."""
    cam = grad_cam(net, x, target)
    return Heat(
        saliency(net, x, target).cpu().float(),
        integrated_gradients(net, x, target).cpu().float(),
        occlusion(net, x, target).cpu().float(),
        None if cam is None else cam.cpu().float(),
    )


def excited(finding: Finding, x: Tensor, layer: str | None, seed: int) -> Excited:
    """Pictures that the classes like best, and the planes of a layer that answer most to x (C, H, W)."""
    net, scale, shape = finding.net, finding.data.scale, tuple(x.shape)
    ends = torch.tensor([0.0, scale.top]).view(2, 1, 1, 1).expand(2, 1, 1, shape[0])
    ends = as_input(ends, scale).flatten(1)
    low, high = float(ends[0].min()), float(ends[1].max())  # of all channels, where each has its own scale
    classes = excite(net, shape, range(min(CLASSES, len(finding.data.classes))), None, low, high, seed=seed)
    if layer is None:
        return Excited(classes.cpu().float(), torch.empty(0, *shape), (), None)
    units = FeatureMaps(layer, "", planes_of(net, x, layer)).strongest(UNITS).tolist()
    planes = excite(net, shape, units, layer, low, high, seed=seed)
    return Excited(classes.cpu().float(), planes.cpu().float(), tuple(units), layer)


def near(finding: Finding, here: Tensor) -> Near:
    """The training examples whose features (1, features) are most like a picture's."""
    train, scale = finding.data.train, finding.data.scale
    known = features(finding.net, Split(train.x[:KNOWN], train.y[:KNOWN]), scale)
    order, similar = nearest(here, known, NEAR)
    found = order[0].to(train.x.device)
    classes, pictures = train.y[found].tolist(), as_input(train.x[found], scale).cpu()
    return Near(pictures, tuple(classes), tuple(similar[0].tolist()), len(known))


def places(finding: Finding, here: Tensor, example: int | None, seed: int) -> Places:
    """The first test examples in two planes; the picture comes last where it is none of them."""
    test = finding.data.test
    points = features(finding.net, Split(test.x[:POINTS], test.y[:POINTS]), finding.data.scale)
    labels, row = test.y[: len(points)].cpu(), example
    if row is None or row >= len(points):
        points, labels, row = torch.cat((points, here)), torch.cat((labels, torch.tensor([-1]))), len(points)
    return Places(main_plane(points).float(), neighbour_plane(points, seed), labels, row)
