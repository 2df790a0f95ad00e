package io.github.hunyuanvideo.core.vae;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * The halves of the VAE are replaced by ones that keep track of places: a number of the input says
 * where in the whole video it lies, and so does a number of the output. Whatever is misplaced,
 * missing, doubled, or blended with another place's number then differs from what the half makes of
 * the whole video.
 */
class TiledPassTest {

  private static final int TIME = 2;
  private static final int HEIGHT = 3;
  private static final int WIDTH = 4;

  private static @Nullable TorchEngine started;

  @BeforeContainer
  static void start() {
    started = TorchEngine.start(ComputeDevice.cpu());
  }

  @AfterContainer
  static void close() {
    engine().close();
  }

  private static TorchEngine engine() {
    TorchEngine engine = started;
    if (engine == null) {
      throw new IllegalStateException("the engine was not started");
    }
    return engine;
  }

  @Property(tries = 60)
  void everyTilingDecodesEveryPlaceWhereItBelongs(
      @ForAll @IntRange(min = 2, max = 7) int tileSide,
      @ForAll @IntRange(min = 2, max = 7) int tileTime,
      @ForAll @DoubleRange(min = 0, minIncluded = false, max = 0.5) double overlap,
      @ForAll @IntRange(min = 1, max = 12) int time,
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width) {
    TilePlan plan = custom(VaeTiling.of(8 * tileSide, 4 * tileTime, overlap));
    assertDecodesAsOne(plan, time, height, width);
  }

  @Property(tries = 60)
  void everyTilingEncodesEveryPlaceWhereItBelongs(
      @ForAll @IntRange(min = 2, max = 7) int tileSide,
      @ForAll @IntRange(min = 2, max = 7) int tileTime,
      @ForAll @DoubleRange(min = 0, minIncluded = false, max = 0.5) double overlap,
      @ForAll @IntRange(min = 1, max = 45) int frames,
      @ForAll @IntRange(min = 1, max = 72) int height,
      @ForAll @IntRange(min = 1, max = 72) int width) {
    TilePlan plan = custom(VaeTiling.of(8 * tileSide, 4 * tileTime, overlap));
    assertEncodesAsOne(plan, frames, height, width);
  }

  /** A checkpoint's sizes need not be whole latents. */
  @Property(tries = 60)
  void theOfficialTilingOfAnyCheckpointDecodesAndEncodesEveryPlaceWhereItBelongs(
      @ForAll @IntRange(min = 16, max = 56) int tilePixels,
      @ForAll @IntRange(min = 8, max = 28) int tileFrames,
      @ForAll @IntRange(min = 1, max = 12) int time,
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width) {
    VaeConfig config =
        new VaeConfig(List.of(8, 8, 8, 8), 1, 4, 16, 1, 0, tilePixels, tileFrames, true);
    TilePlan plan = TilePlan.of(VaeTiling.official(), config);
    assertDecodesAsOne(plan, time, height, width);
    assertEncodesAsOne(plan, 4 * time - 3, 8 * height, 8 * width);
  }

  /** Tiles of nothing but 0 and of nothing but 1 take turns; along one axis, it takes a latent. */
  @Property(tries = 60)
  void noTilingHasASeam(
      @ForAll @IntRange(min = 2, max = 7) int tile,
      @ForAll @DoubleRange(min = 0, minIncluded = false, max = 0.5) double overlap,
      @ForAll @IntRange(min = 2, max = 30) int length) {
    TilePlan plan = custom(VaeTiling.of(8 * tile, 4 * tile, overlap));
    assertThat(steepest(plan, TIME, length, 1, 1)).isLessThanOrEqualTo(1f / 4 + 1e-5f);
    assertThat(steepest(plan, HEIGHT, 1, length, 1)).isLessThanOrEqualTo(1f / 8 + 1e-5f);
    assertThat(steepest(plan, WIDTH, 1, 1, length)).isLessThanOrEqualTo(1f / 8 + 1e-5f);
  }

  private static TilePlan custom(VaeTiling tiling) {
    return TilePlan.of(tiling, VaeConfig.published());
  }

  private static void assertDecodesAsOne(TilePlan plan, int time, int height, int width) {
    FloatTensor latents = places(time, height, width);
    assertTiledAsOne(
        new TiledPass(engine(), plan.decodeSpace(), plan.decodeTime()),
        latents,
        TiledPassTest::decode);
  }

