"""Own photos: a sound net from a folder with a folder for each class."""

from dataclasses import replace

from limen.data.spec import Augment, Data
from limen.experiments.chapters import CONVOLUTION
from limen.experiments.experiment import Experiment, Net, Try, Variant
from limen.language import Text
from limen.train.plan import Optimizer, Plan, Schedule


def photos() -> Experiment:
    """Your own photos: a small net from the beginning, with all that helps where photos are few."""
    return Experiment(
        name="photos",
        chapter=CONVOLUTION,
        title=Text("Your own photos", "你自己的照片"),
        story=Text(
            en="""
Put the photos of each kind into a folder of its own; the folder's name is the class. What can a small net learn from a
few hundred of them?

Most of what goes wrong goes wrong before training: files that are no pictures, the same photo under two names, almost
the same photo on both sides of the division. So the folder is looked through first, and what was found stands below.
`limen data check FOLDER` shows it with the pictures. Copies and near copies are never parted, or the test would ask
what was learnt by heart.

A few hundred photos are soon learnt by heart. Mirrored and shifted pictures make more of them, batch normalisation and
dropout hold the net back, and the weights that are kept are those of the epoch that did best on the validation split.
The test split is looked at once, at the end. Look at the confusion matrix and at the mistakes: often they say more
about the photos than about the net.""",
            zh="""
把每一类照片放进各自的文件夹，文件夹名就是类别名。只有几百张照片，一个小网络能学到什么？

多数问题出在训练之前：有的文件根本不是图片，同一张照片有两个名字，几乎相同的照片分到了划分的两边。
所以先把文件夹检查一遍，结果列在下面；`limen data check 文件夹` 会连同图片一起展示。
相同和几乎相同的照片绝不拆开，否则测试考的就只是死记硬背。

几百张照片很快就会被背下来。随机翻转和平移能变出更多样本，批归一化和 dropout 约束网络，
最后采用的是在验证集上表现最好的那一轮的权重。测试集只在最后看一次。
请看看混淆矩阵和答错的图片：它们往往更能说明照片的问题，而不是网络的问题。""",
        ),
        data=Data("photos", validation=0.2, test=0.2),
        net=Net("photo-cnn"),
        plan=Plan(
            epochs=40,
            batch_size=32,
            optimizer=Optimizer("adamw", 3e-3, {"weight_decay": 0.05}),
            schedule=Schedule("one-cycle"),
            augment=Augment(flip=True, shift=6),
            keep="best",
        ),
        figures=("curves", "confusion", "examples"),  # filters of 3×3 pixels show nothing to the eye
        next=(
            Try(
                "--set data.size=96",
                Text("larger pictures: more to see, twice the time", "更大的图片：细节更多，用时翻倍"),
            ),
            Try("--set data.fit=pad", Text("the whole photo instead of its middle", "用整张照片，而不是中间的方块")),
            Try("--seeds 3", Text("how much of it is luck", "看看有多少是运气")),
        ),
    )


SOURCE = (  # ten other kinds of things: CIFAR-10, by the plan of cifar-fast, cut short
    "data=cifar10", "data.validation=2000", "plan.epochs=5", "plan.batch_size=128",
    "plan.optimizer=sgd", "plan.optimizer.lr=0.15", "plan.optimizer.momentum=0.9", "plan.optimizer.nesterov=true",
    "plan.schedule.warmup=0.2", "plan.augment.shift=2", "plan.l2=0.0005", "plan.smoothing=0.1", "plan.lookahead=5",
    "plan.keep=last",
)  # fmt: skip


def transfer() -> Experiment:
    """A few photos, and a net that has learnt from many others: features, thawed layers, and a start from nothing."""
    return replace(
        photos(),
        name="transfer",
        title=Text("What fifty thousand other pictures are worth", "五万张别的图片值多少"),
        story=Text(
            en="""
A few hundred photos teach a net little: it has to find out what an edge is, and a petal, from the same pictures that
should tell it a rose from a tulip. Somebody else has long found out about edges. So let one net first learn from fifty
thousand small pictures of planes, cats and trucks. None of them is yours. What of it can your photos use?

The first layers find edges, corners and patches of colour, which serve any picture; the last ones find what those ten
classes are made of. So there is a choice of how much to keep. Keep all but the last layer, and the net is a measuring
instrument: its features go into a new last layer, which alone learns. Thaw the last block too, and it may bend what it
sees towards your classes. Thaw everything, and the other pictures have only chosen the place to begin.

All of them, and the same net from nothing, see the same photos, the same number of times, with the same division; the
second table holds them against it seed by seed, with the interval of the difference. The fewer photos there are, the
more the start should matter: the first command below takes a hundred.""",
            zh="""
几百张照片教不会网络多少东西：什么是边缘、什么是花瓣，都得从同一批照片里摸索，
而这批照片本来是要教它分清玫瑰和郁金香的。边缘是什么，别人早就弄明白了。
所以先让一个网络从五万张小图里学习：飞机、猫、卡车……没有一张是你的。其中有多少能为你的照片所用？

前面的层找的是边缘、拐角和色块，对任何图片都有用；后面的层找的是那十个类别特有的东西。所以要选择保留多少。
除最后一层外全部保留，网络就成了一台固定的测量仪器：它给出特征，只有新换的最后一层在学习。
把最后一组也解冻，它就能让自己看到的东西向你的类别靠拢。全部解冻，那些别的图片就只是选定了起点。

这几种做法，连同从零开始的同一个网络，看的是同样的照片、同样的次数、同样的划分；
第二张表逐个种子与从零开始的相比，并给出差值的区间。照片越少，起点就应当越要紧：下面第一条命令只取一百张。""",
        ),
        data=Data("photos", validation=0.2, test=0.2, pixels="symmetric"),
        net=Net("fast-cnn"),
        plan=replace(photos().plan, epochs=25),
        variants=(
            Variant("scratch", Text("from nothing", "从零开始")),
            Variant("source", Text("the source: CIFAR-10", "源网络：CIFAR-10"), SOURCE, once=True),
            Variant(
                "features",
                Text("features, a new last layer", "只换最后一层"),
                ("plan.thaw=dense", "plan.optimizer.lr=0.03"),
                "source",
            ),
            Variant("thawed", Text("last block thawed", "解冻最后一组"), ("plan.thaw=conv3a",), "source"),
            Variant("tuned", Text("all layers tuned", "全部微调"), (), "source"),
        ),
        seeds=3,
        panels=("paired", "labelled-curves"),
        next=(
            Try(
                "--set data.limit=100 --set plan.epochs=40 --set plan.batch_size=16",
                Text("with a hundred photos, twenty of each of five classes", "只用一百张照片，五个类别各二十张"),
            ),
            Try("--set data.size=32", Text("photos as small as the source's pictures", "把照片缩到和源图片一样小")),
        ),
    )
