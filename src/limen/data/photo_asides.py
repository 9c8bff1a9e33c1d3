"""Why a file is set aside. Each is named and counted, and the rest goes on."""

from limen.data.photo_said import Saying, q

ASIDES: dict[str, Saying] = {
    "loose": q(
        "pictures beside the class folders", "图片在类别文件夹之外", "put them into one", "请放入某个类别的文件夹"
    ),
    "empty": q("0 bytes", "0 字节", "copy them again", "请重新复制"),
    "truncated": q(
        "truncated at the byte in brackets",
        "文件在括号中的字节处截断",
        "copy or download them again",
        "请重新复制或下载",
    ),
    "checksum": q(
        "damaged: a PNG chunk has a wrong checksum (chunk, byte)",
        "已损坏：PNG 数据块的校验和不符（块名，字节）",
        "copy or download them again",
        "请重新复制或下载",
    ),
    "damaged": q("damaged: cannot be decoded", "已损坏：无法解码", "copy or download them again", "请重新复制或下载"),
    "HTML": q("is HTML, download failed?", "内容是网页（HTML），是下载失败了吗？", "download them again", "请重新下载"),
    "document": q(
        "is a drawing or a document, never parsed",
        "是矢量图或文档，不予解析",
        "export them as PNG or JPEG",
        "请导出为 PNG 或 JPEG",
    ),
    "not a picture": q("is no picture by its content", "从内容看不是图片", "check the files", "请检查文件"),
    "no codec": q(
        "a format that is not installed",
        "未安装该格式的解码器",
        "install pillow-heif for HEIC (a Pillow with AVIF for AVIF), or convert them to JPEG",
        "HEIC 请安装 pillow-heif（AVIF 需要带 AVIF 的 Pillow），或转换为 JPEG",
    ),
    "no area": q("0 pixels wide or high", "宽或高为 0 像素"),
    "bomb": q(
        "would unpack to too many pixels; refused before decoding",
        "解压后像素过多；解码前即拒绝",
        "shrink them, or raise data.largest",
        "请缩小图片，或调高 data.largest",
    ),
    "too large": q("larger than 64 MiB", "文件大于 64 MiB", "shrink them", "请缩小"),
    "no range": q(
        "32 bits a pixel: which value is white is not known",
        "每像素 32 位：不知道哪个值代表白色",
        "say the value range: data.value_range=0,1",
        "请说明取值范围：data.value_range=0,1",
    ),
    "not finite": q("32 bits a pixel, with inf or nan", "每像素 32 位，含无穷或非数", "mend the values", "请修正数值"),
    "animated refused": q(
        "animated (frames)",
        "动画（帧数）",
        "data.animated=first takes the first frame",
        "data.animated=first 会取第一帧",
    ),
    "link outside": q(
        "links that lead out of the folder",
        "指向文件夹之外的链接",
        "say --follow-links (limen run: --set data.follow_links=true)",
        "使用 --follow-links（limen run 中：--set data.follow_links=true）",
    ),
    "link loop": q("links that lead in a circle", "链接成环", "remove them", "请删除"),
    "link broken": q("links that lead nowhere", "链接的目标不存在", "remove them", "请删除"),
    "special": q("pipes, devices or sockets; never opened", "管道、设备或套接字；从不打开", "remove them", "请移走"),
    "permission": q(
        "no permission to read",
        "没有读取权限",
        "give yourself the right to read (chmod u+r)",
        "请给自己读取权限（chmod u+r）",
    ),
    "changed": q(
        "changed or vanished while being read",
        "读取期间被修改或删除",
        "run again when nothing writes there",
        "请在没有程序写入时重新运行",
    ),
    "conflict dropped": q(
        "the same picture in two classes: all its copies left out", "同一张图片出现在两个类别中：其所有副本均不使用"
    ),
    "leak dropped": q("in a held-back split too: the training copy left out", "留出的划分中也有：不用训练集中的副本"),
    "mask size": q(
        "mask and picture differ in size", "掩码与图片尺寸不同", "make them pixel for pixel", "请使二者逐像素对应"
    ),
    "mask missing": q("pictures without a mask", "图片没有对应的掩码", "add the masks", "请补上掩码"),
    "mask alone": q("masks without a picture", "掩码没有对应的图片", "add the pictures", "请补上图片"),
    "mask colour": q(
        "masks in colour: a mask holds one number a pixel",
        "彩色掩码：掩码的每个像素应为一个数",
        "save them with a palette or in grey",
        "请存成调色板或灰度图",
    ),
}
