"""The words of the lesson on what a trained net sees, in both languages."""

from limen.language import Text

INSIDE_LESSON = {
    "lesson-seen-filters": Text("Eight filters, and what they make of a digit", "八个卷积核，以及它们看到的数字"),
    "lesson-seen-filters_caption": Text(
        "Above the filters: blue weighs in favour, orange against. Below the planes that they make, cut off at 0; the "
        "darker, the stronger the answer.",
        "上排是卷积核：蓝色表示支持，橙色表示反对。下排是它们得到的特征图，负数截为 0；颜色越深，反应越强。",
    ),
    "the digit": Text("the digit", "数字"),
    "filter": Text("filter", "卷积核"),
    "its plane": Text("its plane", "特征图"),
    "lesson-seen-planes": Text("One digit through every layer", "一个数字穿过每一层"),
    "lesson-seen-planes_caption": Text(
        "Of each layer the eight planes with the strongest answers, by their numbers.",
        "每一层取反应最强的八个通道，下面是通道编号。",
    ),
    "lesson-seen-views": Text("What the number in the middle sees", "正中那个数看到什么"),
    "lesson-seen-views_caption": Text(
        "Left: the receptive fields, drawn on the digit. Right: what lies within each; a number of that layer has no "
        "more to go by than this.",
        "左：感受野画在数字上。右：每个感受野里的内容；对那一层的一个数来说，依据就只有这么多。",
    ),
    "lesson-seen-places": Text(
        "Where does it see the one, and where the other?", "它在哪里看到这个，又在哪里看到那个？"
    ),
    "lesson-seen-places_caption": Text(
        "Two digits in one picture. The glow shows where the planes speak for the digit that is asked about.",
        "一张图里有两个数字。发亮处是支持所问数字的地方。",
    ),
    "both digits": Text("the picture", "图像"),
    "asked about": Text("asked: where is the {digit}?", "问：{digit} 在哪里？"),
    "lesson-seen-why": Text("Four ways to ask why", "问“为什么”的四种办法"),
    "lesson-seen-why_caption": Text(
        "Saliency: the steeper, the darker. Integrated gradients: blue adds to the score, orange takes from it. "
        "Occlusion: blue, where the answer becomes less probable when the place is covered.",
        "显著图：越陡越深。积分梯度：蓝色使得分增加，橙色使得分减少。遮挡：蓝色表示盖住之后该答案的概率下降。",
    ),
    "why is it": Text("why a {digit}?", "为什么是 {digit}？"),
    "lesson-seen-liked": Text("What the ten answers like best", "十个答案各自最喜欢的图"),
    "lesson-seen-liked_caption": Text(
        "Above, pictures that were climbed to from noise; below, of all test digits the one that each answer likes "
        "best. The numbers are scores.",
        "上排：从噪声爬升得到的图。下排：全部测试数字中，每个答案最喜欢的那一个。数字是得分。",
    ),
    "made": Text("climbed to", "爬升所得"),
    "real": Text("the best\nreal one", "最好的\n真数字"),
}
