"""The words of learning without labels, and of variants held against each other seed by seed."""

from limen.language import Text

UNLABELLED = {
    "round_trip_error": Text("error there and back", "往返误差"),
    "mending_error": Text("error from pictures with gaps", "从缺口图还原的误差"),
    "pca_error": Text("error of principal components", "主成分分析的误差"),
    "relative_error": Text("error, as a multiple of principal components'", "误差（主成分分析的倍数）"),
    "code_activity": Text("mean activation of the code", "编码的平均激活"),
    "pseudo_likelihood": Text("log pseudo-likelihood", "对数伪似然"),
    "pseudo_likelihood_gain": Text("gain in log PL", "对数伪似然的提升"),
    "log_likelihood": Text("log likelihood", "对数似然（估计）"),
    "likelihood_bound": Text("bound of log likelihood", "对数似然的下界"),
    "log_z_error": Text("error of log Z", "log Z 的标准误"),
    "nats an example": Text("nats an example", "奈特/样本"),
    "pixels by themselves": Text("pixels by themselves", "各像素互不相关"),
    "original": Text("original", "原图"),
    "originals": Text("test pictures", "测试图像"),
    "originals as bits": Text("test pictures as bits", "测试图像（抽成比特）"),
    "with gaps": Text("with three tenths missing", "缺三成像素"),
    "brought back": Text("what the net brings back", "网络还原的"),
    "components": Text("{n} principal components", "{n} 个主成分"),
    "code of two": Text("the net's code of two numbers", "网络的二维编码"),
    "first number": Text("first number of the code", "编码的第一个数"),
    "second number": Text("second number of the code", "编码的第二个数"),
    "values of units": Text("values that hidden units take", "隐藏单元的取值"),
    "means of units": Text("mean of each hidden unit", "各隐藏单元的平均值"),
    "activation": Text("activation", "激活值"),
    "share": Text("share", "占比"),
    "units by activity": Text("hidden units, the most active first", "隐藏单元（由活跃到不活跃）"),
    "weight value": Text("weight", "权重"),
    "noise": Text("noise", "噪声"),
    "after n steps": Text("after step {n}", "第 {n} 步之后"),
    "draw n": Text("draw {n}", "抽样 {n}"),
    "difference interval": Text("95 % interval of its mean", "均值的 95% 区间"),
    "difference from": Text("difference from “{name}”", "与“{name}”之差"),
    "within chance": Text("chance may have made it", "可能只是偶然"),
    "better": Text("better", "更好"),
    "worse": Text("worse", "更差"),
    "seed by seed": Text("Beside “{name}”, seed by seed", "与“{name}”逐个种子对照"),
    "reconstructions": Text("There and back", "编码再还原"),
    "reconstructions_caption": Text(
        "Test pictures, one of each class; below each, what the net makes of it, and what as many principal components "
        "do. In the last two rows three tenths of the pixels are taken away first.",
        "每类一幅测试图像；下面是网络还原的样子，以及同样多的主成分还原的样子。最后两行先去掉了三成像素。",
    ),
    "reconstructions-beside": Text("There and back, side by side", "编码再还原：对照"),
    "reconstructions-beside_caption": Text(
        "The same test pictures as each variant brings them back; where it has a code of so many numbers, principal "
        "components stand above it.",
        "同样的测试图像，看每种方案还原成什么样；有编码的，上面一行是同样多的主成分的结果。",
    ),
    "mending-beside": Text("Mending gaps", "补缺口"),
    "mending-beside_caption": Text(
        "Three tenths of the pixels are set to 0. A net that has learnt to copy copies the gaps; one that has learnt "
        "what is likely fills them.",
        "三成像素被置为 0。只学会复制的网络会把缺口也复制出来；学会了什么更可能出现的网络则会把缺口填上。",
    ),
    "filters-beside": Text("First-layer weights, side by side", "第一层的权重：对照"),
    "filters-beside_caption": Text(
        "What the first units of the first layer look for: blue weighs in favour, orange against. Each is coloured by "
        "its own largest weight.",
        "第一层最前面的单元在寻找什么：蓝色表示支持，橙色表示反对；每幅按自己最大的权重着色。",
    ),
    "code-plane": Text("The plane of codes", "编码平面"),
    "code-plane_caption": Text(
        "Test pictures, each drawn as the digit it is, where two numbers put it: on the left the two main directions, "
        "on the right the net's own. No label was used to arrange them.",
        "测试图像，每一点画成它所是的数字，位置由两个数决定：左边是两个主方向，右边是网络自己的编码。排布时没有用到任何标签。",
    ),
    "code-walk": Text("A walk over the plane", "在平面上漫步"),
    "code-walk_caption": Text(
        "What the decoder makes of every point of the plane, also of those where no example lies: one digit turns into "
        "another on the way.",
        "解码器把平面上的每一点变成一幅图，包括没有样本的地方：走着走着，一个数字就变成了另一个。",
    ),
    "activations-beside": Text("How hidden units are used", "隐藏单元怎样被使用"),
    "activations-beside_caption": Text(
        "On the left, how often a hidden unit takes which value on test pictures (on a logarithmic scale); "
        "on the right, the mean of each unit.",
        "左边是隐藏单元在测试图像上取各个值的频率（纵轴为对数刻度）；右边是每个单元的平均值。",
    ),
    "chains": Text("Dreaming", "做梦"),
    "chains_caption": Text(
        "Gibbs sampling: draw the hidden units, draw the pixels, and again. Above from noise, below from test "
        "pictures; shown are the means of the pixels. What is likely is reached from anywhere, and left only slowly.",
        "吉布斯采样：抽隐藏单元，再抽像素，如此往复。上半从噪声开始，下半从测试图像开始；显示的是像素的均值。"
        "可能性高的图，从哪里出发都能走到，走到了就很难离开。",
    ),
    "dreams-beside": Text("Dreams, side by side", "梦境对照"),
    "dreams-beside_caption": Text(
        "What each machine makes of noise after a thousand steps of Gibbs sampling.",
        "每台机器从噪声出发，吉布斯采样一千步之后得到的图像。",
    ),
    "one-or-many": Text("One answer, or many", "一个答案，还是许多"),
    "one-or-many_caption": Text(
        "The autoencoder has one answer to a picture. The machine draws its hidden units, and what comes back is "
        "another picture each time; with the hidden units' probabilities in place of draws it is the one under “mean”.",
        "自编码器对一幅图只有一个答案。玻尔兹曼机的隐藏单元是抽出来的，每次还原出另一幅图；"
        "若用隐藏单元的概率代替抽样，得到的就是“均值”那一列。",
    ),
    "likelihood": Text("How likely the data become", "数据变得有多可能"),
    "likelihood_caption": Text(
        "The pseudo-likelihood of held-out pictures, their reconstruction error, and the likelihood of the test split "
        "with Z estimated by annealed importance sampling (three standard errors). Dotted: pixels that know nothing of "
        "each other.",
        "留出图像的伪似然与重构误差，以及测试集的似然；其中 Z 由退火重要性采样估计（误差线为三倍标准误）。"
        "点线：各像素互不相关时的值。",
    ),
    "likelihood-beside": Text("How likely the data become", "数据变得有多可能"),
    "likelihood-beside_caption": Text(
        "The pseudo-likelihood of held-out pictures, their reconstruction error, and the likelihood of the test split "
        "with Z estimated by annealed importance sampling (three standard errors; of the deep net a lower bound). "
        "Dotted: pixels that know nothing of each other.",
        "留出图像的伪似然与重构误差，以及测试集的似然；其中 Z 由退火重要性采样估计"
        "（误差线为三倍标准误；深层网络给出的是下界）。点线：各像素互不相关时的值。",
    ),
    "paired": Text("Seed by seed", "逐个种子对照"),
    "paired_caption": Text(
        "Each line is one seed: the same labels, the same test split. On the right, how far each variant lies from the "
        "first, with the 95 % interval of the mean difference where there are several seeds.",
        "每条线是一个随机种子：标签相同，测试集也相同。"
        "右边是各方案与第一种之差；种子不止一个时，还给出平均差的 95% 区间。",
    ),
    "labelled-curves": Text("Learning from labels", "用标签学习"),
    "labelled-curves_caption": Text(
        "The learning curves of the runs that learn from the same labels, with the same net and the same number of "
        "steps, from other first weights.",
        "用同样的标签学习的各次运行的学习曲线：网络和步数都相同，起始权重不同。",
    ),
}