  private static void assertEncodesAsOne(TilePlan plan, int frames, int height, int width) {
    assertTiledAsOne(
        new TiledPass(engine(), plan.encodeSpace(), plan.encodeTime()),
        places(frames, height, width),
        TiledPassTest::encode);
  }

  private static void assertTiledAsOne(
      TiledPass pass, FloatTensor input, UnaryOperator<FloatTensor> half) {
    try (TensorScope scope = new TensorScope()) {
      Tensor whole = scope.own(engine().tensor(half.apply(input)));
      AtomicInteger tiles = new AtomicInteger();
      Tensor tiled =
          run(
              scope,
              pass,
              input,
              tile -> {
                tiles.incrementAndGet();
                return half.apply(tile);
              });
      assertThat(tiled.shape()).containsExactly(whole.shape());
      assertThatTensor(tiled).isCloseTo(whole, 1e-6);
      assertThat(tiles)
          .hasValue(
              pass.tiles(new long[] {1, 3, input.length(2), input.length(3), input.length(4)}));
    }
  }

  /** The largest difference of neighbours on an axis. */
  private static float steepest(TilePlan plan, int axis, int time, int height, int width) {
    AtomicInteger tiles = new AtomicInteger();
    try (TensorScope scope = new TensorScope()) {
      TiledPass pass = new TiledPass(engine(), plan.decodeSpace(), plan.decodeTime());
      UnaryOperator<FloatTensor> half =
          tile -> constant(decode(tile).shape(), tiles.getAndIncrement() % 2);
      Tensor tiled = run(scope, pass, places(time, height, width), half);
      FloatTensor line = tiled.toFloatTensor();
      float steepest = 0;
      int[] index = new int[5];
      for (int i = 1; i < line.length(axis); i++) {
        index[axis] = i - 1;
        float before = line.get(index);
        index[axis] = i;
        steepest = Math.max(steepest, Math.abs(line.get(index) - before));
      }
      return steepest;
    }
  }

  private static Tensor run(
      TensorScope scope, TiledPass pass, FloatTensor input, UnaryOperator<FloatTensor> half) {
    List<Tensor> parts = new ArrayList<>();
    Tensor x = scope.own(engine().tensor(input));
    pass.run(
        x,
        tile -> {
          try (tile) {
            return engine().tensor(half.apply(tile.toFloatTensor()));
          }
        },
        part -> parts.add(scope.own(part)));
    return scope.own(engine().tensors().concatenate(parts, TIME));
  }

  /** Three channels, which say where on the axes of time, height and width a number lies. */
  private static FloatTensor places(int time, int height, int width) {
    return filled(
        new int[] {1, 3, time, height, width}, (axis, t, y, x) -> new int[] {t, y, x}[axis]);
  }

  /** Each latent is 8 by 8 pixels, the first one a frame, each later one four. */
  private static FloatTensor decode(FloatTensor z) {
    int[] shape = {1, 3, 4 * z.length(2) - 3, 8 * z.length(3), 8 * z.length(4)};
    return filled(
        shape,
        (axis, t, y, x) -> {
          float latent = z.get(0, axis, (t + 3) / 4, y / 8, x / 8);
          return switch (axis) {
            case 0 -> 4 * latent - (t == 0 ? 0 : 3 - (t - 1) % 4);
            case 1 -> 8 * latent + y % 8;
            default -> 8 * latent + x % 8;
          };
        });
  }

  private static FloatTensor encode(FloatTensor x) {
    int[] shape = {
      1, 3, (x.length(2) + 3) / 4, (x.length(3) + 7) / 8, (x.length(4) + 7) / 8,
    };
    return filled(
        shape, (axis, t, y, w) -> x.get(0, axis, 4 * t, 8 * y, 8 * w) / (axis == 0 ? 4 : 8));
  }

  private static FloatTensor constant(int[] shape, float value) {
    return filled(shape, (axis, t, y, x) -> value);
  }

  @FunctionalInterface
  private interface Places {
    float at(int channel, int t, int y, int x);
  }

  private static FloatTensor filled(int[] shape, Places places) {
    float[] values = new float[shape[1] * shape[2] * shape[3] * shape[4]];
    int i = 0;
    for (int channel = 0; channel < shape[1]; channel++) {
      for (int t = 0; t < shape[2]; t++) {
        for (int y = 0; y < shape[3]; y++) {
          for (int x = 0; x < shape[4]; x++) {
            values[i++] = places.at(channel, t, y, x);
          }
        }
      }
    }
    return FloatTensor.wrap(values, shape);
  }
}
