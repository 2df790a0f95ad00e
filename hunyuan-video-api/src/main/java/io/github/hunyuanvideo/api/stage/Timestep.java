package io.github.hunyuanvideo.api.stage;

/**
 * A point on the path from noise to data. Only a {@link Schedule} makes them, so that a step's
 * index cannot be taken for a time by accident.
 */
public final class Timestep {

  private final int index;
  private final float value;

  Timestep(int index, float value) {
    this.index = index;
    this.value = value;
  }

  /**
   * Which step this is.
   *
   * @return from 0
   */
  public int index() {
    return index;
  }

  /**
   * The time that the transformer is given.
   *
   * @return 1000 (noise) to 0 (data)
   */
  public float value() {
    return value;
  }

  /**
   * A text for logs.
   *
   * @return index and time
   */
  @Override
  public String toString() {
    return "step " + index + " at t = " + value;
  }
}
