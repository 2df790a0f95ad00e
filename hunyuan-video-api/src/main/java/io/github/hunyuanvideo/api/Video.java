package io.github.hunyuanvideo.api;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * A generated video, or a single image. Holds its frames on the Java heap and needs no closing.
 * Immutable.
 *
 * <pre>{@code
 * video.save(Path.of("cat.mp4"));
 * byte[] mp4 = video.encode(VideoFormat.MP4);
 * BufferedImage first = video.images().get(0);
 * }</pre>
 */
public final class Video {

  private final List<Frame> frames;
  private final @Nullable FloatTensor floats;
  private final int framesPerSecond;
  private final @Nullable VideoRequest request;
  private final List<String> notices;
  private final Map<Stage, Duration> timings;
  private final VideoEncoder encoder;

  private Video(Builder builder) {
    frames = List.copyOf(builder.frames);
    floats = builder.floats;
    framesPerSecond = builder.framesPerSecond;
    request = builder.request;
    notices = builder.notices;
    timings = Map.copyOf(builder.timings);
    encoder = builder.encoder;
  }

  /**
   * Starts a video of frames, for implementations of {@link VideoGenerator} and their fakes.
   *
   * @param encoder what {@link #save} and {@link #encode} use
   * @return a builder
   */
  public static Builder builder(VideoEncoder encoder) {
    return new Builder(encoder);
  }

  /**
   * The frames' size.
   *
   * @return width and height, the same for all
   */
  public VideoSize size() {
    return frames.get(0).size();
  }

  /**
   * The number of frames.
   *
   * @return at least 1
   */
  public int frameCount() {
    return frames.size();
  }

  /**
   * Whether this is a single image.
   *
   * @return true for one frame
   */
  public boolean isImage() {
    return frames.size() == 1;
  }

  /**
   * The frames.
   *
   * @return in the order of time
   */
  public List<Frame> frames() {
    return frames;
  }

  /**
   * The frames for Java's imaging classes, each converted when it is asked for.
   *
   * @return in the order of time
   */
  public List<BufferedImage> images() {
    return new Images(frames);
  }

  /**
   * All pixels.
   *
   * @return bytes of the shape {@code (frames, height, width, 3)}, red first
   * @throws ArithmeticException if they do not fit into one array; take {@link #frames()} one by
   *     one then
   */
  public byte[] toBytes() {
    int one = size().width() * size().height() * 3;
    byte[] all = new byte[Math.multiplyExact(one, frames.size())];
    for (int i = 0; i < frames.size(); i++) {
      frames.get(i).asBuffer().get(all, i * one, one);
    }
    return all;
  }

  /**
   * All pixels as the official code returns them: float32 {@code (3, frames, height, width)}, 0 to
   * 1. These are the decoder's own values if the request asked for {@link
   * VideoRequest.Builder#floatFrames}; otherwise they are made of the bytes, in steps of 1/255.
   *
   * @return the pixels
   * @throws ArithmeticException if they do not fit into one array
   */
  public FloatTensor toFloats() {
    if (floats != null) {
      return floats;
    }
    int plane = size().width() * size().height();
    int channel = Math.multiplyExact(plane, frames.size());
    float[] values = new float[Math.multiplyExact(3, channel)];
    for (int t = 0; t < frames.size(); t++) {
      byte[] rgb = frames.get(t).toBytes();
      for (int i = 0; i < plane; i++) {
        for (int c = 0; c < 3; c++) {
          values[c * channel + t * plane + i] = (rgb[3 * i + c] & 0xff) / 255f;
        }
      }
    }
    return FloatTensor.wrap(values, 3, frames.size(), size().height(), size().width());
  }

  /**
   * The rate of playing.
   *
   * @return frames in a second, 24 for what the pipeline makes
   */
  public int framesPerSecond() {
    return framesPerSecond;
  }

