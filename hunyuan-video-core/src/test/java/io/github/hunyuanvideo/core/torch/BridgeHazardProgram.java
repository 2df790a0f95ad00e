package io.github.hunyuanvideo.core.torch;

import ai.djl.ndarray.types.DataType;
import com.google.common.base.Splitter;
import io.github.hunyuanvideo.api.ComputeDevice;

/** Does what DJL's bridge to PyTorch does not survive, or what this library does instead. */
final class BridgeHazardProgram {

  /** What is done with a tensor. */
  enum Deed {
    /** DJL is asked to convert to a type that its bridge does not have. */
    RAW_CONVERSION,
    /** DJL is asked for zeros like an array of such a type. */
    RAW_ZEROS,
    /** The same wishes are put to this library. */
    THROUGH_THIS_LIBRARY
  }

  private BridgeHazardProgram() {}

  public static void main(String[] arguments) {
    try (TorchEngine engine = TorchEngine.start(ComputeDevice.cpu());
        Tensor floats = engine.tensor(new float[] {1, 2}, 2)) {
      for (String type : Splitter.on(',').split(arguments[1])) {
        try (Tensor tensor = floats.to(ScalarType.valueOf(type))) {
          System.out.println("alive before");
          switch (Deed.valueOf(arguments[0])) {
            case RAW_CONVERSION -> floats.ndArray().toType(DataType.BFLOAT16, true).close();
            case RAW_ZEROS -> tensor.handle().zerosLike().close();
            case THROUGH_THIS_LIBRARY -> ask(engine, tensor);
          }
          System.out.println("alive after");
        }
      }
    }
  }

  private static void ask(TorchEngine engine, Tensor tensor) {
    try (Tensor converted = tensor.to(ScalarType.BFLOAT16)) {
      System.out.println("converted to " + converted.type());
    }
    try {
      tensor.ndArray().zerosLike().close();
    } catch (IllegalStateException e) {
      System.out.println("refused: " + e.getMessage());
    }
    try (Tensor copy = engine.tensors().copy(tensor, "cpu")) {
      engine.adopt(copy.handle(), "a stage's result").close();
    } catch (IllegalArgumentException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }
}
