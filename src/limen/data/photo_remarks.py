"""What is worth a look, and what was handled without a question."""

from limen.data.photo_said import Saying, f, w

REMARKS: dict[str, Saying] = {
    "class only taught": w(
        "classes of train that a held-back split lacks",
        "留出的划分中缺少的类别",
        "their accuracy is not measured there",
        "那里测不出它们的准确率",
    ),
    "no end marker": w(
        "JPEG without its end marker, all pixels there",
        "JPEG 缺少结束标记，但像素完整",
        "copy them again when you can",
        "有条件时请重新复制",
    ),
    "animated": w(
        "animated: the first frame is taken (frames)",
        "动画：取第一帧（帧数）",
        "data.animated=refuse sets them aside",
        "data.animated=refuse 会将其剔除",
    ),
    "pages": w(
        "several pages: the first is taken (pages)",
        "多页文件：取第一页（页数）",
        "save the pages one by one",
        "请把各页分别保存",
    ),
    "tiny": w("hardly a pixel to see", "几乎没有像素可看", "are they meant?", "确定要用吗？"),
    "long": w("odd shape: a long strip", "形状异常：细长条", "are they meant?", "确定要用吗？"),
    "one colour": w(
        "all of one colour: low information",
        "整张只有一种颜色：信息量低",
        "remove them if nothing is to be seen",
        "若无内容请删除",
    ),
    "near across": w(
        "almost the same picture in train and in a held-back split",
        "训练集与留出的划分中有几乎相同的图片",
        "remove one of each for an honest figure",
        "请各删去一张，结果才可信",
    ),
    "near classes": w(
        "almost the same picture in two classes", "两个类别中有几乎相同的图片", "check their labels", "请核对标签"
    ),
    "imbalance": w(
        "the largest class is {detail} times the smallest",
        "最大的类别是最小类别的 {detail} 倍",
        "look at each class in the confusion matrix, not at accuracy alone; add pictures of the small one",
        "不要只看准确率，请在混淆矩阵中逐类查看；并为小类别补充图片",
    ),
    "unmeasured": w(
        "classes without a picture in a held-back split",
        "留出的划分中没有图片的类别",
        "add pictures: their accuracy is not measured",
        "请补充图片：它们的准确率无从测量",
    ),
    "crumbs": f("files of the system or of editors passed over: {n}", "忽略系统或编辑器留下的文件：{n} 个"),
    "other files": f(
        "files that are no pictures, and do not claim to be, passed over: {n}", "忽略本来就不是图片的文件：{n} 个"
    ),
    "class ignored": f("empty class folders ignored: {n}", "忽略空的类别文件夹：{n} 个"),
    "deeper": f(
        "pictures in deeper folders belong to the class above: {n} classes",
        "更深文件夹中的图片归入上层类别：{n} 个类别",
    ),
    "misnamed": f("named as another format; the content decides: {n}", "扩展名与内容不符，以内容为准：{n} 个"),
    "inks": f("printing inks (CMYK) turned to RGB: {n}", "印刷油墨色（CMYK）转为 RGB：{n} 张"),
    "16 bits": f("16 bits reduced to 8 (divided by 257): {n}", "16 位降为 8 位（除以 257）：{n} 张"),
    "scaled": f("32-bit values scaled, black and white in brackets: {n}", "32 位数值已缩放，括号中为黑与白：{n} 张"),
    "transparent": f("transparent parts laid on data.background: {n}", "透明部分以 data.background 为底：{n} 张"),
    "turned": f("turned upright, as the camera noted: {n}", "按相机记录转正：{n} 张"),
    "profile": f("damaged colour profiles ignored: {n}", "忽略损坏的色彩配置文件：{n} 张"),
    "hard links": f(
        "several names of one file (hard links), kept on one side of the division: {n}",
        "同一文件的多个名字（硬链接），划分时放在同一边：{n} 个",
    ),
    "repeated": f(
        "copies of another picture of their class, kept on one side of the division: {n}",
        "同类图片的副本，划分时放在同一边：{n} 张",
    ),
    "near": f(
        "almost the same as another picture, kept on one side of the division: {n}",
        "与另一张图片几乎相同，划分时放在同一边：{n} 张",
    ),
    "train only": f(
        "the only picture of its class, used for training only: {n}", "其类别仅有的一张图片，只用于训练：{n} 张"
    ),
    "moved to train": f(
        "moved into train, so that every class is taught: {n}", "移入训练集，以保证每个类别都能学到：{n} 张"
    ),
    "split drawn": f("the split {detail} is drawn from train", "划分 {detail} 从训练集中抽取"),
}