  /**
   * The request that led here, for this one video, with everything filled in that was left open or
   * adjusted: the rounded size, the seed, the negative prompt.
   *
   * @return empty if the video was decoded from latents from elsewhere
   */
  public Optional<VideoRequest> request() {
    return Optional.ofNullable(request);
  }

  /**
   * The seed of the noise that this video was made of.
   *
   * @return empty if there was no seed: for given latents, or latents from elsewhere
   */
  public Optional<Long> seed() {
    return request().flatMap(made -> made.seeds().stream().findFirst());
  }

  /**
   * What was adjusted or could not be used whole, in sentences: a rounded size, a prompt that was
   * cut.
   *
   * @return empty if everything was taken as it was asked for
   */
  public List<String> notices() {
    return notices;
  }

  /**
   * The time that each stage took. The text encoders' time is shared by all videos of a request.
   *
   * @return the stages that ran
   */
  public Map<Stage, Duration> timings() {
    return timings;
  }

  /**
   * Writes a file. It appears under its name when it is whole; an existing file is replaced then,
   * not before.
   *
   * @param file its name decides the format, see {@link VideoFormat#of(Path)}
   * @throws IllegalArgumentException if the name has no known ending, or asks for an image and
   *     there are several frames
   * @throws VideoEncodingException if it cannot be written
   */
  public void save(Path file) {
    save(file, VideoFormat.of(file));
  }

  /**
   * Writes a file in a chosen format, whatever its name.
   *
   * @param file where
   * @param format in which format
   * @throws IllegalArgumentException if the format is for images and there are several frames
   * @throws VideoEncodingException if it cannot be written
   */
  public void save(Path file, VideoFormat format) {
    FileFrameSink sink = new FileFrameSink(file, format);
    sink.begin(new FrameSink.Description(size(), frameCount(), framesPerSecond, encoder));
    boolean whole = false;
    try {
      frames.forEach(sink::frame);
      sink.end();
      whole = true;
    } finally {
      if (!whole) {
        sink.abort();
      }
    }
  }

  /**
   * Makes an encoded file in memory. It is written to the folder for temporary files on the way,
   * which {@code -Djava.io.tmpdir} names.
   *
   * @param format in which format
   * @return the file's bytes
   * @throws IllegalArgumentException if the format is for images and there are several frames
   * @throws VideoEncodingException if encoding fails, or the temporary file cannot be kept
   */
  public byte[] encode(VideoFormat format) {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    Path folder;
    try {
      folder = Files.createTempDirectory(parent, "hunyuan-video");
    } catch (IOException e) {
      throw new VideoEncodingException(
          "no temporary folder could be made in %s: %s. Name another place with -Djava.io.tmpdir"
              .formatted(parent, e),
          e);
    }
    Path file = folder.resolve("video." + format.extension());
    try {
      save(file, format);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new VideoEncodingException(
          "the encoded video could not be read back from " + file + ": " + e, e);
    } finally {
      remove(file, folder);
    }
  }

  /**
   * What cannot be removed now, for example because a virus scanner looks at it, is tried once more
   * when the JVM ends. The bytes are whole, or another exception is on its way: neither is given up
   * for a file that is left over.
   */
  private static void remove(Path file, Path folder) {
    try {
      Files.deleteIfExists(file);
      Files.delete(folder);
    } catch (IOException e) {
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit(); // registered last, removed first
    }
  }

  /**
   * A line for logs.
   *
   * @return size, length and seed
   */
  @Override
  public String toString() {
    return "Video[%s, %d frames at %d/s%s]"
        .formatted(
            size(), frameCount(), framesPerSecond, seed().map(seed -> ", seed " + seed).orElse(""));
  }

  /**
   * Makes a {@link Video}. Each method refuses a wrong value at once, and null with a {@link
   * NullPointerException} that names it.
   */
  public static final class Builder {

