package io.github.hunyuanvideo.api;

/** The parts of a generation, in the order in which they run. */
public enum Stage {
  /** The language model that turns the prompt into a sequence of embeddings. */
  TEXT_ENCODER("text encoder"),
  /** CLIP, which turns the prompt into one pooled embedding. */
  TEXT_ENCODER_2("second text encoder"),
  /** The diffusion transformer, called once or twice per denoising step. */
  TRANSFORMER("transformer"),
  /** The decoder from latents to frames. */
  VAE("VAE");

  private final String label;

  Stage(String label) {
    this.label = label;
  }

  /**
   * A name for people.
   *
   * @return for example {@code text encoder}
   */
  public String label() {
    return label;
  }
}
