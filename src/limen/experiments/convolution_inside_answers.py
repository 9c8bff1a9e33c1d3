"""Where an answer comes from: class activation, slopes, shares, covers; and pictures that a unit likes best."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text


def activation(example: int) -> dict[str, Any]:
    """Two digits in one picture: where the planes speak for the one, and where for the other."""
    import torch

    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.attribution import grad_cam

    x, y = tests()
    left, here = x[example - 1], int(y[example - 1])
    other = next(n for n in range(len(y)) if int(y[n]) == (here + 5) % 10)
    both = torch.cat((left, x[other]), dim=2)
    maps = [grad_cam(reader(), both, digit) for digit in (here, int(y[other]))]
    own = [
        (maps[0][:, :24].sum() / maps[0].sum()).item(),  # type: ignore[index,union-attr]
        (maps[1][:, 24:].sum() / maps[1].sum()).item(),  # type: ignore[index,union-attr]
    ]
    return {"digits": (here, int(y[other])), "left": maps[0], "right": maps[1], "on its own side": own}


def activation_by_hand(example: int) -> dict[str, Any]:
    """Behind an average the slopes are the dense layer's weights: the map is their sum over the planes, enlarged."""
    import numpy as np

    from limen.experiments.convolution_by_hand import passed
    from limen.experiments.convolution_trained import reader, tests

    weights, (x, y) = reader().state_dict(), tests()
    here = int(y[example - 1])
    there = (here + 5) % 10
    other = y.tolist().index(there)
    both = np.concatenate((x[example - 1], x[other]), axis=2)[None]
    planes = passed(weights, both)["relu3"][0]
    maps = []
    for digit in (here, there):
        small = np.maximum(np.tensordot(weights["dense.weight"][digit].numpy(), planes, 1), 0) / 72
        rows, columns = ((np.arange(n) + 0.5) / 4 - 0.5 for n in (24, 48))
        tall = np.stack([np.interp(rows, range(6), line) for line in small.T])
        maps.append(np.stack([np.interp(columns, range(12), line) for line in tall.T]))
    own = [maps[0][:, :24].sum() / maps[0].sum(), maps[1][:, 24:].sum() / maps[1].sum()]
    return {"digits": (here, there), "left": maps[0], "right": maps[1], "on its own side": own}


def activation_drawn(example: int) -> dict[str, Any]:
    """The picture of both, and the maps."""
    import torch

    from limen.experiments.convolution_trained import tests

    x, y = tests()
    found = activation(example)
    other = y.tolist().index(found["digits"][1])
    return {"picture": torch.cat((x[example - 1], x[other]), dim=2)[0], **found}


def slopes(example: int) -> dict[str, Any]:
    """How fast the score of the right class changes with each pixel."""
    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.attribution import saliency

    x, y = tests()
    return {"saliency": saliency(reader(), x[example - 1], int(y[example - 1]))}


def slopes_by_difference(example: int) -> dict[str, Any]:
    """Every pixel a very little lighter, and a very little darker."""
    import torch

    from limen.experiments.convolution_trained import reader, tests

    (x, y), h = tests(), 1e-9
    places = torch.eye(24 * 24, dtype=torch.float64).view(-1, 1, 24, 24)
    lighter, darker = (reader()(x[example - 1] + sign * h * places) for sign in (1, -1))
    rise = (lighter - darker)[:, y[example - 1]] / (2 * h)
    return {"saliency": rise.abs().view(24, 24)}


def parts(example: int) -> dict[str, Any]:
    """What each pixel adds to the score on the way from an empty picture; all together."""
    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.attribution import integrated_gradients

    x, y = tests()
    added = integrated_gradients(reader(), x[example - 1], int(y[example - 1]), steps=512)
    return {"added by all pixels": added.sum().item()}


