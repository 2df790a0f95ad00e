package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.stage.Vae;
import io.github.hunyuanvideo.api.stage.VaeProfile;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.awt.image.BufferedImage;
import java.util.Random;

/**
 * A linear map from a latent pixel to a colour, fitted to a VAE: it encodes a field of known
 * colours, and least squares find the map that comes nearest to giving them back. Good enough to
 * see what latents are turning into, and as cheap as one small picture.
 */
final class LatentPreview {

  /** Side of the field of colours in latent pixels; 256 samples for some twenty unknowns. */
  private static final int SIDE = 16;

  /**
   * Side of a patch of one colour in latent pixels. Patches of random colours, as pictures have
   * areas, fit far better than waves.
   */
  private static final int PATCH = 2;

  /** The second latent frame of a still clip of so many frames stands for every later one. */
  private static final int FRAMES = 5;

  /** Keeps the fit defined where channels hardly vary. */
  private static final double RIDGE = 1e-4;

  private final double[][] ofFirstFrame;
  private final double[][] ofLaterFrames;

  private LatentPreview(double[][] ofFirstFrame, double[][] ofLaterFrames) {
    this.ofFirstFrame = ofFirstFrame;
    this.ofLaterFrames = ofLaterFrames;
  }

  /** Fits the map to a VAE, which encodes a small clip for that. */
  static LatentPreview fit(TorchEngine engine, Vae vae, RunContext context) {
    float[][] colours = colours();
    int pixels = 8 * SIDE;
    float[] clip = new float[3 * FRAMES * pixels * pixels];
    for (int i = 0; i < clip.length; i++) {
      int x = i % pixels;
      int y = i / pixels % pixels;
      int channel = i / pixels / pixels / FRAMES;
      clip[i] = colours[channel][y / 8 * SIDE + x / 8];
    }
    try (Tensor field = engine.tensor(FloatTensor.wrap(clip, 1, 3, FRAMES, pixels, pixels));
        Tensor encoded =
            engine.adopt(vae.encode(context.lend(field), context), "the VAE's latents")) {
      FloatTensor latents = encoded.toFloatTensor();
      VaeProfile scale = vae.profile();
      return new LatentPreview(
          fit(latents, 0, scale, colours), fit(latents, latents.length(2) - 1, scale, colours));
    }
  }

  /** The field: for red, green and blue a number from −1 to 1 at each latent pixel, by rows. */
  private static float[][] colours() {
    Random random = new Random(1);
    float[][] colours = new float[3][SIDE * SIDE];
    for (float[] channel : colours) {
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          boolean corner = x % PATCH == 0 && y % PATCH == 0;
          channel[y * SIDE + x] =
              corner
                  ? 2 * random.nextFloat() - 1
                  : channel[y / PATCH * PATCH * SIDE + x / PATCH * PATCH];
        }
      }
    }
    return colours;
  }

  /**
   * Least squares for one latent frame: a weight for each channel and a constant, one column a
   * colour.
   *
   * @param latents on the VAE's own scale
   * @param scale from there to the transformer's latents, which pictures are made of
   */
  private static double[][] fit(
      FloatTensor latents, int frame, VaeProfile scale, float[][] colours) {
    int unknowns = latents.length(1) + 1;
    double[][] normal = new double[unknowns][unknowns + 3];
    double[] sample = new double[unknowns];
    for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
      for (int c = 0; c < unknowns - 1; c++) {
        float latent = latents.get(0, c, frame, pixel / SIDE, pixel % SIDE);
        sample[c] = (latent - scale.shiftFactor()) * scale.scalingFactor();
      }
      sample[unknowns - 1] = 1;
      for (int i = 0; i < unknowns; i++) {
        for (int j = 0; j < unknowns; j++) {
          normal[i][j] += sample[i] * sample[j];
        }
        for (int colour = 0; colour < 3; colour++) {
          normal[i][unknowns + colour] += sample[i] * colours[colour][pixel];
        }
      }
    }
    for (int i = 0; i < unknowns; i++) {
      normal[i][i] += RIDGE * SIDE * SIDE;
    }
    return solve(normal, unknowns);
  }

  /** Gauss-Jordan elimination; the matrix is positive definite. */
  private static double[][] solve(double[][] equations, int unknowns) {
    for (int pivot = 0; pivot < unknowns; pivot++) {
      double divisor = equations[pivot][pivot];
      for (int j = pivot; j < unknowns + 3; j++) {
        equations[pivot][j] /= divisor;
      }
      for (int i = 0; i < unknowns; i++) {
        double factor = equations[i][pivot];
        for (int j = pivot; i != pivot && j < unknowns + 3; j++) {
          equations[i][j] -= factor * equations[pivot][j];
        }
      }
    }
    double[][] solution = new double[unknowns][3];
    for (int i = 0; i < unknowns; i++) {
      System.arraycopy(equations[i], unknowns, solution[i], 0, 3);
    }
    return solution;
  }

  /**
   * A picture of one latent frame.
   *
   * @param latents {@code (1, C, T, h, w)}, scaled as the transformer sees them
   * @param frame which, from 0
   */
  BufferedImage picture(FloatTensor latents, int frame) {
    double[][] map = frame == 0 ? ofFirstFrame : ofLaterFrames;
    int height = latents.length(3);
    int width = latents.length(4);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = 0;
        for (int colour = 0; colour < 3; colour++) {
          double value = map[map.length - 1][colour];
          for (int c = 0; c < map.length - 1; c++) {
            value += map[c][colour] * latents.get(0, c, frame, y, x);
          }
          rgb = rgb << 8 | (int) Math.max(0, Math.min(255, (value + 1) * 127.5));
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }
}
