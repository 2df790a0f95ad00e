package io.github.hunyuanvideo.core.video;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Encodes while the process holds much more memory than its heap may have. */
final class LargeProcessProgram {

  private LargeProcessProgram() {}

  public static void main(String[] files) {
    List<ByteBuffer> model = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ByteBuffer weights = ByteBuffer.allocateDirect(64 << 20);
      for (int at = 0; at < weights.capacity(); at += 1024) {
        weights.put(at, (byte) 1);
      }
      model.add(weights);
    }
    EncodeProgram.main(files);
    if (model.isEmpty()) {
      throw new AssertionError("the memory must be held until here");
    }
  }
}
