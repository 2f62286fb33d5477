"""What a Keras configuration may name: layers, optimizers, losses and operations that compute and nothing else.

Taken from Keras 3.15's public names. Left out on purpose: `Lambda` (Python bytecode), `TorchModuleWrapper` (a
pickle), `TFSMLayer` (another model by its path), `JaxLayer` and `FlaxLayer` (functions), operations that take
functions, and everything of `keras.utils`, where `get_file` is.
"""

from typing import Final

from promotion.checks.scan.allow.uses import Use, table, words

_CLASSES: Final = table(
    Use.REFER,
    """
    keras: DTypePolicy FloatDTypePolicy Functional Model Sequential
    keras.models: Functional Model Sequential
    keras.src.engine.functional: Functional
    keras.src.engine.sequential: Sequential
    keras.src.engine.training: Model
    keras.src.models.functional: Functional
    keras.src.models.model: Model
    keras.src.models.sequential: Sequential
    tf_keras.src.engine.functional: Functional
    tf_keras.src.engine.sequential: Sequential
    keras.optimizers.legacy: Adadelta Adagrad Adam Adamax Ftrl Nadam RMSprop SGD
    keras.layers: Activation ActivityRegularization AdaptiveAveragePooling1D
    keras.layers: AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D
    keras.layers: AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add AdditiveAttention
    keras.layers: AlphaDropout Attention AugMix AutoContrast Average AveragePooling1D
    keras.layers: AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D
    keras.layers: BatchNormalization Bidirectional CategoryEncoding CenterCrop Concatenate
    keras.layers: ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv2D
    keras.layers: Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D
    keras.layers: Convolution1D Convolution1DTranspose Convolution2D Convolution2DTranspose
    keras.layers: Convolution3D Convolution3DTranspose Cropping1D Cropping2D Cropping3D
    keras.layers: CutMix Dense DepthwiseConv1D DepthwiseConv2D Discretization Dot Dropout
    keras.layers: ELU EinsumDense Embedding Equalization Flatten GRU GRUCell GaussianDropout
    keras.layers: GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
    keras.layers: GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D
    keras.layers: GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D GlobalMaxPooling1D
    keras.layers: GlobalMaxPooling2D GlobalMaxPooling3D GroupNormalization
    keras.layers: GroupQueryAttention HashedCrossing Hashing Identity InputLayer InputSpec
    keras.layers: IntegerLookup LSTM LSTMCell LayerNormalization LeakyReLU Masking
    keras.layers: MaxNumBoundingBoxes MaxPool1D MaxPool2D MaxPool3D MaxPooling1D
    keras.layers: MaxPooling2D MaxPooling3D Maximum MelSpectrogram Minimum MixUp
    keras.layers: MultiHeadAttention Multiply Normalization PReLU Permute Pipeline
    keras.layers: RMSNormalization RNN RandAugment RandomBrightness RandomColorDegeneration
    keras.layers: RandomColorJitter RandomContrast RandomCrop RandomElasticTransform
    keras.layers: RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue
    keras.layers: RandomInvert RandomPerspective RandomPosterization RandomRotation
    keras.layers: RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom
    keras.layers: ReLU RepeatVector Rescaling Reshape Resizing ReversibleEmbedding
    keras.layers: STFTSpectrogram SeparableConv1D SeparableConv2D SeparableConvolution1D
    keras.layers: SeparableConvolution2D SimpleRNN SimpleRNNCell Softmax Solarization
    keras.layers: SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization
    keras.layers: StackedRNNCells StringLookup Subtract TextVectorization TimeDistributed
    keras.layers: UnitNormalization UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D
    keras.layers: ZeroPadding2D ZeroPadding3D
    keras.initializers: Constant GlorotNormal GlorotUniform HeNormal HeUniform
    keras.initializers: Identity IdentityInitializer Initializer LecunNormal
    keras.initializers: LecunUniform Ones Orthogonal OrthogonalInitializer
    keras.initializers: RandomNormal RandomUniform STFT STFTInitializer
    keras.initializers: TruncatedNormal VarianceScaling Zeros
    keras.regularizers: L1 L1L2 L2 OrthogonalRegularizer Regularizer
    keras.constraints: Constraint MaxNorm MinMaxNorm NonNeg UnitNorm
    keras.optimizers: Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion
    keras.optimizers: LossScaleOptimizer Muon Nadam Optimizer RMSprop SGD
    keras.optimizers: ScheduleFreeAdamW
    keras.optimizers.schedules: CosineDecay CosineDecayRestarts
    keras.optimizers.schedules: ExponentialDecay InverseTimeDecay
    keras.optimizers.schedules: LearningRateSchedule PiecewiseConstantDecay
    keras.optimizers.schedules: PolynomialDecay
    keras.losses: BinaryCrossentropy BinaryFocalCrossentropy CTC CategoricalCrossentropy
    keras.losses: CategoricalFocalCrossentropy CategoricalGeneralizedCrossEntropy
    keras.losses: CategoricalHinge Circle CosineSimilarity Dice Hinge Huber KLDivergence
    keras.losses: LogCosh Loss MeanAbsoluteError MeanAbsolutePercentageError
    keras.losses: MeanSquaredError MeanSquaredLogarithmicError Poisson
    keras.losses: SparseCategoricalCrossentropy SquaredHinge Tversky
    keras.metrics: AUC Accuracy BinaryAccuracy BinaryCrossentropy BinaryIoU
    keras.metrics: CategoricalAccuracy CategoricalCrossentropy CategoricalHinge
    keras.metrics: ConcordanceCorrelation CosineSimilarity F1Score FBetaScore
    keras.metrics: FalseNegatives FalsePositives Hinge IoU KLDivergence LogCoshError Mean
    keras.metrics: MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanMetricWrapper
    keras.metrics: MeanSquaredError MeanSquaredLogarithmicError Metric OneHotIoU
    keras.metrics: OneHotMeanIoU PearsonCorrelation Poisson Precision PrecisionAtRecall
    keras.metrics: R2Score Recall RecallAtPrecision RootMeanSquaredError
    keras.metrics: SensitivityAtSpecificity SparseCategoricalAccuracy
    keras.metrics: SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy
    keras.metrics: SpecificityAtSensitivity SquaredHinge Sum TopKCategoricalAccuracy
    keras.metrics: TrueNegatives TruePositives
    keras.dtype_policies: AWQDTypePolicy DTypePolicy DTypePolicyMap FloatDTypePolicy
    keras.dtype_policies: GPTQDTypePolicy Int4DTypePolicy QuantizedDTypePolicy
    keras.dtype_policies: QuantizedFloat8DTypePolicy
    keras.random: SeedGenerator
    """,
)