def parts_by_scores(example: int) -> dict[str, Any]:
    """The score of the picture less that of an empty one, in NumPy."""
    import numpy as np

    from limen.experiments.convolution_by_hand import passed
    from limen.experiments.convolution_trained import reader, tests

    x, y = tests()
    pictures = np.concatenate((x[example - 1 : example], np.zeros((1, 1, 24, 24))))
    scores = passed(reader().state_dict(), pictures)["scores"][:, int(y[example - 1])]
    return {"added by all pixels": float(scores[0] - scores[1])}


def covers(example: int) -> dict[str, Any]:
    """How far the probability of the right class falls with each place covered."""
    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.attribution import occlusion

    x, y = tests()
    fall = occlusion(reader(), x[example - 1], int(y[example - 1]), window=6, stride=3)
    return {"fall": fall, "covered worst": fall.max().item()}


def covers_by_hand(example: int) -> dict[str, Any]:
    """A square of 6×6 in the mean grey at 7×7 places; each pixel has the mean over the squares that lay on it."""
    import numpy as np

    from limen.experiments.convolution_by_hand import passed, probabilities
    from limen.experiments.convolution_trained import reader, tests

    x, digit = tests()[0][example - 1].numpy(), int(tests()[1][example - 1])
    squares = [(slice(i, i + 6), slice(j, j + 6)) for i in range(0, 19, 3) for j in range(0, 19, 3)]
    pictures = np.stack([x] * (len(squares) + 1))
    for picture, (rows, columns) in zip(pictures[1:], squares, strict=True):
        picture[0, rows, columns] = x.mean()
    told = probabilities(passed(reader().state_dict(), pictures)["scores"])[:, digit]
    fall, count = np.zeros((24, 24)), np.zeros((24, 24))
    for after, square in zip(told[1:], squares, strict=True):
        fall[square] += told[0] - after
        count[square] += 1
    return {"fall": fall / count, "covered worst": float((fall / count).max())}


def why_drawn(example: int) -> dict[str, Any]:
    """The picture, and four ways of asking."""
    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.attribution import grad_cam, integrated_gradients, occlusion, saliency

    x, digit = tests()[0][example - 1], int(tests()[1][example - 1])
    return {
        "digit": digit,
        "picture": x[0],
        "saliency": saliency(reader(), x, digit),
        "integrated": integrated_gradients(reader(), x, digit, steps=512)[0],
        "occlusion": occlusion(reader(), x, digit, window=6, stride=3),
        "activation": grad_cam(reader(), x, digit),
    }


def liked() -> dict[str, Any]:
    """Pictures that the ten answers like best, begun with noise; the net's answers to them, and its scores."""
    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.excite import excite

    net = reader()
    scores = net(excite(net, (1, 24, 24), range(10), steps=100))
    best = net(tests()[0]).amax(0)
    return {
        "answers": scores.argmax(1),
        "scores": scores.diagonal(),
        "liked more than any digit": (scores.diagonal() > best).sum().item(),
    }


def liked_by_hand() -> dict[str, Any]:
    """The same pictures, and every test digit, through the net in NumPy."""
    import numpy as np

    from limen.experiments.convolution_by_hand import passed
    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.excite import excite

    weights = reader().state_dict()
    pictures = excite(reader(), (1, 24, 24), range(10), steps=100)
    scores = passed(weights, pictures)["scores"]
    best = passed(weights, tests()[0])["scores"].max(0)
    return {
        "answers": scores.argmax(1),
        "scores": np.diagonal(scores),
        "liked more than any digit": int((np.diagonal(scores) > best).sum()),
    }


def liked_drawn() -> dict[str, Any]:
    """The pictures, and a digit of each class beside them."""
    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.excite import excite

    net, (x, y) = reader(), tests()
    scores = net(x)
    favourites = [int(scores[:, digit].argmax()) for digit in range(10)]
    made = excite(net, (1, 24, 24), range(10), steps=100)
    return {
        "made": made[:, 0],
        "made scores": net(made).diagonal().tolist(),
        "digits": x[favourites, 0],
        "digit scores": scores.amax(0).tolist(),
        "classes": y[favourites].tolist(),
    }


