package io.github.hunyuanvideo.core.pipeline;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.FrameSink;
import io.github.hunyuanvideo.api.VideoSize;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Hands decoded frames on to a sink, and keeps their exact floats where they are wanted. */
final class FrameDelivery {

  private final TorchEngine engine;
  private final FrameProgram program;
  private final FrameSink sink;
  private final VideoSize size;
  private final boolean keepFloats;
  private final List<FloatTensor> floats = new ArrayList<>();
  private int delivered;

  FrameDelivery(TorchEngine engine, FrameSink sink, VideoSize size, boolean keepFloats) {
    this.engine = engine;
    this.program = engine.program(FrameProgram.class);
    this.sink = sink;
    this.size = size;
    this.keepFloats = keepFloats;
  }

  /**
   * Takes the next frames from the VAE.
   *
   * @param decoded (1, 3, n, H, W), float32; closed by this call
   */
  void accept(NDArray decoded) {
    try (Tensor frames = engine.adopt(decoded, "the VAE's frames");
        Tensor pixels = program.bytes(frames)) {
      if (pixels.length(1) != size.height() || pixels.length(2) != size.width()) {
        throw new IllegalStateException(
            "the VAE decoded frames of %d × %d, expected %s"
                .formatted(pixels.length(2), pixels.length(1), size));
      }
      for (int i = 0; i < pixels.length(0); i++) {
        try (Tensor one = engine.tensors().slice(pixels, 0, i, i + 1)) {
          sink.frame(Frame.wrap(delivered++, size, one.toBytes()));
        }
      }
      if (keepFloats) {
        try (Tensor unit = program.floats(frames)) {
          floats.add(unit.toFloatTensor());
        }
      }
    }
  }

  /** How many frames have been handed on. */
  int delivered() {
    return delivered;
  }

  /** All floats, (3, frames, H, W), 0 to 1; empty unless they were kept. */
  Optional<FloatTensor> floats() {
    if (!keepFloats) {
      return Optional.empty();
    }
    int plane = size.width() * size.height();
    float[] all = new float[Math.multiplyExact(3 * plane, delivered)];
    int first = 0;
    for (FloatTensor part : floats) {
      int frames = part.length(1);
      for (int c = 0; c < 3; c++) {
        part.asBuffer()
            .position(c * frames * plane)
            .get(all, (c * delivered + first) * plane, frames * plane);
      }
      first += frames;
    }
    return Optional.of(FloatTensor.wrap(all, 3, delivered, size.height(), size.width()));
  }
}
