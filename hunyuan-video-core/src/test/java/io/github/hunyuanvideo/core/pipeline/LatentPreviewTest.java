package io.github.hunyuanvideo.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.stage.FrameConsumer;
import io.github.hunyuanvideo.api.stage.StageContext;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.api.stage.VaeProfile;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(EngineExtension.class)
class LatentPreviewTest {

  private final TorchEngine engine;

  LatentPreviewTest(TorchEngine engine) {
    this.engine = engine;
  }

  /** Its latents are colours, on a scale of their own. */
  private record ColourVae(VaeProfile profile) implements Vae {

    static ColourVae of(double scale, double shift) {
      return new ColourVae(new VaeProfile(3, scale, shift));
    }

    /** What the transformer would see of a colour between −1 and 1. */
    float latent(double colour) {
      return (float) ((own(colour) - profile.shiftFactor()) * profile.scalingFactor());
    }

    private static float own(double colour) {
      return (float) (3 * colour + 0.75);
    }

    @Override
    public NDArray encode(NDArray pixels, StageContext context) {
      int[] shape =
          Arrays.stream(pixels.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
      FloatTensor clip = FloatTensor.wrap(pixels.toFloatArray(), shape);
      FloatBuffer latents = FloatBuffer.allocate(clip.size());
      for (int channel = 0; channel < 3; channel++) {
        for (int frame = 0; frame < shape[2]; frame += 4) {
          for (int y = 0; y < shape[3]; y += 8) {
            for (int x = 0; x < shape[4]; x += 8) {
              latents.put(own(clip.get(0, channel, frame, y, x)));
            }
          }
        }
      }
      Shape small = new Shape(1, 3, (shape[2] + 3) / 4, shape[3] / 8, shape[4] / 8);
      return context.manager().create(Arrays.copyOf(latents.array(), latents.position()), small);
    }

    @Override
    public void decode(NDArray latents, StageContext context, FrameConsumer frames) {
      throw new AssertionError("a preview decodes nothing");
    }

    @Override
    public void close() {}
  }

  /** A level or two are lost to what keeps the fit defined. */
  @ParameterizedTest
  @CsvSource({"1, 0", "0.476986, 0", "0.36, 0.75", "0.18, -2"})
  void aPictureHasTheColoursOfItsLatents(double scale, double shift) {
    ColourVae vae = ColourVae.of(scale, shift);
    BufferedImage picture = picture(vae, vae.latent(-0.5), vae.latent(0), vae.latent(0.75));
    Color colour = new Color(picture.getRGB(0, 0));
    assertThat(colour.getRed()).isCloseTo(64, within(2));
    assertThat(colour.getGreen()).isCloseTo(127, within(2));
    assertThat(colour.getBlue()).isCloseTo(223, within(2));
  }

  @Test
  void coloursBeyondTheRangeAreCut() {
    ColourVae vae = ColourVae.of(0.36, 0.75);
    BufferedImage picture = picture(vae, vae.latent(-9), vae.latent(9), vae.latent(9));
    assertThat(new Color(picture.getRGB(0, 0))).isEqualTo(new Color(0, 255, 255));
  }

  private BufferedImage picture(Vae vae, float... latent) {
    try (RunContext context = new RunContext(engine, new Cancellation(), (done, parts) -> {})) {
      return LatentPreview.fit(engine, vae, context)
          .picture(FloatTensor.of(latent, 1, 3, 1, 1, 1), 0);
    }
  }
}