ANSWERS = (
    Step(
        Text("Class activation: where it stands", "类激活图：它在哪里"),
        Text(
            en="""
Two digits side by side, in a picture twice as wide as any it has learnt from. Ask for the one, and the planes that
speak for it light up where it stands; ask for the other, and they light up there. Nobody ever told the net where a
digit is.

Grad-CAM weighs each plane of the last layer by the mean slope of the score. Behind an average this slope is the dense
layer's weight itself; so the map can be had without any gradient, and both ways must agree.""",
            zh="""
两个数字并排，图像比它学过的任何一张宽一倍。问其中一个，支持它的通道就在它所在之处亮起来；问另一个，就在另一边亮。
从来没有人告诉过网络数字在哪里。

Grad-CAM 用得分的平均梯度给最后一层的每个通道加权。通道之后若是取平均，这个梯度就是全连接层的权重本身；
于是不用梯度也能得到这张图，两种算法必须一致。""",
        ),
        activation,
        (Expect(Text("the dense layer's weights, in NumPy", "用全连接层的权重，NumPy"), activation_by_hand, 1e-9),),
        figure="lesson-seen-places",
        drawn=activation_drawn,
    ),
    Step(
        Text("Saliency: which pixel counts", "显著图：哪个像素要紧"),
        Text(
            en="""
The slope of the score by each pixel, all by one pass backwards. It can be had in another way, 1,152 passes forward:
make a pixel a very little lighter and a very little darker, and see.""",
            zh="""
得分对每个像素的梯度，一次反向传播全部得到。
也可以换一种办法，做 1,152 次前向计算：把一个像素调亮一点点、调暗一点点，看得分变多少。""",
        ),
        slopes,
        (Expect(Text("differences, pixel by pixel", "逐个像素做差分"), slopes_by_difference, 1e-4),),
    ),
    Step(
        Text("Integrated gradients: the account balances", "积分梯度：账要对得上"),
        Text(
            en="""
A slope tells of a small change; a digit is a large one. So walk from an empty picture to this one, and add up the
slopes on the way: what each pixel has added to the score. The parts must add up to the whole, s(x) - s(0), and they
do.""",
            zh="""
梯度说的是微小的变化，而一个数字是很大的变化。于是从空白图一路走到这张图，把沿途的梯度加起来：就是每个像素给得分添了多少。
各部分之和必须等于总量 s(x) - s(0)，果然相等。""",
        ),
        parts,
        (Expect(Text("the difference of two scores", "两个得分之差"), parts_by_scores, 2e-3),),
    ),
    Step(
        Text("Occlusion: cover it, and ask again", "遮挡：盖住再问"),
        Text(
            en="""
No slope at all: a grey square covers one place after another, and each time the net is asked again. Where the
probability falls, there was what it went by; where it rises, something spoke for another digit.""",
            zh="""
完全不用梯度：用灰色方块逐处盖住，每次重新问网络。哪里盖住概率就下降，它依据的就是哪里；
哪里盖住反而上升，那里就有什么在替别的数字说话。""",
        ),
        covers,
        (Expect(Text("square by square, in NumPy", "逐个方块，NumPy"), covers_by_hand, 1e-5),),
        figure="lesson-seen-why",
        drawn=why_drawn,
    ),
    Step(
        Text("What a unit likes best", "一个单元最喜欢什么"),
        Text(
            en="""
Turn it round: keep the net and change the picture. Begin with grey noise, and climb the slope of one score. Nearly
all that comes out is liked far more than any real digit, and is hardly a digit: stripes and bends, wherever there is
room. A net that averages its planes counts what there is, and does not ask where.""",
            zh="""
反过来：网络不动，改变图像。从灰色噪声出发，沿着某个得分的梯度往上爬。
得到的图几乎都比任何真实数字更受它喜欢，却不大像数字：哪里有空，哪里就有条纹和弯钩。
对通道取平均的网络只数有什么，不问在哪里。""",
        ),
        liked,
        (Expect(Text("NumPy, on the same pictures", "NumPy，同样的图像"), liked_by_hand, 1e-6),),
        figure="lesson-seen-liked",
        drawn=liked_drawn,
    ),
)
