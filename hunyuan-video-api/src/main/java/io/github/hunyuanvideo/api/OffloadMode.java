package io.github.hunyuanvideo.api;

/**
 * How long the weights of a stage stay in memory. The frames are the same, bit for bit, in every
 * mode.
 */
public enum OffloadMode {
  /**
   * Every stage is opened when it is first needed and kept until the pipeline is closed: most
   * memory, fastest to repeat.
   */
  NONE,
  /**
   * One stage at a time, in the order text encoder, second text encoder, transformer, VAE: its
   * weights are opened when it starts and released when it ends. On the CPU weights are used
   * straight from the mapped file, so opening them again costs little.
   */
  MODEL
}
