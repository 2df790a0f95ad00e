package io.github.hunyuanvideo.examples;

import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.pipeline.HunyuanVideoPipeline;
import io.github.hunyuanvideo.examples.demo.DemoModel;
import java.nio.file.Path;

/**
 * From a prompt to an MP4 file, with everything that a first program needs.
 *
 * <pre>
 * java -cp hunyuan-video.jar io.github.hunyuanvideo.examples.TextToVideo [ckpts] [cat.mp4]
 * </pre>
 */
public final class TextToVideo {

  private TextToVideo() {}

  /**
   * Generates a video.
   *
   * @param arguments the folder of checkpoints (the embedded demo model if there is none), and the
   *     file to write
   */
  public static void main(String[] arguments) {
    Path checkpoints = arguments.length > 0 ? Path.of(arguments[0]) : DemoModel.unpack();
    Path file = Path.of(arguments.length > 1 ? arguments[1] : "cat.mp4");

    // The demo model was trained on 128 × 96 and 17 frames; the published one wants 1280 × 720 and
    // 129.
    VideoRequest request =
        VideoRequest.builder()
            .prompt("A cat walks on the grass, realistic style.")
            .size(128, 96)
            .frames(17)
            .steps(30)
            .seed(42)
            .build();

    try (HunyuanVideoPipeline pipeline = HunyuanVideoPipeline.open(checkpoints)) {
      Video video =
          pipeline.generate(
              request,
              progress ->
                  System.out.printf(
                      "%s %d/%d%n", progress.stage().label(), progress.step(), progress.steps()));
      video.save(file);
      System.out.println(video + " in " + file);
    }
  }
}
