package io.github.hunyuanvideo.examples.demo;

import com.google.common.io.Resources;
import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.VideoSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What the demo model was trained for.
 *
 * @param width of a frame
 * @param height of a frame
 * @param frames of a video
 * @param steps of denoising
 * @param flowShift of the schedule
 * @param embeddedGuidance its guidance scale
 * @param seed of the example
 * @param examples prompts that it understands
 */
public record DemoSettings(
    int width,
    int height,
    int frames,
    int steps,
    double flowShift,
    double embeddedGuidance,
    long seed,
    List<String> examples) {

  /** The file that was made with the model. */
  private static final class File {
    private int width;
    private int height;
    private int frames;
    private int steps;

    @SerializedName("flow_shift")
    private double flowShift;

    @SerializedName("embedded_guidance_scale")
    private double embeddedGuidance;

    private long seed;
    private List<String> examples = List.of();
  }

  /** Reads the settings. */
  public static DemoSettings read() {
    try {
      String json =
          Resources.toString(
              Resources.getResource(DemoSettings.class, "demo.json"), StandardCharsets.UTF_8);
      File file = new Gson().fromJson(json, File.class);
      return new DemoSettings(
          file.width,
          file.height,
          file.frames,
          file.steps,
          file.flowShift,
          file.embeddedGuidance,
          file.seed,
          List.copyOf(file.examples));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives a request these settings. */
  public void apply(VideoRequest.Builder request) {
    request
        .size(width, height)
        .frames(frames)
        .steps(steps)
        .flowShift(flowShift)
        .embeddedGuidance(embeddedGuidance)
        .seed(seed);
  }

  /** A line that says what the model is and what to expect of it. */
  public String introduction() {
    return "Embedded demo model: HunyuanVideo's architecture at a thousandth of its size, trained on small drawn scenes (%s); it shows that every stage works, not how good HunyuanVideo looks."
        .formatted(VideoSize.of(width, height));
  }
}
