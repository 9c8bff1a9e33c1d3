"""Own photos: a sound net from a folder with a folder for each class."""

from limen.data.spec import Augment, Data
from limen.experiments.chapters import CONVOLUTION
from limen.experiments.experiment import Experiment, Net, Try
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
