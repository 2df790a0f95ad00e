package io.github.hunyuanvideo.api;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What to generate. Immutable; {@link #toBuilder()} makes variations.
 *
 * <pre>{@code
 * VideoRequest cat = VideoRequest.builder().prompt("A cat walks on the grass, realistic style.").size(1280, 720).frames(129).steps(50).seed(42).build();
 * VideoRequest dog = cat.toBuilder().prompt("A dog walks on the grass, realistic style.").build();
 * }</pre>
 *
 * <p>Everything but the prompt has a default, which is the official program's.
 */
public final class VideoRequest {

  /** The rate of the videos that the published model was trained on. */
  public static final int FRAMES_PER_SECOND = 24;

  /** The official length, about five seconds. */
  public static final int DEFAULT_FRAMES = 129;

  /** The longest video that is accepted, in frames. */
  public static final int MOST_FRAMES = 8193;

  /** The official number of denoising steps. */
  public static final int DEFAULT_STEPS = 50;

  /** The largest number of denoising steps that is accepted: one for each step of training. */
  public static final int MOST_STEPS = 1000;

  /** The most videos that one request may ask for. */
  public static final int MOST_VIDEOS = 10_000;

  private final List<String> prompts;
  private final @Nullable String negativePrompt;
  private final VideoSize size;
  private final int frames;
  private final int steps;
  private final StartingPoint start;
  private final int videosPerPrompt;
  private final Guidance guidance;
  private final double flowShift;
  private final @Nullable PromptEmbeddings embeddings;
  private final @Nullable PromptEmbeddings negativeEmbeddings;
  private final boolean floatFrames;
  private final @Nullable StepHook afterStep;

  private VideoRequest(Builder builder) {
    prompts = builder.prompts;
    negativePrompt = builder.negativePrompt;
    size = builder.size;
    frames = builder.frames;
    steps = builder.steps;
    start = builder.start;
    videosPerPrompt = builder.videosPerPrompt;
    guidance = builder.guidance;
    flowShift = builder.flowShift;
    embeddings = builder.embeddings;
    negativeEmbeddings = builder.negativeEmbeddings;
    floatFrames = builder.floatFrames;
    afterStep = builder.afterStep;
  }

  /**
   * A request with the default settings.
   *
   * @param prompt what to show
   * @return the request
   */
  public static VideoRequest of(String prompt) {
    return builder().prompt(prompt).build();
  }

  /**
   * Starts a request.
   *
   * @return a builder with the default settings
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a variation of this request.
   *
   * @return a builder with the settings of this request
   */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * The prompts.
   *
   * @return one or more; empty if the request carries {@link #embeddings()} instead
   */
  public List<String> prompts() {
    return prompts;
  }

  /**
   * The only prompt.
   *
   * @return it, or empty if the request carries embeddings or several prompts
   */
  public Optional<String> prompt() {
    return prompts.size() == 1 ? Optional.of(prompts.get(0)) : Optional.empty();
  }

  /**
   * What not to show.
   *
   * @return empty for the built-in negative prompt; used only if {@link #usesGuidance()}
   */
  public Optional<String> negativePrompt() {
    return Optional.ofNullable(negativePrompt);
  }

  /**
   * The size that was asked for.
   *
   * @return see {@link VideoSize#roundedUp()} for the size that is generated
   */
  public VideoSize size() {
    return size;
  }

  /**
   * The number of frames.
   *
   * @return 1, or 4n + 1
   */
  public int frames() {
    return frames;
  }

  /**
   * The number of denoising steps.
   *
   * @return at least 1
   */
  public int steps() {
    return steps;
  }

  /**
   * The seeds as they were given.
   *
   * @return empty for random ones; see {@link Builder#seeds(long...)} for how they are spread over
   *     the videos
   */
  public List<Long> seeds() {
    return start.seeds();
  }

  /**
   * The number of videos for each prompt.
   *
   * @return at least 1
   */
  public int videosPerPrompt() {
    return videosPerPrompt;
  }

  /**
   * How many videos this request asks for.
   *
   * @return prompts (or 1 for embeddings) times {@link #videosPerPrompt()}
   */
  public int videos() {
    return Math.max(1, prompts.size()) * videosPerPrompt;
  }

  /**
   * The scale of true classifier-free guidance.
   *
   * @return guidance is on if it is greater than 1
   */
  public double guidanceScale() {
    return guidance.scale();
  }

  /**
   * Whether true classifier-free guidance is on, which computes each step twice.
   *
   * @return true if {@link #guidanceScale()} is greater than 1
   */
  public boolean usesGuidance() {
    return guidance.scale() > 1;
  }

  /**
   * How much of the guided prediction is brought back to the spread of the unguided one.
   *
   * @return 0 (not at all) to 1
   */
  public double guidanceRescale() {
    return guidance.rescale();
  }

  /**
   * The guidance scale that a distilled model takes as an input.
   *
   * @return empty for none, which only models without that input accept
   */
  public OptionalDouble embeddedGuidance() {
    return guidance.embedded();
  }

  /**
   * How far the schedule is shifted towards noise.
   *
   * @return greater than 0
   */
  public double flowShift() {
    return flowShift;
  }

  /**
   * The latents to start from.
   *
   * @return empty for noise drawn from the seeds
   */
  public Optional<FloatTensor> latents() {
    return Optional.ofNullable(start.latents());
  }

  /**
   * The embeddings that take the place of a prompt.
   *
   * @return empty if there are prompts
   */
  public Optional<PromptEmbeddings> embeddings() {
    return Optional.ofNullable(embeddings);
  }

  /**
   * The embeddings that take the place of a negative prompt.
   *
   * @return empty if the negative prompt is text
   */
  public Optional<PromptEmbeddings> negativeEmbeddings() {
    return Optional.ofNullable(negativeEmbeddings);
  }

  /**
   * Whether the video keeps the decoder's exact floats beside its bytes.
   *
   * @return false by default
   */
  public boolean floatFrames() {
    return floatFrames;
  }

  /**
   * The hook that is called after each step.
   *
   * @return empty if there is none
   */
  public Optional<StepHook> afterStep() {
    return Optional.ofNullable(afterStep);
  }

  /** Refuses a request for several videos where only one can be returned. */
  void requireOneVideo() {
    if (videos() != 1) {
      throw new IllegalArgumentException(
          "the request asks for %d videos, this call returns 1; use generateAll(request)"
              .formatted(videos()));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VideoRequest request && Arrays.equals(state(), request.state());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(state());
  }

  private @Nullable Object[] state() {
    return new @Nullable Object[] {
      prompts,
      negativePrompt,
      size,
      frames,
      steps,
      start,
      videosPerPrompt,
      guidance,
      flowShift,
      embeddings,
      negativeEmbeddings,
      floatFrames,
      afterStep
    };
  }

  /**
   * A line for logs.
   *
   * @return the prompt's beginning and the settings
   */
  @Override
  public String toString() {
    String text = prompts.isEmpty() ? "embeddings" : String.join(" | ", prompts);
    return "VideoRequest[%s, %s, %d frames, %d steps, %s, guidance %s, embedded %s, shift %s]"
        .formatted(
            text.length() > 60 ? text.substring(0, 60) + "…" : text,
            size,
            frames,
            steps,
            beginning(),
            guidanceScale(),
            embeddedGuidance().isPresent() ? embeddedGuidance().getAsDouble() : "none",
            flowShift);
  }

  private String beginning() {
    if (start.latents() != null) {
      return "given latents";
    }
    return "seeds " + (seeds().isEmpty() ? "random" : seeds());
  }

  /**
   * Makes a {@link VideoRequest}. Each method refuses a wrong value at once, and null with a {@link
   * NullPointerException} that names it. Where two settings exclude each other, a prompt and
   * embeddings or seeds and latents, the later call takes the place of the earlier one.
   */
  public static final class Builder {

    private List<String> prompts = List.of();
    private @Nullable String negativePrompt;
    private VideoSize size = VideoSize.LANDSCAPE_720P;
    private int frames = DEFAULT_FRAMES;
    private int steps = DEFAULT_STEPS;
    private StartingPoint start = StartingPoint.RANDOM;
    private int videosPerPrompt = 1;
    private Guidance guidance = Guidance.OFFICIAL;
    private double flowShift = 7;
    private @Nullable PromptEmbeddings embeddings;
    private @Nullable PromptEmbeddings negativeEmbeddings;
    private boolean floatFrames;
    private @Nullable StepHook afterStep;

    private Builder() {}

    private Builder(VideoRequest request) {
      prompts = request.prompts;
      negativePrompt = request.negativePrompt;
      size = request.size;
      frames = request.frames;
      steps = request.steps;
      start = request.start;
      videosPerPrompt = request.videosPerPrompt;
      guidance = request.guidance;
      flowShift = request.flowShift;
      embeddings = request.embeddings;
      negativeEmbeddings = request.negativeEmbeddings;
      floatFrames = request.floatFrames;
      afterStep = request.afterStep;
    }

    /**
     * What to show. White space around it is removed.
     *
     * @param prompt the words, in English for the published model
     * @return this builder
     */
    public Builder prompt(String prompt) {
      return prompts(List.of(Objects.requireNonNull(prompt, "prompt")));
    }

    /**
     * What to show, for several videos with the same settings.
     *
     * @param prompts at least one text
     * @return this builder
     * @throws IllegalArgumentException if the list is empty
     */
    public Builder prompts(List<String> prompts) {
      if (Objects.requireNonNull(prompts, "prompts").isEmpty()) {
        throw new IllegalArgumentException("prompts must not be an empty list");
      }
      this.prompts =
          prompts.stream()
              .map(prompt -> Objects.requireNonNull(prompt, "a prompt").strip())
              .toList();
      this.embeddings = null;
      return this;
    }

    /**
     * What not to show; only used with {@link #guidanceScale(double)} above 1. The default is the
     * official program's built-in list of flaws; an empty text means that default too.
     *
     * @param negativePrompt the words
     * @return this builder
     */
    public Builder negativePrompt(String negativePrompt) {
      this.negativePrompt = Objects.requireNonNull(negativePrompt, "negativePrompt").strip();
      this.negativeEmbeddings = null;
      return this;
    }

    /**
     * The frames' size. Sides that are no multiples of 16 are rounded up, and the result says so.
     *
     * @param width pixels; default 1280
     * @param height pixels; default 720
     * @return this builder
     * @throws IllegalArgumentException if a side is not between 1 and {@value
     *     VideoSize#LARGEST_SIDE}
     */
    public Builder size(int width, int height) {
      return size(VideoSize.of(width, height));
    }

    /**
     * The frames' size. Sides that are no multiples of 16 are rounded up, and the result says so.
     *
     * @param size default {@link VideoSize#LANDSCAPE_720P}
     * @return this builder
     */
    public Builder size(VideoSize size) {
      this.size = Objects.requireNonNull(size, "size");
      return this;
    }

    /**
     * The number of frames at 24 a second: 1 for an image, otherwise 4n + 1, since the VAE packs
     * four frames into one latent frame.
     *
     * @param frames default {@value VideoRequest#DEFAULT_FRAMES}
     * @return this builder
     * @throws IllegalArgumentException if it is not 1 + a multiple of 4, or over {@value
     *     VideoRequest#MOST_FRAMES}; the message names the nearest values
     */
    public Builder frames(int frames) {
      if (frames < 1 || frames > MOST_FRAMES) {
        throw new IllegalArgumentException(
            "frames must be between 1 and %d, got %d; nearest: %d"
                .formatted(MOST_FRAMES, frames, frames < 1 ? 1 : MOST_FRAMES));
      }
      if (frames % 4 != 1) {
        int below = (frames - 1) / 4 * 4 + 1;
        throw new IllegalArgumentException(
            "frames must be 4n + 1, got %d; nearest: %d (%s), %d (%s)"
                .formatted(frames, below, seconds(below), below + 4, seconds(below + 4)));
      }
      this.frames = frames;
      return this;
    }

    /**
     * The length in time: takes the nearest number of frames that is 4n + 1.
     *
     * @param seconds at 24 frames a second; {@code seconds(5)} gives 121 frames
     * @return this builder
     * @throws IllegalArgumentException if it is not greater than 0, or too long
     */
    public Builder seconds(double seconds) {
      if (!(seconds > 0)) {
        throw new IllegalArgumentException("seconds must be greater than 0, got " + seconds);
      }
      return frames(
          (int) Math.min(Integer.MAX_VALUE / 8, Math.round((seconds * FRAMES_PER_SECOND - 1) / 4))
                  * 4
              + 1);
    }

    /**
     * The number of denoising steps.
     *
     * @param steps 1 to {@value VideoRequest#MOST_STEPS}; default {@value
     *     VideoRequest#DEFAULT_STEPS}
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder steps(int steps) {
      if (steps < 1 || steps > MOST_STEPS) {
        throw new IllegalArgumentException(
            "steps must be between 1 and %d, got %d; nearest: %d"
                .formatted(MOST_STEPS, steps, steps < 1 ? 1 : MOST_STEPS));
      }
      this.steps = steps;
      return this;
    }

    /**
     * Where the noise starts. The same seed gives the same video; several videos of a prompt take
     * seed, seed + 1, …. Takes the place of {@link #latents(FloatTensor)}.
     *
     * <p>PyTorch's generator of the CPU, which draws the noise by default, looks at the lowest 32
     * bits only: two seeds that differ above them give the same video. The generator of a GPU
     * ({@link NoiseSource#DEVICE}) looks at all 64.
     *
     * @param seed any number; 0 to 4294967295 for noise of its own
     * @return this builder
     */
    public Builder seed(long seed) {
      return seeds(seed);
    }

    /**
     * Seeds for several videos: one for all prompts, or one for each prompt (several videos of a
     * prompt then take seed, seed + 1, …), or one for each video. Takes the place of {@link
     * #latents(FloatTensor)}.
     *
     * @param seeds any numbers, see {@link #seed(long)}; none for random ones
     * @return this builder
     */
    public Builder seeds(long... seeds) {
      this.start = StartingPoint.ofSeeds(Objects.requireNonNull(seeds, "seeds"));
      return this;
    }

    /**
     * The number of videos for each prompt.
     *
     * @param videosPerPrompt at least 1; default 1
     * @return this builder
     * @throws IllegalArgumentException if it is less than 1 or more than {@value
     *     VideoRequest#MOST_VIDEOS}
     */
    public Builder videosPerPrompt(int videosPerPrompt) {
      if (videosPerPrompt < 1 || videosPerPrompt > MOST_VIDEOS) {
        throw new IllegalArgumentException(
            "videosPerPrompt must be between 1 and %d, got %d; nearest: %d"
                .formatted(MOST_VIDEOS, videosPerPrompt, videosPerPrompt < 1 ? 1 : MOST_VIDEOS));
      }
      this.videosPerPrompt = videosPerPrompt;
      return this;
    }

    /**
     * The scale of true classifier-free guidance. Above 1 each step is computed twice, with the
     * prompt and with the negative prompt. The published model is distilled and does without: see
     * {@link #embeddedGuidance(double)}.
     *
     * @param guidanceScale 0 to 1000; default 1, which is off
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder guidanceScale(double guidanceScale) {
      this.guidance = guidance.withScale(guidanceScale);
      return this;
    }

    /**
     * How much of the guided prediction is brought back to the spread of the unguided one
     * (arXiv:2305.08891, section 3.4).
     *
     * @param guidanceRescale 0 to 1; default 0
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder guidanceRescale(double guidanceRescale) {
      this.guidance = guidance.withRescale(guidanceRescale);
      return this;
    }

    /**
     * The guidance scale that a distilled model takes as an input. Models without that input ignore
     * it.
     *
     * @param embeddedGuidance 0 to 1000; default 6
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder embeddedGuidance(double embeddedGuidance) {
      this.guidance = guidance.withEmbedded(embeddedGuidance);
      return this;
    }

    /**
     * Gives the model no guidance scale. Distilled models refuse that.
     *
     * @return this builder
     */
    public Builder withoutEmbeddedGuidance() {
      this.guidance = guidance.withoutEmbedded();
      return this;
    }

    /**
     * How far the schedule is shifted towards noise: sigma becomes s·sigma / (1 + (s − 1)·sigma).
     *
     * @param flowShift greater than 0, at most 1000; default 7, fewer steps want more
     * @return this builder
     * @throws IllegalArgumentException if it is outside of that
     */
    public Builder flowShift(double flowShift) {
      if (!(flowShift > 0 && flowShift <= 1000)) {
        throw new IllegalArgumentException(
            "flowShift must be greater than 0 and at most 1000, got %s; 1 leaves the schedule as it is, the default is 7"
                .formatted(flowShift));
      }
      this.flowShift = flowShift;
      return this;
    }

    /**
     * Latents to start from, in place of noise. Takes the place of seeds; {@link #seeds(long...)}
     * without a number goes back to random noise.
     *
     * @param latents float32 {@code (N, C, T, h, w)}, one entry for each video: T = (frames − 1) /
     *     4 + 1, h and w an eighth of the frame's sides; used as they are
     * @return this builder
     * @throws IllegalArgumentException if there are not five axes
     */
    public Builder latents(FloatTensor latents) {
      this.start = StartingPoint.ofLatents(Objects.requireNonNull(latents, "latents"));
      return this;
    }

    /**
     * Embeddings in place of a prompt.
     *
     * @param embeddings from {@link VideoGenerator#encode(String, Medium)}, or from elsewhere
     * @return this builder
     */
    public Builder embeddings(PromptEmbeddings embeddings) {
      this.embeddings = Objects.requireNonNull(embeddings, "embeddings");
      this.prompts = List.of();
      return this;
    }

    /**
     * Embeddings in place of a negative prompt.
     *
     * @param negativeEmbeddings from {@link VideoGenerator#encode(String, Medium)}, or from
     *     elsewhere
     * @return this builder
     */
    public Builder negativeEmbeddings(PromptEmbeddings negativeEmbeddings) {
      this.negativeEmbeddings = Objects.requireNonNull(negativeEmbeddings, "negativeEmbeddings");
      this.negativePrompt = null;
      return this;
    }

    /**
     * Keeps the decoder's exact floats in the video, for processing that needs more than 8 bits;
     * five times the memory.
     *
     * @param floatFrames default false
     * @return this builder
     */
    public Builder floatFrames(boolean floatFrames) {
      this.floatFrames = floatFrames;
      return this;
    }

    /**
     * Calls a hook after each denoising step.
     *
     * @param afterStep may look at the latents or replace them
     * @return this builder
     */
    public Builder afterStep(StepHook afterStep) {
      this.afterStep = Objects.requireNonNull(afterStep, "afterStep");
      return this;
    }

    /**
     * Calls no hook.
     *
     * @return this builder
     */
    public Builder withoutAfterStep() {
      this.afterStep = null;
      return this;
    }

    /**
     * Makes the request.
     *
     * @return the request
     * @throws IllegalArgumentException if there is neither a prompt nor embeddings, if more than
     *     {@value VideoRequest#MOST_VIDEOS} videos are asked for, or if the number of seeds or the
     *     shape of the latents does not fit them
     */
    public VideoRequest build() {
      if (prompts.isEmpty() && embeddings == null) {
        throw new IllegalArgumentException(
            "a request needs a prompt: call prompt(\"…\"), or embeddings(…)");
      }
      int texts = Math.max(1, prompts.size());
      long videos = (long) texts * videosPerPrompt;
      if (videos > MOST_VIDEOS) {
        throw new IllegalArgumentException(
            "a request may ask for at most %d videos, got %d (prompts: %d, videosPerPrompt: %d); make several requests"
                .formatted(MOST_VIDEOS, videos, texts, videosPerPrompt));
      }
      start.requireFits(texts, videosPerPrompt, size.roundedUp(), frames);
      return new VideoRequest(this);
    }

    private static String seconds(int frames) {
      return String.format(java.util.Locale.ROOT, "%.1f s", frames / (double) FRAMES_PER_SECOND);
    }
  }
}
