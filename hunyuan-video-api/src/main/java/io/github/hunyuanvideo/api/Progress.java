package io.github.hunyuanvideo.api;

import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.Optional;

/** Where a generation stands, as told to a {@link GenerationListener}. */
public interface Progress {

  /** What has just happened. */
  enum Event {
    /** The stage's weights are being opened. */
    STAGE_STARTED,
    /** A part of the stage is done: a prompt, a denoising step, or a tile of the VAE. */
    STEP,
    /** The stage is done. */
    STAGE_FINISHED
  }

  /**
   * What has just happened.
   *
   * @return the event
   */
  Event event();

  /**
   * The stage that it happened in.
   *
   * @return the stage
   */
  Stage stage();

  /**
   * How many of the stage's steps are done, over all videos of the request.
   *
   * @return 0 when the stage starts
   */
  int step();

  /**
   * How many steps the stage has, over all videos of the request.
   *
   * @return at least 1
   */
  int steps();

  /**
   * The time since the stage started.
   *
   * @return never negative
   */
  Duration elapsed();

  /**
   * The time the stage will take from here, judged by the steps that are done.
   *
   * @return empty until a step is done
   */
  Optional<Duration> remaining();

  /**
   * A small picture of what the current latents are turning into, made without the VAE's decoder:
   * one pixel for 8 × 8 pixels of the video. Costs little, but is computed at each call; only while
   * the listener runs, on its thread, after a {@link Event#STEP} of the {@link Stage#TRANSFORMER}.
   *
   * @return the frame in the middle of the video; empty at other times, on other threads, and if
   *     the VAE is one that cannot encode
   */
  Optional<BufferedImage> preview();
}
