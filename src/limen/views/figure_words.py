"""The titles and captions of the figures of single chapters, in both languages."""

from limen.language import Text

FIGURES = {
    "class": Text("class", "类别"),
    "input space": Text("as it comes in", "输入空间"),
    "hidden space": Text("as the hidden layer sees it", "隐藏层看到的样子"),
    "hidden space main": Text(
        "as {n} hidden units see it: two main directions", "{n} 个隐藏单元看到的样子：两个主方向"
    ),
    "boundaries": Text("Decision boundaries", "决策边界"),
    "boundaries_caption": Text(
        "The plane coloured by the net's answer, stronger where it is surer; the line is where the answer changes. "
        "On top, the examples it learnt from.",
        "按网络的回答给平面着色，越有把握颜色越深；黑线是答案改变的地方。上面的点是它学过的样本。",
    ),
    "boundaries-beside": Text("Decision boundaries side by side", "决策边界对照"),
    "boundaries-beside_caption": Text(
        "The same examples, a picture for each variant: colour is the answer, the line is where it changes.",
        "同样的样本，每种方案一幅图：颜色是网络的回答，黑线是答案改变的地方。",
    ),
    "hidden-space": Text("The plane, bent by the hidden layer", "被隐藏层弯折的平面"),
    "hidden-space_caption": Text(
        "A straight grid on the left, and where the hidden layer sends it on the right. The output layer can only cut "
        "with straight lines, so the hidden layer has learnt to move the classes until a straight cut parts them.",
        "左边是平直的网格，右边是隐藏层把它送到的地方。输出层只会沿直线切分，所以隐藏层学会了把各类挪开，直到一刀直切就能分开。",
    ),
}