_OPERATIONS: Final = table(
    Use.REFER,
    """
    keras.src.ops.numpy: Abs Absolute Add All AllClose Amax Amin Angle Any Append
    keras.src.ops.numpy: Arange Arccos Arccosh Arcsin Arcsinh Arctan Arctan2 Arctanh
    keras.src.ops.numpy: Argmax Argmin Argpartition Argsort Array ArraySplit Average
    keras.src.ops.numpy: Bincount BitwiseAnd BitwiseInvert BitwiseLeftShift
    keras.src.ops.numpy: BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor
    keras.src.ops.numpy: BroadcastTo Cbrt Ceil Clip Concatenate Conj Conjugate Copy
    keras.src.ops.numpy: Corrcoef Correlate Cos Cosh CountNonzero Cross Cumprod
    keras.src.ops.numpy: Cumsum Deg2rad Diag Diagflat Diagonal Diff Digitize Divide
    keras.src.ops.numpy: DivideNoNan Dot Dsplit Dstack Einsum EmptyLike Equal Exp
    keras.src.ops.numpy: Exp2 ExpandDims Expm1 Fabs Flip Fliplr Flipud Floor
    keras.src.ops.numpy: FloorDivide Fmax Fmin Fmod Full FullLike Gcd Geomspace
    keras.src.ops.numpy: GetItem Greater GreaterEqual Heaviside Histogram Hsplit
    keras.src.ops.numpy: Hstack Hypot I0 Imag Inner IsIn Isclose Isfinite Isinf Isnan
    keras.src.ops.numpy: Isneginf Isposinf Isreal Kron Lcm Ldexp LeftShift Less
    keras.src.ops.numpy: LessEqual Linspace Log Log10 Log1p Log2 Logaddexp Logaddexp2
    keras.src.ops.numpy: LogicalAnd LogicalNot LogicalOr LogicalXor Logspace Matmul
    keras.src.ops.numpy: Max Maximum Mean Median Meshgrid Min Minimum Mod Moveaxis
    keras.src.ops.numpy: Multiply NanToNum Nanargmax Nanargmin Nancumprod Nancumsum
    keras.src.ops.numpy: Nanmax Nanmean Nanmedian Nanmin Nanpercentile Nanprod
    keras.src.ops.numpy: Nanquantile Nanstd Nansum Nanvar Ndim Negative Nextafter
    keras.src.ops.numpy: Nonzero NotEqual OnesLike Outer Pad Percentile Power Prod
    keras.src.ops.numpy: Ptp Quantile Rad2deg Ravel Real Reciprocal Repeat Reshape
    keras.src.ops.numpy: RightShift Roll Rot90 Round SearchSorted Select Sign Signbit
    keras.src.ops.numpy: Sin Sinc Sinh Size Slogdet Sort Split Sqrt Square Squeeze
    keras.src.ops.numpy: Stack Std Subtract Sum Swapaxes Take TakeAlongAxis Tan Tanh
    keras.src.ops.numpy: Tensordot Tile Trace Transpose Trapezoid Tril Triu
    keras.src.ops.numpy: TrueDivide Trunc Unique UnravelIndex Vander Var Vdot View
    keras.src.ops.numpy: Vsplit Vstack Where ZerosLike
    keras.src.ops.nn: AdaptiveAveragePool AdaptiveMaxPool AveragePool BatchNorm
    keras.src.ops.nn: BinaryCrossentropy CTCDecode CTCLoss CategoricalCrossentropy Celu
    keras.src.ops.nn: Conv ConvTranspose DepthToSpace DepthwiseConv DotProductAttention
    keras.src.ops.nn: Elu Fold Gelu Glu HardShrink HardSigmoid HardSilu HardTanh
    keras.src.ops.nn: LayerNorm LeakyRelu LogSigmoid LogSoftmax MaxPool Moments MultiHot
    keras.src.ops.nn: Normalize OneHot PSNR Polar RMSNorm Relu Relu6 Selu SeparableConv
    keras.src.ops.nn: Sigmoid Silu SoftShrink Softmax Softplus Softsign SpaceToDepth
    keras.src.ops.nn: SparseCategoricalCrossentropy SparsePlus SparseSigmoid Sparsemax
    keras.src.ops.nn: Squareplus TanhShrink Threshold Unfold
    keras.src.ops.math: CDist Erf Erfc Erfinv ExtractSequences FFT FFT2 IFFT2 IRFFT
    keras.src.ops.math: ISTFT InTopK Logdet Logsumexp RFFT Rsqrt STFT SegmentMax
    keras.src.ops.math: SegmentMin SegmentProd SegmentReduction SegmentSum TopK
    keras.src.ops.math: ViewAsComplex ViewAsReal
    keras.src.ops.linalg: Cholesky CholeskyInverse Det Eig Eigh Inv JVP Lstsq
    keras.src.ops.linalg: LuFactor MatrixRank Norm Pinv Qr SVD Solve SolveTriangular
    keras.src.ops.image: AffineTransform CropImages ElasticTransform ExtractPatches
    keras.src.ops.image: GaussianBlur HSVToRGB MapCoordinates PadImages
    keras.src.ops.image: PerspectiveTransform RGBToGrayscale RGBToHSV Resize SSIM
    keras.src.ops.image: ScaleAndTranslate SobelEdges
    keras.src.ops.core: Cast ConvertToTensor SaturateCast Scatter ScatterUpdate Slice
    keras.src.ops.core: SliceUpdate StopGradient Unstack
    """,
)

