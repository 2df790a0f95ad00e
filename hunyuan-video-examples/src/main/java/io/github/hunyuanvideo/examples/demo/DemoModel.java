package io.github.hunyuanvideo.examples.demo;

import io.github.hunyuanvideo.core.files.ResourceUnpacker;
import java.nio.file.Path;

/**
 * The demo model inside of this jar: HunyuanVideo's architecture in full at less than a thousandth
 * of its size, trained for this project on small drawn scenes.
 *
 * <pre>{@code
 * try (HunyuanVideoPipeline pipeline = HunyuanVideoPipeline.open(DemoModel.unpack())) { … }
 * }</pre>
 */
public final class DemoModel {

  private static final String MANIFEST = "io/github/hunyuanvideo/examples/demo/manifest.txt";

  private DemoModel() {}

  /**
   * Unpacks the checkpoints once into the user's cache, and checks them at each start.
   *
   * @return the folder that a pipeline opens
   * @throws io.github.hunyuanvideo.api.HunyuanVideoException if there is no folder to unpack into;
   *     the message says what to set
   */
  public static Path unpack() {
    return ResourceUnpacker.unpack("demo-model", DemoModel.class.getClassLoader(), MANIFEST)
        .resolve("ckpts");
  }
}
