"""The words on the page that looks into a net, in both languages."""

from limen.language import Text

INSIDE = {
    "inside": Text("A look inside", "看进网络内部"),
    "inside of": Text("What the net of {run} sees in {picture}", "{picture}：{run} 的网络看到了什么"),
    "test example": Text("test example {n}", "第 {n} 个测试样本"),
    "the picture": Text("the picture", "图像"),
    "asked about": Text("asked about", "所问类别"),
    "truth is": Text("true class: {name}", "真实类别：{name}"),
    "asked is": Text("asked about: {name}", "所问类别：{name}"),
    "page at": Text("The page with the pictures: {path}", "图像页面：{path}"),
    "no maps": Text(
        "This net has no planes: it sees the picture as one long row of numbers, so there are no feature maps and no "
        "Grad-CAM.",
        "此网络没有特征平面：它把图像看成一长行数字，因此没有特征图，也没有 Grad-CAM。",
    ),
    "inside-answer": Text("The picture and the answer", "图像与回答"),
    "inside-answer_caption": Text(
        "The picture as the net gets it, and what it makes of it: the probabilities that the softmax gives to the "
        "likeliest classes.",
        "网络实际得到的图像，以及它的判断：softmax 给最可能的几个类别的概率。",
    ),
    "inside-why": Text("Where the answer comes from", "回答从何而来"),
    "inside-why_caption": Text(
        "Saliency: where a small change of a pixel changes the score most. Integrated gradients: what each pixel adds "
        "to the score (blue) or takes from it (red). Grad-CAM: where the last planes speak for the class. Occlusion: "
        "where a grey square makes the class less likely (blue) or likelier (red).",
        "显著图：哪里的像素稍变，得分就变得最多。积分梯度：每个像素使得分增加（蓝）还是减少（红）多少。"
        "Grad-CAM：最后的特征平面在哪里支持这一类。遮挡：灰色方块盖住哪里，会使这一类更不可能（蓝）或更可能（红）。",
    ),
    "saliency": Text("saliency", "显著图"),
    "integrated gradients": Text("integrated gradients", "积分梯度"),
    "Grad-CAM": Text("Grad-CAM", "Grad-CAM 图"),
    "occlusion": Text("occlusion", "遮挡"),
    "inside-filters": Text("The first layer's filters", "首层滤波器"),
    "inside-filters_caption": Text(
        "The small patterns that the first layer looks for everywhere in the picture.",
        "首层在图像各处寻找的小图案。",
    ),
    "inside-maps": Text("What each layer makes of it", "各层看到的样子"),
    "inside-maps_caption": Text(
        "From top to bottom the way through the net; of each layer the eight planes with the largest answers, dark "
        "where they answer. The lower ones still show the picture, the higher ones say more and show less.",
        "从上到下就是穿过网络的路；每层取响应最大的八个平面，颜色深处有响应。低层仍看得出原图，高层说得更多，看得出的更少。",
    ),
    "inside-excited": Text("Pictures that excite a unit", "让一个单元兴奋的图像"),
    "inside-excited_caption": Text(
        "Begun with noise and changed step by step until the unit answers as much as it can: above for the classes, "
        "below for planes of the last layer that has some. They show what a unit asks for, not what a class is.",
        "从噪声开始逐步修改，直到该单元的响应尽可能大：上面是各个类别，下面是最后一层的若干平面。"
        "它们显示单元要的是什么，而不是这一类长什么样。",
    ),
    "classes": Text("classes", "类别"),
    "units of": Text("planes of {layer}", "{layer} 的平面"),
    "inside-near": Text("The nearest training examples", "最近的训练样本"),
    "inside-near_caption": Text(
        "Among {n:,} training examples those whose features, the numbers before the last layer, point the same way; "
        "below each its class and the cosine.",
        "在 {n:,} 个训练样本中，特征（最后一层之前的数字）方向最接近的几个；下方是类别和余弦相似度。",
    ),
    "inside-plane": Text("The test examples on a map", "测试样本的地图"),
    "inside-plane_caption": Text(
        "{n:,} test examples by their features. Left the two directions in which they vary most; right a plane where "
        "neighbours stay neighbours, where distances between groups mean nothing. The ring is the picture asked about.",
        "{n:,} 个测试样本，按特征排布。左边是变化最大的两个方向；右边的平面让邻居仍是邻居，群与群之间的距离没有意义。"
        "圆圈标出所问的图像。",
    ),
    "main directions": Text("principal components", "主成分"),
    "t-SNE": Text("t-SNE", "t-SNE 图"),
    "inside-mistakes": Text("Where it errs", "它在哪里出错"),
    "inside-mistakes_caption": Text(
        "Test examples with the net's answers: the first ones, and the mistakes it was surest of.",
        "测试样本与网络的回答：最前面的几个，以及它最有把握的错误。",
    ),
    "confused pairs": Text("Most confused", "最易混淆"),
    "taken for": Text("{true} taken for {answer}", "把 {true} 认成 {answer}"),
    "times": Text("times", "次数"),
    "none confused": Text("No test example was answered wrongly.", "测试样本没有一个答错。"),
}
