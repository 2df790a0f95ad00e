package io.github.hunyuanvideo.core.pipeline;

import java.nio.file.Path;

/**
 * Opens two pipelines on one checkpoint, one after the other, and takes models from a number of
 * parameters on for Tencent's.
 */
final class LicenceProgram {

  private LicenceProgram() {}

  public static void main(String[] arguments) {
    for (int i = 0; i < 2; i++) {
      HunyuanVideoPipeline.builder()
          .checkpoints(Path.of(arguments[0]))
          .licence(new TencentLicence(Long.parseLong(arguments[1])))
          .build()
          .close();
    }
  }
}
