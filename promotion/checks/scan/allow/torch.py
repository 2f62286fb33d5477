"""Globals in PyTorch's files: state dictionaries, checkpoints, and whole models made of torch's own modules.

As torch 2.13 wrote them for every module of `torch.nn` that can be made; older versions use a part of these.
A model with classes of its own names those, and they are allowed by the policy or not at all.
"""

from typing import Final

from promotion.checks.scan.allow.uses import Pair, Use, merge, table

_MODULES: Final = table(
    Use.CREATE,
    """
    torch.ao.nn.quantized.dynamic.modules.linear: Linear
    torch.ao.nn.quantized.modules.linear: LinearPackedParams
    torch.nn.modules.activation: CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax Mish MultiheadAttention PReLU RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh Tanhshrink Threshold
    torch.nn.modules.batchnorm: BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm
    torch.nn.modules.channelshuffle: ChannelShuffle
    torch.nn.modules.container: Container ModuleDict ModuleList ParameterDict ParameterList Sequential
    torch.nn.modules.conv: Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d
    torch.nn.modules.distance: CosineSimilarity PairwiseDistance
    torch.nn.modules.dropout: AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout
    torch.nn.modules.flatten: Flatten
    torch.nn.modules.fold: Fold Unfold
    torch.nn.modules.instancenorm: InstanceNorm1d InstanceNorm2d InstanceNorm3d
    torch.nn.modules.linear: Bilinear Identity Linear NonDynamicallyQuantizableLinear
    torch.nn.modules.loss: BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss
    torch.nn.modules.module: Module
    torch.nn.modules.normalization: CrossMapLRN2d GroupNorm LayerNorm LocalResponseNorm RMSNorm
    torch.nn.modules.padding: CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d
    torch.nn.modules.pixelshuffle: PixelShuffle PixelUnshuffle
    torch.nn.modules.pooling: AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d MaxPool1d MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
    torch.nn.modules.rnn: GRU GRUCell LSTM LSTMCell RNN RNNCell RNNCellBase
    torch.nn.modules.sparse: Embedding EmbeddingBag
    torch.nn.modules.transformer: Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer
    torch.nn.modules.upsampling: Upsample UpsamplingBilinear2d UpsamplingNearest2d
    torch.nn.parallel.data_parallel: DataParallel
    torch.nn.utils.spectral_norm: SpectralNorm SpectralNormLoadStateDictPreHook SpectralNormStateDictHook
    """,
)

_REBUILT: Final = table(
    Use.CALL,
    """
    torch: Size device
    torch._utils: _rebuild_meta_tensor_no_storage _rebuild_parameter _rebuild_parameter_with_state _rebuild_qtensor
    torch._utils: _rebuild_sparse_csr_tensor _rebuild_sparse_tensor _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3
    torch.jit._pickle: build_boollist build_doublelist build_intlist build_tensorlist restore_type_tag
    torch.serialization: _get_layout
    torch.storage: _load_from_bytes
    """,
)

_VALUES: Final = table(
    Use.REFER,
    """
    torch: BFloat16Storage BoolStorage ByteStorage CharStorage ComplexDoubleStorage ComplexFloatStorage DoubleStorage
    torch: FloatStorage HalfStorage IntStorage LongStorage QInt32Storage QInt8Storage QUInt2x4Storage QUInt4x2Storage
    torch: QUInt8Storage ShortStorage
    torch: bfloat16 bool complex128 complex32 complex64 double float float16 float32 float64 float8_e4m3fn
    torch: float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz half int int16 int32 int64 int8 long qint32 qint8 quint8 short
    torch: uint16 uint32 uint64 uint8
    torch: channels_last channels_last_3d contiguous_format preserve_format
    torch: per_channel_affine per_channel_affine_float_qparams per_channel_symmetric per_tensor_affine per_tensor_symmetric
    torch.cuda: BFloat16Storage BoolStorage ByteStorage CharStorage DoubleStorage FloatStorage HalfStorage IntStorage
    torch.cuda: LongStorage ShortStorage
    torch.nn.functional: celu elu gelu glu hardsigmoid hardswish hardtanh leaky_relu log_softmax logsigmoid mish relu
    torch.nn.functional: relu6 selu sigmoid silu softmax softplus softsign tanh
    torch.storage: TypedStorage UntypedStorage
    """,
)

PAIRS: Final[dict[Pair, Use]] = merge((_MODULES, _REBUILT, _VALUES))
