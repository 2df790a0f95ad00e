package io.github.hunyuanvideo.api;

/**
 * Width and height of a frame in pixels. The model works on multiples of 16; {@link #roundedUp()}
 * gives the size that a request for this one really produces.
 *
 * <pre>{@code
 * VideoSize.LANDSCAPE_720P;      // 1280 × 720
 * VideoSize.of(848, 480);
 * }</pre>
 *
 * @param width pixels from left to right
 * @param height pixels from top to bottom
 */
public record VideoSize(int width, int height) {

  /** The model sees pixels in squares of 8 (VAE) by 2 (patch) a side. */
  public static final int MULTIPLE = 16;

  /** Largest side that is accepted. */
  public static final int LARGEST_SIDE = 8192;

  /** 1280 × 720, the official default. */
  public static final VideoSize LANDSCAPE_720P = new VideoSize(1280, 720);

  /** 720 × 1280. */
  public static final VideoSize PORTRAIT_720P = new VideoSize(720, 1280);

  /** 960 × 960. */
  public static final VideoSize SQUARE_720P = new VideoSize(960, 960);

  /** 960 × 544. */
  public static final VideoSize LANDSCAPE_540P = new VideoSize(960, 544);

  /** 544 × 960. */
  public static final VideoSize PORTRAIT_540P = new VideoSize(544, 960);

  /** 720 × 720. */
  public static final VideoSize SQUARE_540P = new VideoSize(720, 720);

  /**
   * Checks the sides.
   *
   * @throws IllegalArgumentException if a side is not between 1 and {@value #LARGEST_SIDE}
   */
  public VideoSize {
    if (width < 1 || height < 1 || width > LARGEST_SIDE || height > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          "width and height must be between 1 and %d pixels, got %d × %d; nearest: %d × %d"
              .formatted(LARGEST_SIDE, width, height, nearest(width), nearest(height)));
    }
  }

  /**
   * A size.
   *
   * @param width pixels from left to right
   * @param height pixels from top to bottom
   * @return the size
   * @throws IllegalArgumentException if a side is not between 1 and {@value #LARGEST_SIDE}
   */
  public static VideoSize of(int width, int height) {
    return new VideoSize(width, height);
  }

  /**
   * The size that is generated when this one is asked for: both sides rounded up to a multiple of
   * {@value #MULTIPLE}, as the official program does.
   *
   * @return this size if both sides are multiples already
   */
  public VideoSize roundedUp() {
    int wide = roundUp(width);
    int high = roundUp(height);
    return wide == width && high == height ? this : new VideoSize(wide, high);
  }

  /**
   * Whether frames of this size can be generated without rounding.
   *
   * @return true if both sides are multiples of {@value #MULTIPLE}
   */
  public boolean isMultiple() {
    return roundedUp().equals(this);
  }

  /**
   * The shape in a word.
   *
   * @return {@code landscape}, {@code portrait} or {@code square}
   */
  public String orientation() {
    return width > height ? "landscape" : width < height ? "portrait" : "square";
  }

  /**
   * Width, then height, as everywhere on the JVM.
   *
   * @return for example {@code 1280 × 720}
   */
  @Override
  public String toString() {
    return width + " × " + height;
  }

  private static int roundUp(int side) {
    return (side + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  private static int nearest(int side) {
    return Math.max(MULTIPLE, Math.min(side, LARGEST_SIDE));
  }
}