    private final VideoEncoder encoder;
    private final List<Frame> frames = new ArrayList<>();
    private final Map<Stage, Duration> timings = new EnumMap<>(Stage.class);
    private @Nullable FloatTensor floats;
    private int framesPerSecond = VideoRequest.FRAMES_PER_SECOND;
    private @Nullable VideoRequest request;
    private List<String> notices = List.of();

    private Builder(VideoEncoder encoder) {
      this.encoder = Objects.requireNonNull(encoder, "encoder");
    }

    /**
     * Adds the next frame.
     *
     * @param frame of the same size as those before
     * @return this builder
     * @throws IllegalArgumentException if its size differs
     */
    public Builder frame(Frame frame) {
      Objects.requireNonNull(frame, "frame");
      if (!frames.isEmpty() && !frame.size().equals(frames.get(0).size())) {
        throw new IllegalArgumentException(
            "all frames of a video have one size: %s after %s"
                .formatted(frame.size(), frames.get(0).size()));
      }
      frames.add(frame);
      return this;
    }

    /**
     * The exact floats behind the frames.
     *
     * @param floats {@code (3, frames, height, width)}, 0 to 1; held against the frames by {@link
     *     #build()}
     * @return this builder
     * @throws IllegalArgumentException if there are not four axes, the first of length 3
     */
    public Builder floats(FloatTensor floats) {
      if (floats.rank() != 4 || floats.length(0) != 3) {
        throw new IllegalArgumentException(
            "floats must have the shape (3, frames, height, width), got " + floats);
      }
      this.floats = floats;
      return this;
    }

    /**
     * The rate of playing.
     *
     * @param framesPerSecond at least 1; default 24
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder framesPerSecond(int framesPerSecond) {
      if (framesPerSecond < 1) {
        throw new IllegalArgumentException(
            "framesPerSecond must be at least 1, got %d; HunyuanVideo makes %d"
                .formatted(framesPerSecond, VideoRequest.FRAMES_PER_SECOND));
      }
      this.framesPerSecond = framesPerSecond;
      return this;
    }

    /**
     * The request that led here.
     *
     * @param request with everything filled in, or null
     * @return this builder
     */
    public Builder request(@Nullable VideoRequest request) {
      this.request = request;
      return this;
    }

    /**
     * What was adjusted.
     *
     * @param notices sentences
     * @return this builder
     */
    public Builder notices(List<String> notices) {
      this.notices = List.copyOf(notices);
      return this;
    }

    /**
     * The time that a stage took.
     *
     * @param stage the stage
     * @param duration its time
     * @return this builder
     */
    public Builder timing(Stage stage, Duration duration) {
      timings.put(
          Objects.requireNonNull(stage, "stage"), Objects.requireNonNull(duration, "duration"));
      return this;
    }

    /**
     * Makes the video.
     *
     * @return the video
     * @throws IllegalStateException if there is no frame
     * @throws IllegalArgumentException if there are floats of another number or size of frames
     */
    public Video build() {
      if (frames.isEmpty()) {
        throw new IllegalStateException("a video has at least one frame");
      }
      if (floats != null) {
        requireSameFrames(floats);
      }
      return new Video(this);
    }

    private void requireSameFrames(FloatTensor exact) {
      VideoSize size = frames.get(0).size();
      int[] wanted = {3, frames.size(), size.height(), size.width()};
      if (!Arrays.equals(exact.shape(), wanted)) {
        throw new IllegalArgumentException(
            "%d frames of %s have floats of the shape %s, got %s"
                .formatted(frames.size(), size, Arrays.toString(wanted), exact));
      }
    }
  }

  private static final class Images extends AbstractList<BufferedImage> implements RandomAccess {

    private final List<Frame> frames;

    Images(List<Frame> frames) {
      this.frames = frames;
    }

    @Override
    public BufferedImage get(int index) {
      return frames.get(index).toImage();
    }

    @Override
    public int size() {
      return frames.size();
    }
  }
}
