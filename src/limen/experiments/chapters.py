"""The chapters of the course, in their order."""

from limen.language import Text

IMAGES = Text("1 Images", "1 图像")
PRIMER = Text("2 Tensors and gradients", "2 张量与梯度")
NEURON = Text("3 One neuron to many", "3 从一个神经元到多个")
REGRESSION = Text("4 Regression and classification", "4 回归与分类")
WITHOUT_LABELS = Text("5 Learning without labels", "5 无标签的学习")
TRAINING = Text("6 Making training work", "6 让训练奏效")
CONVOLUTION = Text("7 Convolutional networks", "7 卷积网络")
