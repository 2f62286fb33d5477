"""Makes the small Keras and TensorFlow files under `files/`; run by hand, as TensorFlow is too heavy for the tests.

Made with tensorflow-cpu 2.21.0 and Keras 3.15.1 on Python 3.11:

    python3.11 -m venv /tmp/keras && /tmp/keras/bin/pip install tensorflow-cpu==2.21.0
    /tmp/keras/bin/python tests/corpus/make_keras.py
"""

import os
import shutil
import zipfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

FILES = Path(__file__).parent / "files" / "keras"
WORDS = np.array(["short trip", "long trip", "airport"])


def dense() -> keras.Model:
    """Return a trained sequential model."""
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(3, activation="relu"),
            keras.layers.Dropout(0.1),
            keras.layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Adam(1e-3), loss="mse", metrics=["mae"])
    model.fit(np.ones((8, 4)), np.ones(8), verbose=0)
    return model


def functional() -> keras.Model:
    """Return a functional model with convolutions, normalization, a sum by operator, and a recurrent part."""
    image = keras.Input((8, 8, 1))
    left = keras.layers.Conv2D(2, 3, padding="same", kernel_regularizer="l2")(image)
    right = keras.layers.BatchNormalization()(left)
    joined = keras.layers.Reshape((8, 16))(left + right)
    out = keras.layers.Dense(2, activation="softmax")(
        keras.layers.Bidirectional(keras.layers.LSTM(2))(joined)
    )
    model = keras.Model(image, out)
    model.compile("sgd", loss=keras.losses.CategoricalCrossentropy(), metrics=[keras.metrics.AUC()])
    return model


def preprocessing() -> keras.Model:
    """Return a model with a vocabulary and a normalization that learned from data."""
    normalize = keras.layers.Normalization()
    normalize.adapt(np.arange(8.0).reshape(4, 2))
    number = keras.Input((2,))
    word = keras.Input((1,), dtype="string")
    lookup = keras.layers.StringLookup(vocabulary=["card", "cash"], output_mode="one_hot")
    joined = keras.layers.Concatenate()([normalize(number), lookup(word)])
    return keras.Model([number, word], keras.layers.Dense(1)(joined))


class Doubler(tf.Module):  # type: ignore[misc] # TensorFlow ships no types
    """The smallest module that TensorFlow saves with a variable."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])  # type: ignore[untyped-decorator] # as above
    def __call__(self, values: tf.Tensor) -> tf.Tensor:
        return values * self.factor


def pack(folder: Path) -> None:
    """Keep a folder as one zip file without compression; the tests unpack it."""
    with zipfile.ZipFile(f"{folder}.zip", "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    shutil.rmtree(folder)


def main() -> None:
    """Write every file anew."""
    shutil.rmtree(FILES, ignore_errors=True)
    FILES.mkdir(parents=True)
    for name, model in {
        "dense": dense(),
        "functional": functional(),
        "preprocessing": preprocessing(),
    }.items():
        model.save(FILES / f"{name}.keras")
    dense().save(FILES / "dense.h5")
    functional().save(FILES / "functional.h5")
    functional().save_weights(FILES / "functional.weights.h5")
    dense().export(FILES / "exported", verbose=False)
    pack(FILES / "exported")
    tf.saved_model.save(Doubler(), str(FILES / "module"))
    pack(FILES / "module")
    text = keras.layers.TextVectorization(max_tokens=10)
    text.adapt(WORDS)
    keras.Sequential([keras.Input((1,), dtype="string"), text, keras.layers.Embedding(10, 2)]).save(
        FILES / "text.keras"
    )
    (FILES / "dense.json").write_text(dense().to_json())


if __name__ == "__main__":
    main()