#: Module and class, as newer files write them.
PAIRS: Final = frozenset(_CLASSES | _OPERATIONS)

#: Class alone, as older files write them; layers of TensorFlow's Keras 2 besides.
CLASSES: Final = frozenset(name for _, name in _CLASSES) | frozenset(
    ("BatchNormalizationV1", "CuDNNGRU", "CuDNNLSTM", "GRUV2", "GlorotUniformV2", "LSTMV2", "ThresholdedReLU",
     "LocallyConnected1D", "LocallyConnected2D", "Policy", "PolicyV1", "RandomHeight", "RandomWidth", "SyncBatchNormalization",
     "TensorShape")
)  # fmt: skip

#: Ways in which Keras writes plain values as objects.
VALUES: Final = frozenset(
    ("__tuple__", "__tensor__", "__numpy__", "__bytes__", "__slice__", "__ellipsis__", "__keras_tensor__", "__complex__")
)  # fmt: skip

#: Functions that a configuration may name: activations, losses, metrics.
FUNCTIONS: Final = words(
    """
    BCE KLD MAE MAPE MSE MSLE bce binary_accuracy binary_crossentropy binary_focal_crossentropy
    categorical_accuracy categorical_crossentropy categorical_focal_crossentropy
    categorical_generalized_cross_entropy categorical_hinge celu circle concordance_correlation cosine
    cosine_proximity cosine_similarity ctc dice elu exponential gelu glu hard_shrink hard_sigmoid hard_silu
    hard_swish hard_tanh hinge huber kl_divergence kld kullback_leibler_divergence leaky_relu linear log_cosh
    log_sigmoid log_softmax logcosh mae mape mean_absolute_error mean_absolute_percentage_error
    mean_squared_error mean_squared_logarithmic_error mish mse msle pearson_correlation poisson relu relu6
    selu sigmoid silu soft_shrink softmax softplus softsign sparse_categorical_accuracy
    sparse_categorical_crossentropy sparse_plus sparse_sigmoid sparse_top_k_categorical_accuracy sparsemax
    squared_hinge squareplus swish tanh tanh_shrink threshold top_k_categorical_accuracy tversky
    """
)
